/**
 * HTX futures. https://www.htx.com/en-us/opend/newApiPages/
 * Linear contracts (swap and dated), coin-margined swaps and coin-margined dated contracts have a path each, and the
 * generations of the API an envelope each. Errors come with status 200. Numbers come as text or not.
 *
 * - A linear contract is 0.001 BTC, a coin-margined one 100 USD. `amount` is BTC, `value` USDT.
 * - Without `business_type=all` dated linear contracts are left out.
 * - What is traded is counted on both sides, open interest is not (htx-api.ts has the evidence).
 * - Where from, to and size are all given, from and to are ignored. Candles reach back two years.
 * - `amount` of a liquidation is a number of contracts; its turnover is in USDT. A question may span two hours.
 */
import { z } from "zod";
import type { Funding, Market, Markets, OpenInterest } from "../core/market.ts";
import { NOT_BEGUN, nothingHeld } from "../core/plausible/values.ts";
import { DAY, HOUR, shift, type Instant } from "../core/time.ts";
import { btc, impliedPrice, inBtc, ofBtc, ofContracts, ofUsd, ratio, usd, type Quantity } from "../core/units.ts";
import { decimal, fundingHours, level, millis, ownRows } from "./decode.ts";
import { families, none, only } from "./families.ts";
import {
  answer,
  COIN_M_USD,
  coinMarket,
  get,
  HELD_ONCE,
  INVERSE,
  LINEAR,
  linearContracts,
  TRADED_ONCE,
} from "./htx-api.ts";
import { heldDaily, volume } from "./htx-history.ts";
import { liquidationDay, liquidations, topAccounts } from "./htx-statistics.ts";
import { absentMain, everyListed, isOver } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing, pagesOfThen, SETTLEMENTS } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";
import { dayNamed, unlisted } from "./unlisted.ts";

/** `settlement_period` of swaps; recorded settlements are so far apart. Used where the next one is not told. */
const FUNDING_HOURS = 8;

const ofBitcoin = <T>(row: z.ZodType<T>) =>
  answer(ownRows((each) => each["symbol"] === "BTC", row, "expected a BTC contract"));
const code = { contract_code: z.string().min(1) };
/** Null where a contract has no price: then it is missing, not the list that it stands in. */
const ifAny = level.nullish();
const LinearRows = ofBitcoin(z.object({ ...code, volume: level, amount: ifAny, value: ifAny, trade_amount: ifAny }));
const CoinRows = ofBitcoin(z.object({ ...code, volume: level, amount: ifAny, trade_volume: ifAny }));
const Rate = z.object({
  ...code,
  funding_rate: decimal,
  funding_time: millis,
  next_funding_time: millis.nullish(),
});

const LinearRates = answer(z.array(Rate));
const CoinRate = answer(Rate);

/** The family of dated coin-margined contracts. */
const FUTURES = "coin-M futures";

interface Counted {
  readonly count: number;
  readonly each: Quantity;
  /** The same in BTC and in USD: what they imply is the price. */
  readonly coins: number | null | undefined;
  readonly dollars: number | null | undefined;
  /** In 24 hours, on both sides. */
  readonly traded: number | null | undefined;
  /** What one of them is, on one side. */
  readonly tradedEach: Quantity;
}

function held(ask: Ask, market: Market, at: Instant, counted: Counted): Markets<OpenInterest> {
  const { count, each, tradedEach } = counted;
  const traded = counted.traded ?? null;
  if (count === 0) return none(market.symbol, market.kind === "dated" && traded === 0 ? NOT_BEGUN : nothingHeld());
  const [coins, dollars] = [counted.coins ?? null, counted.dollars ?? null];
  if (coins === null) throw nothing(ask, "amount", "no amount");
  if (dollars === null) throw nothing(ask, "value", "no value");
  const price = impliedPrice(usd(dollars), btc(coins));
  if (price === null) return none(market.symbol, nothingHeld());
  const own = inBtc(ofContracts(count, each), price);
  if (Math.abs(coins / own - 1) > 0.01) {
    const detail = `${count} contracts are ${own} BTC, found ${coins}`;
    return none(market.symbol, { why: "malformed", at: "amount", detail });
  }
  const size = ofContracts(count * HELD_ONCE, each);
  return only(market, { at, size, price, ...(traded === null ? {} : { traded24h: ofContracts(traded, tradedEach) }) });
}

/** The swap, and dated contracts with the day of their delivery. */
const LINEAR_NAME = /^BTC-USDT(?<dated>-\d{6})?$/;

