/** Open interest of the market and of each venue. */
import { z } from "zod";
import { amount, at, count, day, id, perBtc, ratio } from "./fields.ts";

const Change = z.strictObject({
  btc: ratio("toBtc / fromBtc - 1"),
  usd: ratio("toUsd / fromUsd - 1"),
  price: ratio("change of the implied price, USD / BTC of the contracts compared"),
  position: ratio("price-neutral change: linear contracts in BTC, inverse ones in USD"),
  fromBtc: amount,
  fromUsd: amount,
  toBtc: amount,
  toUsd: amount,
  fromAt: at,
  fromDate: day,
  contracts: count("contracts compared"),
});
const Changes = z.strictObject({
  "1d": Change.nullable(),
  "7d": Change.nullable(),
  "30d": Change.nullable(),
  anchor: Change.nullable(),
});
const TotalChange = z.strictObject({
  ...Change.shape,
  venues: z.array(id),
  coverage: ratio("of what was known at the start, in USD, the part that is compared"),
});
export const VenueLine = z.strictObject({
  id,
  name: z.string(),
  btc: amount,
  usd: amount,
  share: ratio("of openInterest.usd; null for CME, which is not in it").nullable(),
  asOf: at,
  note: z.string().nullable(),
  contracts: z.array(
    z.strictObject({
      symbol: z.string(),
      kind: z.enum(["perpetual", "dated"]),
      margin: z.enum(["linear", "inverse"]),
      quote: z.enum(["USD", "USDT", "USDC"]),
      btc: amount,
      usd: amount,
    }),
  ),
  changes: Changes,
  scopes: z.array(z.strictObject({ id: z.string(), btc: amount, usd: amount, changes: Changes })),
});
export const OpenInterestSection = z.strictObject({
  btc: amount,
  usd: amount,
  withCme: z.strictObject({ btc: amount, usd: amount, cmeAsOf: day }).nullable(),
  venues: z.array(VenueLine),
  changes: z.strictObject({
    "1d": TotalChange.nullable(),
    "7d": TotalChange.nullable(),
    "30d": TotalChange.nullable(),
    anchor: TotalChange.nullable(),
  }),
  anchor: z.strictObject({
    id: z.string(),
    date: day.nullable(),
    basis: z.literal("daily close"),
    btc: amount.nullable(),
    usd: amount.nullable(),
  }),
  series: z
    .strictObject({
      days: z.array(day),
      btc: z.array(amount.nullable()),
      usd: z.array(amount.nullable()),
      price: z.array(perBtc("spot close").nullable()),
      venues: z.array(z.strictObject({ id, btc: z.array(amount.nullable()) })),
    })
    .describe(
      "daily closes since the anchor's window begins, 30 days at least: the same contracts of the same venues on every day; a value for each of days, null where one of the venues lacks that day",
    )
    .nullable(),
  concentration: z
    .strictObject({
      top: z.array(z.strictObject({ id, share: ratio("of openInterest.usd") })),
      hhi: count("Herfindahl-Hirschman index of the shares, 0 to 10,000").nullable(),
    })
    .nullable(),
  marketCap: z
    .strictObject({ ratio: ratio("openInterest.usd / (price · supply)"), supplyBtc: amount, supplyAt: at })
    .nullable(),
  quadrant: z
    .strictObject({
      window: z.literal("7d"),
      price: z.enum(["up", "down", "flat"]),
      positions: z.enum(["added", "closed", "flat"]),
      text: z.string(),
    })
    .nullable(),
});

export type OpenInterestSection = z.infer<typeof OpenInterestSection>;
export type VenueLine = z.infer<typeof VenueLine>;
export type Change = z.infer<typeof Change>;
export type Changes = z.infer<typeof Changes>;
export type TotalChange = z.infer<typeof TotalChange>;
