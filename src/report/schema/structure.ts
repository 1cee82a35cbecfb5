/** Swings, sweeps, zones and the spring. */
import { z } from "zod";
import { count, day, id, number, perBtc, ratio } from "./fields.ts";

const SweepLine = z.strictObject({
  kind: z.enum(["low", "high"]),
  price: perBtc("the level"),
  date: day,
  sweptOn: day.nullable(),
  depth: ratio("how far the sweep went beyond the level").nullable(),
  class: z.enum(["wick", "reclaim", "breakdown", "pending"]).nullable(),
  after: number.describe("days to the first close back inside").nullable(),
});
export const StructureSection = z.strictObject({
  source: id,
  symbol: z.string(),
  from: day,
  until: day,
  swings: z
    .array(z.strictObject({ kind: z.enum(["low", "high"]), price: perBtc("of the turn"), date: day }))
    .describe("ZigZag of 5 %"),
  sweeps: z.array(SweepLine),
  zones: z.array(
    z.strictObject({
      kind: z.enum(["low", "high"]),
      from: perBtc("lower end"),
      to: perBtc("upper end"),
      levels: z.array(SweepLine),
      swept: count("levels that were swept"),
      isSwept: z.boolean(),
    }),
  ),
  spring: z
    .strictObject({
      state: z.enum(["pending", "re-entered", "confirmed", "failed", "too deep", "too long", "expired"]),
      since: day,
      event: day,
      support: perBtc("lowest swing low of the range"),
      resistance: perBtc("highest swing high of the range"),
      rangeDays: number,
      low: perBtc("lowest price of the event"),
      depth: ratio("(support - low) / support"),
      volumeRatio: ratio("of the event's day to the median of the 20 days before").nullable(),
      baseRate: z.strictObject({
        confirmed: count("springs confirmed, of those resolved"),
        resolved: count("springs confirmed or failed"),
        byChance: ratio("share confirmed on the same bars in random order"),
      }),
    })
    .nullable(),
});

export type StructureSection = z.infer<typeof StructureSection>;
