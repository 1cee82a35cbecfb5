/** The modelled liquidation map. */
import { z } from "zod";
import { amount, day, id, perBtc, ratio } from "./fields.ts";

export const LiquidationMapSection = z.strictObject({
  label: z.string(),
  price: perBtc("now, of the first modelled contract"),
  levels: z.array(
    z.strictObject({
      price: perBtc("the level"),
      distance: ratio("of the level from the price"),
      side: z.enum(["longs", "shorts"]),
      usd: amount.describe("USD; geometric mean of the 12 assumption sets"),
      low: amount.describe("USD; smallest of the 12 assumption sets"),
      high: amount.describe("USD; largest of the 12 assumption sets"),
      shareOfOi: ratio("usd / openInterestUsd"),
      digits: z.union([z.literal(1), z.literal(2)]).describe("count; significant digits that the range allows"),
      coarse: z.boolean().describe("nearer than 2 %, where hourly bars show too much"),
    }),
  ),
  reported: z
    .strictObject({
      source: id,
      price: perBtc(
        "null where the vendor tells none: the sides of its levels are then those of the price above",
      ).nullable(),
      range: z.string(),
      levels: z.array(
        z.strictObject({
          price: perBtc("the level"),
          side: z.enum(["longs", "shorts"]),
          level: amount.describe("no unit is stated"),
        }),
      ),
    })
    .describe("a vendor's own map to the same prices, as it reports it: never mixed with ours")
    .nullable(),
  skew: z
    .strictObject({
      heavier: z.enum(["longs", "shorts"]),
      distance: ratio("up and down, at which the sides are compared"),
      imbalance: ratio("(shorts - longs) / (shorts + longs)"),
    })
    .describe("named only where all 12 sets agree and the imbalance of the centres is at least 0.3")
    .nullable(),
  coverage: ratio("of the open interest of all exchanges, that of the modelled contracts"),
  seedShare: ratio("of the modelled open interest, what is older than its history: where it was opened is assumed"),
  calibration: z
    .strictObject({
      longs: ratio("reported / swept; null where the model has liquidated nothing").nullable(),
      shorts: ratio("reported / swept; null where the model has liquidated nothing").nullable(),
      from: day.describe("the first day"),
      to: day.describe("the last day"),
      source: id.describe("who reports"),
      venues: z
        .array(
          z.strictObject({
            id,
            reportedLongsUsd: amount,
            reportedShortsUsd: amount,
            sweptLongsUsd: amount,
            sweptShortsUsd: amount,
          }),
        )
        .min(1),
      note: z.string(),
    })
    .describe(
      "of what the model (base profile, half-life of three days) has liquidated in the last 30 whole days, the part that was reported, over the venues together; null where no source that is asked tells both sides of a modelled venue",
    )
    .nullable(),
  openInterestUsd: amount,
  venues: z.array(id),
});

export type LiquidationMapSection = z.infer<typeof LiquidationMapSection>;
