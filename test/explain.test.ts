/** `explain`: a figure of the article's day, of a file and of the last report. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { explainer, explanation, figuresOf, nearest } from "../src/report/explain.ts";
import { Report } from "../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";

const REPLAY = `--replay ${DAY_OF_THE_ARTICLE}`;
const folder = await mkdtemp(join(tmpdir(), "btc-report-explain-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const { out } = await command(`daily ${REPLAY} --json --since low:2025-10 --levels 92000`);
const report = Report.parse(JSON.parse(out));
const file = join(folder, "report.json");
await writeFile(file, out);

const explained = explainer(report, () => []);
const told = (id: string): string => {
  const found = explained(id);
  if (found === null) throw new Error(id);
  return explanation(found);
};

describe("a figure", () => {
  it("stands with unit, class, formula, its inputs' numbers and where they came from", async () => {
    const { code, out: text, err } = await command(`explain price.sinceHigh.ratio --report ${file}`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // 82,880.1 / 96,951.78 = 0.854859...
    expect(text).toMatch(/^price\.sinceHigh\.ratio\nvalue: -0\.14514\d+ ratio, -14\.5 %\nclass: derived\n/);
    expect(text).toContain("\nformula: price / high - 1\nwith numbers: 82880.1 / 96951.78 - 1\n");
    expect(text).toContain("\n  price.usd: 82880.1 USD/BTC, $82,880.10\n");
    expect(text).toContain("\n  price.sinceHigh.high: 96951.78 USD/BTC, $96,951.78\n");
    expect(text).toMatch(
      /^ {2}https:\/\/data-api\.binance\.vision\/\S+ \(binance-spot, as of 2026-01-30T06:00:00Z\)$/m,
    );
  });

  it("is the same as JSON, from the recording itself", async () => {
    const { code, out: text } = await command(`explain fearGreed.changes.1d.points ${REPLAY} --json`);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      id: "fearGreed.changes.1d.points",
      value: -10,
      unit: "points",
      class: "derived",
      formula: "value - from",
      filled: "16 - 26",
      inputs: [
        { id: "fearGreed.value", figures: [{ value: 16 }], more: 0 },
        { id: "fearGreed.changes.1d.from", figures: [{ value: 26 }], more: 0 },
      ],
      evidence: [
        { url: "https://api.alternative.me/fng/?limit=0", source: "alternative-me", asOf: "2026-01-30T06:00:00Z" },
      ],
    });
  });

  it("that rests on each of many lists 20 of them", () => {
    const rates = report.funding?.venues.length ?? 0;
    expect(rates).toBeGreaterThan(20);
    const lines = told("funding.weighted8h").split("\n");
    expect(lines.filter((line) => line.startsWith("  funding.venues.")).length).toBe(20);
    expect(lines).toContain(`  and ${rates - 20} more`);
  });

  it("of a model is never without the word and its range", () => {
    const text = told("liquidationMap.levels.92000.usd");
    expect(text).toMatch(/\nvalue: \$[\d.]+[MB] \(model, range \$[\d.]+[MB] to \$[\d.]+[MB]\)\nclass: model\n/);
    const value = report.liquidationMap?.levels[0]?.usd ?? 0;
    expect(text).not.toContain(String(value));
    expect(told("liquidationMap.levels.92000.shareOfOi")).toMatch(
      /\nvalue: [\d.]+ % \(model, range \$[\d.]+[MB] to \$/,
    );
  });

  it("has numbers where its formula computes, and prose stays prose", () => {
    const filled = (id: string): string | null | undefined => explained(id)?.filled;
    const day = report.volume?.toDate;
    expect(filled("volume.toDate.runRateUsd")).toBe(`${day?.usd} · days in the month / ${day?.days}`);
    // The change of the price is negative: it stands in brackets.
    const moved = report.openInterest?.changes.anchor;
    expect(moved?.price).toBeLessThan(0);
    expect(filled("openInterest.changes.anchor.usd")).toContain(
      `${moved?.toUsd} / ${moved?.fromUsd} - 1 = (1 + ${moved?.btc})(1 + (${moved?.price})) - 1 over venues`,
    );
    const [taker] = report.positioning?.taker ?? [];
    expect(filled(`positioning.taker.${taker?.id}/${taker?.symbol}.ratio`)).toBe(
      `${taker?.buyBtc} / ${taker?.sellBtc}`,
    );
    expect(filled("openInterest.btc")).toBeNull();
  });

  it("has the numbers that make it: every quotient of two numbers less 1 comes to the value", () => {
    const quotients = [...figuresOf(report).values()].flatMap(({ id, value }) => {
      if (!/ \/ .* - 1\b/.test(report.figures[id]?.formula ?? "")) return [];
      const found = /^([\d.]+) \/ ([\d.]+) - 1\b/.exec(explained(id)?.filled ?? "");
      return found === null || typeof value !== "number"
        ? []
        : [{ id, value, made: Number(found[1]) / Number(found[2]) - 1 }];
    });
    for (const { id, value, made } of quotients) expect(made, id).toBeCloseTo(value, 9);
    const levels = report.liquidationMap?.levels ?? [];
    // Five levels, the asked one among them, each from its own price.
    expect(quotients.filter(({ id }) => id.startsWith("liquidationMap.levels."))).toHaveLength(levels.length);
    expect(told("liquidationMap.levels.92000.distance")).toContain(
      `\nwith numbers: 92000 / ${report.liquidationMap?.price} - 1\n`,
    );
  });

  it("takes a hyphened word for a word: price-neutral is no price less something", () => {
    const positions = Object.keys(report.figures).filter((id) => id.endsWith(".position"));
    expect(positions.length).toBeGreaterThan(40);
    for (const id of positions) expect(told(id), id).not.toContain("with numbers");
  });

  it("can be explained whichever it is", () => {
    for (const id of Object.keys(report.figures)) expect(told(id), id).not.toMatch(/undefined|NaN|not in this report/);
    expect(figuresOf(report).size).toBe(Object.keys(report.figures).length);
  });
});

describe("what cannot be explained", () => {
  it("is wrong usage, with the nearest ids", async () => {
    const { code, out: text, err } = await command(`explain openInterest.venue.binance.btcs --report ${file}`);
    expect({ code, text }).toEqual({ code: 64, text: "" });
    expect(err).toMatch(/^btc-report: no figure "openInterest\.venue\.binance\.btcs" in the report; nearest are /);
    expect(nearest("openInterest.venue.binance.btcs", Object.keys(report.figures))[0]).toBe(
      "openInterest.venues.binance.btc",
    );
    expect(nearest("price.usb", Object.keys(report.figures))[0]).toBe("price.usd");
    expect(nearest("xyz", Object.keys(report.figures))).toEqual([]);
  });

  it("without a report says what to do, and takes the last one when there is one", async () => {
    const none = await command("explain price.usd");
    expect({ code: none.code, out: none.out }).toEqual({ code: 65, out: "" });
    expect(none.err).toMatch(/^btc-report: there is no last report: run btc-report daily first, .*--report/);
    await writeFile(join(folder, "last-report.json"), out);
    const last = await command("explain price.usd", { env: { BTC_REPORT_DATA_DIR: folder } });
    expect(last.code).toBe(0);
    expect(last.out).toContain("value: 82880.1 USD/BTC, $82,880.10\n");
    expect((await command(`explain price.usd --report ${file} ${REPLAY}`)).code).toBe(64);
  });
});
