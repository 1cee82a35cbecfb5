/**
 * Binance's public archive. https://github.com/binance/binance-public-data
 * One ZIP a day or month with one CSV in it, and its SHA-256 beside it as `<file>.CHECKSUM`. Reachable where the live
 * API is not. A day's file comes out on the next day, a month's on the first Monday after it: until then the month's
 * trading is that of its days.
 *
 * - Metrics are 5-minute rows, unsorted, in 2020 every row twice, with zeros where the recorder failed. Labels run from
 *   00:05 to the next 00:00 in some files and from 00:00 to 23:55 in others, without a date to tell them by: the last
 *   row of a file is its day's close, five minutes either way.
 * - Of a past instant, the files that had come out by then are asked for: that of a day when the next day begins. The
 *   hour is nowhere documented (one was seen at 01:00Z); the close of the day was known at midnight in any case.
 * - A header may be there or not. Futures klines stay in milliseconds.
 * - Days without a file are 404: COIN-M lacks 2024-03-04 to 06-08, for one.
 */
import { z } from "zod";
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Market, Markets, Of, PastOpenInterest, Traded } from "../core/market.ts";
import { nothingHeld } from "../core/plausible/values.ts";
import { series, type Point, type Series } from "../core/series.ts";
import {
  addDays,
  addMonths,
  DAY,
  dayOf,
  daysIn,
  earlier,
  endOfDay,
  endOfMonth,
  firstDay,
  HOUR,
  instant,
  iso,
  later,
  monthOf,
  shift,
  startOfDay,
  startOfMonth,
  type Instant,
  type Month,
} from "../core/time.ts";
import { FINE_DAYS } from "./bars.ts";
import { BTCUSD_PERP, BTCUSDT, deliveryAfter, Kline, KNOWN_COIN_M, sampleOf, tradedIn } from "./binance-contracts.ts";
import { decimal, isoTime } from "./decode.ts";
import { families, unpublished } from "./families.ts";
import { isPast } from "./past.ts";
import type { Ask, Source } from "./source.ts";

const FUTURES = "https://data.binance.vision/data/futures";
/** 2020-09-01, the first day of BTCUSDT metrics; no earlier file of BTCUSD_PERP is known. */
const FIRST_METRICS = instant(1_598_918_400_000);
/** 2019-09, when BTCUSDT was listed. */
const FIRST_KLINES = instant(1_567_296_000_000);
const MONTHS = 24;
/** A day whose rows end earlier than this before its end is named: its close is not of midnight. */
const BROKEN_OFF = HOUR;

const Sha256 = z
  .tuple([z.string().regex(/^[0-9a-f]{64}\s+\S+\.zip$/i, "expected a checksum and a file name")])
  .rest(z.unknown())
  .transform(([line]) => line.slice(0, 64));
const Metric = z
  .tuple([isoTime, z.string(), decimal, decimal])
  .rest(z.unknown())
  .transform(([at, symbol, size, value]) => ({ at, symbol, size, value }));
const withoutHead =
  (title: string) =>
  (fields: unknown): unknown =>
    Array.isArray(fields) && fields[0] === title ? null : fields;
const MetricRow = z.preprocess(withoutHead("create_time"), Metric.nullable());
const KlineRow = z.preprocess(withoutHead("open_time"), Kline.nullable());

/** The file of one day or month. */
interface File {
  readonly period: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly url: string;
}
/** What a file gave, what is wrong with it, or both. */
interface Found<T> {
  readonly points?: readonly Point<T>[];
  readonly gap?: Gap;
}
type Reader<T> = (ask: Ask, market: Market, file: File, sha256: string) => Promise<Found<T>>;

/**
 * What a missing file of trading is called. A missing day of open interest is not named: the newest comes later, the
 * holes are known and stay.
 */
const NO_FILE: Gap = unpublished("the archive has no such file");
const isAbsent = (gap: Gap): boolean => gap.why === "refused" && gap.status === 404;
const checksumAt = ({ url }: File): string => `${url}.CHECKSUM`;
const folderOf = (market: Market): string => (market.margin === "linear" ? "um" : "cm");

/**
 * The files that can exist at `now`: those of days that are over. A contract has no close on the day of its delivery,
 * though it has a file.
 */
