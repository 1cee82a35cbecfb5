/** The whole program on one screen: collect, compose, render. */
import { collect, type Collected } from "./collect.ts";
import { anchorText, anchorWindow, type Anchor } from "./core/anchor.ts";
import type { Dataset } from "./core/market.ts";
import { DAY, earlier, floorTo, iso, shift, type Instant } from "./core/time.ts";
import { withHistory } from "./history/merge.ts";
import { heldAt } from "./past.ts";
import type { World } from "./ports.ts";
import { composeVetted } from "./report/compose.ts";
import type { Input, SectionName } from "./report/input.ts";
import type { Reading } from "./core/reading.ts";
import type { Report } from "./report/report.ts";
import { forReport, vetted, type Vetted } from "./report/vet.ts";
import { isHoled } from "./report/vet/holes.ts";
import { fallingBackTo } from "./further-back.ts";
import type { Source } from "./sources/source.ts";

export interface Asked {
  readonly sections: ReadonlySet<SectionName>;
  readonly anchor: Anchor;
  /** Prices asked for in the liquidation map. */
  readonly levels: readonly number[];
  readonly replaying: boolean;
  /** Only the cache and the history are there to answer. */
  readonly offline?: boolean;
  /** The past instant asked about; the clock of the run where there is none. */
  readonly at?: Instant | null;
  /** What stands in the report about the recording; asked after all answers are in. */
  readonly recording: () => Report["recording"];
  /** Given the answers that passed every rule, to be kept. Called only where there is a history. */
  readonly passed?: (readings: readonly Reading[]) => void;
}

/** The anchor that was asked for is still to come. */
export class TooEarly extends Error {}

/** Days of open-interest history asked from upstreams: a fixed grid, so that a recording serves every anchor inside it. */
const HISTORY_DAYS = 200;

/** What a section needs. Spot closes price every history. */
const needs: Readonly<Record<SectionName, readonly Dataset[]>> = {
  price: ["price", "candles"],
  "fear-greed": ["fearGreed"],
  "open-interest": ["price", "candles", "openInterest", "openInterestHistory", "reportedOpenInterest", "supply"],
  // The prices of the time tell whether coins and dollars fit.
  volume: ["volume", "candles"],
  funding: ["funding", "openInterest", "longShort", "taker", "traderClasses"],
  liquidations: [
    "liquidations",
    "liquidationDays",
    "hourlyCandles",
    "hourlyOpenInterest",
    "reportedLiquidations",
    "reportedMap",
    "openInterest",
    "openInterestHistory",
    "price",
    "candles",
  ],
  structure: ["hourlyCandles"],
};

/** What a level of the map needs that is nearer to the price than hours can tell. */
const near: ReadonlySet<Dataset> = new Set(["fineCandles", "fineOpenInterest"]);

/** Collects what the sections need and composes the report; asks for more where that shows a level to be near. */
export async function run(sources: readonly Source[], asked: Asked, world: World): Promise<Report> {
  const now = world.now();
  const asOf = asked.at ?? now;
  const past = asOf < now;
  if (anchorWindow(asked.anchor, asOf).length === 0) {
    throw new TooEarly(`--since ${anchorText(asked.anchor)}: no daily close of it is before ${iso(asOf)}`);
  }
  const usual = shift(floorTo(asOf, DAY), -HISTORY_DAYS * DAY);
  const since = historyFrom(asked.anchor, asOf, usual);
  const askable = since < usual ? sources.map((source) => fallingBackTo(usual, source)) : sources;
  const collected = (wanted: ReadonlySet<Dataset>, from = askable): Promise<Collected> =>
    collect(from, {
      web: world.web,
      now: asOf,
      clock: now,
      since,
      wanted,
      secret: world.secret,
      replaying: asked.replaying,
      done: (source, readings) => {
        world.progress(source.id, readings);
      },
    });
  const wanted = new Set([...asked.sections].flatMap((section) => needs[section]));
  const { history } = world;
  const inputOf = (from: Collected, readings: readonly Reading[]): Input => ({
    readings: past ? heldAt(readings, sources, asOf) : readings,
    asked: from.asked,
    sources,
    now,
    asOf,
    mode: past ? "history" : asked.replaying ? "replay" : "live",
    offline: asked.offline === true,
    recording: asked.recording(),
    anchor: asked.anchor,
    levels: asked.levels,
    sections: asked.sections,
  });
  const composed = async (from: Collected): Promise<{ readonly report: Report; readonly judged: Vetted }> => {
    const judged = forReport(
      vetted(
        inputOf(
          from,
          history === null
            ? from.readings
            : await withHistory(from.readings, history, {
                until: asOf,
                since,
                wanted,
                sources,
                past,
                offline: asked.offline === true,
              }),
        ),
      ),
    );
    return { report: composeVetted(judged), judged };
  };
  let told = await collected(wanted);
  let { report, judged } = await composed(told);
  if (report.liquidationMap?.levels.some(({ coarse }) => coarse) === true) {
    const finer = sources.filter(({ datasets }) => [...near].some((dataset) => datasets[dataset] !== undefined));
    told = both(told, await collected(near, finer));
    ({ report, judged } = await composed(told));
  }
  if (history !== null) asked.passed?.(vetted(inputOf(told, told.readings)).input.readings);
  // What a check keeps out of the figures must not serve the next run either, nor must what was perhaps cut short.
  const holed = told.readings.filter((one) => isHoled(one, sources, asked.anchor, asOf));
  await told.disown(
    (source, dataset) =>
      judged.wrong.has(source) || holed.some((one) => one.source === source && one.dataset === dataset),
  );
  return report;
}

const both = (first: Collected, second: Collected): Collected => ({
  readings: [...first.readings, ...second.readings],
  asked: first.asked.map(({ id, requests, ms }) => {
    const more = second.asked.find((one) => one.id === id);
    return { id, requests: requests + (more?.requests ?? 0), ms: ms + (more?.ms ?? 0) };
  }),
  disown: async (isWrong) => {
    await first.disown(isWrong);
    await second.disown(isWrong);
  },
});

/** As usual, or from the start of the first day that an anchor further back may be. */
function historyFrom(anchor: Anchor, asOf: Instant, usual: Instant): Instant {
  const [first] = anchorWindow(anchor, asOf);
  return first === undefined ? usual : earlier(usual, shift(first, -DAY));
}
