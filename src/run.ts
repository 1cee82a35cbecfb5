/** The whole program on one screen: collect, compose, render. */
import { collect } from "./collect.ts";
import { anchorWindow, type Anchor } from "./core/anchor.ts";
import type { Dataset } from "./core/market.ts";
import { DAY, earlier, floorTo, shift, type Instant } from "./core/time.ts";
import { withHistory } from "./history/merge.ts";
import type { World } from "./ports.ts";
import { compose } from "./report/compose.ts";
import type { Input, SectionName } from "./report/input.ts";
import type { Reading } from "./core/reading.ts";
import type { Report } from "./report/report.ts";
import { vetted } from "./report/vet.ts";
import type { Source } from "./sources/source.ts";

export interface Asked {
  readonly sections: ReadonlySet<SectionName>;
  readonly anchor: Anchor;
  /** Prices asked for in the liquidation map. */
  readonly levels: readonly number[];
  readonly replaying: boolean;
  /** What stands in the report about the recording; asked after all answers are in. */
  readonly recording: () => Report["recording"];
  /** Given the answers that passed every rule, to be kept. Called only where there is a history. */
  readonly passed?: (readings: readonly Reading[]) => void;
}

/** Days of open-interest history asked from upstreams: a fixed grid, so that a recording serves every anchor inside it. */
const HISTORY_DAYS = 200;

/** What a section needs. Spot closes price every history. */
const needs: Readonly<Record<SectionName, readonly Dataset[]>> = {
  price: ["price", "candles"],
  "fear-greed": ["fearGreed"],
  "open-interest": ["price", "candles", "openInterest", "openInterestHistory", "reportedOpenInterest", "supply"],
  volume: ["volume"],
  funding: ["funding", "openInterest", "longShort", "taker", "traderClasses"],
  liquidations: [
    "liquidations",
    "hourlyCandles",
    "hourlyOpenInterest",
    "reportedMap",
    "openInterest",
    "openInterestHistory",
    "price",
    "candles",
  ],
  structure: ["hourlyCandles"],
};

/** Collects what the sections need and composes the report. */
export async function run(sources: readonly Source[], asked: Asked, world: World): Promise<Report> {
  const now = world.now();
  const wanted = new Set([...asked.sections].flatMap((section) => needs[section]));
  const since = historyFrom(asked.anchor, now);
  const collected = await collect(sources, {
    web: world.web,
    now,
    since,
    wanted,
    secret: world.secret,
    replaying: asked.replaying,
    done: (source, readings) => {
      world.progress(source.id, readings);
    },
  });
  const { history } = world;
  const input: Input = {
    readings:
      history === null
        ? collected.readings
        : await withHistory(collected.readings, history, { until: now, since, wanted, sources }),
    asked: collected.asked,
    sources,
    now,
    asOf: now,
    mode: asked.replaying ? "replay" : "live",
    recording: asked.recording(),
    anchor: asked.anchor,
    levels: asked.levels,
    sections: asked.sections,
  };
  if (history !== null) asked.passed?.(vetted({ ...input, readings: collected.readings }).input.readings);
  return compose(input);
}

/** The grid, or as far as an anchor further back needs. */
function historyFrom(anchor: Anchor, now: Instant): Instant {
  const grid = shift(floorTo(now, DAY), -HISTORY_DAYS * DAY);
  const [first] = anchorWindow(anchor, now);
  return first === undefined ? grid : earlier(grid, first);
}
