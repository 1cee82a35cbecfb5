/**
 * Every source under every fault inside an answer: the figure is absent with a reason or right, what is said of other
 * venues stays as it was to the digit, and the cache serves none of it to the next run. Made over the registry, so a
 * new source is covered by being listed. In process, because the network has no part in it; see transport.test.ts.
 */
import AdmZip from "adm-zip";
import { describe, expect, it } from "vitest";
import { inert } from "../../src/core/inert.ts";
import type { Dataset } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { keep } from "../../src/io/tape.ts";
import type { Http, HttpAnswer } from "../../src/ports.ts";
import type { Report } from "../../src/report/report.ts";
import { memory } from "../support/memory.ts";
import {
  baseline,
  before,
  cases,
  collected,
  grown,
  numbers as figures,
  numbersBefore,
  othersUnchanged,
  saysTheSame,
  sound,
  textOf,
  withThese,
  type Case,
} from "./recorded.ts";

type Fault = (answer: HttpAnswer) => HttpAnswer;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const told =
  (text: string): Fault =>
  (answer) => ({ ...answer, status: 200, body: bytes(text) });

/** Every value of a JSON body changed by `to`; other bodies stay. */
const mapped = (answer: HttpAnswer, to: (key: string, value: unknown) => unknown): HttpAnswer => {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    return { ...answer, body: bytes(JSON.stringify(data, to) ?? "") };
  } catch {
    return answer;
  }
};
const isTime = (value: unknown): boolean => Number(value) > 1.2e9 && Number(value) < 4e12;
/** A number as such or as text, and no time. */
const isNumeric = (value: unknown): boolean =>
  (typeof value === "number" || (typeof value === "string" && value !== "" && Number.isFinite(Number(value)))) &&
  !isTime(value);
const numbers =
  (to: (value: unknown) => unknown): Fault =>
  (answer) =>
    mapped(answer, (_, value) => (isNumeric(value) ? to(value) : value));
const lists =
  (to: (list: readonly unknown[]) => readonly unknown[]): Fault =>
  (answer) =>
    // A column of times beside columns of figures: moving one alone is another fault, which nobody could see.
    /"(?:timestamp|ticks|time)":\[\d/.test(new TextDecoder().decode(answer.body))
      ? answer
      : mapped(answer, (_, value: unknown) =>
          Array.isArray(value) && typeof value[0] === "object" ? to(value) : value,
        );
/** Every time moved by so many hours: seconds, milliseconds, ISO. */
const moved = (hours: number): Fault => {
  const ms = hours * 3_600_000;
  const later = (value: unknown): unknown => {
    if (isTime(value)) {
      const by = Number(value) > 1e11 ? ms : ms / 1000;
      return typeof value === "string" ? String(Number(value) + by) : Number(value) + by;
    }
    return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:/.test(value)
      ? new Date(Date.parse(/Z|[+-]\d{2}:\d{2}$/.test(value) ? value : `${value}Z`) + ms).toISOString()
      : value;
  };
  return (answer) => mapped(answer, (_, value) => later(value));
};
const isZip = ({ body }: HttpAnswer): boolean => body[0] === 0x50 && body[1] === 0x4b;
const archives =
  (to: (body: Uint8Array) => Uint8Array): Fault =>
  (answer) =>
    isZip(answer) ? { ...answer, body: to(answer.body) } : answer;
const zipped = (entries: Readonly<Record<string, Uint8Array>>): Uint8Array => {
  const archive = new AdmZip();
  for (const [name, content] of Object.entries(entries)) {
    archive.addFile("x", Buffer.from(content));
    const entry = archive.getEntries().at(-1);
    if (entry !== undefined) entry.entryName = name;
  }
  return archive.toBuffer();
};
const bomb = zipped({ bomb: new Uint8Array(64 * 1024 * 1024) });

/** What every venue says in place of data, all at once, with words that would like to be obeyed. */
const ENVELOPE = JSON.stringify({
  code: "50011",
  retCode: 10006,
  status: "error",
  err_code: 1032,
  success: false,
  result: "error",
  label: "TOO_MANY_REQUESTS",
  error: { code: 10028, message: "too_many_requests" },
  errors: [{ msg: "no" }],
  msg: "\u001b[31mslow down\u202e | <b>`x`</b>",
});

/**
 * `same`: the answer says the same as before, so the reading must. `twice`: it does, or there is none; orders of
 * liquidations carry nothing by which two of them could be told apart from one that stands there twice. `odd`: no figure
 * goes through without a word.
 */
const faults: Readonly<
  Record<string, { readonly does: Fault; readonly same?: true; readonly twice?: true; readonly odd?: true }>
> = {
  "HTML at 200": { does: told("<!doctype html><html><body>Just a moment...</body></html>") },
  "an empty body": { does: told("") },
  "an empty object": { does: told("{}") },
  "an empty list": { does: told("[]") },
  null: { does: told("null") },
  "a list around it": { does: (answer) => told(`[${new TextDecoder().decode(answer.body)}]`)(answer) },
  "an error at 200": { does: told(ENVELOPE) },
  "an answer cut in the middle": {
    does: (answer) => ({ ...answer, body: answer.body.subarray(0, answer.body.length >> 1) }),
  },
  "numbers as null": { does: numbers(() => null) },
  "numbers as empty text": { does: numbers(() => "") },
  "numbers as NaN": { does: numbers(() => "NaN") },
  "numbers as objects": { does: numbers(() => ({})) },
  "numbers beyond all numbers": { does: numbers(() => "1e999") },
  "negative numbers": { does: numbers((value) => (typeof value === "string" ? `-${value}` : -Number(value))) },
  zeros: { does: numbers((value) => (typeof value === "string" ? "0" : 0)) },
  "numbers a thousand times as large": {
    does: numbers((value) => (typeof value === "string" ? String(Number(value) * 1000) : Number(value) * 1000)),
    odd: true,
  },
  "a missing field": {
    does: (answer) =>
      mapped(answer, (_, value: unknown) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).slice(0, -1))
          : value,
      ),
  },
  "times half a day old": { does: moved(-12) },
  "times half a day ahead": { does: moved(12) },
  "empty lists inside": { does: lists(() => []) },
  "rows backwards": { does: lists((list) => list.toReversed()), twice: true },
  "rows twice": { does: lists((list) => [...list, ...list]), twice: true },
  "an archive with a flipped byte": {
    does: archives((body) => body.map((byte, i) => (i === 60 ? byte ^ 0xff : byte))),
  },
  "a checksum of something else": {
    does: (answer) =>
      /^[0-9a-f]{64} /.test(new TextDecoder().decode(answer.body.subarray(0, 80)))
        ? told(`${"0".repeat(64)}  file.zip\n`)(answer)
        : answer,
  },
  "an archive in place of the answer": {
    does: (answer) => ({ ...answer, body: zipped({ "../../../etc/cron.d/x": bytes("boo") }) }),
  },
  "the answer in an archive that climbs out of its folder": {
    does: (answer) => (isZip(answer) ? answer : { ...answer, body: zipped({ "../../x": answer.body }) }),
    same: true,
  },
  "an archive of two files": { does: (answer) => ({ ...answer, body: zipped({ a: bytes("1"), b: bytes("2") }) }) },
  "a zip bomb": { does: (answer) => ({ ...answer, body: bomb }) },
};

