/** Fear & Greed. */
import { z } from "zod";
import { day, id, number, points } from "./fields.ts";

const PointsChange = z.strictObject({ points: number, from: points("the value compared with"), fromDate: day });
const Since = z.strictObject({
  date: day.nullable().describe("null: none in the whole available history"),
  equal: z.boolean(),
  historyFrom: day,
  missing: z.int().describe("count; days without a value, after date or in the history"),
  periods: z.int().describe("count; days with a value in the history"),
});
const PointsOfDay = z.strictObject({ date: day, value: points("0 to 100") });
export const FearGreedSection = z.strictObject({
  value: points("0 to 100"),
  label: z.string(),
  date: day,
  source: id,
  attribution: z.strictObject({ text: z.string(), url: z.string() }),
  changes: z.strictObject({
    "1d": PointsChange.nullable(),
    "7d": PointsChange.nullable(),
    "30d": PointsChange.nullable(),
    "365d": PointsChange.nullable(),
  }),
  ytd: z
    .strictObject({
      low: points("lowest of the year"),
      lowDate: day,
      high: points("highest of the year"),
      highDate: day,
      isLow: z.boolean(),
      isHigh: z.boolean(),
      equalsLow: day.nullable().describe("the first earlier day of the year with the same lowest value"),
      equalsHigh: day.nullable().describe("the first earlier day of the year with the same highest value"),
      days: number,
    })
    .nullable(),
  lowestSince: Since.nullable(),
  highestSince: Since.nullable(),
  streak: z.strictObject({ label: z.string(), days: number }),
  /** What the sparkline shows. */
  recent: z.array(PointsOfDay).describe("the last 30 published days, oldest first"),
  year: z.array(PointsOfDay).describe("the last 365 published days, oldest first"),
});

export type FearGreedSection = z.infer<typeof FearGreedSection>;
