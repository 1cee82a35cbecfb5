/** Quirks of Binance that the fixture cannot show: families that fail, what may be kept, rows that do not hold. */
import { describe, expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import { asker } from "../../src/ask.ts";
import { HOUR, iso, MINUTE, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { deliveryBefore } from "../../src/sources/binance-contracts.ts";
import { binance } from "../../src/sources/binance.ts";
import { askTapes, nowOf } from "../support/tapes.ts";

const FOLDER = "fixtures/binance";

/** The fixture's answers, those to URLs that contain `part` replaced. */
const instead =
  (part: string, status: number, change: (text: string) => string) =>
  (http: Http): Http =>
  async (request) => {
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    const body = new TextEncoder().encode(change(new TextDecoder().decode(answer.body)));
    return { ...answer, status, body };
  };

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};

const failure = async (asked: Promise<unknown>): Promise<unknown> => {
  const error = await asked.catch((thrown: unknown) => thrown);
  return error instanceof Unavailable ? error.gap : error;
};

describe("quarterly deliveries", () => {
  // Settlement days of the contracts BTCUSD_200925, BTCUSD_260626, BTCUSDT_230331 and BTCUSD_260327.
  it.each([
    ["2020-09-25T08:00:00.001Z", "2020-09-25T08:00:00Z"],
    ["2026-09-25T08:00:00Z", "2026-06-26T08:00:00Z"],
    ["2023-06-30T08:00:00Z", "2023-03-31T08:00:00Z"],
    ["2026-06-26T07:59:59Z", "2026-03-27T08:00:00Z"],
  ])("before %s was %s", (before, delivery) => {
    expect(iso(deliveryBefore(at(before)))).toBe(delivery);
  });
});

describe("open interest", () => {
  it.each([
    ["premiumIndex", "the price"],
    ["openInterest", "the amount"],
  ])("is as old as %s where that is the older: %s", async (part) => {
    const now = await nowOf(FOLDER);
    const old = shift(now, -24 * HOUR);
    const stamped = instead(`fapi.binance.com/fapi/v1/${part}`, 200, (text) =>
      text.replaceAll(/"time": ?\d+/g, `"time":${old}`),
    );
    const { ask } = await askTapes(binance, FOLDER, stamped);
    const { of } = await binance.datasets.openInterest(ask);
    const ages = of.map(({ market, value }) => [market.margin, value.at === old]);
    expect(new Set(ages.map(String))).toEqual(new Set(["linear,true", "inverse,false"]));
  });
  it("of the future is not hidden by the price, nor is a price of the future by the amount", async () => {
    const now = await nowOf(FOLDER);
    const ahead = shift(now, HOUR);
    for (const part of ["openInterest", "premiumIndex"]) {
      const stamped = instead(`fapi.binance.com/fapi/v1/${part}`, 200, (text) =>
        text.replaceAll(/"time": ?\d+/g, `"time":${ahead}`),
      );
      const { ask } = await askTapes(binance, FOLDER, stamped);
      const { of } = await binance.datasets.openInterest(ask);
      const linear = of.filter(({ market }) => market.margin === "linear");
      expect(linear.map(({ value }) => value.at === ahead)).not.toContain(false);
    }
  });
});

describe("a family that refuses", () => {
  const blocked = instead("fapi.binance.com", 451, () => '{"code":0,"msg":"restricted location"}');

  it("is named while the other counts", async () => {
    const { ask } = await askTapes(binance, FOLDER, blocked);
    const { of, lacking } = await binance.datasets.openInterest(ask);
    expect(of.map(({ market }) => market.symbol)).toEqual(["BTCUSD_PERP", "BTCUSD_260925", "BTCUSD_261225"]);
    expect(lacking).toMatchObject([{ what: "USD-M", gap: { why: "refused", status: 451 } }]);
  });

  it("fails the dataset where both do", async () => {
    const { ask } = await askTapes(binance, FOLDER, (http) => instead("binance.com", 451, () => "{}")(http));
    expect(await failure(binance.datasets.volume(ask))).toMatchObject({ why: "refused", status: 451 });
  });

  it("is one contract where only its own answer is missing", async () => {
    const one = instead("openInterest?symbol=BTCUSDC", 503, () => "");
    const { ask } = await askTapes(binance, FOLDER, one);
    const { of, lacking } = await binance.datasets.openInterest(ask);
    expect(of).toHaveLength(7);
    expect(lacking.map(({ what }) => what)).toEqual(["BTCUSDC"]);
  });
});

describe("windows of klines", () => {
  const asked = async (dataset: "volume" | "hourlyCandles"): Promise<readonly HttpRequest[]> => {
    const requests: HttpRequest[] = [];
    const { ask } = await askTapes(binance, FOLDER, (http) => (request) => {
      if (request.url.includes("endTime=")) requests.push(request);
      return http(request);
    });
    await binance.datasets[dataset](ask);
    return requests;
  };
  const bound = (request: HttpRequest, name: string): number => Number(new URL(request.url).searchParams.get(name));

  it.each(["volume", "hourlyCandles"] as const)(
    "of %s that are over are kept, the running one is not",
    async (dataset) => {
      const now = await nowOf(FOLDER);
      const requests = await asked(dataset);
      expect(requests.length).toBeGreaterThan(1);
      for (const request of requests) {
        const end = bound(request, "endTime");
        expect(end, request.url).toBeLessThanOrEqual(now);
        const span = end - bound(request, "startTime");
        if (request.url.includes("//dapi.")) expect(span, request.url).toBeLessThanOrEqual(200 * 86_400_000);
        const running =
          request.url.includes(`endTime=${at("2026-06-29T10:00:00Z")}`) || end === at("2026-06-29T09:59:59.999Z");
        expect(request.keep === "forever", request.url).toBe(!running);
      }
    },
  );

  it("refuses a bar that is no month", async () => {
    const shorter = instead("klines?symbol=BTCUSDT&interval=1M", 200, (text) =>
      text.replace(String(at("2026-02-28T23:59:59.999Z")), String(at("2026-02-27T23:59:59.999Z"))),
    );
    const { ask } = await askTapes(binance, FOLDER, shorter);
    const { lacking } = await binance.datasets.volume(ask);
    expect(lacking).toMatchObject([{ what: "BTCUSDT", gap: { why: "malformed" } }, { what: "BTCUSD1" }]);
  });
});

describe("hourly open interest", () => {
  it("is asked in two pages that leave no hour of the 30 days out, at any hour", async () => {
    for (let hour = at("2026-06-01T00:00:00Z"); hour < at("2026-06-12T00:00:00Z"); hour = shift(hour, HOUR)) {
      const ends: number[] = [];
      const web = (request: HttpRequest): Promise<never> => {
        ends.push(Number(new URL(request.url).searchParams.get("endTime")));
        return Promise.reject(new Unavailable({ why: "unreachable", detail: "" }));
      };
      const { ask } = asker(binance, { web, now: shift(hour, 20 * MINUTE), since: hour });
      await binance.datasets.hourlyOpenInterest(ask).catch(() => undefined);
      const [newest = 0, older = 0] = ends;
      expect(ends).toHaveLength(2);
      expect(newest).toBe(hour);
      // A page holds 500 hours, its end included; 30 days are 720.
      expect(older).toBeGreaterThanOrEqual(hour - 500 * HOUR);
      expect(older - 499 * HOUR).toBeLessThanOrEqual(hour - 719 * HOUR);
    }
  });
});

describe("an answer that does not hold", () => {
  it("is a COIN-M contract of another size", async () => {
    const tenfold = instead("dapi/v1/exchangeInfo", 200, (text) =>
      text.replace('"contractSize":100', '"contractSize":1000'),
    );
    const { ask } = await askTapes(binance, FOLDER, tenfold);
    const { lacking } = await binance.datasets.openInterest(ask);
    expect(lacking).toContainEqual({
      what: "COIN-M",
      gap: { why: "malformed", at: "contractSize of BTCUSD_PERP", detail: "expected 100, found 1000" },
    });
  });

  it("is a list without a BTC contract", async () => {
    const { ask } = await askTapes(
      binance,
      FOLDER,
      instead("exchangeInfo", 200, () => '{"symbols":[]}'),
    );
    expect(await failure(binance.datasets.openInterest(ask))).toMatchObject({ why: "malformed", at: "symbols" });
  });

  it("is no account ratio, even one that its parts deny: the documented sample says 0.1960, which is stated with them", async () => {
    const early = instead("globalLongShortAccountRatio", 200, (text) => {
      const rows: unknown[] = JSON.parse(text);
      return JSON.stringify(rows.slice(0, 1));
    });
    const { ask } = await askTapes(binance, FOLDER, early);
    expect((await binance.datasets.longShort(ask)).of[0]?.value).toMatchObject({
      ratio: 0.196,
      shares: { long: 0.6622, short: 0.3378 },
    });
  });
});

describe("taker volume", () => {
  const without = (...hours: readonly string[]) =>
    instead("takerlongshortRatio", 200, (text) => {
      const rows: { timestamp: number }[] = JSON.parse(text);
      return JSON.stringify(rows.filter(({ timestamp }) => !hours.some((hour) => at(hour) === timestamp)));
    });

  it("is of the 24 hours before, while the last one is not served yet", async () => {
    const { ask } = await askTapes(binance, FOLDER, without("2026-06-29T09:00:00Z", "2026-06-29T10:00:00Z"));
    const [day] = (await binance.datasets.taker(ask)).of;
    // Rows 0 to 23 of the fixture: 24 × 100.5 + 276 and 24 × 200 − 2 × 276.
    expect(day?.value).toEqual({
      from: at("2026-06-28T09:00:00Z"),
      until: at("2026-06-29T09:00:00Z"),
      buy: { in: "BTC", value: 2688 },
      sell: { in: "BTC", value: 4248 },
    });
  });

  it("is absent where an hour is missing", async () => {
    const { ask } = await askTapes(binance, FOLDER, without("2026-06-28T20:00:00Z"));
    expect(await failure(binance.datasets.taker(ask))).toMatchObject({
      why: "unpublished",
      detail: "taker volume of 23 of the 24 hours to 2026-06-29T10:00:00Z",
    });
  });
});

describe("the supply", () => {
  /** The newest sample before the clock with another supply (undefined: none), the rows the other way round. */
  const asked = (supply: unknown) =>
    askTapes(
      binance,
      FOLDER,
      instead("openInterestHist?symbol=BTCUSDT&period=1d", 200, (text) => {
        const rows: { timestamp: unknown }[] = JSON.parse(text);
        const newest = at("2026-06-29T00:00:00Z");
        return JSON.stringify(
          rows.map((row) => (row.timestamp === newest ? { ...row, CMCCirculatingSupply: supply } : row)).toReversed(),
        );
      }),
    );

  it("is of the newest sample before the clock, in the answer that the history is made of", async () => {
    const { ask, evidence } = await asked("20063507.5");
    expect(await binance.datasets.supply(ask)).toEqual({ at: at("2026-06-29T00:00:00Z"), btc: 20_063_507.5 });
    const history = await askTapes(binance, FOLDER);
    await binance.datasets.openInterestHistory(history.ask);
    expect(evidence()).toHaveLength(1);
    expect(history.evidence()).toEqual(expect.arrayContaining([...evidence()]));
  });

  it.each([undefined, null])("is absent where that sample has %s, whatever the others say", async (supply) => {
    const { ask } = await asked(supply);
    expect(await failure(binance.datasets.supply(ask))).toEqual({
      why: "unpublished",
      detail: "no circulating supply",
    });
  });

  // The first is that of the documented sample.
  it.each(["165880.538", "21000001", ""])("is not %j", async (supply) => {
    const { ask } = await asked(supply);
    expect(await failure(binance.datasets.supply(ask))).toMatchObject({ why: "malformed" });
  });
});
