/** The whole program on one screen: collect, compose, render. */
import { collect } from "./collect.ts";
import { anchorWindow, type Anchor } from "./core/anchor.ts";
import type { Dataset } from "./core/market.ts";
import { DAY, earlier, floorTo, shift, type Instant } from "./core/time.ts";
import { heldAt } from "./past.ts";
import type { World } from "./ports.ts";
import { compose } from "./report/compose.ts";
import type { SectionName } from "./report/input.ts";
import type { Report } from "./report/report.ts";
import type { Source } from "./sources/source.ts";

export interface Asked {
  readonly sections: ReadonlySet<SectionName>;
  readonly anchor: Anchor;
  /** Prices asked for in the liquidation map. */
  readonly levels: readonly number[];
  readonly replaying: boolean;
  /** The past instant asked about; the clock of the run where there is none. */
  readonly at?: Instant | null;
  /** What stands in the report about the recording; asked after all answers are in. */
  readonly recording: () => Report["recording"];
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
  const asOf = asked.at ?? now;
  const past = asOf < now;
  const wanted = new Set([...asked.sections].flatMap((section) => needs[section]));
  const collected = await collect(sources, {
    web: world.web,
    now: asOf,
    clock: now,
    since: historyFrom(asked.anchor, asOf),
    wanted,
    secret: world.secret,
    replaying: asked.replaying,
    done: (source, readings) => {
      world.progress(source.id, readings);
    },
  });
  const report = compose({
    readings: past ? heldAt(collected.readings, sources, asOf) : collected.readings,
    asked: collected.asked,
    sources,
    now,
    asOf,
    mode: past ? "history" : asked.replaying ? "replay" : "live",
    recording: asked.recording(),
    anchor: asked.anchor,
    levels: asked.levels,
    sections: asked.sections,
  });
  // What a check keeps out of the figures must not serve the next run either.
  const wrong = report.checks.flatMap(({ severity, source }) =>
    severity === "error" && source !== null ? source : [],
  );
  await collected.disown(new Set(wrong));
  return report;
}

/** The grid, or as far as an anchor further back needs. */
function historyFrom(anchor: Anchor, asOf: Instant): Instant {
  const grid = shift(floorTo(asOf, DAY), -HISTORY_DAYS * DAY);
  const [first] = anchorWindow(anchor, asOf);
  return first === undefined ? grid : earlier(grid, first);
}
