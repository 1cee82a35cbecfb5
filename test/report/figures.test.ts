/** The catalogue knows every number of the report, and every id that it names. */
import { describe, expect, it } from "vitest";
import { leaves, metricOf } from "../../src/report/figures.ts";
import { metrics } from "../../src/report/metrics.ts";
import { Report } from "../../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";

const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --json --levels 92000,72600`);
const report = Report.parse(JSON.parse(out));
/** What says how the report was made is no figure of the market. */
const { figures, checks: _checks, sources: _sources, coverage: _coverage, gaps: _gaps, ...sections } = report;
const numbers = leaves(sections).map(({ path }) => path);

it("every number of every section has its line, with unit and formula", () => {
  expect(numbers.length).toBeGreaterThan(1_000);
  expect(numbers.filter((path) => metricOf(path) === null).map((path) => path.join("."))).toEqual([]);
  for (const path of numbers) expect(figures[path.join(".")], path.join(".")).toBeDefined();
});

it("an observed figure names the answers it was read from", () => {
  for (const [id, figure] of Object.entries(figures)) {
    if (figure.class === "observed" && id !== "volume.unit") expect(figure.evidence.length, id).toBeGreaterThan(0);
  }
});

it.each(["btc", "usd"] as const)("the sum without CME names the venues in it, and they make it: %s", (unit) => {
  const { inputs = [], evidence = [] } = figures[`openInterest.${unit}`] ?? {};
  const venues = report.openInterest?.venues ?? [];
  const counted = venues.filter(({ id }) => id !== "cme");
  expect(venues.length - counted.length).toBe(1);
  expect(new Set(inputs)).toEqual(new Set(counted.map(({ id }) => `openInterest.venues.${id}.${unit}`)));
  expect(evidence.filter((url) => url.includes("cftc.gov"))).toEqual([]);
  const sum = counted.reduce((all, one) => all + one[unit], 0);
  expect(report.openInterest?.[unit]).toBeCloseTo(sum, 3);
  expect(figures[`openInterest.withCme.${unit}`]?.inputs).toEqual([
    `openInterest.${unit}`,
    `openInterest.venues.cme.${unit}`,
  ]);
});

describe("the catalogue", () => {
  it("has every id once", () => {
    expect(new Set(metrics.map(({ id }) => id)).size).toBe(metrics.length);
  });

  it.each(metrics.map((metric) => [metric.id, metric] as const))("%s rests on figures that exist", (_, metric) => {
    const known = new Set(metrics.map(({ id }) => id));
    // An input of one venue is not in the catalogue under its own name.
    for (const input of metric.inputs) {
      const found = metricOf(input.split("."));
      expect(known, input).toContain(input.includes("*") ? input : found?.metric.id);
    }
    expect(metric.formula.length).toBeGreaterThan(5);
  });
});
