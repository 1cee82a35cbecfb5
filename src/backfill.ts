/**
 * Fills the history from what the sources still tell of the past, through their ordinary functions: each is asked for
 * one window after the other, as if the run were at the window's end. A window is stored whole, together with the note
 * that it was, so that a run which is killed goes on where it was.
 */
import { asker } from "./ask.ts";
import { Unavailable, type Gap } from "./core/gap.ts";
import { datasets, type Dataset } from "./core/market.ts";
import type { Reading } from "./core/reading.ts";
import { DAY, dayOf, earlier, floorTo, HOUR, iso, later, shift, type Instant } from "./core/time.ts";
import { observationsOf } from "./history/observations.ts";
import type { Store } from "./history/store.ts";
import { missingMidnights, uncovered, windowsOf, type Cut, type Span } from "./history/windows.ts";
import type { Web } from "./ports.ts";
import { sections } from "./report/input.ts";
import { vetted } from "./report/vet.ts";
import type { Source } from "./sources/source.ts";

export interface Backfill {
  readonly sources: readonly Source[];
  /** A way to ask that knows nothing of earlier questions; one for each window. */
  readonly web: () => Web;
  readonly store: Store;
  readonly now: Instant;
  /** Whole days. */
  readonly span: Span;
  /** Asks also what was stored before: a value that the source has changed becomes a revision. */
  readonly again: boolean;
  readonly secret: (name: string) => string | undefined;
  /** Told before each window. */
  readonly told: (progress: Progress) => void;
  /** Told when a source has nothing more to be asked. */
  readonly ended: (source: Source, outcomes: readonly Outcome[]) => void;
}

export interface Progress {
  readonly source: string;
  readonly dataset: Dataset;
  readonly window: Span;
  /** Windows done, of all sources. */
  readonly done: number;
  readonly of: number;
}

/** What came of one dataset of one source. */
export interface Outcome {
  readonly source: string;
  readonly dataset: Dataset;
  readonly added: number;
  readonly revised: number;
  readonly asked: number;
  /** Days that the source does not have, by market ("" where there is none). */
  readonly missing: ReadonlyMap<string, readonly Instant[]>;
  /** What else it lacks, in its words. */
  readonly lacking: readonly string[];
  /** Values that the plausibility rules kept out. */
  readonly refused: readonly string[];
  /** Why something could not be asked: the next backfill asks it again. */
  readonly failed: readonly Gap[];
}

/** Histories, and how long a stretch one answer of every source reaches back at least. */
const CUTS: Readonly<Partial<Record<Dataset, Cut>>> = {
  fearGreed: { days: 100_000 },
  candles: { days: 300 },
  openInterestHistory: "months",
  // Each answer holds 24 whole months.
  volume: { days: 720 },
  hourlyCandles: { days: 89 },
  hourlyOpenInterest: { days: 28 },
  traderClasses: { days: 1_000 },
};
/** Its reports are told all at once. */
const AT_ONCE: ReadonlySet<string> = new Set(["cme"]);
/** Days so young may still come: archives are written a day late, weekly reports after holidays two weeks late. */
const MAY_COME = 14 * DAY;
/** Windows without a value, one after the other, that show that a source does not reach further back. */
const EMPTY = 2;

/** Asks every source, side by side, for what is not stored yet. */
export async function backfill(options: Backfill): Promise<readonly Outcome[]> {
  const jobs = options.sources.map((source) => ({
    source,
    parts: datasets.flatMap((dataset) => {
      const cut = CUTS[dataset];
      if (cut === undefined || source.datasets[dataset] === undefined) return [];
      const covered = options.again ? [] : options.store.fetched(source.id, dataset);
      const windows = uncovered(options.span, covered)
        .toReversed()
        .flatMap((span) => windowsOf(span, AT_ONCE.has(source.id) ? { days: 100_000 } : cut));
      return [{ dataset, windows }];
    }),
  }));
  let done = 0;
  const of = jobs.flatMap(({ parts }) => parts.map(({ windows }) => windows.length)).reduce((sum, n) => sum + n, 0);
  const outcomes = await Promise.all(
    jobs.map(async ({ source, parts }) => {
      const own: Outcome[] = [];
      for (const { dataset, windows } of parts) {
        const outcome = await dug(source, dataset, windows, options, (window) => {
          options.told({ source: source.id, dataset, window, done, of });
          done += 1;
        });
        // Windows beyond the source's reach are done with, too.
        done += windows.length - outcome.asked;
        own.push(outcome);
      }
      options.ended(source, own);
      return own;
    }),
  );
  return outcomes.flat();
}