async function linearNow(ask: Ask): Promise<Markets<OpenInterest>> {
  const path = `/linear-swap-api/v1/swap_open_interest?pair=${LINEAR.symbol}&business_type=all`;
  const [listing, { data, ts }] = await together([linearContracts(ask), get(ask, path, LinearRows)]);
  const beside = unlisted(ask, {
    rows: data,
    field: "contract_code",
    name: LINEAR_NAME,
    listed: listing.symbols,
    read: ({ volume: open }, dated) => ({ open, expires: dayNamed(dated) }),
    list: "swap_contract_info",
  });
  const told = [...data.map((row) => row.contract_code), ...listing.symbols];
  const lacking = absentMain([LINEAR.symbol], new Set(told), "swap_contract_info");
  const one = ({ market, worth }: (typeof listing.contracts)[number]): Markets<OpenInterest> => {
    const row = data.find((each) => each.contract_code === market.symbol);
    if (row === undefined) throw nothing(ask, "data", "no open interest");
    const { volume: count, amount: coins, value: dollars, trade_amount: traded } = row;
    const tradedEach = ofBtc(TRADED_ONCE);
    return held(ask, market, ts, { count, each: ofBtc(worth), coins, dollars, traded, tradedEach });
  };
  return everyListed({ ...listing, lacking }, one, beside);
}

async function coinNow(ask: Ask, path: string): Promise<Markets<OpenInterest>> {
  const { data, ts } = await get(ask, path, CoinRows);
  const rows = data.map((row) => ({ row, market: coinMarket(row.contract_code) }));
  const contracts = rows.flatMap(({ row, market }) =>
    market === null || isOver(market.expires, ask.now) ? [] : [{ row, market }],
  );
  const gap = { why: "malformed", at: "contract_code", detail: "neither BTC-USD nor a date" } as const;
  const lacking = rows.flatMap(({ row, market }) => (market === null ? [{ what: row.contract_code, gap }] : []));
  return everyListed({ contracts, lacking }, ({ market, row }) => {
    const { volume: count, amount: coins, trade_volume: traded } = row;
    const dollars = count * COIN_M_USD;
    const tradedEach = ofUsd(COIN_M_USD * TRADED_ONCE);
    return held(ask, market, ts, { count, each: ofUsd(COIN_M_USD), coins, dollars, traded, tradedEach });
  });
}

function rateNow(market: Market, at: Instant, row: z.infer<typeof Rate> | undefined): Markets<Funding> {
  if (row?.contract_code !== market.symbol) {
    return none(market.symbol, { why: "malformed", at: "data", detail: "no funding rate" });
  }
  const next = row.next_funding_time ?? null;
  const everyHours =
    next === null ? FUNDING_HOURS : fundingHours((next - row.funding_time) / HOUR, "next_funding_time");
  return only(market, { at, rate: ratio(row.funding_rate), everyHours, kind: "predicted" });
}

const Settled = z.array(z.object({ contract_code: z.string(), funding_rate: decimal, funding_time: millis }));
const LinearSettled = answer(Settled);
const CoinSettled = answer(z.object({ data: Settled }));
/** The most that a page may hold. */
const SETTLED = 50;

function rateThen(ask: Ask, market: Market, rows: z.infer<typeof Settled>): Markets<Funding> {
  const own = rows.filter((row) => row.contract_code === market.symbol);
  return only(
    market,
    lastSettled(
      ask,
      own.map(({ funding_time: at, funding_rate: rate }) => ({ at, rate })),
    ),
  );
}

async function linearRate(ask: Ask): Promise<Markets<Funding>> {
  if (isPast(ask)) {
    const which = `contract_code=${LINEAR.symbol}&start_time=${shift(ask.now, -SETTLEMENTS)}&limit=100`;
    return rateThen(ask, LINEAR, (await get(ask, `/v5/market/funding_rate_history?${which}`, LinearSettled)).data);
  }
  const { data, ts } = await get(ask, `/v5/market/funding_rate?contract_code=${LINEAR.symbol}`, LinearRates);
  return rateNow(LINEAR, ts, data[0]);
}

async function coinRate(ask: Ask): Promise<Markets<Funding>> {
  if (isPast(ask)) {
    const pages = await together(
      pagesOfThen(ask, FUNDING_HOURS, SETTLED).map((page) => {
        const which = `contract_code=${INVERSE.symbol}&page_index=${page}&page_size=${SETTLED}`;
        return get(ask, `/swap-api/v1/swap_historical_funding_rate?${which}`, CoinSettled);
      }),
    );
    return rateThen(
      ask,
      INVERSE,
      pages.flatMap(({ data }) => data.data),
    );
  }
  const { data, ts } = await get(ask, `/swap-api/v1/swap_funding_rate?contract_code=${INVERSE.symbol}`, CoinRate);
  return rateNow(INVERSE, ts, data);
}

