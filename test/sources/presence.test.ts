/**
 * What a venue's own list says is trading, and an answer then lacks: missing, and not for want of a publisher. Made of
 * the fixtures, with one answer changed.
 */
import { describe, expect, it } from "vitest";
import { asker, type Asked } from "../../src/ask.ts";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import type { Lacking, Market } from "../../src/core/market.ts";
import { DAY, HOUR, instant, shift, type Instant } from "../../src/core/time.ts";
import { replay } from "../../src/io/tape.ts";
import { opened } from "../../src/io/unzip.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { everyListed, noBar, otherQuote } from "../../src/sources/listed.ts";
import { sources } from "../../src/sources/registry.ts";
import type { Ask } from "../../src/sources/source.ts";
import { askTapes, diskForTests, nowOf } from "../support/tapes.ts";

type Edit = (key: string, value: unknown) => unknown;
/** Rows of a list that name the contract (in this field) are left out. */
const without =
  (symbol: string, field?: string): Edit =>
  (_, value) =>
    Array.isArray(value)
      ? value.filter((row) => !JSON.stringify(row).includes(`${field === undefined ? "" : `"${field}":`}"${symbol}"`))
      : value;
const empty: Edit = (_, value) => (Array.isArray(value) ? [] : value);
const none =
  (field: string, of?: string): Edit =>
  (_, value) =>
    typeof value === "object" &&
    value !== null &&
    field in value &&
    (of === undefined || JSON.stringify(value).includes(`"${of}"`))
      ? { ...value, [field]: null }
      : value;