function daysOf(market: Market, ask: Ask): File[] {
  const files: File[] = [];
  const until = earlier(ask.now, market.expires ?? ask.now);
  for (
    let start = later(startOfDay(dayOf(ask.since)), FIRST_METRICS);
    start + DAY <= until;
    start = shift(start, DAY)
  ) {
    const period = dayOf(start);
    const url = `${FUTURES}/${folderOf(market)}/daily/metrics/${market.symbol}/${market.symbol}-metrics-${period}.zip`;
    files.push({ period, start, end: shift(start, DAY), url });
  }
  return files;
}

/** A month's file comes out on the first Monday after it. 1970-01-05 was one. */
const comesOut = (end: Instant): Instant => shift(end, ((((4 - end / DAY) % 7) + 7) % 7) * DAY);

function monthsOf(market: Market, ask: Ask): File[] {
  const files: File[] = [];
  for (let n = -MONTHS; n < 0; n += 1) {
    const period = addMonths(monthOf(ask.now), n);
    const start = startOfMonth(period);
    const url = `${FUTURES}/${folderOf(market)}/monthly/klines/${market.symbol}/1mo/${market.symbol}-1mo-${period}.zip`;
    const end = endOfMonth(period);
    // Today's file of a month that had none at a past instant is not of then.
    if (start >= FIRST_KLINES && (!isPast(ask) || comesOut(end) <= ask.now)) files.push({ period, start, end, url });
  }
  return files;
}

/** Bars of the days of a month that were over at `now`. */
function daysOfMonth(market: Market, month: Month, ask: Ask): File[] {
  const days = Array.from({ length: daysIn(month) }, (_, n) => addDays(firstDay(month), n));
  return days.flatMap((period) => {
    const url = `${FUTURES}/${folderOf(market)}/daily/klines/${market.symbol}/1d/${market.symbol}-1d-${period}.zip`;
    const [start, end] = [startOfDay(period), endOfDay(period)];
    return start >= FIRST_KLINES && end <= ask.now ? [{ period, start, end, url }] : [];
  });
}

/** The rows above 0 of the day and the contract, unsorted as they are. */
async function rowsOf(
  ask: Ask,
  market: Market,
  file: File,
  sha256: string,
): Promise<readonly z.infer<typeof Metric>[]> {
  const rows = await ask.csv({ url: file.url, sha256, provenBy: checksumAt(file) }, MetricRow, "forever");
  return rows
    .filter((row) => row !== null)
    .filter(({ at, symbol, size }) => at >= file.start && at <= file.end && symbol === market.symbol && size > 0);
}

const closeOfDay: Reader<PastOpenInterest> = async (ask, market, file, sha256) => {
  let close: z.infer<typeof Metric> | null = null;
  // Of two rows with the same instant the later one holds.
  for (const row of await rowsOf(ask, market, file, sha256)) if (row.at >= (close?.at ?? 0)) close = row;
  if (close === null) {
    return { gap: nothingHeld(`every row of ${market.symbol}`) };
  }
  const points = [{ at: file.end, value: sampleOf(market.margin, close.size, close.value) }];
  return close.at + BROKEN_OFF >= file.end
    ? { points }
    : { points, gap: { why: "stale", detail: `taken as the close: the last row above 0, of ${iso(close.at)}` } };
};

const everyRow: Reader<PastOpenInterest> = async (ask, market, file, sha256) => {
  const rows = await rowsOf(ask, market, file, sha256);
  return { points: rows.map(({ at, size, value }) => ({ at, value: sampleOf(market.margin, size, value) })) };
};

const tradingOf: Reader<Traded> = async (ask, market, file, sha256) => {
  const rows = await ask.csv({ url: file.url, sha256, provenBy: checksumAt(file) }, KlineRow, "forever");
  const bar = rows.find((row) => row?.at === file.start) ?? null;
  if (bar === null) throw new Unavailable({ why: "malformed", at: "rows", detail: `no bar of ${file.period}` });
  if (bar.until !== file.end) {
    throw new Unavailable({
      why: "malformed",
      at: "close time",
      detail: `the bar of ${file.period} is of another span`,
    });
  }
  return { points: [{ at: bar.at, value: tradedIn(market.margin, bar) }] };
};

const checksumOf = (ask: Ask, file: File): Promise<readonly string[]> => ask.csv(checksumAt(file), Sha256, "forever");

