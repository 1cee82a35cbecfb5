/**
 * Fills the history from what the sources still tell of the past, through their ordinary functions: each is asked for
 * one window after the other, as if the run were at the window's end. A window is stored whole, together with the note
 * that it was, so that a run which is killed goes on where it was.
 */
import { asker, gapOf, unconfigured, type Secret } from "./ask.ts";
import type { Gap } from "./core/gap.ts";
import { datasets, type Dataset } from "./core/market.ts";
import type { Reading } from "./core/reading.ts";
import { DAY, dayOf, earlier, floorTo, HOUR, later, shift, startOfDay, type Day, type Instant } from "./core/time.ts";
import { observationsOf } from "./history/observations.ts";
import type { Store } from "./history/store.ts";
import { missingDays, uncovered, windowsOf, type Cut, type Span } from "./history/windows.ts";
import { heldAt } from "./past.ts";
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
  readonly secret: Secret;
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
  readonly missing: ReadonlyMap<string, readonly Day[]>;
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
  // Of the 300 days of an answer the newest begins with the window's end.
  candles: { days: 299 },
  openInterestHistory: "months",
  // Each answer holds 24 whole months.
  volume: { days: 720 },
  hourlyCandles: { days: 89 },
  dailyCandles: { days: 199 },
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
  begins: (window: Span) => void,
): Promise<Outcome> {
  const { store, now } = options;
  let [added, revised, asked, empty] = [0, 0, 0, 0];
  let hasTold = false;
  const missing = new Map<string, Day[]>();
  const [lacking, refused, failed] = [new Set<string>(), new Set<string>(), new Map<string, Gap>()];
  for (const [i, window] of windows.entries()) {
    begins(window);
    asked += 1;
    const told = await answered(source, dataset, window, options);
    // Some tell all that there is, whenever they are asked about.
    const [raw = told] = heldAt([told], options.sources, asOfOf(window, options));
    const { reading, refusals } = judged(raw, window, options);
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
    const holes = raw.ok ? holesOf(raw, source, window) : new Map<string, readonly Day[]>();
    for (const [market, days] of holes) missing.set(market, [...(missing.get(market) ?? []), ...days]);
    // What was refused is not known: a rule may be what was wrong.
    const whole = gaps.every(({ gap }) => isOver(gap)) && reading.ok === raw.ok;
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
  if (told === undefined) throw new Error(`${source.id} has no ${dataset}`);
  const about = { source: source.id, dataset, evidence: [] };
  const unset = unconfigured(source, options.secret);
  if (unset !== null) return { ...about, ok: false, gap: unset };
  const { ask } = asker(source, {
    web: options.web(),
    now: asOfOf(window, options),
    clock: options.now,
    since: window.from,
    everyDay: true,
    secret: options.secret,
  });
  try {
    return { ...about, ok: true, value: await told(ask) };
  } catch (error) {
    return { ...about, ok: false, gap: gapOf(error) };
  }
}

/** The instant that a window is asked, and judged, as of: some leave out what stands at its very end. */
const asOfOf = ({ until }: Span, { now }: Backfill): Instant => earlier(shift(until, HOUR), now);

/** The reading without what the rules refuse, and what they say of it. */
function judged(raw: Reading, window: Span, options: Backfill): { reading: Reading; refusals: readonly string[] } {
  const { input, checks } = vetted({
    readings: [raw],
    sources: options.sources,
    asked: [],
    now: options.now,
    asOf: asOfOf(window, options),
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
function holesOf(reading: Reading, source: Source, window: Span): ReadonlyMap<string, readonly Day[]> {
  const holes = new Map<string, readonly Day[]>();
  const add = (market: string, told: readonly Instant[], from: Instant): void => {
    const missing = missingDays({ from, until: window.until }, new Set(told.map(dayOf)));
    if (missing.length > 0) holes.set(market, missing);
  };
  if (!reading.ok || AT_ONCE.has(source.id)) return holes;
  const { dataset, value } = reading;
  if (dataset === "openInterestHistory" && typeof value === "object" && "of" in value) {
    for (const { market, value: samples } of value.of) {
      if (market.kind !== "perpetual" || !Array.isArray(samples)) continue;
      // Any sample of a day tells of that day, and the one at the midnight after it is its close.
      add(
        market.symbol,
        samples.map(({ at }) => shift(at, -1)),
        window.from,
      );
    }
  }
  // A day's bar, and its Fear & Greed, stand at its start.
  if ((dataset === "candles" || dataset === "fearGreed") && Array.isArray(value)) {
    const own = value.flatMap((point) => ("at" in point ? [point.at] : []));
    add("", own, later(window.from, own[0] ?? window.until));
  }
  return holes;
}

/** What need not be asked again: up to a day that may still come. */
function remembered(
  source: Source,
  dataset: Dataset,
  window: Span,
  holes: ReadonlyMap<string, readonly Day[]>,
  now: Instant,
): Parameters<Store["append"]>[2] & object {
  const mayCome = shift(floorTo(now, DAY), -MAY_COME);
  const young = [...holes.values()].flat().map(startOfDay);
  const first = young.filter((at) => at >= mayCome).reduce(earlier, window.until);
  const late = AT_ONCE.has(source.id) ? mayCome : first;
  const until = earlier(window.until, late);
  const words = [...holes].map(([market, days]) => `${market} ${days.join(" ")}`);
  return until <= window.from
    ? []
    : [{ source: source.id, dataset, since: window.from, until, lacking: words.join("; ") }];
}
