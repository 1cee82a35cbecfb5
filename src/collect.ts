/**
 * Asks every source for every dataset that is wanted, side by side. Here a throw becomes a `Gap`, unless it ends the run
 * (`Fatal`): beyond it a missing figure is data. A source's reserve datasets are asked only when nothing else answers them
 * whole, and then stand in for what does in part.
 */
import { asker, gapOf, unconfigured, type Asked, type Secret } from "./ask.ts";
import { Fatal, Unavailable, type Gap } from "./core/gap.ts";
import { datasets, missed, type Dataset, type Datasets, type Lacking } from "./core/market.ts";
import type { Reading } from "./core/reading.ts";
import { DAY, type Instant } from "./core/time.ts";
import type { Web } from "./ports.ts";
import type { Source } from "./sources/source.ts";

export interface Collected {
  readonly readings: readonly Reading[];
  readonly asked: readonly AskedSource[];
  /** Takes what was said of these out of the cache again: a later look found it wrong. */
  readonly disown: (isWrong: (source: string, dataset: Dataset) => boolean) => Promise<void>;
}
export interface AskedSource {
  readonly id: string;
  readonly requests: number;
  /** Sum of the times that its answers took, as recorded; 0 where nothing was asked. */
  readonly ms: number;
}

export interface CollectOptions {
  readonly web: Web;
  /** The instant asked about. */
  readonly now: Instant;
  /** The clock of the run, from which what upstreams keep is counted; `now` where it is not given. */
  readonly clock?: Instant;
  readonly since: Instant;
  readonly wanted: ReadonlySet<Dataset>;
  readonly secret: Secret;
  /** In a replay the key is not needed: what the recording lacks was not configured then. */
  readonly replaying: boolean;
  /** Told each time a source has said all that it will say. */
  readonly done?: (source: Source, readings: readonly Reading[]) => void;
}

interface Job {
  readonly source: Source;
  readonly dataset: Dataset;
}

/** What asking leaves beside the readings. */
interface Ledger {
  readonly spent: Map<Source, { requests: number; ms: number }>;
  readonly settled: (Job & { readonly settle: Asked["settle"] })[];
}

export async function collect(sources: readonly Source[], options: CollectOptions): Promise<Collected> {
  const ledger: Ledger = { spent: new Map(), settled: [] };
  const ask = (job: Job): Promise<Reading> => readingOf(job, options, ledger);
  const jobs = sources.flatMap((source) => jobsOf(source, options.wanted));
  const inTurn = turns();
  // A replay has nothing to wait for: one dataset after the other keeps the answers of one in memory, not of all.
  const firsts = new Map(
    jobs
      .filter((job) => !isReserve(job))
      .map((job) => [job, options.replaying ? inTurn(() => ask(job)) : ask(job)] as const),
  );
  const reserves = new Map(jobs.filter(isReserve).map((job) => [job, standIn(job, firsts, ask)] as const));

  const bySource = sources.map(async (source) => {
    const own = jobs.filter((job) => job.source === source);
    const told = await Promise.all(own.flatMap((job) => firsts.get(job) ?? reserves.get(job) ?? []));
    const readings = told.filter((reading) => reading !== null);
    options.done?.(source, readings);
    return readings;
  });
  return {
    readings: (await Promise.all(bySource)).flat(),
    asked: sources.map((source) => ({ id: source.id, ...(ledger.spent.get(source) ?? { requests: 0, ms: 0 }) })),
    disown: async (isWrong) => {
      const wrong = ledger.settled.filter(({ source, dataset }) => isWrong(source.id, dataset));
      await Promise.all(wrong.map(({ settle }) => settle(false)));
    },
  };
}

/** Asks one dataset of one source. */
async function readingOf({ source, dataset }: Job, options: CollectOptions, ledger: Ledger): Promise<Reading> {
  const told = source.datasets[dataset];
  if (told === undefined) throw new Error(`${source.id} has no ${dataset}`);
  const missing = (gap: Gap): Reading => ({ source: source.id, dataset, evidence: [], ok: false, gap });
  const { now, clock = now, replaying, secret } = options;
  // Before the key, which a replay does not need: a run and its replay lack the same for the same reason.
  const kept = source.keeps?.[dataset] ?? (SERIES.has(dataset) ? Infinity : 0);
  if (clock - now > kept) return missing({ why: "unpublished", detail: reach(kept) });
  // What a recording lacks was not configured when it was made, whatever is set now.
  const unset = unconfigured(source, replaying ? () => undefined : secret);
  if (unset !== null && !replaying) return missing(unset);
  const web = counted(options.web, source, ledger);
  const asked = asker(source, { web, now, clock, since: options.since, secret });
  try {
    const value = await told(asked.ask);
    await asked.over();
    notTwice(value);
    await asked.settle(!lacksSense(value));
    ledger.settled.push({ source, dataset, settle: asked.settle });
    return { source: source.id, dataset, evidence: asked.evidence(), ...asked.told(), ok: true, value };
  } catch (error) {
    if (error instanceof Fatal) throw error;
    const gap = gapOf(error);
    // One part that fails leaves others on their way. Which come first is chance, in a replay another one than live.
    await asked.over();
    // What the network did not keep from us was read and is good: a slow network gets further with every run.
    const cut = gap.why === "unreachable" || (gap.why === "refused" && gap.status >= 400);
    await asked.settle(cut && !asked.blamed());
    return { ...missing(gap.why === "unrecorded" ? (unset ?? gap) : gap), evidence: asked.evidence() };
  }
}

