/** Funding, the basis of dated futures, and positioning. */
import { z } from "zod";
import { amount, at, day, id, number, perBtc, ratio } from "./fields.ts";

export const FundingSection = z.strictObject({
  weighted8h: ratio("per 8 hours, weighted by open interest").nullable(),
  apr: ratio("weighted8h a year, simple").nullable(),
  venues: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      rate: ratio("per interval; positive: longs pay shorts"),
      everyHours: number.describe("hours; the interval"),
      rate8h: ratio("per 8 hours"),
      kind: z.enum(["predicted", "settled", "trailing"]),
      asOf: at,
    }),
  ),
});

export const BasisSection = z.strictObject({
  constant90d: ratio("a year, at 90 days").nullable(),
  contracts: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      expires: at,
      days: number.describe("days to settlement"),
      price: perBtc("of the contract"),
      index: perBtc("that it settles to"),
      basis: ratio("price / index - 1"),
      annualized: ratio("basis a year, simple; null below 7 days").nullable(),
    }),
  ),
});

export const PositioningSection = z.strictObject({
  longShort: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      ratio: ratio("long / short of what counts says"),
      counts: z.enum(["accounts", "top accounts", "positions", "top positions"]),
      asOf: at,
    }),
  ),
  taker: z
    .array(
      z.strictObject({
        id,
        symbol: z.string(),
        buyBtc: amount,
        sellBtc: amount,
        imbalance: ratio("(buy - sell) / (buy + sell)"),
        ratio: ratio("buy / sell"),
        until: at,
      }),
    )
    .describe("the 24 hours to until"),
  cme: z
    .strictObject({ reportDate: day, leveragedNetBtc: number, assetManagersNetBtc: number })
    .describe("trader classes of the CFTC, longs minus shorts, of the contract of 5 BTC")
    .nullable(),
});

export type FundingSection = z.infer<typeof FundingSection>;
export type BasisSection = z.infer<typeof BasisSection>;
export type PositioningSection = z.infer<typeof PositioningSection>;