/** Goes back in one dataset, window by window, until the source tells nothing any more. */
async function dug(
  source: Source,
  dataset: Dataset,
  windows: readonly Span[],
  options: Backfill,
  told: (window: Span) => void,
): Promise<Outcome> {
  const { store, now } = options;
  let [added, revised, asked, empty] = [0, 0, 0, 0];
  let hasTold = false;
  const missing = new Map<string, Instant[]>();
  const [lacking, refused, failed] = [new Set<string>(), new Set<string>(), new Map<string, Gap>()];
  for (const [i, window] of windows.entries()) {
    told(window);
    asked += 1;
    const raw = await answered(source, dataset, window, options);
    const { reading, refusals } = judged(raw, options);
    for (const text of refusals) refused.add(text);
    const gaps = gapsOf(raw);
    // Going back, an answer without a single row may be how a source says that it has no more.
    const isOver = (gap: Gap): boolean => isFinal(gap) || (gap.why === "malformed" && !raw.ok && hasTold);
    for (const { what, gap } of gaps) {
      const text = what === "" ? gap.detail : `${what}: ${gap.detail}`;
      if (!isOver(gap)) failed.set(`${gap.why} ${gap.detail}`, gap);
      else if (![...lacking].some((known) => known.startsWith(text))) {
        lacking.add(i === 0 ? text : `${text} (before ${dayOf(window.until)})`);
      }
    }
    const holes = raw.ok ? holesOf(raw, source, window) : new Map<string, readonly Instant[]>();
    for (const [market, days] of holes) missing.set(market, [...(missing.get(market) ?? []), ...days]);
    const whole = gaps.every(({ gap }) => isOver(gap));
    const stored = store.append(observationsOf([reading], now), now, [
      ...(whole ? remembered(source, dataset, window, holes, now) : []),
    ]);
    added += stored.added;
    revised += stored.revised;
    empty = raw.ok ? 0 : empty + 1;
    hasTold ||= raw.ok;
    const rest = windows.at(-1);
    if (empty < EMPTY || rest === undefined) continue;
    if (whole && i + 1 < windows.length) {
      const beyond = { source: source.id, dataset, since: rest.from, until: window.from, lacking: "" };
      store.append([], now, [beyond]);
      lacking.add(`nothing before ${dayOf(window.until)}`);
    }
    break;
  }
  return {
    source: source.id,
    dataset,
    added,
    revised,
    asked,
    missing,
    lacking: [...lacking],
    refused: [...refused],
    failed: [...failed.values()],
  };
}

/** One window of one dataset, as a reading. */
async function answered(source: Source, dataset: Dataset, window: Span, options: Backfill): Promise<Reading> {
  const told = source.datasets[dataset];
  const about = { source: source.id, dataset, evidence: [] };
  const key = source.key === undefined ? undefined : options.secret(source.key.env);
  if (told === undefined || (source.key?.required === true && key === undefined)) {
    const detail = source.key === undefined ? "not told" : `${source.key.env} is not set`;
    return { ...about, ok: false, gap: { why: "unconfigured", detail } };
  }
  const { ask } = asker(source, {
    web: options.web(),
    // Some leave out what stands at the very end.
    now: earlier(shift(window.until, HOUR), options.now),
    clock: options.now,
    since: window.from,
    everyDay: true,
    ...(source.key !== undefined && key !== undefined ? { key: { [source.key.header]: key } } : {}),
  });
  try {
    return { ...about, ok: true, value: await told(ask) };
  } catch (error) {
    if (error instanceof Unavailable) return { ...about, ok: false, gap: error.gap };
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { ...about, ok: false, gap: { why: "bug", detail } };
  }
}