/** A way to ask that counts what the source has asked and how long it took. */
function counted(web: Web, source: Source, { spent }: Ledger): Web {
  const sum = spent.get(source) ?? { requests: 0, ms: 0 };
  spent.set(source, sum);
  return async (request) => {
    const answer = await web(request);
    // A fresh answer takes the place of a kept one that was counted.
    if (request.fresh !== true) sum.requests += 1;
    sum.ms += Math.round(answer.ms);
    return answer;
  };
}

/**
 * What a reserve tells, null where it is not needed: where one of the first answers of its venue is whole, or it is no
 * better than they are. Where it is, it takes their place in `firsts`: it stands in as a whole, because beside a part of
 * another answer contracts would be counted twice.
 */
function standIn(
  job: Job,
  firsts: Map<Job, Promise<Reading>>,
  ask: (job: Job) => Promise<Reading>,
): Promise<Reading | null> {
  const before = [...firsts].filter(
    ([{ source, dataset }]) =>
      dataset === job.dataset && source.venue === job.source.venue && source.id !== job.source.id,
  );
  const answers = Promise.all(before.map(([, answer]) => answer));
  const reserve = answers.then((told) => (told.some(isWhole) ? null : ask(job)));
  const better = Promise.all([answers, reserve]).then(([told, more]) =>
    told.every((first) => !first.ok || (more !== null && tellsMore(more, first))),
  );
  for (const [first, answer] of before) {
    firsts.set(
      first,
      Promise.all([better, answer]).then(([isBetter, told]) => (isBetter ? asMissed(told) : told)),
    );
  }
  return Promise.all([better, reserve]).then(([isBetter, more]) => (isBetter || more?.ok !== true ? more : null));
}

/** A list with a row twice would count the contract twice, or make a chance of which of two rows counts. */
function notTwice(value: Datasets[Dataset]): void {
  const names =
    "of" in value
      ? value.of.map(({ market }) => market.symbol)
      : Array.isArray(value)
        ? value.flatMap((one) => ("venue" in one ? one.venue : []))
        : [];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Unavailable({ why: "malformed", at: "symbol", detail: `${twice} stands there twice` });
  }
}

/** Parts of the answer were not what the venue documents, so the rest of it proves nothing. */
const lacksSense = (value: Datasets[Dataset]): boolean =>
  "lacking" in value && value.lacking.some(({ gap, apart }) => gap.why === "malformed" && apart !== true);

/** Datasets that are a history by themselves. The others are values of the present, unless a source says that it keeps them. */
const SERIES: ReadonlySet<Dataset> = new Set([
  "fearGreed",
  "candles",
  "openInterestHistory",
  "volume",
  "hourlyCandles",
  "dailyCandles",
  "fineCandles",
  "fineOpenInterest",
  "hourlyOpenInterest",
  "traderClasses",
]);

const reach = (kept: number): string =>
  kept === 0 ? "it tells only the present" : `it keeps ${Math.floor(kept / DAY)} days only`;

/** Jobs that never fail, each begun when the one before it is done. */
function turns(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const mine = last.then(job);
    last = mine;
    return mine;
  };
}

/** The parts of an answer without which it is no figure of the venue. */
const partsMissed = (answer: Reading & { readonly ok: true }): readonly Lacking[] =>
  "lacking" in answer.value ? missed(answer.value.lacking) : [];

const isWhole = (answer: Reading): boolean => answer.ok && partsMissed(answer).length === 0;

/**
 * Whether a reserve's answer may take the place of one that is not whole: it has every perpetual of it, and more. One that
 * knows nothing of what is missing would make the venue look whole.
 */
function tellsMore(reserve: Reading, first: Reading): boolean {
  const had = perpetualsOf(first);
  const has = perpetualsOf(reserve);
  return isWhole(reserve) && has.size > had.size && [...had].every((symbol) => has.has(symbol));
}

const perpetualsOf = (answer: Reading): ReadonlySet<string> =>
  new Set(
    answer.ok && "of" in answer.value
      ? answer.value.of.flatMap(({ market }) => (market.kind === "perpetual" ? market.symbol : []))
      : [],
  );

/** An answer that is not whole, as the gap that makes it so. */
function asMissed(answer: Reading): Reading {
  const lost = answer.ok ? partsMissed(answer) : [];
  const [first] = lost;
  if (first === undefined) return answer;
  const { source, dataset, evidence } = answer;
  const detail = `${lost.map(({ what }) => what).join(", ")}: ${first.gap.detail}`;
  return { source, dataset, evidence, ok: false, gap: { ...first.gap, detail } };
}

const isReserve = ({ source, dataset }: Job): boolean => source.reserve?.includes(dataset) ?? false;

const jobsOf = (source: Source, wanted: ReadonlySet<Dataset>): readonly Job[] =>
  datasets
    .filter((dataset) => source.datasets[dataset] !== undefined && wanted.has(dataset))
    .map((dataset) => ({ source, dataset }));
