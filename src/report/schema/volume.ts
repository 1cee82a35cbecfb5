/** Futures volume by month. */
import { z } from "zod";
import { amount, id, month, number, ratio } from "./fields.ts";

const RecordLine = z.strictObject({
  direction: z.enum(["lowest", "highest"]),
  since: month.nullable().describe("the period since when; null: in the whole available history"),
  equal: z.boolean(),
});
const VenueRecord = z.strictObject({
  byTotal: RecordLine.nullable(),
  byDay: RecordLine.nullable(),
  historyFrom: month,
});
const VolumeMonth = z.strictObject({
  month,
  complete: z.boolean(),
  days: number.describe("days of the month that had passed"),
  usd: amount,
  btc: amount,
  perDayUsd: amount,
  venues: z.array(
    z.strictObject({
      id,
      usd: amount,
      btc: amount,
      share: ratio("of the month's usd"),
      derived: z.boolean().describe("whether usd is made of typical prices of bars, for want of a volume in USD"),
      record: VenueRecord.nullable(),
    }),
  ),
});
export const VolumeSection = z.strictObject({
  unit: z.literal("USD, each trade once"),
  months: z.array(VolumeMonth),
  latest: month.nullable(),
  monthOverMonth: z
    .strictObject({ ratio: number, perDay: ratio("the same of volume per day"), venues: z.array(id) })
    .nullable(),
  record: VenueRecord.extend({ venues: z.array(id) }).nullable(),
  toDate: z
    .strictObject({
      month,
      days: number.describe("days of the month that have passed"),
      usd: amount,
      runRateUsd: amount,
      range: z
        .tuple([amount, amount])
        .describe("USD; what the month may come to, with slow days and with busy ones")
        .nullable(),
    })
    .nullable(),
});

export type VolumeSection = z.infer<typeof VolumeSection>;
export type VolumeMonth = z.infer<typeof VolumeMonth>;
export type RecordLine = z.infer<typeof RecordLine>;
