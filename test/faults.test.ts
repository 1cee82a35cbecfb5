/**
 * Every source under every fault: the report still comes, invents nothing, names the gap, and what other venues say
 * stays as it was to the digit. Made over the registry, so a new source is covered by being listed. The same faults go
 * through real sockets in test/io.
 */
import { describe, expect, it } from "vitest";
import { collect } from "../src/collect.ts";
import { Unavailable } from "../src/core/gap.ts";
import { datasets } from "../src/core/market.ts";
import type { Reading } from "../src/core/reading.ts";
import { DAY, floorTo, shift } from "../src/core/time.ts";
import { once } from "../src/io/polite.ts";
import { replay } from "../src/io/tape.ts";
import { opened } from "../src/io/unzip.ts";
import type { Http, HttpAnswer } from "../src/ports.ts";
import { compose } from "../src/report/compose.ts";
import { sections } from "../src/report/input.ts";
import { Report } from "../src/report/report.ts";
import { sources } from "../src/sources/registry.ts";
import type { Source } from "../src/sources/source.ts";
import { DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { diskForTests, nowOf } from "./support/tapes.ts";

const now = await nowOf(DAY_OF_THE_ARTICLE);
/** Answers are read from disk once. */
const whole = once(replay(diskForTests, DAY_OF_THE_ARTICLE));

const told = async (asked: readonly Source[], http: Http): Promise<readonly Reading[]> =>
  (
    await collect(asked, {
      web: opened(http),
      now,
      since: shift(floorTo(now, DAY), -200 * DAY),
      // Without the bars of the map, whose parsers meet damage in sources.test.ts: the model would take most of the time.
      wanted: new Set(datasets.filter((dataset) => !dataset.startsWith("hourly"))),
      secret: () => undefined,
      replaying: true,
    })
  ).readings;

const composed = (readings: readonly Reading[]): Report =>
  compose({
    readings,
    asked: [],
    sources,
    now,
    asOf: now,
    mode: "replay",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 180 },
    levels: [],
    sections: new Set(sections),
  });

const body = (text: string, status = 200): HttpAnswer => ({
  status,
  at: now,
  ms: 1,
  body: new TextEncoder().encode(text),
});

/** Every value of a JSON body changed by `to`; other bodies stay. */
const mapped = (answer: HttpAnswer, to: (key: string, value: unknown) => unknown): HttpAnswer => {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    return { ...answer, body: new TextEncoder().encode(JSON.stringify(data, to)) };
  } catch {
    return answer;
  }
};
const isNumeric = (value: unknown): boolean =>
  typeof value === "number" || (typeof value === "string" && value !== "" && Number.isFinite(Number(value)));
const isTime = (value: unknown): boolean => Number(value) > 1e9 && Number(value) < 4e12;
const lists = (answer: HttpAnswer, to: (list: readonly unknown[]) => readonly unknown[]): HttpAnswer =>
  mapped(answer, (_, value: unknown) => (Array.isArray(value) && typeof value[0] === "object" ? to(value) : value));

const faults: Readonly<Record<string, (answer: HttpAnswer) => HttpAnswer>> = {
  "a connection refused": () => {
    throw new Unavailable({ why: "unreachable", detail: "connection refused" });
  },
  ...Object.fromEntries(
    [400, 404, 429, 451, 503].map((status) => [
      `status ${status}`,
      () => body(`{"code":${status},"msg":"no"}`, status),
    ]),
  ),
  "HTML at 200": () => body("<!doctype html><html><body>Just a moment...</body></html>"),
  "an empty body": () => body(""),
  "an empty object": () => body("{}"),
  "an empty list": () => body("[]"),
  "an answer cut in the middle": (answer) => ({ ...answer, body: answer.body.subarray(0, answer.body.length >> 1) }),
  "numbers as null": (answer) => mapped(answer, (_, value) => (isNumeric(value) && !isTime(value) ? null : value)),
  "numbers as NaN": (answer) => mapped(answer, (_, value) => (isNumeric(value) && !isTime(value) ? "NaN" : value)),
  "numbers as objects": (answer) => mapped(answer, (_, value) => (isNumeric(value) && !isTime(value) ? {} : value)),
  zeros: (answer) =>
    mapped(answer, (_, value) => (isNumeric(value) && !isTime(value) ? (typeof value === "string" ? "0" : 0) : value)),
  "empty lists inside": (answer) => lists(answer, () => []),
  "rows twice and backwards": (answer) => lists(answer, (list) => [...list, ...list].toReversed()),
};

const baseline = await told(sources, whole);
const before = composed(baseline);

const finite = (value: unknown, path: string): void => {
  if (typeof value === "number") expect(Number.isFinite(value), path).toBe(true);
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) finite(inner, `${path}.${key}`);
  }
};

it("the matrix is as large as the registry makes it", () => {
  console.log(
    `${sources.length} sources x ${Object.keys(faults).length} faults = ${sources.length * Object.keys(faults).length}`,
  );
  expect(before.gaps.filter(({ why }) => why === "bug")).toEqual([]);
});

describe.each(sources.map((source) => [source.id, source] as const))("%s", (id, source) => {
  it.each(Object.entries(faults))("under %s", async (name, fault) => {
    const http: Http = async (request) => fault(await whole(request));
    const readings = await told([source], http);
    const after = composed([...baseline.filter((reading) => reading.source !== id), ...readings]);
    expect(() => Report.parse(after)).not.toThrow();
    expect(after.gaps.filter(({ why }) => why === "bug")).toEqual([]);
    finite({ ...after, figures: null }, "report");
    // Where it tells less than before, the gap is named.
    const lost = (reading: Reading): boolean => !reading.ok;
    if (readings.some(lost))
      expect(
        after.gaps.some((gap) => gap.source === id),
        name,
      ).toBe(true);
    for (const line of before.openInterest?.venues ?? []) {
      if (line.id === (source.venue ?? id)) continue;
      const here = after.openInterest?.venues.find((one) => one.id === line.id);
      // The next spot source, a few basis points away, then prices what comes without a price: CME and some histories.
      if (source.venue === null) expect(here?.btc).toBe(line.btc);
      else expect({ ...here, share: 0 }).toEqual({ ...line, share: 0 });
    }
    for (const month of before.volume?.months ?? []) {
      const months = after.volume?.months.find((one) => one.month === month.month);
      for (const venue of month.venues) {
        if (venue.id === (source.venue ?? id)) continue;
        expect(months?.venues.find((one) => one.id === venue.id)?.usd).toBe(venue.usd);
      }
    }
  });
});
