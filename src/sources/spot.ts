/** What the spot sources share: daily bars up to the instant asked about, and the price that the last of them tells. */
import { Unavailable } from "../core/gap.ts";
import type { Candle, SpotPrice } from "../core/market.ts";
import { filterSeries, series, type Point, type Series } from "../core/series.ts";
import { DAY, earlier, floorTo, HOUR, shift, type Instant } from "../core/time.ts";
import type { UsdPerBtc } from "../core/units.ts";
import { unpublished } from "./families.ts";
import { isPast, nothing } from "./past.ts";
import type { Ask } from "./source.ts";

/** Start of the last daily bar that begins before `now`. At midnight that is the day just over, not the one to come. */
export const lastBar = (now: Instant): Instant => floorTo(shift(now, -1), DAY);

/** The bars that begin before the instant asked about. */
export function dailyBars(bars: readonly Point<Candle>[], ask: Ask): Series<Candle> {
  const known = series(bars.filter((bar) => bar.at < ask.now));
  if (known.length === 0) throw nothing(ask, "candles", "expected a daily bar");
  return known;
}

/**
 * The last price: the close of the last bar. A bar that is forming closes now; one that is over told its price at
 * its end, and says so.
 */
function lastPrice(candles: Series<Candle>, now: Instant, quote: SpotPrice["quote"]): SpotPrice {
  const bar = candles.at(-1);
  if (bar === undefined) throw new Unavailable(unpublished("no daily bar that is over"));
  return { at: earlier(bar.value.until, now), price: bar.value.close, quote };
}

/**
 * The price as of the instant asked about. Of a past one the day's bar holds what came later: at midnight the day just
 * over tells it, at another time the last hour that was over, whose close `ofHour` asks for by the hour's start.
 */
export async function priceOf(
  ask: Ask,
  quote: SpotPrice["quote"],
  candles: (ask: Ask) => Promise<Series<Candle>>,
  ofHour: (start: Instant) => Promise<UsdPerBtc | undefined>,
): Promise<SpotPrice> {
  const end = floorTo(ask.now, HOUR);
  if (!isPast(ask)) return lastPrice(await candles(ask), ask.now, quote);
  if (end % DAY === 0)
    return lastPrice(
      filterSeries(await candles(ask), ({ value }) => value.until <= end),
      end,
      quote,
    );
  const price = await ofHour(shift(end, -HOUR));
  if (price === undefined) throw new Unavailable(unpublished("no hour of then"));
  return { at: end, price, quote };
}
