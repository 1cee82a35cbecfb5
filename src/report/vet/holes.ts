/**
 * histories with holes. A history with holes is worth keeping, and its ends can be compared; what it cannot carry
 * is an extreme of a window, or the map. A window begins with the first sample of it that there is: a venue that keeps
 * fewer days than are asked about has no hole.
 */
import { anchorWindow, type Anchor } from "../../core/anchor.ts";
import type { Lacking } from "../../core/market.ts";
import { RESTART } from "../../core/map-history.ts";
import { gaps, gridOf } from "../../core/plausible/series.ts";
import { labelled, type Verdict } from "../../core/plausible/verdict.ts";
import { isOf, type Good, type Reading } from "../../core/reading.ts";
import { filterSeries, series, type Point, type Series } from "../../core/series.ts";
import { DAY, floorTo, HOUR, shift, type Instant } from "../../core/time.ts";
import type { SourceInfo } from "../input.ts";
import { refused, without, type Judge } from "./judge.ts";

/**
 * Daily samples of a contract over the anchor's window. One with too many holes is named, and the sum that the anchor
 * is looked for in does without it (`total` of core/panel.ts).
 */
export function daily(reading: Good<"openInterestHistory">, source: SourceInfo, { input, failed }: Judge): Reading {
  const { of, lacking } = reading.value;
  if (source.sparse?.includes("openInterestHistory") === true) return reading;
  const window = anchorWindow(input.anchor, input.asOf);
  const holed = of.flatMap(({ market, value }): readonly Lacking[] => {
    const verdicts = holesOf(value, window);
    failed("open-interest", source, labelled(market.symbol, verdicts));
    return verdicts.filter(({ severity }) => severity === "error").map((error) => without(market, error));
  });
  return { ...reading, value: { of, lacking: [...lacking, ...holed] } };
}

/** Hourly samples of the map, from its last beginning on: what was before is no matter. */
export function hourlyHeld(reading: Good<"hourlyOpenInterest">, source: SourceInfo, { failed }: Judge): Reading {
  const { market, value } = reading.value;
  const hours = filterSeries(value, ({ at }) => at % HOUR === 0);
  const begins = hours.findLast(({ at }, i) => at - (hours[i - 1]?.at ?? -Infinity) > RESTART)?.at;
  const last = hours.at(-1)?.at;
  if (begins === undefined || last === undefined) return reading;
  const error = failed("liquidations", source, labelled(market.symbol, gaps(hours, gridOf(begins, last, HOUR))));
  return error === null ? reading : refused(reading, error);
}

/** Only histories of daily closes are checked: what earlier runs stored lies at odd moments. */
function dailyCloses<T>(samples: Series<T>): Series<T> {
  const closes = filterSeries(samples, ({ at }) => at % DAY === 0);
  return closes.some(({ at }, i) => at - (closes[i - 1]?.at ?? at) === DAY) ? closes : series([]);
}

function holesOf(samples: Series<unknown>, window: readonly Instant[]): readonly Verdict[] {
  const closes = dailyCloses(samples);
  const [first, last] = [closes[0]?.at, closes.at(-1)?.at];
  if (first === undefined || last === undefined) return [];
  return gaps(
    closes,
    window.filter((at) => at >= first && at <= last),
  );
}

/** So long without a bar or a sample is no quiet hour and no maintenance. */
const ON_END = DAY;

/**
 * Whether an answer has holes that cost figures. What there is of it is right, but a venue that was asked at a bad moment
 * and one that has no more look the same: such an answer is no closed period, and is asked again.
 */
export function isHoled(reading: Reading, sources: readonly SourceInfo[], anchor: Anchor, asOf: Instant): boolean {
  const source = sources.find(({ id }) => id === reading.source);
  if (source?.sparse?.includes(reading.dataset) === true) return false;
  if (isOf(reading, "openInterestHistory")) {
    const window = anchorWindow(anchor, asOf);
    return reading.value.of.some(
      ({ value }) =>
        isBehind(dailyCloses(value), asOf, ({ at }) => at) ||
        holesOf(value, window).some(({ severity }) => severity === "error"),
    );
  }
  // The publisher adds a day some moments after it has begun.
  if (isOf(reading, "fearGreed")) return (reading.value.at(-1)?.at ?? 0) < floorTo(asOf, DAY);
  if (isOf(reading, "volume")) {
    return reading.value.of.some(
      ({ market, value, due }) => market.kind === "perpetual" && (isLate(value, due) || isBroken(value, untilOf)),
    );
  }
  if (isOf(reading, "dailyCandles")) {
    return isBehind(reading.value.value, asOf, untilOf) || isBroken(reading.value.value, untilOf);
  }
  if (isOf(reading, "hourlyCandles") || isOf(reading, "fineCandles")) return isBroken(reading.value.value, untilOf);
  return isOf(reading, "hourlyOpenInterest") || isOf(reading, "fineOpenInterest")
    ? isBroken(reading.value.value, ({ at }) => at)
    : false;
}

const untilOf = ({ value }: Point<{ readonly until: Instant }>): Instant => value.until;

/**
 * Days that lack the newest one, which was over an hour ago: kept like that, they would lack it for a day. Venues take
 * some minutes to add it.
 */
const isBehind = <T>(days: Series<T>, asOf: Instant, endOf: (point: Point<T>) => Instant): boolean =>
  days.slice(-1).some((day) => endOf(day) < floorTo(shift(asOf, -HOUR), DAY));

/** Begins long after it is due. */
const isLate = (points: Series<unknown>, due: Instant | undefined): boolean =>
  due !== undefined && (points[0]?.at ?? Infinity) - due >= ON_END;

const isBroken = <T>(points: Series<T>, endOf: (point: Point<T>) => Instant): boolean =>
  points.some((point, i) => {
    const before = points[i - 1];
    return before !== undefined && point.at - endOf(before) >= ON_END;
  });
