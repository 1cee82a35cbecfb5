import type { Candle } from "../../core/market.ts";
import { between, filterSeries, joinSeries, series, type Point, type Series } from "../../core/series.ts";
import { SPRING_DAYS, springs } from "../../core/spring.ts";
import { SPRING_BASE_RATE } from "../../core/spring-evidence.ts";
import { levelsOf, withRunning, zoneOf, type Level } from "../../core/sweeps.ts";
import { fractals, zigzag, type Swing } from "../../core/swings.ts";
import { DAY, dayOf, daysBetween, floorTo, shift, type Instant } from "../../core/time.ts";
import { btc, ratio, usdPerBtc } from "../../core/units.ts";
import { told, type Input } from "../input.ts";
import type { StructureSection } from "../report.ts";

/** Bars on either side of a daily swing. */
const FRACTAL = 2;
const TURN = ratio(0.05);
/** The zones shown reach 3 % from the price, to whole thousands. */
const REACH = 0.03;
const STEP = 1_000;

/**
 * Swings, sweeps, the zones beside the price and the last spring, on the closed days of the main perpetual: those of its
 * hours, and its daily bars where they do not reach. Of too few days no spring is told: one before them may rule it out.
 */
export function structureSection(input: Input): StructureSection | null {
  const [first] = told(input, "hourlyCandles");
  if (first === undefined) return null;
  const before = told(input, "dailyCandles").find(
    ({ source, value }) => source.id === first.source.id && value.market.symbol === first.value.market.symbol,
  );
  const closed = filterSeries(before?.value.value ?? series<Candle>([]), ({ value }) => value.until <= input.asOf);
  const bars = joinSeries(closed, days(first.value.value, input.asOf));
  const last = bars.at(-1);
  if (last === undefined) return null;
  const running = filterSeries(first.value.value, ({ at }) => at >= shift(last.at, DAY) && at < input.asOf);
  const price = running.at(-1)?.value.close ?? last.value.close;
  const swings = fractals(bars, FRACTAL);
  const levels = withRunning(levelsOf(bars, swings), running);
  const turns = zigzag(bars, TURN);
  const zone = (is: Swing["is"], from: number, to: number): StructureSection["zones"][number] => {
    const { levels: within, swept, isSwept } = zoneOf(levels, is, usdPerBtc(from), usdPerBtc(to));
    return { kind: is, from, to, levels: within.map(sweepLine), swept, isSwept };
  };
  const low = Math.floor((price * (1 - REACH)) / STEP) * STEP;
  const high = Math.ceil((price * (1 + REACH)) / STEP) * STEP;
  const opening = bars[0]?.at ?? last.at;
  const isLong = daysBetween(dayOf(opening), dayOf(last.at)) + 1 >= SPRING_DAYS.least;
  const found = isLong ? springs(bars).at(-1) : undefined;
  const spring = found !== undefined && found.event.at > shift(last.at, -SPRING_DAYS.told * DAY) ? found : undefined;
  return {
    source: first.source.venue ?? first.source.id,
    symbol: first.value.market.symbol,
    from: dayOf(opening),
    until: dayOf(last.at),
    swings: turns.map(({ is, at, price: at5 }) => ({ kind: is, price: at5, date: dayOf(at) })),
    sweeps: levels.filter(({ sweep }) => sweep !== null).map(sweepLine),
    zones: [zone("low", low, Math.ceil(price / STEP) * STEP), zone("high", Math.floor(price / STEP) * STEP, high)],
    spring:
      spring === undefined
        ? null
        : {
            state: spring.state,
            since: dayOf(spring.since.at),
            event: dayOf(spring.event.at),
            support: spring.range.support,
            resistance: spring.range.resistance,
            rangeDays: spring.range.bars,
            low: spring.low,
            depth: spring.depth,
            volumeRatio: spring.volumeRatio,
            baseRate: {
              confirmed: SPRING_BASE_RATE.confirmed,
              resolved: SPRING_BASE_RATE.resolved,
              byChance: SPRING_BASE_RATE.byChance.share,
            },
          },
  };
}

const sweepLine = ({ swing, sweep }: Level): StructureSection["sweeps"][number] => ({
  kind: swing.is,
  price: swing.price,
  date: dayOf(swing.at),
  sweptOn: sweep === null ? null : dayOf(sweep.at),
  depth: sweep?.depth ?? null,
  class: sweep?.class ?? null,
  after: sweep?.after ?? null,
});

/** Whole UTC days of the hours; a day that lacks an hour is left out. */
function days(hours: Series<Candle>, asOf: Instant): Series<Candle> {
  const bars: Point<Candle>[] = [];
  const first = hours[0]?.at;
  if (first === undefined) return series(bars);
  for (let at = floorTo(shift(first, DAY - 1), DAY); at + DAY <= asOf; at = shift(at, DAY)) {
    const own = between(hours, at, shift(at, DAY)).map(({ value }) => value);
    const [open] = own;
    const close = own.at(-1);
    if (own.length !== 24 || open === undefined || close === undefined) continue;
    bars.push({
      at,
      value: {
        until: shift(at, DAY),
        open: open.open,
        high: usdPerBtc(Math.max(...own.map(({ high }) => high))),
        low: usdPerBtc(Math.min(...own.map(({ low }) => low))),
        close: close.close,
        btc: btc(own.reduce((sum, bar) => sum + (bar.btc ?? 0), 0)),
        usd: null,
      },
    });
  }
  return series(bars);
}
