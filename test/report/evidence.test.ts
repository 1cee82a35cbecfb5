/** Which addresses stand for a figure: those of its own sources and of its own month, the most telling first. */
import { describe, expect, it } from "vitest";
import { Report } from "../../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";

const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --json --since low:2025-10`);
const report = Report.parse(JSON.parse(out));
const addresses = (id: string): readonly string[] => report.figures[id]?.evidence ?? [];
const hosts = (id: string): readonly string[] => [...new Set(addresses(id).map((url) => new URL(url).host))].toSorted();

describe("a section that names its source", () => {
  it("rests on that one alone: structure on Binance's hours and days, all of them", () => {
    expect(report.structure?.source).toBe("binance");
    const own = "https://fapi.binance.com/fapi/v1/klines?symbol=BTCUSDT";
    const path = `${own}&interval=1h`;
    // 90 days of hours, 200 of days; the support is of 1 December 2025, in the page before that of January.
    expect(addresses("structure.spring.support")).toEqual([
      `${path}&startTime=${Date.UTC(2025, 10)}&endTime=${Date.UTC(2026, 0) - 1}&limit=1500`,
      `${path}&startTime=${Date.UTC(2026, 0)}&endTime=${Date.UTC(2026, 0, 30, 6) - 1}&limit=1500`,
      `${own}&interval=1d&startTime=${Date.UTC(2025, 6, 14)}&endTime=${Date.UTC(2026, 0, 30) - 1}&limit=200`,
    ]);
  });

  it("is so of the price, whose other sources only check it", () => {
    expect(report.price?.source).toBe("binance-spot");
    for (const id of ["price.usd", "price.changes.30d.ratio", "price.drawdown.high"]) {
      expect(hosts(id), id).toEqual(["data-api.binance.vision"]);
    }
  });
});

describe("a sum over venues", () => {
  it("rests on those that it names: like for like on seven, the basis on those with dated contracts", () => {
    expect(report.openInterest?.changes.anchor?.venues).toHaveLength(7);
    expect(hosts("openInterest.changes.anchor.toBtc")).toEqual([
      "api-futures.kucoin.com",
      "api.bybit.com",
      "api.gateio.ws",
      "dapi.binance.com",
      "futures.kraken.com",
      "indexer.dydx.trade",
      "openapi.okx.com",
    ]);
    expect(new Set(report.basis?.contracts.map(({ id }) => id)).size).toBe(7);
    expect(hosts("basis.constant90d")).toEqual([
      "api-futures.kucoin.com",
      "api.bybit.com",
      "api.crypto.com",
      "api.gateio.ws",
      "dapi.binance.com",
      "futures.kraken.com",
      "www.deribit.com",
    ]);
  });
});

describe("a contract", () => {
  const named = (id: string): readonly string[] =>
    addresses(id).flatMap((url) => /(?:symbol|instId)=([^&]*)/.exec(url)?.[1] ?? []);

  it.each([
    ["openInterest.venues.binance.contracts.BTCUSDT_260327.btc", "BTCUSDT_260327"],
    ["openInterest.venues.binance.contracts.BTCUSD_260327.btc", "BTCUSD_260327"],
    ["openInterest.venues.okx.contracts.BTC-USD-260206.btc", "BTC-USD-260206"],
    ["openInterest.venues.binance.scopes.BTCUSDT.btc", "BTCUSDT"],
  ])("is named by the addresses of %s, and no other is", (id, symbol) => {
    expect(new Set(named(id))).toEqual(new Set([symbol]));
  });

  it("is one of several of a scope", () => {
    const id = "openInterest.venues.binance.scopes.BTCUSDT+BTCUSD_PERP.btc";
    expect(new Set(named(id))).toEqual(new Set(["BTCUSDT", "BTCUSD_PERP"]));
  });

  it("is not told apart where one answer tells all of a pair", () => {
    expect(addresses("openInterest.venues.htx.contracts.BTC-USDT-260327.btc")).toContain(
      "https://api.hbdm.com/linear-swap-api/v1/swap_open_interest?pair=BTC-USDT&business_type=all",
    );
  });

  it("is each of them for the venue as a whole", () => {
    const binance = named("openInterest.venues.binance.btc");
    for (const symbol of ["BTCUSDT", "BTCUSDC", "BTCUSDT_260327", "BTCUSD_260626"]) expect(binance).toContain(symbol);
  });
});

describe("a list of contracts", () => {
  it.each([
    ["openInterest.venues.binance.btc", "https://dapi.binance.com/dapi/v1/openInterest?"],
    ["openInterest.venues.okx.btc", "https://openapi.okx.com/api/v5/public/open-interest?"],
    ["openInterest.venues.bybit.btc", "https://api.bybit.com/v5/market/tickers?"],
    ["openInterest.usd", "https://dapi.binance.com/dapi/v1/openInterest?"],
    ["liquidations.longsUsd", "https://openapi.okx.com/api/v5/public/liquidation-orders?"],
    ["volume.months.2025-12.venues.deribit.usd", "https://www.deribit.com/api/v2/public/get_tradingview_chart_data?"],
  ])("stands after what %s was read from", (id, first) => {
    expect(addresses(id)[0]?.slice(0, first.length)).toBe(first);
  });
});

describe("a month", () => {
  const months = report.volume?.months ?? [];

  it.each(months.map(({ month }) => month))("%s names only answers that may hold it", (month) => {
    const [year = 0, number = 0] = month.split("-").map(Number);
    const [start, end] = [Date.UTC(year, number - 1), Date.UTC(year, number)];
    const venues = months.find((one) => one.month === month)?.venues ?? [];
    const ids = [`volume.months.${month}.usd`, ...venues.map(({ id }) => `volume.months.${month}.venues.${id}.usd`)];
    for (const id of ids) {
      expect(addresses(id).length, id).toBeGreaterThan(0);
      for (const url of addresses(id)) {
        // Milliseconds or seconds: the least of them is where the answer starts, the other one where it ends.
        const told = (url.match(/(?<=[=])\d{10}(?:\d{3})?(?!\d)/g) ?? []).map((text) =>
          text.length === 10 ? Number(text) * 1_000 : Number(text),
        );
        if (told.length < 2) continue;
        expect(Math.min(...told), url).toBeLessThan(end);
        expect(Math.max(...told), url).toBeGreaterThanOrEqual(start);
      }
    }
  });

  it("January 2025 names Binance's half year that begins with it, and each exchange in it once", () => {
    const january = addresses("volume.months.2025-01.usd");
    expect(january[0]).toContain(`&startTime=${Date.UTC(2025, 0)}&endTime=${Date.UTC(2025, 6) - 1}&`);
    expect(january).toHaveLength(months.find(({ month }) => month === "2025-01")?.venues.length ?? 0);
  });

  it("compared with the one before names answers of the latest whole one", () => {
    expect(report.volume?.latest).toBe("2025-12");
    // Binance is asked for December as for January: day by day since October.
    for (const id of ["volume.monthOverMonth.ratio", "volume.toDate.usd", "volume.toDate.range"]) {
      expect(addresses(id)[0], id).toContain(`&interval=1d&startTime=${Date.UTC(2025, 9)}&`);
    }
  });

  it("names OKX's answer of months or of days, whichever has it, though neither tells where it starts", () => {
    const first = (month: string) => addresses(`volume.months.${month}.venues.okx.usd`)[0];
    expect(first("2025-09")).toContain("&bar=1Mutc&");
    expect(first("2025-10")).toContain("&bar=1Dutc&");
  });
});
