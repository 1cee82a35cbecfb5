/**
 * What the fault matrix is measured against: every source asked alone of its recording, and the report that all of them
 * together make. A source that the article's recording knows nothing of (it needs a key) is asked of its own tapes.
 */
import { expect } from "vitest";
import { collect, type Collected } from "../../src/collect.ts";
import { datasets, type Dataset, type Datasets } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { DAY, floorTo, shift, type Instant } from "../../src/core/time.ts";
import { once } from "../../src/io/polite.ts";
import { replay } from "../../src/io/tape.ts";
import { opened } from "../../src/io/unzip.ts";
import type { Http } from "../../src/ports.ts";
import { compose } from "../../src/report/compose.ts";
import { leaves } from "../../src/report/figures.ts";
import { sections } from "../../src/report/input.ts";
import { Report } from "../../src/report/report.ts";
import { sources } from "../../src/sources/registry.ts";
import type { Source } from "../../src/sources/source.ts";
import { DAY_OF_THE_ARTICLE } from "../support/command.ts";
import { diskForTests, nowOf } from "../support/tapes.ts";

const now = await nowOf(DAY_OF_THE_ARTICLE);
/** Answers are read from disk once. */
const article = once(replay(diskForTests, DAY_OF_THE_ARTICLE));

/** A source, what it is asked of, and when. */
export interface Case {
  readonly id: string;
  readonly source: Source;
  readonly whole: Http;
  readonly now: Instant;
}

/** Without the bars of the map, whose parsers meet damage in sources.test.ts: the model would take most of the time. */
const ALL: ReadonlySet<Dataset> = new Set(datasets.filter((dataset) => !dataset.startsWith("hourly")));
/** The archive has a file a day. Three of them are as good as two hundred here. */
const daysOf = ({ hosts }: Source): number => (Object.keys(hosts).join() === "data.binance.vision" ? 3 : 200);

/** Asks one source alone. */
export const collected = (
  { source, now: at }: Pick<Case, "source" | "now">,
  http: Http,
  wanted: ReadonlySet<Dataset> = ALL,
): Promise<Collected> =>
  collect([source], {
    web: opened(once(http)),
    now: at,
    since: shift(floorTo(at, DAY), -daysOf(source) * DAY),
    wanted,
    secret: () => "a-key-for-tests",
    replaying: false,
  });

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

/** Of every source, in the order of the registry. */
export const cases: readonly Case[] = await Promise.all(
  sources.map(async (source): Promise<Case> => {
    const { readings } = await collected({ source, now }, article);
    if (readings.some(({ ok }) => ok)) return { id: source.id, source, whole: article, now };
    const folder = `fixtures/${source.id}`;
    return { id: source.id, source, whole: once(replay(diskForTests, folder)), now: await nowOf(folder) };
  }),
);

const whole: readonly (readonly [string, readonly Reading[]])[] = await Promise.all(
  cases.map(async (one) => [one.id, (await collected(one, one.whole)).readings] as const),
);
/** What each source says when nothing is wrong. */
export const baseline: ReadonlyMap<string, readonly Reading[]> = new Map(whole);

/** The report with the readings of one source replaced. */
export const withThese = (id: string, readings: readonly Reading[]): Report =>
  composed(whole.flatMap(([other, own]) => (other === id ? readings : own)));

export const before = composed(whole.flatMap(([, own]) => own));

/** Every number of a report by its place. */
export const numbers = (report: Report): ReadonlyMap<string, number> => {
  const { price, fearGreed, openInterest, volume, funding, basis, positioning, liquidations } = report;
  const parts = { price, fearGreed, openInterest, volume, funding, basis, positioning, liquidations };
  return new Map(
    leaves(parts).flatMap(({ path, value }) => (typeof value === "number" ? [[path.join("."), value] as const] : [])),
  );
};
export const numbersBefore = numbers(before);

const venueIds: ReadonlySet<string> = new Set(sources.flatMap(({ venue }) => venue ?? []));
/** The venue that a number speaks of, where it is one venue's. */
const venueIn = (path: string): string | undefined =>
  path
    .split(".")
    .find((part) => venueIds.has(part.split("/")[0] ?? ""))
    ?.split("/")[0];
/** What measures a venue by the others. */
const BY_OTHERS = /\.(?:share|rank|of|shareChange|record\.\w+)$/;
/** Sources whose price is the yardstick of others: where one fails, the next is a few basis points away. */
const isSpot = ({ datasets: told }: Source): boolean => told.candles !== undefined;

/** What is said of other venues stays as it was, to the digit. */
export function othersUnchanged({ source }: Case, after: Report): void {
  const now = numbers(after);
  const moved: string[] = [];
  for (const [path, value] of numbersBefore) {
    const venue = venueIn(path);
    if (venue === undefined || venue === source.venue || BY_OTHERS.test(path)) continue;
    if (isSpot(source) && !/\.contracts\..*\.btc$/.test(path)) continue;
    if (now.get(path) !== value) moved.push(`${path}: ${value} became ${now.get(path) ?? "nothing"}`);
  }
  expect(moved).toEqual([]);
}

/** Figures that are more than a hundred times what they were. */
export function grown(after: Report): readonly string[] {
  return [...numbers(after)].flatMap(([path, value]) => {
    const usual = numbersBefore.get(path);
    const isGrown = usual !== undefined && usual !== 0 && Math.abs(value / usual) > 100;
    return isGrown ? [`${path}: ${usual} became ${value}`] : [];
  });
}

/** No number of it is none, it keeps the contract, and nothing in it is our own fault. */
export function sound(report: Report): void {
  expect(Report.safeParse(report).error).toBeUndefined();
  expect(report.gaps.filter(({ why }) => why === "bug")).toEqual([]);
  expect(JSON.stringify(report, (_, value: unknown) => (Number.isNaN(value) ? "NaN!" : value))).not.toContain("NaN!");
}

/** Readings as text to compare, by dataset: what was said, or why not; without the times of the answers. */
const texts = (readings: readonly Reading[]): ReadonlyMap<string, string> =>
  new Map(
    readings.map((reading) => [reading.dataset, reading.ok ? sorted(reading.value) : JSON.stringify(reading.gap)]),
  );
/** What nothing is wrong with is compared hundreds of times. */
const known = new WeakMap<Datasets[Dataset], string>();
/** The order of contracts and venues is the upstream's and says nothing; neither does the last digit of a sum. */
function sorted(value: Datasets[Dataset]): string {
  const before = known.get(value);
  if (before !== undefined) return before;
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "number") return Number(inner.toPrecision(12));
    if (!Array.isArray(inner) || isTimed(inner[0])) return inner;
    return inner.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  });
  known.set(value, text);
  return text;
}
/** A point of a series, which has an order. */
const isTimed = (one: unknown): boolean => typeof one === "object" && one !== null && "at" in one && "value" in one;

export const textOf = (readings: readonly Reading[]): string => JSON.stringify([...texts(readings)]);

/** The same was said to the digit. Compared as text, because a difference of a whole history takes minutes to draw. */
export function saysTheSame(readings: readonly Reading[], usual: readonly Reading[]): void {
  const [found, wanted] = [texts(readings), texts(usual)];
  const different = [...wanted].flatMap(([dataset, text]) => {
    const other = found.get(dataset) ?? "nothing";
    if (other === text) return [];
    const at = Array.from(text).findIndex((letter, i) => other[i] !== letter);
    const near = (whole: string): string => whole.slice(Math.max(0, at - 80), at + 120);
    return [`${dataset}: ${near(text)} became ${near(other)}`];
  });
  expect(different).toEqual([]);
  expect(found.size).toBe(wanted.size);
}