export const htx = {
  id: "htx",
  venue: "htx",
  name: "HTX",
  docs: "https://www.htx.com/en-us/opend/newApiPages/",
  // 240 requests in three seconds for linear contracts, 120 for coin-margined ones; more for candles.
  hosts: { "api.hbdm.com": { everyMs: 40, atOnce: 4 } },
  note: "BTC-USDT and BTC-USD, swaps and dated contracts. HTX counts what is traded on both sides; here each trade counts once. Open interest counts each contract once. Monthly volume and the history of open interest are of the two swaps, liquidations of BTC-USDT. Days of its history may be stamped 16:00Z, and closes of 00:00Z are told for 33 days, by four hours: changes since an anchor further back come from your own history alone. All figures are HTX's own, and its open interest is high for what is traded.",
  keeps: { openInterestHistory: 200 * DAY, funding: ALL, liquidations: 90 * DAY, liquidationDays: 90 * DAY },
  facts: {
    openInterest: {
      endpoint:
        "GET /linear-swap-api/v1/swap_open_interest, /linear-swap-api/v1/swap_contract_info, /swap-api/v1/swap_open_interest, /api/v1/contract_open_interest",
      unit: "contracts: linear of contract_size BTC, coin-margined of 100 USD; price: value / amount",
      proof:
        "recorded 2026-06-13: 32,476,092 contracts, 32,476.092 BTC, 63,527 USDT each; 2022-09-28: 518,018 × 100 USD / 2,769.68 BTC = 18,703; a row whose contracts and BTC differ by 1 % is refused",
      counting: "each contract once, whatever the documentation says: counts are odd",
      lookBack: "now",
      uncertain: "that dated coin-margined contracts settle at 08:00Z, as linear ones do",
    },
    openInterestHistory: {
      endpoint:
        "GET /linear-swap-api/v1/swap_his_open_interest, /swap-api/v1/swap_his_open_interest; period=1day and 4hour",
      unit: "linear: BTC, value USDT; coin-margined: contracts of 100 USD",
      proof: "recorded 2022-03-25: 194,059,884.185 / 4,385.435 BTC = 44,251 USDT each",
      counting: "each contract once: counts are odd",
      lookBack:
        "200 samples: 200 days, 33 of them by four hours, the longest interval that has 00:00Z on a clock of UTC+8",
      uncertain: "the hour of a day's sample, 00:00Z or 16:00Z: its own stamp is used",
    },
    volume: {
      endpoint: "GET /linear-swap-ex/market/history/kline, /swap-ex/market/history/kline; period=4hour",
      unit: "amount: BTC; trade_turnover: USDT; coin-margined vol: contracts of 100 USD",
      proof: "documentation; 52.3072 USDT / 0.004 BTC = 13,076.8, the bar's price",
      counting: "both sides (documented), halved",
      lookBack: "two years: 24 months are asked",
      uncertain: "dated contracts are left out: less than 0.1 %",
    },
    funding: {
      endpoint: "GET /v5/market/funding_rate, /swap-api/v1/swap_funding_rate",
      unit: "ratio per interval",
      proof:
        "recorded 2026-06-12: 0.000083 for BTC-USDT; the interval is next_funding_time − funding_time, else 8 hours",
      counting: "rate to be paid at funding_time",
      lookBack:
        "now; of the past what was settled: GET /v5/market/funding_rate_history, /swap-api/v1/swap_historical_funding_rate",
    },
    longShort: {
      endpoint: "GET /linear-swap-api/v1/swap_elite_account_ratio?contract_code=BTC-USDT&period=60min",
      unit: "share of accounts net long / share of accounts net short",
      proof: "documentation; the shares, with accounts that are both, must add up to 1",
      counting: "accounts of top traders in BTC-USDT",
      lookBack: "not documented; the newest row is used",
      uncertain: "that a row is of the instant of its stamp",
    },
    liquidations: {
      endpoint: "GET /v5/market/liquidation_orders?contract_code=BTC-USDT",
      unit: "trade_turnover: USDT",
      proof: "recorded 2026-06-19: 125.957 = 2 contracts × 0.001 BTC × 62,978.5",
      counting: "orders by the side of the position that was liquidated, the 24 hours before now",
      lookBack: "90 days; partial where two hours have 100 orders or more",
    },
    liquidationDays: {
      endpoint: "GET /v5/market/liquidation_orders?contract_code=BTC-USDT",
      unit: "trade_turnover: USDT",
      proof: "as liquidations",
      counting: "as liquidations, the UTC day before",
      lookBack: "90 days; one is asked, as most of it is for liquidations",
    },
  },
  datasets: {
    openInterest: (ask) =>
      families(
        {
          "USDT-M": () => linearNow(ask),
          "coin-M swap": () => coinNow(ask, `/swap-api/v1/swap_open_interest?contract_code=${INVERSE.symbol}`),
          [FUTURES]: () => coinNow(ask, "/api/v1/contract_open_interest?symbol=BTC"),
        },
        (family) => family === FUTURES,
      ),
    openInterestHistory: heldDaily,
    volume,
    funding: (ask) => families({ [LINEAR.symbol]: () => linearRate(ask), [INVERSE.symbol]: () => coinRate(ask) }),
    longShort: topAccounts,
    liquidations,
    liquidationDays: liquidationDay,
  },
} as const satisfies Source;