/** The months of which there is a file. Until the one that has just ended has its own, its days stand in for it. */
async function trading(ask: Ask, market: Market): Promise<Markets<Series<Traded>>> {
  const months = monthsOf(market, ask);
  const ended = addMonths(monthOf(ask.now), -1);
  const newest = months.find(({ period }) => period === ended);
  const isOut =
    newest !== undefined &&
    (await checksumOf(ask, newest).then(
      () => true,
      (error: unknown) => !(error instanceof Unavailable && isAbsent(error.gap)),
    ));
  const files = isOut ? months : [...months.filter((file) => file !== newest), ...daysOfMonth(market, ended, ask)];
  const { of, lacking } = await gathered(ask, market, files, tradingOf, NO_FILE);
  const known = market.margin === "linear" ? FIRST_KLINES : KNOWN_COIN_M;
  const due = files.map(({ start }) => start).reduce(earlier, ask.now);
  return { of: of.map((one) => ({ ...one, due: later(due, known) })), lacking };
}

async function found<T>(ask: Ask, market: Market, file: File, read: Reader<T>): Promise<Found<T>> {
  try {
    const [sha256] = await checksumOf(ask, file);
    if (sha256 === undefined) throw new Unavailable({ why: "malformed", at: "checksum", detail: "an empty file" });
    return await read(ask, market, file, sha256);
  } catch (error) {
    if (error instanceof Unavailable) return { gap: error.gap };
    throw error;
  }
}

/** Files of one contract that are under way at once. */
const UNDER_WAY = 16;

/**
 * Sixteen at a time: as fast as all at once, without thousands of pending requests that keep their answers alive until a
 * full collection.
 */
async function inTurn<T>(files: readonly File[], read: (file: File) => Promise<T>): Promise<readonly T[]> {
  const found: T[] = [];
  const rest = files.entries();
  const walk = async (): Promise<void> => {
    for (const [index, file] of rest) found[index] = await read(file);
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, walk));
  return found;
}

/** Every file by itself: what one of them lacks is named, neighbours of the same fate together. */
async function gathered<T>(
  ask: Ask,
  market: Market,
  files: readonly File[],
  read: Reader<T>,
  hole?: Gap,
): Promise<Markets<Series<T>>> {
  const answers = await inTurn(files, (file) => found(ask, market, file, read));
  const points = answers.flatMap(({ points: some }) => some ?? []);
  if (points.length === 0) {
    const [first] = answers.flatMap(({ gap }) => gap ?? []);
    throw new Unavailable(first ?? unpublished("no file can exist yet"));
  }
  const runs: { from: string; to: string; gap: Gap }[] = [];
  let run: (typeof runs)[number] | null = null;
  for (const [index, { period }] of files.entries()) {
    const failed = answers[index]?.gap;
    const gap = failed !== undefined && isAbsent(failed) ? hole : failed;
    if (gap === undefined) run = null;
    else if (run !== null && alike(run.gap, gap)) run.to = period;
    else runs.push((run = { from: period, to: period, gap }));
  }
  const lacking = runs.map(({ from, to, gap }) => ({
    what: `${market.symbol} ${from === to ? from : `${from} to ${to}`}`,
    gap,
    contract: market.symbol,
  }));
  return { of: [{ market, value: series(points) }], lacking };
}

const alike = (a: Gap, b: Gap): boolean =>
  a.why === "refused" && b.why === "refused" ? a.status === b.status : a.why === b.why;

/** So far back the lesser contracts are asked for at a past instant: 30 days of change. */
const LESSER = 32 * DAY;
const NO_FILES: Gap = unpublished("the archive has no file of it");

/** The lesser perpetuals; USD1 is a dollar. */
const PERPETUALS: readonly Market[] = [
  { symbol: "BTCUSDC", kind: "perpetual", margin: "linear", quote: "USDC" },
  { symbol: "BTCUSD1", kind: "perpetual", margin: "linear", quote: "USD" },
];

/**
 * What Binance's lists of today need not show: the lesser perpetuals, and all quarterlies that were traded at some time
 * from `since` to `now`. Of each family two are at any time.
 */
function lesserThen({ since, now }: Pick<Ask, "since" | "now">): readonly Market[] {
  const last = deliveryAfter(deliveryAfter(now));
  const quarterlies: Market[] = [];
  for (let expires = deliveryAfter(since); expires <= last; expires = deliveryAfter(expires)) {
    const day = dayOf(expires).slice(2).replaceAll("-", "");
    quarterlies.push(
      { symbol: `BTCUSDT_${day}`, kind: "dated", margin: "linear", quote: "USDT", expires },
      { symbol: `BTCUSD_${day}`, kind: "dated", margin: "inverse", quote: "USD", expires },
    );
  }
  return [...PERPETUALS, ...quarterlies];
}

