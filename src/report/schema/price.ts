/** Spot price. */
import { z } from "zod";
import { at, day, id, number, perBtc, ratio } from "./fields.ts";

const PriceChange = z.strictObject({ ratio: number, from: perBtc("the close compared with"), fromAt: at });
export const PriceSection = z.strictObject({
  usd: perBtc("the last price, or the close where basis says so"),
  basis: z.enum(["last", "close"]),
  quote: z.enum(["USD", "USDT"]),
  source: id,
  asOf: at,
  changes: z.strictObject({
    "1d": PriceChange.nullable(),
    "7d": PriceChange.nullable(),
    "30d": PriceChange.nullable(),
  }),
  sinceHigh: z
    .strictObject({ ratio: number, days: number, high: perBtc("highest close of the last 30 days"), highDate: day })
    .nullable(),
  drawdown: z
    .strictObject({ ratio: number, high: perBtc("highest close since historyFrom"), highDate: day, historyFrom: day })
    .nullable(),
  realizedVol30d: ratio("a year").nullable(),
});

export type PriceSection = z.infer<typeof PriceSection>;
