import type { Candle } from "../../core/market.ts";
import { filterSeries, joinSeries, latest, series, type Series } from "../../core/series.ts";
import { closedDay, DAY, daysBetween, iso, shift, type Instant } from "../../core/time.ts";
import { growth, type UsdPerBtc } from "../../core/units.ts";
import { drawdown, realizedVol } from "../../core/volatility.ts";
import { told, type Input, type Told } from "../input.ts";
import type { PriceSection } from "../report.ts";

/** How many closes are looked through for the highest one, and how many returns make a volatility. */
export const RECENT = 30;

/** The close of day D stands at D+1 00:00Z, which is when it is known. */
export const closesOf = (candles: Series<Candle>, asOf: Instant): Series<UsdPerBtc> =>
  series(
    candles.filter((bar) => bar.value.until <= asOf).map((bar) => ({ at: bar.value.until, value: bar.value.close })),
  );

/** Daily spot closes of the first source that has them: they price every history that comes without a price. */
export function spotCloses(input: Input): Series<UsdPerBtc> {
  const [first] = told(input, "candles");
  return first === undefined ? series([]) : closesOf(first.value, input.asOf);
}

/** Where windows end. A price of an earlier run is compared from its own instant: "1d" is to be a day. */
export const endOf = ({ asOf }: Input, { aged, value }: Told<"price">): Instant => (aged ? value.at : asOf);

/** Price of the first source that answers, and what its own daily closes say of it. Null where none answers. */
export function priceSection(input: Input): PriceSection | null {
  const [last] = told(input, "price");
  if (last === undefined) return null;
  const candles = told(input, "candles").find((one) => one.source.id === last.source.id);
  const closes = candles === undefined ? series<UsdPerBtc>([]) : closesOf(candles.value, input.asOf);
  const { price, quote, at } = last.value;
  const end = endOf(input, last);
  const changeOver = (days: number): PriceSection["changes"]["1d"] => {
    const from = latest(closes, shift(end, -days * DAY), DAY);
    const ratio = from === null ? null : growth(from.value, price);
    return from === null || ratio === null ? null : { ratio, from: from.value, fromAt: iso(from.at) };
  };
  const month = filterSeries(closes, (point) => point.at > end - RECENT * DAY);
  const top = highest(month);
  const first = closes[0];
  const sinceHigh = top === null ? null : growth(top.value, price);
  const fall = drawdown(joinSeries(closes, series([{ at, value: price }])));
  return {
    usd: price,
    // Of a past instant a price is the close of the bar that ended with it.
    basis:
      !last.kept && (input.mode === "history" || (closes.at(-1)?.at === input.asOf && at === input.asOf))
        ? "close"
        : "last",
    quote,
    source: last.source.id,
    asOf: iso(at),
    changes: { "1d": changeOver(1), "7d": changeOver(7), "30d": changeOver(30) },
    sinceHigh:
      top === null || sinceHigh === null
        ? null
        : {
            ratio: sinceHigh,
            days: daysBetween(closedDay(top.at), closedDay(end)),
            high: top.value,
            highDate: closedDay(top.at),
          },
    drawdown:
      fall === null || first === undefined
        ? null
        : {
            ratio: fall.ratio,
            high: fall.high.value,
            highDate: closedDay(fall.high.at),
            historyFrom: closedDay(first.at),
          },
    realizedVol30d: realizedVol(closes, RECENT)?.value ?? null,
  };
}

function highest(closes: Series<UsdPerBtc>): { at: Instant; value: UsdPerBtc } | null {
  return closes.reduce<{ at: Instant; value: UsdPerBtc } | null>(
    (best, point) => (best === null || point.value > best.value ? point : best),
    null,
  );
}
