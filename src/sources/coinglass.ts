/**
 * CoinGlass, with a paid key: liquidations and open interest of the exchanges that it follows. https://docs.coinglass.com/
 * The two lists are part of every plan, the liquidation map of Professional and above; there is no free plan.
 *
 * - The HTTP status is 200 whatever happened: `code` tells, as text or as a number. A bad key and a plan that is too
 *   low share code 400: the plan is meant where the same key has an answer to what every plan has.
 * - The row `All` is the sum of the others.
 * - The sides of liquidations are documented as `long_liquidation_usd` and sent as `longLiquidation_usd`.
 * - Answers carry no time; they are at most 10 seconds old.
 * - `symbol` left out means all coins.
 * - The map is documented as entries by price; what has been seen is a list of exchanges, each with its own, and the
 *   price beside the list. Seen too: that list alone. Without a price the sides are told from the price of our own map.
 *   Its second figure is a "liquidation level", no currency is named.
 */
import { z } from "zod";
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Liquidations, Market, ReportedMap, ReportedOpenInterest } from "../core/market.ts";
import { nothingHeld } from "../core/plausible/values.ts";
import { series } from "../core/series.ts";
import { DAY, shift } from "../core/time.ts";
import { usd, usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { envelope, level, ownRows, positive, statusOf } from "./decode.ts";
import { unpublished } from "./families.ts";
import { bothSides } from "./liquidated.ts";
import type { Ask, Source } from "./source.ts";

const API = "https://open-api-v4.coinglass.com/api/futures";
const TOTAL = "All";
/** Of the map: 1d, 7d and 30d are offered. */
const RANGE = "7d";

/** The names of our venues in CoinGlass's documented list of exchanges. */
const VENUES: ReadonlyMap<unknown, string> = new Map([
  ["Binance", "binance"],
  ["OKX", "okx"],
  ["Bybit", "bybit"],
  ["Bitget", "bitget"],
  ["Gate", "gate"],
  ["Deribit", "deribit"],
  ["Kraken", "kraken"],
  ["HTX", "htx"],
  ["Hyperliquid", "hyperliquid"],
  ["KuCoin", "kucoin"],
  ["Crypto.com", "crypto-com"],
  ["Bitfinex", "bitfinex"],
  ["MEXC", "mexc"],
  ["dYdX", "dydx"],
  ["CME", "cme"],
]);

/** A row is all BTC contracts of an exchange, linear and inverse. */
const ALL_CONTRACTS = { kind: "perpetual", margin: "linear", quote: "USD" } as const satisfies Partial<Market>;

const Failed = z
  .object({ code: z.union([z.string(), z.number()]).transform(String), msg: z.string().nullish() })
  .refine(({ code }) => code !== "0")
  .transform(({ code, msg }) => ({
    status: statusOf(Number(code)),
    text: `${code} ${msg ?? ""}`.trim().slice(0, 160),
  }));

const answerOf = <T>(data: z.ZodType<T>) => envelope(z.object({ code: z.literal(["0", 0]), data }), Failed);

/** Rows of the exchanges that are wanted; the other rows are not looked into. */
const rowsOf = <T>(row: z.ZodType<T>, wanted: (exchange: unknown) => boolean) =>
  answerOf(ownRows((each) => wanted(each["exchange"]), row, "expected a known exchange"));

const HeldRows = rowsOf(
  z.object({ exchange: z.string(), symbol: z.literal("BTC"), open_interest_usd: level.transform(usd) }),
  (exchange) => VENUES.has(exchange),
);
const LiquidatedRows = rowsOf(
  z
    .looseObject({ exchange: z.string().min(1).max(40) })
    .transform((row) => ({
      exchange: row.exchange,
      longs: row["longLiquidation_usd"] ?? row["long_liquidation_usd"],
      shorts: row["shortLiquidation_usd"] ?? row["short_liquidation_usd"],
    }))
    .pipe(z.object({ exchange: z.string(), longs: level.transform(usd), shorts: level.transform(usd) })),
  (exchange) => exchange !== TOTAL,
);

const price = positive.transform(usdPerBtc);
/** Price, level, then what only the map of one pair fills. */
const Entry = z.tuple([price, level]).rest(z.unknown());
const MapOfExchange = z.object({
  instrument: z.object({ exName: z.string().min(1).max(40), baseAsset: z.literal("BTC").optional() }).optional(),
  liqMapV2: z.record(z.string(), z.array(Entry)),
});
/** The bare list and the entries without exchanges are the full shape with something left out. */
const MapAnswer = answerOf(
  z
    .unknown()
    .transform((data) => (Array.isArray(data) ? { data } : data))
    .pipe(
      z.object({
        last_price: price.nullish(),
        lastPrice: price.nullish(),
        data: z
          .unknown()
          .transform((data) => (Array.isArray(data) ? data : [{ liqMapV2: data }]))
          .pipe(z.array(MapOfExchange)),
      }),
    ),
);

async function reported(ask: Ask): Promise<readonly ReportedOpenInterest[]> {
  const { data } = await ask.json(`${API}/open-interest/exchange-list?symbol=BTC`, HeldRows);
  const told = data.flatMap(({ exchange, open_interest_usd: held }) => {
    const venue = VENUES.get(exchange);
    return venue === undefined || held === 0 ? [] : [{ venue, at: ask.now, usd: held }];
  });
  if (told.length === 0) throw new Unavailable(nothingHeld());
  return told;
}

/** Part of every plan. */
const LIQUIDATED = `${API}/liquidation/exchange-list?symbol=BTC&range=24h`;

async function liquidations(ask: Ask): Promise<Liquidations> {
  const { data } = await ask.json(LIQUIDATED, LiquidatedRows);
  const at = shift(ask.now, -DAY);
  return {
    feed: "partial",
    of: data.map(({ exchange, longs, shorts }) => ({
      market: { symbol: exchange, ...ALL_CONTRACTS },
      value: series([{ at, value: bothSides(ask.now, longs, shorts) }]),
    })),
    lacking: [],
  };
}

/** The vendor's codes for a bad key and for a plan that is too low, which are the same. */
const isAboutKey = ({ status, detail }: Gap & { why: "refused" }): boolean =>
  [400, 401, 403].includes(status) || /^(?:400|40001)\b/.test(detail);

/** Such a refusal is one of the plan where the same key has an answer to what every plan has. */
async function refusedByPlan(ask: Ask, error: unknown): Promise<unknown> {
  if (!(error instanceof Unavailable) || error.gap.why !== "refused" || !isAboutKey(error.gap)) return error;
  // A run asks this anyway, and identical questions are asked once.
  const answered = await ask.json(LIQUIDATED, LiquidatedRows).then(
    () => true,
    () => false,
  );
  if (!answered) return error;
  const detail = `the plan of this key has no liquidation map, which is part of Professional and above (${error.gap.detail})`;
  return new Unavailable(unpublished(detail));
}

async function liquidationMap(ask: Ask): Promise<ReportedMap> {
  const { data } = await ask
    .json(`${API}/liquidation/aggregated-map?symbol=BTC&range=${RANGE}`, MapAnswer)
    .catch(async (error: unknown) => {
      throw await refusedByPlan(ask, error);
    });
  const sums = new Map<UsdPerBtc, number>();
  for (const [at, height] of data.data.flatMap((one) => Object.values(one.liqMapV2).flat())) {
    sums.set(at, (sums.get(at) ?? 0) + height);
  }
  const levels = [...sums]
    .filter(([, height]) => height > 0)
    .toSorted(([a], [b]) => a - b)
    .map(([at, height]) => ({ price: at, level: height }));
  if (levels.length === 0) throw new Unavailable({ why: "malformed", at: "data.data", detail: "no level" });
  const exchanges = new Set(data.data.flatMap(({ instrument }) => instrument?.exName ?? []));
  const madeAt = data.last_price ?? data.lastPrice ?? null;
  return { at: ask.now, price: madeAt, levels, exchanges: [...exchanges], range: RANGE };
}

export const coinglass = {
  id: "coinglass",
  venue: null,
  name: "CoinGlass",
  docs: "https://docs.coinglass.com/",
  // The cheapest plan allows 30 requests a minute. A run asks three.
  hosts: { "open-api-v4.coinglass.com": { everyMs: 2_000 } },
  key: { env: "COINGLASS_API_KEY", header: "CG-API-KEY", required: true },
  note: "Open interest as CoinGlass counts it, dated contracts and CME with it, beside ours and never in it. Liquidations are those that the exchanges' feeds show: a lower bound, and none of CME, Deribit, Bitget, KuCoin and MEXC. The liquidation map, part of the Professional plan, is CoinGlass's own model: its levels have no unit.",
  facts: {
    reportedOpenInterest: {
      endpoint: "GET /api/futures/open-interest/exchange-list?symbol=BTC",
      unit: "USD",
      proof:
        "documentation: 57,437,891,725 USD and 659,557.3 BTC in all, 87,086 USD each; 2026-04-28: 55.54 billion and 723,720 BTC, 76,747 each",
      counting: "as CoinGlass counts each exchange; All, the sum of the rows, is left out",
      lookBack: "now",
      uncertain: "which contracts of an exchange are in it",
    },
    liquidations: {
      endpoint: "GET /api/futures/liquidation/exchange-list?symbol=BTC&range=24h",
      unit: "USD",
      proof: "documentation: 4,585,290 for Bybit = 104,560 of longs + 4,480,730 of shorts",
      counting: "by the side that was liquidated, one sum for each exchange; All is left out",
      lookBack: "24 hours",
      uncertain: "that the 24 hours end with the answer, not with an hour",
    },
    reportedMap: {
      endpoint: `GET /api/futures/liquidation/aggregated-map?symbol=BTC&range=${RANGE}`,
      unit: "none: levels by price in USD/BTC",
      proof: "documentation: 48935 is the liquidation price, 1579370.77 the liquidation level; it names no currency",
      counting: "entries of one price added up over the exchanges of the answer, none of which tells a side",
      lookBack: "7 days",
      uncertain:
        "what a level measures; the documented answer has no last price: the sides are then told from the price of our own map",
    },
  },
  datasets: { reportedOpenInterest: reported, liquidations, reportedMap: liquidationMap },
} as const satisfies Source;
