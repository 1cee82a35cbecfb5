/**
 * Asks every source for every dataset that is wanted, side by side. The only place where a throw becomes a `Gap`,
 * unless it ends the run (`Fatal`): beyond it a missing figure is data. A source's reserve datasets are asked only when
 * nothing else answers them whole, and then stand in for what does in part.
 */
import { asker } from "./ask.ts";
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
  readonly secret: (name: string) => string | undefined;
  /** In a replay the key is not needed: what the recording lacks was not configured then. */
  readonly replaying: boolean;
  /** Told each time a source has said all that it will say. */
  readonly done?: (source: Source, readings: readonly Reading[]) => void;
}

export async function collect(sources: readonly Source[], options: CollectOptions): Promise<Collected> {
  const clock = options.clock ?? options.now;
  const asked = new Map<string, { requests: number; ms: number }>();
  const pending = new Map<string, Promise<Reading>>();
  const settled: {
    readonly id: string;
    readonly dataset: Dataset;
    readonly settle: (sound: boolean) => Promise<void>;
  }[] = [];
  const keyOf = (source: Source, dataset: Dataset): string => `${source.id} ${dataset}`;
  const inTurn = turns();

  const ask = async (source: Source, dataset: Dataset): Promise<Reading> => {
    const told = source.datasets[dataset];
    if (told === undefined) throw new Error(`${source.id} has no ${dataset}`);
    const missing = (gap: Gap): Reading => ({
      source: source.id,
      dataset,
      evidence: [],
      ok: false,
      gap,
    });
    const key = source.key === undefined ? undefined : options.secret(source.key.env);
    if (source.key?.required === true && key === undefined && !options.replaying) {
      return missing({ why: "unconfigured", detail: `${source.key.env} is not set` });
    }
    const kept = source.keeps?.[dataset] ?? (SERIES.has(dataset) ? Infinity : 0);
    if (clock - options.now > kept) return missing({ why: "unpublished", detail: reach(kept) });
    const spent = asked.get(source.id) ?? { requests: 0, ms: 0 };
    asked.set(source.id, spent);
    const timed: Web = async (request) => {
      const answer = await options.web(request);
      // A fresh answer takes the place of a kept one that was counted.
      if (request.fresh !== true) spent.requests += 1;
      spent.ms += Math.round(answer.ms);
      return answer;
    };
    const {
      ask: question,
      evidence,
      settle,
      told: toldAt,
    } = asker(source, {
      web: timed,
      now: options.now,
      clock,
      since: options.since,
      ...(source.key !== undefined && key !== undefined ? { key: { [source.key.header]: key } } : {}),
    });
    try {
      const value = await told(question);
      notTwice(value);
      await settle(!lacksSense(value));
      settled.push({ id: source.id, dataset, settle });
      return { source: source.id, dataset, evidence: evidence(), ...toldAt(), ok: true, value };
    } catch (error) {
      if (error instanceof Fatal) throw error;
      const gap = gapOf(error);
      // What came before the network failed was read and is good: a slow network gets further with every run.
      await settle(gap.why === "unreachable" || (gap.why === "refused" && gap.status >= 400));
      const unasked = gap.why === "unrecorded" && source.key?.required === true;
      return {
        source: source.id,
        dataset,
        evidence: evidence(),
        ok: false,
        gap: unasked ? { why: "unconfigured", detail: `${source.key.env} is not set` } : gap,
      };
    }
  };

  /** Sources that could make a reserve unnecessary: same venue, same dataset, not in reserve. */
  const firsts = (source: Source, dataset: Dataset): readonly Source[] =>
    sources.filter(
      (other) =>
        other.id !== source.id &&
        other.venue === source.venue &&
        other.datasets[dataset] !== undefined &&
        !isReserve(other, dataset),
    );

  const jobs = sources.flatMap((source) =>
    datasetsOf(source)
      .filter((dataset) => options.wanted.has(dataset))
      .map((dataset) => ({ source, dataset })),
  );
  for (const { source, dataset } of jobs) {
    if (isReserve(source, dataset)) continue;
    // A replay has nothing to wait for: one dataset after the other keeps the answers of one in memory, not of all.
    const reading = options.replaying ? inTurn(() => ask(source, dataset)) : ask(source, dataset);
    pending.set(keyOf(source, dataset), reading);
  }
  for (const { source, dataset } of jobs) {
    if (!isReserve(source, dataset)) continue;
    const before = firsts(source, dataset).flatMap((other) => {
      const answer = pending.get(keyOf(other, dataset));
      return answer === undefined ? [] : [{ key: keyOf(other, dataset), answer }];
    });
    const answers = Promise.all(before.map(({ answer }) => answer));
    const reserve = answers.then((told) => (told.some(isWhole) ? notNeeded(source, dataset) : ask(source, dataset)));
    // It stands in as a whole: beside a part of the first answer, contracts would be counted twice.
    const better = Promise.all([answers, reserve]).then(([told, more]) =>
      told.every((first) => tellsMore(more, first)),
    );
    pending.set(
      keyOf(source, dataset),
      Promise.all([better, reserve]).then(([isBetter, more]) =>
        isBetter || !more.ok ? more : notNeeded(source, dataset),
      ),
    );
    for (const { key, answer } of before) {
      pending.set(
        key,
        Promise.all([better, answer]).then(([isBetter, first]) => (isBetter ? asMissed(first) : first)),
      );
    }
  }

  const bySource = sources.map(async (source) => {
    const own = jobs.filter((job) => job.source === source);
    const readings = await Promise.all(own.flatMap((job) => pending.get(keyOf(source, job.dataset)) ?? []));
    options.done?.(source, readings);
    return readings;
  });
  const readings = (await Promise.all(bySource)).flat();
  return {
    readings: readings.filter((reading) => reading.ok || reading.gap.detail !== "not needed"),
    asked: sources.map(({ id }) => {
      const { requests, ms } = asked.get(id) ?? { requests: 0, ms: 0 };
      return { id, requests, ms };
    }),
    disown: async (isWrong) => {
      await Promise.all(settled.flatMap(({ id, dataset, settle }) => (isWrong(id, dataset) ? [settle(false)] : [])));
    },
  };
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

const notNeeded = ({ id }: Source, dataset: Dataset): Reading => ({
  source: id,
  dataset,
  evidence: [],
  ok: false,
  gap: { why: "unpublished", detail: "not needed" },
});

/**
 * Whether a reserve's answer may take the place of one that is not whole: it has every perpetual of it, and more. One that
 * knows nothing of what is missing would make the venue look whole.
 */
function tellsMore(reserve: Reading, first: Reading): boolean {
  if (!first.ok) return true;
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

const isReserve = (source: Source, dataset: Dataset): boolean => source.reserve?.includes(dataset) ?? false;

const datasetsOf = (source: Source): readonly Dataset[] =>
  datasets.filter((dataset) => source.datasets[dataset] !== undefined);

function gapOf(error: unknown): Gap {
  if (error instanceof Unavailable) return error.gap;
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { why: "bug", detail };
}
