/** Liquidations as feeds tell them. */
import { z } from "zod";
import { amount, at, day, id, number } from "./fields.ts";

const LargestSince = z.strictObject({
  id,
  symbol: z.string().nullable().describe("the one contract that the feed tells; null where it sums more than one"),
  day,
  usd: amount,
  since: day.nullable().describe("the last day as large; null: none since from"),
  from: day.describe("where its history begins"),
});

export const LiquidationsSection = z.strictObject({
  windowHours: z.literal(24),
  longsUsd: amount,
  shortsUsd: amount,
  lowerBound: z.boolean().describe("true unless every exchange answered and every feed is complete"),
  venues: z.array(
    z.strictObject({
      id,
      feed: z.enum(["complete", "throttled", "partial"]),
      longsUsd: amount,
      shortsUsd: amount,
      hours: number.describe("hours of the window that the feed reaches back"),
      until: at.describe(
        "end of the window: asOf, or earlier where the feed tells whole hours or an earlier run was told",
      ),
    }),
  ),
  reported: z
    .array(z.strictObject({ id, longsUsd: amount, shortsUsd: amount, exchanges: z.array(z.string()) }))
    .describe("totals of vendors that gather feeds themselves: beside ours, never added"),
  largestSince: z
    .array(LargestSince)
    .min(1)
    .describe("of the last day that is over, each feed against its own past alone")
    .nullable(),
  reportedLargestSince: z
    .array(LargestSince.extend({ source: id }))
    .min(1)
    .describe("the same of feeds that a vendor (source) gathers: of one contract of one exchange each")
    .nullable(),
});

export type LiquidationsSection = z.infer<typeof LiquidationsSection>;