it("the matrix is as large as the registry makes it", () => {
  const number = Object.keys(faults).length;
  console.log(`${cases.length} sources x ${number} faults of answers = ${cases.length * number}`);
  sound(before);
});

/** Composing is what costs, and many faults leave the same: nothing, for another reason. */
const reports = new Map<string, Report>();
function reportWith(one: Case, readings: readonly Reading[]): Report {
  const key = `${one.id} ${readings.map((reading) => (reading.ok ? textOf([reading]) : `${reading.dataset} ${reading.gap.why}`)).join()}`;
  const known = reports.get(key);
  if (known !== undefined) return known;
  const after = withThese(one.id, readings);
  sound(after);
  othersUnchanged(one, after);
  // Where it tells less than before, the gap is named.
  if (readings.some(({ ok }) => !ok)) expect(after.gaps.some(({ source }) => source === one.id)).toBe(true);
  reports.set(key, after);
  return after;
}

/**
 * The datasets whose figures alone move the report without a new check, a new gap, or a reason why nothing tells. Each
 * is put beside what the source usually says: the same jump everywhere is seen by what it is measured against.
 */
function silent({ id }: Case, readings: readonly Reading[]): readonly string[] {
  const usual = baseline.get(id) ?? [];
  return readings.flatMap((reading) => {
    if (!reading.ok || NOTHING_TELLS[`${id} ${reading.dataset}`] !== undefined) return [];
    if (NOTHING_TELLS[reading.dataset] !== undefined) return [];
    const after = withThese(
      id,
      usual.map((other) => (other.dataset === reading.dataset ? reading : other)),
    );
    const isUsed = [...figures(after)].some(([path, value]) => numbersBefore.get(path) !== value);
    return isUsed && !news(after).any ? [reading.dataset] : [];
  });
}

/** Sums of entries that nothing tells apart. */
const ORDERS: ReadonlySet<string> = new Set(["liquidations", "htx liquidationDays", "reportedMap"]);

/** Nothing in it was other than the venue documents. */
const isWhole = (reading: Reading): boolean =>
  reading.ok && !("lacking" in reading.value && reading.value.lacking.some(({ gap }) => gap.why === "malformed"));

const cached = (one: Case, http: Http, files: ReturnType<typeof memory>) =>
  collected(
    one,
    keep(http, files, "cache", () => one.now),
  );