const sourceOf = (id: string) => {
  const found = sources.find((source) => source.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

/** An ask of the fixture, after `edit` has changed every answer whose URL has `part`; `seen` is told every question. */
const asked = (id: string, part: string, edit: Edit, seen: (request: HttpRequest) => void = () => {}): Promise<Asked> =>
  askTapes(sourceOf(id), `fixtures/${id}`, (http) => async (request) => {
    seen(request);
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    const body = JSON.stringify(JSON.parse(new TextDecoder().decode(answer.body)), edit);
    return { ...answer, body: new TextEncoder().encode(body) };
  });

/** What is lacking of a dataset: of one that could not be had at all, all of it. */
async function lackingOf(
  id: string,
  dataset: "openInterest" | "volume" | "funding",
  ask: Ask,
): Promise<readonly Lacking[]> {
  const read = sourceOf(id).datasets[dataset];
  if (read === undefined) throw new Error(dataset);
  try {
    return (await read(ask)).lacking;
  } catch (error) {
    if (error instanceof Unavailable) return [{ what: "all", gap: error.gap }];
    throw error;
  }
}
const of = (lacking: readonly Lacking[], what: string): Lacking | undefined => lacking.find((one) => one.what === what);

describe("the open interest of a contract that is trading", () => {
  it.each<[string, string, string, string, Edit]>([
    ["binance", "USD-M", "fapi/v1/premiumIndex", "lacks every mark price", empty],
    ["binance", "BTCUSDT", "fapi/v1/premiumIndex", "lacks its mark price", without("BTCUSDT")],
    ["okx", "SWAP", "open-interest?instType=SWAP", "lacks every row", empty],
    ["okx", "BTC-USDT-SWAP", "open-interest?instType=SWAP", "lacks its row", without("BTC-USDT-SWAP")],
    ["bybit", "BTCUSDT", "tickers?category=linear", "lacks its ticker", without("BTCUSDT")],
    ["bitget", "USDT-FUTURES", "tickers?productType=USDT-FUTURES", "lacks every ticker", empty],
    [
      "bitget",
      "USDT-FUTURES",
      "tickers?productType=USDT-FUTURES",
      "has none in its ticker",
      none("holdingAmount", "BTCUSDT"),
    ],
    ["gate", "BTC_USDT", "futures/usdt/contracts/BTC_USDT", "has no position", none("position_size")],
    ["deribit", "BTC-PERPETUAL", "currency=BTC", "is null", none("open_interest", "BTC-PERPETUAL")],
    ["kraken", "all", "/tickers", "lacks every ticker", empty],
    ["kraken", "PF_XBTUSD", "/tickers", "lacks its ticker", without("PF_XBTUSD")],
    ["htx", "BTC-USDT", "swap_open_interest?pair", "lacks its row", without("BTC-USDT", "contract_code")],
    ["kucoin", "XBTUSDTM", "contracts/active", "is null", none("openInterest", "XBTUSDTM")],
    ["crypto-com", "BTCUSD-PERP", "get-tickers", "lacks its ticker", without("BTCUSD-PERP")],
    ["mexc", "BTC_USDT", "contract/ticker", "lacks its ticker", without("BTC_USDT")],
  ])("%s, %s: %s %s", async (id, what, part, _, edit) => {
    const { ask } = await asked(id, part, edit);
    expect(of(await lackingOf(id, "openInterest", ask), what)?.gap.why).toBe("malformed");
  });
});

describe("a contract without a price", () => {
  /** The row of a contract with other fields. */
  const row =
    (symbol: string, fields: Readonly<Record<string, unknown>>): Edit =>
    (_, value) =>
      typeof value === "object" && value !== null && Object.values(value).includes(symbol)
        ? { ...value, ...fields }
        : value;
  it.each<[string, string, string, Edit, "volume" | "funding" | null]>([
    ["gate", "BTC_USDT_20261030", "delivery/usdt/contracts", row("BTC_USDT_20261030", { mark_price: null }), "volume"],
    ["gate", "BTC_USDT_20261030", "delivery/usdt/contracts", row("BTC_USDT_20261030", { mark_price: "0" }), "volume"],
    ["kucoin", "XBTMU26", "contracts/active", row("XBTMU26", { openInterest: "5", markPrice: null }), "volume"],
    ["kucoin", "XBTMU26", "contracts/active", row("XBTMU26", { openInterest: "5", markPrice: null }), "funding"],
    ["htx", "BTC-USDT-260619", "swap_open_interest?pair", row("BTC-USDT-260619", { value: null }), null],
  ])("%s, %s, is missing, and no other", async (id, symbol, part, edit, other) => {
    const [whole, partly] = await Promise.all([asked(id, "", (_, value) => value), asked(id, part, edit)]);
    const symbolsOf = async ({ ask }: Asked): Promise<readonly string[]> =>
      (await sourceOf(id).datasets.openInterest?.(ask))?.of.map(({ market }) => market.symbol) ?? [];
    const all = await symbolsOf(whole);
    expect(all).toContain(symbol);
    expect(await symbolsOf(partly)).toEqual(all.filter((one) => one !== symbol));
    expect(of(await lackingOf(id, "openInterest", partly.ask), symbol)).toMatchObject({
      gap: { why: "malformed" },
      minor: true,
    });
    if (other === null) return;
    expect(await lackingOf(id, other, partly.ask)).toEqual(await lackingOf(id, other, whole.ask));
  });

  it("says that nothing is held where that is so", async () => {
    const { ask } = await asked("kucoin", "contracts/active", row("XBTMU26", { openInterest: "0", markPrice: null }));
    expect(of(await lackingOf("kucoin", "openInterest", ask), "XBTMU26")?.gap).toMatchObject({ rule: "Q-01" });
  });

  it.each([
    ["gate", "BTC_USDT_20261030", "delivery/usdt/contracts", "index_price"],
    ["kucoin", "XBTMU26", "contracts/active", "indexPrice"],
  ])("%s, %s, without an index counts, and has no basis", async (id, symbol, part, field) => {
    const { ask } = await asked(id, part, row(symbol, { [field]: null }));
    const told = await sourceOf(id).datasets.openInterest?.(ask);
    const found = told?.of.find(({ market }) => market.symbol === symbol);
    expect(found?.value).toMatchObject({ noIndex: { why: "malformed", at: field } });
    expect(found?.value).not.toHaveProperty("index");
  });
});

describe("the volume of a perpetual whose bars are an empty list", () => {
  it.each([
    ["binance", "BTCUSDT", "fapi/v1/klines?symbol=BTCUSDT"],
    ["binance", "BTCUSD_PERP", "contractType=PERPETUAL"],
    ["okx", "BTC-USDT-SWAP", "candles?instId=BTC-USDT-SWAP"],
    ["bybit", "BTCUSDT", "kline?category=linear&symbol=BTCUSDT&"],
    ["bitget", "USDT-FUTURES", "symbol=BTCUSDT&"],
    ["gate", "BTC_USDT", "futures/usdt/candlesticks?contract=BTC_USDT"],
    ["deribit", "BTC-PERPETUAL", "chart_data?instrument_name=BTC-PERPETUAL"],
    ["kraken", "PF_XBTUSD", "trade/PF_XBTUSD"],
    ["htx", "BTC-USDT", "linear-swap-ex/market/history/kline"],
    ["kucoin", "XBTUSDTM", "symbol=XBTUSDTM"],
    ["crypto-com", "BTCUSD-PERP", "candlestick?instrument_name=BTCUSD-PERP"],
    ["mexc", "BTC_USDT", "kline/BTC_USDT"],
  ])("%s, %s", async (id, what, part) => {
    const lost = of(await lackingOf(id, "volume", (await asked(id, part, empty)).ask), what);
    expect(lost?.gap.why).toBe("malformed");
    // A venue without its perpetual is not counted.
    expect(lost?.minor).toBeUndefined();
  });
});

describe("one dated contract that fails", () => {
  it.each([
    ["kucoin", "XBTMU26", "symbol=XBTMU26"],
    ["gate", "delivery", "contract=BTC_USDT_20261030"],
    ["gate", "delivery", "delivery/usdt/contracts"],
    ["okx", "BTC-USDT-261016", "instId=BTC-USDT-261016"],
    ["bitget", "BTCUSDZ26", "symbol=BTCUSDZ26"],
  ])("%s, %s, leaves the venue its volume", async (id, what, part) => {
    const { ask } = await asked(id, part, () => "no data");
    expect(of(await lackingOf(id, "volume", ask), what)).toMatchObject({ minor: true });
  });

  it("is no X-Perp, and no list that has them", async () => {
    const { ask } = await asked("okx", "candles?instId=BTC-USD_UM_XPERP", empty);
    const xperp = (await lackingOf("okx", "volume", ask)).find(({ what }) => what.includes("XPERP"));
    expect(xperp?.gap.why).toBe("malformed");
    expect(xperp?.minor).toBeUndefined();
    const list = await asked("okx", "instruments?instType=FUTURES", () => "no data");
    const family = of(await lackingOf("okx", "volume", list.ask), "FUTURES");
    expect(family?.gap.why).toBe("malformed");
    expect(family?.minor).toBeUndefined();
  });
});

describe("a contract that has a ticker and that the list, cut short, lacks", () => {
  const ticked = [
    ["bybit", "tickers?category=linear", "symbol"],
    ["bybit", "tickers?category=inverse", "symbol"],
    ["bitget", "tickers?productType=COIN-FUTURES", "symbol"],
    ["mexc", "contract/ticker", "symbol"],
    ["crypto-com", "get-tickers", "i"],
    ["okx", "open-interest?instType=SWAP", "instId"],
    ["okx", "open-interest?instType=FUTURES", "instId"],
  ] as const;
  /** The list of a venue without a contract. */
  const nameIn = (id: string): string => ({ okx: "instId", htx: "contract_code" })[id] ?? "symbol";
  const cut = (id: string, symbol: string): Edit => without(symbol, nameIn(id));
  /** Binance tells the open interest of one contract at a time, but the prices of all. */
  const gapOf = (id: string, at: string): Gap => {
    const shown = id === "binance" ? "a price" : "open interest";
    return { why: "malformed", at, detail: `has ${shown}, but is not among those that trade` };
  };

  it.each<[string, string, string, string, boolean]>([
    ["bybit", "instruments-info?category=linear", "BTCUSDT", "instruments-info", false],
    ["bybit", "instruments-info?category=linear", "BTCPERP", "instruments-info", false],
    ["bitget", "contracts?productType=COIN-FUTURES", "BTCUSD", "contracts", false],
    ["bitget", "contracts?productType=COIN-FUTURES", "BTCUSDU26", "contracts", true],
    ["mexc", "contract/detail", "BTC_USDC", "detail", false],
    ["crypto-com", "get-instruments", "BTCUSD-PERP", "get-instruments", false],
    ["crypto-com", "get-instruments", "BTCUSD-260327", "get-instruments", true],
    ["okx", "instruments?instType=SWAP", "BTC-USDT-SWAP", "instruments", false],
    ["okx", "instruments?instType=FUTURES", "BTC-USD-261225", "instruments", true],
    ["okx", "instruments?instType=FUTURES", "BTC-USD_UM_XPERP-310404", "instruments", false],
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDT", "exchangeInfo", false],
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDC", "exchangeInfo", false],
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDT_260925", "exchangeInfo", true],
    ["binance", "dapi/v1/exchangeInfo", "BTCUSD_PERP", "exchangeInfo", false],
    ["binance", "dapi/v1/exchangeInfo", "BTCUSD_260925", "exchangeInfo", true],
    ["htx", "swap_contract_info", "BTC-USDT", "swap_contract_info", false],
    ["htx", "swap_contract_info", "BTC-USDT-260619", "swap_contract_info", true],
  ])("%s, %s, %s: is named, and the others count", async (id, part, symbol, at, minor) => {
    const read = sourceOf(id).datasets.openInterest;
    const whole = await read?.((await asked(id, "", (_, value) => value)).ask);
    const partly = await read?.((await asked(id, part, cut(id, symbol))).ask);
    expect(whole?.of.map(({ market }) => market.symbol)).toContain(symbol);
    expect(partly?.of).toEqual(whole?.of.filter(({ market }) => market.symbol !== symbol));
    const lacking = partly?.lacking ?? [];
    expect(of(lacking, symbol)).toEqual({ what: symbol, gap: gapOf(id, at), ...(minor ? { minor } : {}) });
    expect(lacking.filter(({ what }) => what !== symbol)).toEqual(whole?.lacking);
  });

  /** A contract without that field of its row in the list. */
  const untold =
    (symbol: string, name: string, field: string): Edit =>
    (_, value) =>
      typeof value === "object" &&
      value !== null &&
      field in value &&
      JSON.stringify(value).includes(`"${name}":"${symbol}"`)
        ? { ...value, [field]: null }
        : value;

  it.each<[string, string, string, string]>([
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDT", "status"],
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDT", "baseAsset"],
    ["binance", "dapi/v1/exchangeInfo", "BTCUSD_PERP", "contractStatus"],
    ["okx", "instruments?instType=SWAP", "BTC-USDT-SWAP", "state"],
    ["okx", "instruments?instType=SWAP", "BTC-USDT-SWAP", "uly"],
    ["bybit", "instruments-info?category=linear", "BTCUSDT", "status"],
    ["bitget", "contracts?productType=COIN-FUTURES", "BTCUSD", "symbolStatus"],
    ["kraken", "/instruments", "PF_XBTUSD", "tradeable"],
    ["mexc", "contract/detail", "BTC_USDC", "state"],
    ["crypto-com", "get-instruments", "BTCUSD-PERP", "tradable"],
    ["htx", "swap_contract_info", "BTC-USDT", "contract_status"],
    ["kucoin", "contracts/active", "XBTUSDTM", "status"],
    ["kucoin", "contracts/active", "XBTUSDTM", "baseCurrency"],
  ])("%s, %s, %s: is named where its row does not say its %s", async (id, part, symbol, field) => {
    const { ask } = await asked(id, part, untold(symbol, nameIn(id), field));
    const missing = of(await lackingOf(id, "openInterest", ask), symbol);
    expect(missing?.gap.why).toBe("malformed");
    expect(missing?.minor).toBeUndefined();
  });

  it.each<[string, string, string, string]>([
    ["kucoin", "contracts/active", "XBTUSDTM", "symbol"],
    ["kucoin", "contracts/active", "XBTUSDM", "symbol"],
    ["deribit", "currency=BTC&kind=future", "BTC-PERPETUAL", "instrument_name"],
    ["htx", "linear-swap-api", "BTC-USDT", "contract_code"],
  ])(
    "%s, %s, %s: is named where it is a main perpetual and nothing else tells of it",
    async (id, part, symbol, field) => {
      const edit = without(symbol, field);
      const gap = { why: "malformed", detail: "a main perpetual of the venue, but not among those that trade" };
      const { ask } = await asked(id, part, edit);
      expect(of(await lackingOf(id, "openInterest", ask), symbol)).toMatchObject({ what: symbol, gap });
      if (id === "htx") return;
      expect(of(await lackingOf(id, "volume", ask), symbol)).toMatchObject({ what: symbol, gap });
      expect(of(await lackingOf(id, "funding", ask), symbol)).toMatchObject({ what: symbol, gap });
    },
  );

  it("is none where the list says that Binance is settling it, or a price of 0 that it does not trade", async () => {
    const settling: Edit = (_, value) =>
      typeof value === "object" && value !== null && "symbol" in value && value.symbol === "BTCUSDC"
        ? { ...value, status: "SETTLING" }
        : value;
    const { ask } = await asked("binance", "fapi/v1/exchangeInfo", settling);
    const lacking = await lackingOf("binance", "openInterest", ask);
    expect(of(lacking, "BTCUSDC")).toBeUndefined();
    const more: Edit = (key, value) =>
      key === "" && Array.isArray(value)
        ? [
            ...value,
            { symbol: "BTCUSDT_270326", markPrice: "0.00000000" },
            { symbol: "BTCDOMUSDT", markPrice: "1.5" },
            { symbol: "BTCSTUSDT", markPrice: "1.5" },
            { symbol: "BTCUSDT_260626", markPrice: "60000" },
          ]
        : value;
    const beside = await asked("binance", "fapi/v1/premiumIndex", more);
    expect(await lackingOf("binance", "openInterest", beside.ask)).toEqual(
      await lackingOf("binance", "openInterest", (await asked("binance", "", (_, value) => value)).ask),
    );
  });

  it.each<[string, string, string, string, string, boolean]>([
    ["bybit", "instruments-info?category=linear", "BTCUSDT", "instruments-info", "/tickers", false],
    ["bitget", "contracts?productType=COIN-FUTURES", "BTCUSD", "contracts", "/tickers", false],
    ["bitget", "contracts?productType=COIN-FUTURES", "BTCUSDU26", "contracts", "/tickers", true],
    ["kraken", "/instruments", "PF_XBTUSD", "instruments", "/tickers", false],
    ["okx", "instruments?instType=SWAP", "BTC-USDT-SWAP", "instruments", "public/open-interest", false],
    ["okx", "instruments?instType=FUTURES", "BTC-USD-261225", "instruments", "public/open-interest", true],
    ["mexc", "contract/detail", "BTC_USDC", "detail", "contract/ticker", false],
    ["crypto-com", "get-instruments", "BTCUSD-PERP", "get-instruments", "get-tickers", false],
    ["crypto-com", "get-instruments", "BTCUSD-260327", "get-instruments", "get-tickers", true],
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDC", "exchangeInfo", "/premiumIndex", false],
  ])("%s, %s, %s: is named beside the volume, too", async (id, part, symbol, at, tickers, minor) => {
    const read = sourceOf(id).datasets.volume;
    const all = await asked(id, "", (_, value) => value);
    const whole = await read?.(all.ask);
    const partly = await read?.((await asked(id, part, cut(id, symbol))).ask);
    const lacking = partly?.lacking ?? [];
    const gap = gapOf(id, at);
    // A venue without a perpetual is not counted.
    expect(of(lacking, symbol)).toEqual({ what: symbol, gap, ...(minor ? { minor } : {}) });
    expect(lacking.filter(({ what }) => what !== symbol)).toEqual(whole?.lacking.filter(({ what }) => what !== symbol));
    expect(partly?.of.map(({ market }) => market.symbol)).not.toContain(symbol);
    // The volume is not made of tickers: they are no evidence of it, and without them it is what it is.
    expect(all.evidence().filter(({ url }) => url.includes(tickers))).toEqual([]);
    expect(await read?.((await asked(id, tickers, () => "no data")).ask)).toEqual(whole);
  });

  it.each([
    ["bybit", "/tickers"],
    ["bitget", "/tickers"],
    ["kraken", "/tickers"],
    ["mexc", "contract/ticker"],
    ["crypto-com", "get-tickers"],
    ["okx", "public/open-interest"],
    ["binance", "/premiumIndex"],
  ])("%s, %s: is not looked for beside the volume of a past instant", async (id, tickers) => {
    const folder = `fixtures/${id}`;
    const now = await nowOf(folder);
    const urls: string[] = [];
    const tapes = opened(replay(diskForTests, folder));
    const web = (request: HttpRequest) => {
      urls.push(request.url);
      return tapes(request);
    };
    const { ask } = asker(sourceOf(id), { web, now, clock: shift(now, DAY), since: shift(now, -200 * DAY) });
    await lackingOf(id, "volume", ask);
    expect(urls.length).toBeGreaterThan(0);
    expect(urls.filter((url) => url.includes(tickers))).toEqual([]);
  });

  it.each([
    ["bybit", "instruments-info?category=linear", "BTCPERP"],
    ["bitget", "contracts?productType=COIN-FUTURES", "BTCUSD"],
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDC"],
  ])("%s, %s, %s: is named beside the funding, too", async (id, part, symbol) => {
    const { ask } = await asked(id, part, cut(id, symbol));
    expect(of(await lackingOf(id, "funding", ask), symbol)?.gap.why).toBe("malformed");
  });

  it.each(ticked)(
    "%s, %s: is none where nothing is open, of another coin or product, after its delivery",
    async (id, part, field) => {
      const more = {
        bybit: [
          { symbol: "BTCUSDT-30OCT26", openInterest: "0", deliveryTime: "1793347200000" },
          { symbol: "BTCUSDT-11SEP26", openInterest: "9", deliveryTime: "1789113600000" },
          { symbol: "BTCUSDH27", openInterest: "9", curPreListingPhase: "NotStarted" },
          { symbol: "BTC-27NOV26", openInterest: "9", curPreListingPhase: "NotStarted" },
          { symbol: "BTCDOMUSDT", openInterest: "9" },
          { symbol: "BTC-25SEP26-80000-C-USDT", openInterest: "9" },
        ],
        bitget: [
          { symbol: "BTCUSDM26", holdingAmount: "9", deliveryTime: "1781251200000" },
          { symbol: "BTCUSD_261225", holdingAmount: null, deliveryTime: "1798185600000" },
          { symbol: "BTCDOMUSD", holdingAmount: "9" },
        ],
        mexc: [
          { symbol: "BTC_USDT_260820", holdVol: 9, fairPrice: 84_000 },
          { symbol: "BTC_USDT_261225", holdVol: 9, fairPrice: 0 },
          { symbol: "BTC_USDT_270326", holdVol: 0, fairPrice: 84_000 },
          { symbol: "WBTC_USD", holdVol: 9, fairPrice: 84_000 },
          { symbol: "BTC_USDE", holdVol: 9, fairPrice: 84_000 },
        ],
        "crypto-com": [
          { i: "BTCUSD-260310", oi: "9" },
          { i: "BTCUSD-270326", oi: null },
          { i: "BTCUSD-261225", oi: "9" },
          { i: "BTC_USD", oi: "9" },
          { i: "BTCUSD-260626-CW98000", oi: "9" },
        ],
        okx: [
          { instId: "BTC-USDC-SWAP", oi: "0" },
          { instId: "BTC-USD-261009", oi: "9" },
          { instId: "BTC-USDT-270326", oi: "0" },
          { instId: "BTCDOM-USDT-SWAP", oi: "9" },
          { instId: "BTC-USD-261225-80000-C", oi: "9" },
        ],
      }[id];
      const beside: Edit = (_, value) =>
        Array.isArray(value) && value.some((row) => Object.hasOwn(row, field)) ? [...more, ...value] : value;
      const read = sourceOf(id).datasets.openInterest;
      const whole = await read?.((await asked(id, "", (_, value) => value)).ask);
      expect(await read?.((await asked(id, part, beside)).ask)).toEqual(whole);
    },
  );
});

describe("a contract whose terms we do not know", () => {
  /** Of the first row that names the contract, a copy with other fields is put beside it. */
  const beside =
    (symbol: string, more: Readonly<Record<string, unknown>>): Edit =>
    (_, value) => {
      const row: unknown = Array.isArray(value)
        ? value.find((each) => JSON.stringify(each).includes(`"${symbol}"`))
        : null;
      return Array.isArray(value) && typeof row === "object" && row !== null ? [...value, { ...row, ...more }] : value;
    };

  it.each<[string, string, string, Readonly<Record<string, unknown>>, object]>([
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDT", { symbol: "BTCU", quoteAsset: "U" }, { apart: true, minor: true }],
    ["okx", "instType=SWAP", "BTC-USDT-SWAP", { instId: "BTC-U-SWAP", uly: "BTC-U" }, { apart: true, minor: true }],
    ["bybit", "category=linear", "BTCUSDT", { symbol: "BTCU", quoteCoin: "U" }, { apart: true, minor: true }],
    ["bitget", "contracts?productType=USDT-FUTURES", "BTCUSDT", { symbol: "BTCU", quoteCoin: "U" }, { apart: true }],
    ["kraken", "/instruments", "PF_XBTUSD", { symbol: "PF_XBTU", quote: "U" }, { apart: true }],
    ["kucoin", "contracts/active", "XBTUSDTM", { symbol: "XBTUM", quoteCurrency: "U" }, { apart: true }],
    ["crypto-com", "get-instruments", "BTCUSD-PERP", { symbol: "BTCU-PERP", quote_ccy: "U" }, { apart: true }],
    ["mexc", "contract/detail", "BTC_USDT", { symbol: "BTC_U", quoteCoin: "U", settleCoin: "U" }, { apart: true }],
  ])(
    "%s: in another currency is named, and no part of what its figures speak for",
    async (id, part, like, more, as) => {
      const { ask } = await asked(id, part, beside(like, more));
      const name = String(more["symbol"] ?? more["instId"]);
      const gap: Gap = { why: "malformed", at: "quote", detail: "U is not known to count as USD" };
      expect(of(await lackingOf(id, "openInterest", ask), name)).toMatchObject({ gap, ...as });
      expect(of(await lackingOf(id, "volume", ask), name)).toMatchObject({ gap, minor: true });
    },
  );

  it.each<[string, string, string, Readonly<Record<string, unknown>>]>([
    ["binance", "fapi/v1/exchangeInfo", "BTCUSDT", { symbol: "BTCX", contractType: "FUTURE_SWAP" }],
    ["bybit", "category=linear", "BTCUSDT", { symbol: "BTCX", contractType: "LinearSpread" }],
    ["bitget", "contracts?productType=USDT-FUTURES", "BTCUSDT", { symbol: "BTCX", symbolType: "spread" }],
    ["kraken", "/instruments", "PF_XBTUSD", { symbol: "PX_XBTUSD", type: "futures_other", openingDate: 0 }],
    ["kucoin", "contracts/active", "XBTUSDTM", { symbol: "XBTXM", type: "FFXXXX" }],
    ["mexc", "contract/detail", "BTC_USDT", { symbol: "BTC_X", futureType: 7 }],
  ])("%s: of another type is missing, and the venue's volume is not whole", async (id, part, like, more) => {
    const { ask } = await asked(id, part, beside(like, more));
    const lost = of(await lackingOf(id, "volume", ask), String(more["symbol"]));
    expect(lost).toMatchObject({ gap: { why: "malformed", at: "type" } });
    expect(lost?.minor).toBeUndefined();
  });

  it("kraken: options, of which there are many, are another product", async () => {
    const option = { symbol: "OF_XBTUSD_260925_90000_C", type: "options" };
    const { ask } = await asked("kraken", "/instruments", beside("PF_XBTUSD", option));
    expect(of(await lackingOf("kraken", "volume", ask), option.symbol)).toBeUndefined();
  });

  it("binance: says nothing of the others by what cannot be read of it", async () => {
    const odd = { symbol: "BTCU", quoteAsset: "U", deliveryDate: "soon", onboardDate: {} };
    const { ask } = await asked("binance", "fapi/v1/exchangeInfo", beside("BTCUSDT", odd));
    expect((await lackingOf("binance", "openInterest", ask)).map(({ what }) => what)).toEqual(["BTCU"]);
  });
});

describe("a list that was told before a delivery", () => {
  it.each([
    ["binance", "BTCUSDT_261225", "fapi/v1/exchangeInfo", "deliveryDate"],
    ["okx", "BTC-USDT-261016", "instType=FUTURES", "expTime"],
    ["bybit", "BTCUSDT-25DEC26", "category=linear", "deliveryTime"],
    ["bitget", "BTCUSDZ26", "productType=COIN-FUTURES", "deliveryTime"],
    ["htx", "BTC-USDT-260619", "swap_contract_info", "delivery_time"],
  ])("%s: %s has gone by then", async (id, symbol, part, field) => {
    const now = await nowOf(`fixtures/${id}`);
    const over: Edit = (_, value) =>
      typeof value === "object" && value !== null && field in value && JSON.stringify(value).includes(`"${symbol}"`)
        ? { ...value, [field]: typeof Reflect.get(value, field) === "number" ? now : String(now) }
        : value;
    const { ask } = await asked(id, part, over);
    const read = sourceOf(id).datasets.openInterest;
    const told = read === undefined ? null : await read(ask);
    expect(told?.of.map(({ market }) => market.symbol)).not.toContain(symbol);
    expect(told?.lacking.map(({ what }) => what)).not.toContain(symbol);
  });

  it.each([
    ["binance", "exchangeInfo"],
    ["okx", "instruments"],
    ["bybit", "instruments-info"],
    ["bitget", "market/contracts"],
    ["kraken", "/instruments"],
    ["htx", "swap_contract_info"],
    ["crypto-com", "get-instruments"],
    ["mexc", "contract/detail"],
  ])("%s: does not serve after it", async (id, part) => {
    const source = sourceOf(id);
    const folder = `fixtures/${id}`;
    const now = await nowOf(folder);
    const delivery = shift(instant(now - (now % DAY)), 8 * HOUR);
    const keeps = async (clock: Instant): Promise<readonly unknown[]> => {
      const seen: unknown[] = [];
      const tapes = opened(replay(diskForTests, folder));
      const web = (request: HttpRequest) => {
        if (request.url.includes(part)) seen.push(request.keep);
        return tapes(request);
      };
      const { ask } = asker(source, { web, now, clock, since: shift(now, -200 * DAY) });
      await lackingOf(id, "openInterest", ask);
      return seen;
    };
    const seen = await keeps(shift(delivery, 20 * 60_000));
    expect(seen.length).toBeGreaterThan(0);
    for (const keep of seen) {
      expect(keep).toEqual({ minutes: expect.any(Number) });
      expect(keep).toSatisfy((one: { minutes: number }) => one.minutes <= 20);
    }
  });
});

describe("what no bar means", () => {
  const now = instant(Date.UTC(2026, 0, 30, 6));
  const ask = { now, clock: now, since: now } as Ask;
  const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
  const dated: Market = { ...perpetual, symbol: "BTCUSDT_260327", kind: "dated" };

  it("nothing of a dated contract, of a perpetual of the last day, of a past instant", () => {
    expect(noBar(ask, { market: perpetual }, "data").gap).toEqual({ why: "malformed", at: "data", detail: "no bar" });
    expect(noBar(ask, { market: perpetual, listed: shift(now, -DAY) }, "data").gap.why).toBe("malformed");
    expect(noBar(ask, { market: perpetual, listed: shift(now, -DAY + 1) }, "data").gap.why).toBe("unpublished");
    expect(noBar(ask, { market: dated }, "data").gap.why).toBe("unpublished");
    expect(noBar({ ...ask, clock: shift(now, DAY) }, { market: perpetual }, "data").gap.why).toBe("unpublished");
  });

  it("is minor where the contract is dated, however its lack was told", async () => {
    const told = await everyListed(
      { contracts: [{ market: perpetual }, { market: dated }], lacking: [otherQuote("BTCU", "U")] },
      ({ market }) => {
        const gap: Gap = { why: "malformed", at: "x", detail: "y" };
        return market.kind === "dated"
          ? { of: [], lacking: [{ what: market.symbol, gap }] }
          : { of: [{ market, value: 1 }], lacking: [] };
      },
    );
    expect(told.of).toEqual([{ market: perpetual, value: 1 }]);
    expect(told.lacking.map(({ what, minor }) => [what, minor])).toEqual([
      ["BTCUSDT_260327", true],
      ["BTCU", true],
    ]);
  });
});