async function lesser(ask: Ask, market: Market): Promise<Markets<Series<PastOpenInterest>>> {
  const files = daysOf(market, ask);
  // Delivered before the first day wanted was over.
  if (files.length === 0) return { of: [], lacking: [] };
  try {
    return await gathered(ask, market, files, closeOfDay);
  } catch (error) {
    if (!(error instanceof Unavailable) || !isAbsent(error.gap)) throw error;
    return { of: [], lacking: [{ what: market.symbol, gap: NO_FILES }] };
  }
}

/** The closes of every day. Of a past instant the archive also has what today's lists of contracts no longer show. */
async function closes(ask: Ask): Promise<Markets<Series<PastOpenInterest>>> {
  if (!isPast(ask)) return main(ask);
  const recent = { ...ask, since: later(ask.since, shift(ask.now, -LESSER)) };
  const asked = lesserThen(recent).map((market) => [market.symbol, () => lesser(recent, market)] as const);
  return families({ perpetuals: () => main(ask), ...Object.fromEntries(asked) }, (what) => what.includes("_"));
}

const both = <T>(of: (market: Market) => Promise<Markets<Series<T>>>): Promise<Markets<Series<T>>> =>
  families({ "USD-M": () => of(BTCUSDT), "COIN-M": () => of(BTCUSD_PERP) });

const main = (ask: Ask): Promise<Markets<Series<PastOpenInterest>>> =>
  both((market) => gathered(ask, market, daysOf(market, ask), closeOfDay));

/** Every row of the days of the files that the closes are of, so that nothing is fetched for it that is not there. */
async function fine(ask: Ask): Promise<Of<Series<PastOpenInterest>>> {
  const recent = { ...ask, since: shift(ask.now, -FINE_DAYS * DAY) };
  const { of } = await gathered(recent, BTCUSDT, daysOf(BTCUSDT, recent), everyRow);
  return { market: BTCUSDT, value: series(of.flatMap(({ value }) => value)) };
}

export const binanceArchive = {
  id: "binance-archive",
  venue: "binance",
  name: "Binance archive",
  docs: "https://github.com/binance/binance-public-data",
  hosts: { "data.binance.vision": { everyMs: 2, atOnce: 32 } },
  note: "BTCUSDT and BTCUSD_PERP only, a day late; of a past day also BTCUSDC, BTCUSD1 and the quarterlies of then. A day's close is the last 5-minute row of its file, five minutes either way. Monthly volume is used where the live API does not answer, or not for USD-M and COIN-M both, without the running month.",
  reserve: ["volume"],
  facts: {
    openInterestHistory: {
      endpoint: "GET /data/futures/{um,cm}/daily/metrics/{symbol}/{symbol}-metrics-{day}.zip",
      unit: "um: BTC, value in USDT; cm: contracts of 100 USD, value in BTC",
      proof:
        "cm 2023-06-25: 5,578,700 contracts × 100 USD / 18,265.009 BTC = 30,543 USD, the price; um 2025-11-02: 8,430,743,346 / 76,643.191 = 110,000 USDT",
      counting: "each contract once; not documented",
      lookBack: "um since 2020-09-01, cm at least since 2021-07-08 with holes, 97 days of 2024 among them",
      uncertain: "whether a label is the instant of the row or five minutes before it",
    },
    fineOpenInterest: {
      endpoint: "GET /data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-{day}.zip",
      unit: "BTC, value in USDT",
      proof: "the rows of openInterestHistory",
      counting: "each contract once; not documented",
      lookBack: "since 2020-09-01; the files of the last 30 days",
      uncertain: "whether a label is the instant of the row or five minutes before it",
    },
    volume: {
      endpoint:
        "GET /data/futures/{um,cm}/monthly/klines/{symbol}/1mo/{symbol}-1mo-{month}.zip; of a month that has just ended, daily/klines/{symbol}/1d/{symbol}-1d-{day}.zip",
      unit: "um: BTC and USDT; cm: contracts of 100 USD and BTC",
      proof: "the columns of the live klines",
      counting: "each trade once; not documented",
      lookBack: "since listing; the 24 months before the running one are asked",
      uncertain: "that the columns of cm mean what they mean in the live klines",
    },
  },
  datasets: {
    openInterestHistory: closes,
    fineOpenInterest: fine,
    volume: (ask) => both((market) => trading(ask, market)),
  },
} as const satisfies Source;
