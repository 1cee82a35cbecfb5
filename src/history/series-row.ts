/** What a series of observations is, as the table `series` has it and back. */
import { z } from "zod";
import type { Market } from "../core/market.ts";
import { instantOf, keptDatasets, type Identity } from "./observations.ts";

/** A series of the file. */
export interface Stored {
  readonly id: number;
  readonly of: Identity;
}

/** A row of the table: '' where a part does not apply, 0 for no expiry. */
const Columns = z.object({
  source: z.string(),
  dataset: z.enum(keptDatasets),
  symbol: z.string(),
  kind: z.string(),
  margin: z.string(),
  quote: z.string(),
  expires: z.number(),
  field: z.string(),
  detail: z.string(),
  unit: z.string(),
  class: z.enum(["observed", "derived"]),
});
/** Their names, in the order of the table. */
export const COLUMNS = Columns.keyof().options;
const MarketParts = z.object({
  symbol: z.string(),
  kind: z.enum(["perpetual", "dated"]),
  margin: z.enum(["linear", "inverse"]),
  quote: z.enum(["USD", "USDT", "USDC"]),
});

export const columnsOf = ({ market, ...of }: Identity): z.infer<typeof Columns> => ({
  ...of,
  symbol: market?.symbol ?? "",
  kind: market?.kind ?? "",
  margin: market?.margin ?? "",
  quote: market?.quote ?? "",
  expires: market?.expires ?? 0,
});

/** Nothing where the row, an id and the columns, is of a kind that this program does not know. */
export function storedOf([id, ...values]: readonly unknown[]): readonly Stored[] {
  const parsed = Columns.safeParse(Object.fromEntries(COLUMNS.map((column, i) => [column, values[i]])));
  if (!parsed.success || typeof id !== "number") return [];
  const { symbol, kind, margin, quote, expires, ...of } = parsed.data;
  if (symbol === "") return [{ id, of: { ...of, market: null } }];
  const parts = MarketParts.safeParse({ symbol, kind, margin, quote });
  if (!parts.success) return [];
  const ends = expires === 0 ? null : instantOf(expires);
  const market: Market = { ...parts.data, ...(ends === null ? {} : { expires: ends }) };
  return [{ id, of: { ...of, market } }];
}