describe.each(cases.map((one) => [one.id, one] as const))("%s", (id, one) => {
  const usual = baseline.get(id) ?? [];

  it.each(Object.entries(faults))("under %s", async (_, { does, same, twice, odd }) => {
    const files = memory();
    const run = await cached(one, async (request) => does(await one.whole(request)), files);
    const { readings } = run;
    const after = reportWith(one, readings);
    if (same === true) saysTheSame(readings, usual);
    if (odd === true) expect(silent(one, readings)).toEqual([]);
    // What comes from outside is inert wherever it may be printed.
    const words = readings.map((reading) => (reading.ok ? "" : reading.gap.detail)).join();
    expect(words).toBe(inert(words));
    // What was kept out of the figures does not serve the next run. What passed every check is an answer like others.
    const wrong = new Set(after.checks.flatMap(({ severity, source }) => (severity === "error" ? (source ?? []) : [])));
    await run.disown((source) => wrong.has(source));
    // An empty cache serves nothing; an empty tape is none.
    const isServing = [...files.all.values()].some(({ length }) => length > 0);
    const next = isServing ? (await cached(one, one.whole, files)).readings : usual;
    const passed = new Set(wrong.has(id) ? [] : readings.filter(isWhole).map(({ dataset }) => dataset));
    const mustBe = (of: readonly Reading[]): readonly Reading[] => of.filter(({ dataset }) => !passed.has(dataset));
    saysTheSame(mustBe(next), mustBe(usual));
    if (twice === true) {
      const counted = (of: readonly Reading[]): readonly Reading[] =>
        of.filter(
          ({ ok, dataset }) =>
            ok &&
            !ORDERS.has(dataset) &&
            !ORDERS.has(`${id} ${dataset}`) &&
            readings.some((other) => other.ok && other.dataset === dataset),
        );
      saysTheSame(counted(readings), counted(usual));
    }
  });
});

/** What a dataset counts, by the names that it has there. Prices are left as they are, where there are others. */
const COUNTED: Readonly<Record<Dataset, readonly string[]>> = {
  fearGreed: ["value"],
  price: ["price"],
  candles: ["open", "high", "low", "close"],
  openInterest: ["value", "count"],
  openInterestHistory: ["value", "count"],
  volume: ["btc", "usd"],
  funding: ["rate"],
  longShort: ["ratio"],
  taker: ["value", "count"],
  liquidations: ["longs", "shorts", "both"],
  liquidationDays: ["longs", "shorts", "both"],
  hourlyCandles: ["open", "high", "low", "close"],
  dailyCandles: ["open", "high", "low", "close"],
  hourlyOpenInterest: ["value", "count"],
  fineCandles: ["open", "high", "low", "close"],
  fineOpenInterest: ["value", "count"],
  traderClasses: ["leveragedNet", "assetManagersNet"],
  reportedOpenInterest: ["usd"],
  reportedLiquidations: ["longs", "shorts", "both"],
  reportedMap: ["price"],
  supply: ["btc"],
};
/** Where nothing gives a thousandfold away, and why. */
const NOTHING_TELLS: Readonly<Record<string, string>> = {
  funding: "rates differ from venue to venue and from hour to hour, and no rule bounds them",
  longShort: "a ratio alone; where the venue tells the shares, they must bear it out (Q-16)",
  taker: "both sides grow alike, and not every venue tells the volume of the same hours",
  supply: "what is no number of bitcoins is malformed where it is read",
  traderClasses: "net positions of a weekly report that nobody else tells",
  "cme openInterestHistory": "weekly, all of it out of one file, and nobody else's",
};
const isCounted = (reading: Reading, name: string): boolean => COUNTED[reading.dataset].includes(name);
const thousandfold = (reading: Reading & { readonly ok: true }): Reading => {
  const value: unknown = reading.value;
  const grow = (name: string, one: unknown): unknown =>
    typeof one === "number" && isCounted(reading, name) ? one * 1000 : one;
  return { ...reading, value: JSON.parse(JSON.stringify(value, grow)) };
};
/** Checks and gaps that were not there before. */
const news = (after: Report): { readonly errors: boolean; readonly any: boolean } => {
  const of = ({ checks, gaps }: Report): readonly string[] => [...checks, ...gaps].map((one) => JSON.stringify(one));
  const known = new Set(of(before));
  const found = of(after).filter((one) => !known.has(one));
  return { errors: found.some((one) => /"severity":"error"/.test(one)), any: found.length > 0 };
};
const jumps = cases.flatMap((one) =>
  (baseline.get(one.id) ?? []).flatMap((reading) =>
    reading.ok ? [[one.id, reading.dataset, one, reading] as const] : [],
  ),
);

describe("a unit that is a thousand times as large", () => {
  it.each(jumps)("%s %s is kept out, or said to be odd", (id, dataset, one, reading) => {
    const usual = baseline.get(id) ?? [];
    const after = withThese(
      id,
      usual.map((other) => (other === reading ? thousandfold(reading) : other)),
    );
    sound(after);
    othersUnchanged(one, after);
    const { errors, any } = news(after);
    // An error leaves nothing of it in any figure.
    if (errors) expect(grown(after)).toEqual([]);
    if (any) return;
    // What is in no figure needs no word.
    const isUsed = [...figures(after)].some(([path, value]) => numbersBefore.get(path) !== value);
    const reason = NOTHING_TELLS[`${id} ${dataset}`] ?? NOTHING_TELLS[dataset];
    if (isUsed) expect(reason, `${id} ${dataset} went through without a word`).toBeDefined();
  });
});