/** The reading without what the rules refuse, and what they say of it. */
function judged(raw: Reading, { sources, now }: Backfill): { reading: Reading; refusals: readonly string[] } {
  const { input, checks } = vetted({
    readings: [raw],
    sources,
    asked: [],
    now,
    asOf: now,
    mode: "live",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 180 },
    levels: [],
    sections: new Set(sections),
  });
  const refusals = checks.flatMap(({ rule, severity, message }) =>
    severity === "error" ? [`${rule}: ${message}`] : [],
  );
  return { reading: input.readings[0] ?? raw, refusals };
}

/** What the source says it lacks, whole or in part. */
function gapsOf(reading: Reading): readonly { readonly what: string; readonly gap: Gap }[] {
  if (!reading.ok) return [{ what: "", gap: reading.gap }];
  const { value } = reading;
  return typeof value === "object" && "lacking" in value ? value.lacking : [];
}

/** The source has answered, and asking again would change nothing. */
const isFinal = (gap: Gap): boolean =>
  ["unpublished", "unconfigured", "implausible", "stale"].includes(gap.why) ||
  (gap.why === "refused" && (gap.status === 404 || gap.status === 400));

/** Days of which a daily history tells nothing, though it could. Dated contracts come and go. */
function holesOf(reading: Reading, source: Source, window: Span): ReadonlyMap<string, readonly Instant[]> {
  const holes = new Map<string, readonly Instant[]>();
  const add = (market: string, points: readonly { readonly at: Instant }[], span: Span): void => {
    const missing = missingMidnights(span, new Set(points.map(({ at }) => at)));
    if (missing.length > 0) holes.set(market, missing);
  };
  if (!reading.ok || AT_ONCE.has(source.id)) return holes;
  const { dataset, value } = reading;
  if (dataset === "openInterestHistory" && typeof value === "object" && "of" in value) {
    for (const { market, value: samples } of value.of) {
      if (market.kind !== "perpetual" || !Array.isArray(samples)) continue;
      // Any sample of a day tells of that day.
      add(
        market.symbol,
        samples.map(({ at }) => ({ at: floorTo(shift(at, DAY - 1), DAY) })),
        window,
      );
    }
  }
  // A day's bar, and its Fear & Greed, stand at its start.
  if ((dataset === "candles" || dataset === "fearGreed") && Array.isArray(value)) {
    const own: readonly { readonly at: Instant }[] = value.flatMap((point) =>
      "at" in point ? [{ at: point.at }] : [],
    );
    const first = own[0]?.at ?? window.until;
    add("", own, { from: shift(later(window.from, first), -1), until: shift(window.until, -1) });
  }
  return holes;
}

/** What need not be asked again: up to a day that may still come. */
function remembered(
  source: Source,
  dataset: Dataset,
  window: Span,
  holes: ReadonlyMap<string, readonly Instant[]>,
  now: Instant,
): Parameters<Store["append"]>[2] & object {
  const mayCome = shift(floorTo(now, DAY), -MAY_COME);
  const young = [...holes.values()].flat().filter((at) => at > mayCome);
  const first = young.reduce<Instant | null>((a, b) => (a === null || b < a ? b : a), null);
  const late = AT_ONCE.has(source.id) ? mayCome : first === null ? window.until : shift(first, -DAY);
  const until = earlier(window.until, late);
  const words = [...holes].map(([market, days]) => `${market} ${days.map((at) => iso(at).slice(0, 10)).join(" ")}`);
  return until <= window.from
    ? []
    : [{ source: source.id, dataset, since: window.from, until, lacking: words.join("; ") }];
}
