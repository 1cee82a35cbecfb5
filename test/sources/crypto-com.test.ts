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

it("asks 3 windows of the perpetual, of which it keeps those that are over, and one of each dated contract", async () => {
  const asked: HttpRequest[] = [];
  const { ask } = await askTapes(cryptoCom, FOLDER, (http) => (request) => {
    asked.push(request);
    return http(request);
  });
  await cryptoCom.datasets.volume(ask);
  const candles = asked.filter(({ url }) => url.includes("get-candlestick"));
  const perpetual = candles.filter(({ url }) => url.includes("BTCUSD-PERP&timeframe=1D"));
  expect(perpetual.map(({ keep }) => keep)).toEqual(["forever", "forever", { minutes: 10, running: true }]);
  expect(candles.length - perpetual.length).toBe(3);
});

it("names a contract without a mark price where there is no last price, and keeps the others", async () => {
  const { ask } = await askTapes(cryptoCom, FOLDER, instead(/mark_price/, { code: 0, result: { data: [] } }));
  const { of, lacking } = await cryptoCom.datasets.openInterest(ask);
  expect(of.map(({ market }) => market.symbol)).toEqual(["BTCUSD-PERP", "BTCUSD-260327"]);
  expect(lacking.map(({ what, gap }) => [what, gap.why])).toEqual([
    ["BTCUSD-260626", "malformed"],
    ["BTCUSD-260925", "implausible"],
  ]);
});

it.each([
  [
    { code: 42901, message: "TOO_MANY_REQUESTS" },
    { why: "refused", status: 429, detail: "42901 TOO_MANY_REQUESTS" },
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
