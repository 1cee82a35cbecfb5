/** What Crypto.com is asked, and what becomes of contracts that fail. */
import { expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { cryptoCom } from "../../src/sources/crypto-com.ts";
import { askTapes } from "../support/tapes.ts";

const FOLDER = "fixtures/crypto-com";
const text = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));

/** The fixture's answers, with another body where the URL matches. */
const instead =
  (matching: RegExp, body: unknown) =>
  (http: Http): Http =>
  async (request) => {
    const answer = await http(request);
    return matching.test(request.url) ? { ...answer, body: text(body) } : answer;
  };

it("asks 3 windows of the perpetual, of which it keeps those that are over, and of each dated contract its months and its days", async () => {
  const asked: HttpRequest[] = [];
  const { ask } = await askTapes(cryptoCom, FOLDER, (http) => (request) => {
    asked.push(request);
    return http(request);
  });
  await cryptoCom.datasets.volume(ask);
  const candles = asked.filter(({ url }) => url.includes("get-candlestick"));
  const perpetual = candles.filter(({ url }) => url.includes("BTCUSD-PERP&timeframe=1D"));
  expect(perpetual.map(({ keep }) => keep)).toEqual(["forever", "forever", { minutes: 10, running: true }]);
  const dated = candles.filter(({ url }) => !url.includes("BTCUSD-PERP"));
  expect(dated.map(({ url, keep }) => [/name=(.*?)&start/.exec(url)?.[1], keep])).toEqual(
    ["260327", "260626", "260925"].flatMap((expiry) => [
      [`BTCUSD-${expiry}&timeframe=1M`, "forever"],
      [`BTCUSD-${expiry}&timeframe=1D`, { minutes: 10, running: true }],
    ]),
  );
});

const INDEX = /index_price/;
const heldWith = async (through: (http: Http) => Http) => {
  const { ask } = await askTapes(cryptoCom, FOLDER, through);
  return cryptoCom.datasets.openInterest(ask);
};
const dated = ({ of }: Awaited<ReturnType<typeof heldWith>>) => of.filter(({ market }) => market.kind === "dated");

it("asks for the index once, whichever contracts need it, and never for a mark price", async () => {
  const asked = new Set<string>();
  await heldWith((http) => (request) => {
    asked.add(request.url);
    return http(request);
  });
  expect([...asked].filter((url) => url.includes("get-valuations"))).toEqual([
    "https://api.crypto.com/exchange/v1/public/get-valuations?instrument_name=BTCUSD-INDEX&valuation_type=index_price&count=1",
  ]);
});

it("without an index, names a contract without a last price and keeps the others, which say why they have no basis", async () => {
  const held = await heldWith(instead(INDEX, { code: 0, result: { data: [] } }));
  expect(held.of.map(({ market }) => market.symbol)).toEqual(["BTCUSD-PERP", "BTCUSD-260327"]);
  expect(dated(held).map(({ value: { index, noIndex } }) => [index, noIndex?.why])).toEqual([[undefined, "malformed"]]);
  expect(held.lacking.map(({ what, gap }) => [what, gap.why])).toEqual([
    ["BTCUSD-260626", "malformed"],
    ["BTCUSD-260925", "implausible"],
  ]);
});

it("makes no basis of an index that is three minutes older than the ticker", async () => {
  const old = { v: "84000", t: 1_773_134_998_201 - 180_000 };
  const held = await heldWith(instead(INDEX, { code: 0, result: { data: [old] } }));
  expect(dated(held)[0]?.value).toMatchObject({ price: 84_790.5, noIndex: { why: "stale" } });
  expect(dated(held)[0]?.value.index).toBeUndefined();
});

it("is as old as the index where that is the price", async () => {
  const old = { v: "84000", t: 1_773_134_998_201 - 180_000 };
  const { of } = await heldWith(instead(INDEX, { code: 0, result: { data: [old] } }));
  const valued = of.find(({ market }) => market.symbol === "BTCUSD-260626");
  expect(valued?.value).toMatchObject({ price: 84_000, at: old.t });
});

// A thousandth below 84,875 is 84,790.125, below 84,876 it is 84,791.124; above 84,706 84,790.706, above 84,705 84,789.705.
it.each([
  ["84790.0", "84791.0", true],
  ["84875.0", "84900.0", true],
  ["84876.0", "84900.0", false],
  ["84000.0", "84706.0", true],
  ["84000.0", "84705.0", false],
  [null, "84791.0", false],
  ["84790.0", null, false],
])("a last trade of 84,790.5 makes a basis between %s and %s: %s", async (bid, offer, makes) => {
  const row = { i: "BTCUSD-260327", a: "84790.5", b: bid, k: offer, v: "31.25", oi: "1604.2213", t: 1_773_134_998_201 };
  const held = await heldWith(instead(/get-tickers/, { code: 0, result: { data: [row] } }));
  expect(dated(held)[0]?.value).toMatchObject(makes ? { index: 84_510.5 } : { noIndex: { why: "unpublished" } });
});

it.each([
  [
    { code: 42901, message: "TOO_MANY_REQUESTS" },
    { why: "refused", status: 200, detail: "42901 TOO_MANY_REQUESTS" },
  ],
  [{ code: 0, result: { data: [{ symbol: "ETHUSD-PERP", base_ccy: "ETH" }] } }, { why: "malformed" }],
  [
    {
      code: 0,
      result: {
        data: [
          {
            symbol: "BTCUSD-PERP",
            inst_type: "PERPETUAL_SWAP",
            base_ccy: "BTC",
            quote_ccy: "USD",
            tradable: true,
            contract_size: "0.001",
          },
        ],
      },
    },
    { why: "malformed", detail: "expected contracts of 1 BTC" },
  ],
])("refuses a list of instruments that is no list of ours", async (body, gap) => {
  const { ask } = await askTapes(cryptoCom, FOLDER, instead(/get-instruments/, body));
  const error: unknown = await cryptoCom.datasets.openInterest(ask).catch((thrown: unknown) => thrown);
  expect(error instanceof Unavailable ? error.gap : error).toMatchObject(gap);
});
