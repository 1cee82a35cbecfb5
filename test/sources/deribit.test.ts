import { describe, expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { instant } from "../../src/core/time.ts";
import { deribit } from "../../src/sources/deribit.ts";
import { askTapes } from "../support/tapes.ts";

/** The open interest, or volume, read from the fixture after `edit` has changed every answer whose URL has `part`. */
async function read(dataset: "openInterest" | "volume", part: string, edit: (body: string) => string) {
  const { ask } = await askTapes(deribit, "fixtures/deribit", (http) => async (request) => {
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
  return deribit.datasets[dataset](ask);
}
/** A summary in which a field of one contract is null. */
const withNull = (body: string, symbol: string, field: string): string =>
  body.replace(/\{[^{}]*"instrument_name"[^{}]*\}/g, (row) =>
    row.includes(`"${symbol}"`) ? row.replace(new RegExp(`"${field}":\\s*[^,}\\s]+`), `"${field}":null`) : row,
  );
const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

describe("deribit", () => {
  it("refuses answers of the test network", async () => {
    const gap = await gapOf(read("openInterest", "/", (body) => body.replace('"testnet":false', '"testnet":true')));
    expect(gap).toMatchObject({ why: "malformed", at: "testnet" });
  });

  it("reads an error inside a 200", async () => {
    const error = '{"jsonrpc":"2.0","id":1,"error":{"code":10028,"message":"too_many_requests","data":null}}';
    expect(await gapOf(read("openInterest", "/", () => error))).toEqual({
      why: "refused",
      status: 200,
      detail: "10028 too_many_requests",
    });
  });

  it("names a family that fails and keeps the other", async () => {
    const { of, lacking } = await read("openInterest", "currency=USDC", () => '{"result":[],"testnet":false}');
    expect(of.map(({ market }) => market.symbol)).toEqual(["BTC-26JUN26", "BTC-PERPETUAL", "BTC-26DEC25"]);
    expect(lacking.at(-1)).toMatchObject({ what: "BTC_USDC", gap: { why: "malformed" } });
  });

  it.each(["BTC-30FEB26", "BTC-FS-26DEC25", "BTC-26DEZ25", "BTC-"])(
    "names a contract that it cannot read: %s",
    async (name) => {
      const { of, lacking } = await read("openInterest", "currency=BTC", (body) => body.replace("BTC-26DEC25", name));
      expect(of.map(({ market }) => market.symbol)).not.toContain(name);
      expect(lacking).toContainEqual({
        what: name,
        gap: { why: "malformed", at: "instrument_name", detail: "neither a perpetual nor a date" },
      });
    },
  );

  it("names a dated contract without a mark price and counts the others", async () => {
    const without = (body: string) => withNull(body, "BTC-26DEC25", "mark_price");
    const { of, lacking } = await read("openInterest", "currency=BTC", without);
    expect(of.map(({ market }) => market.symbol)).toEqual(expect.arrayContaining(["BTC-PERPETUAL", "BTC-26JUN26"]));
    const gap = { why: "malformed", at: "mark_price", detail: "expected a number" };
    expect(lacking).toContainEqual({ what: "BTC-26DEC25", gap, minor: true });
    // What it traded is in its chart, whatever it is worth now.
    const volume = await read("volume", "currency=BTC", without);
    expect(volume.lacking.map(({ what }) => what)).not.toContain("BTC");
  });

  it("has open interest of a contract without its index, and no basis", async () => {
    const without = (body: string) => withNull(body, "BTC-26DEC25", "estimated_delivery_price");
    const { of } = await read("openInterest", "currency=BTC", without);
    const found = of.find(({ market }) => market.symbol === "BTC-26DEC25");
    const noIndex = { why: "malformed", at: "estimated_delivery_price", detail: "no index" };
    expect(found).toMatchObject({ value: { noIndex } });
    expect(found?.value).not.toHaveProperty("index");
  });

  it.each([
    ["a bar off its grid", (body: string) => body.replace("1766476800000", "1766480400000")],
    ["columns of different length", (body: string) => body.replace('"volume":[6.23037706,', '"volume":[')],
  ])("refuses %s", async (_, edit) => {
    const { lacking } = await read("volume", "BTC-PERPETUAL", edit);
    expect(lacking.find(({ what }) => what === "BTC-PERPETUAL")).toMatchObject({ gap: { why: "malformed" } });
  });
});

describe("volume of a past instant", () => {
  const clock = instant(Date.UTC(2026, 5, 20, 9));
  const june10 = instant(Date.UTC(2026, 5, 10));
  const summary = (instrument_name: string) => ({
    instrument_name,
    open_interest: 1,
    mark_price: 80_000,
    estimated_delivery_price: 80_000,
    volume_usd: 1,
    creation_timestamp: clock,
  });
  /** Today's lists; only the perpetual has a bar. August's contract was listed on 14 June, September's in March. */
  const answers: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    get_book_summary_by_currency: (query) =>
      query.get("currency") === "BTC"
        ? ["BTC-PERPETUAL", "BTC-28AUG26", "BTC-25SEP26"].map(summary)
        : [summary("BTC_USDC-PERPETUAL")],
    get_tradingview_chart_data: (query) =>
      query.get("instrument_name")?.endsWith("-PERPETUAL") === true
        ? { status: "ok", ticks: [Date.UTC(2026, 5, 9)], volume: [2], cost: [160_000] }
        : { status: "no_data" },
    get_instruments: (query) =>
      query.get("currency") === "BTC"
        ? [
            { instrument_name: "BTC-28AUG26", creation_timestamp: Date.UTC(2026, 5, 14, 8) },
            { instrument_name: "BTC-25SEP26", creation_timestamp: Date.UTC(2026, 2, 26, 8) },
          ]
        : [],
  };
  const lackingAt = async (now: typeof clock) => {
    const asked: string[] = [];
    const { ask } = asker(deribit, {
      web: ({ url }) => {
        const { pathname, searchParams } = new URL(url);
        const method = pathname.split("/").at(-1) ?? "";
        asked.push(method);
        const body = { jsonrpc: "2.0", testnet: false, result: answers[method]?.(searchParams) };
        return Promise.resolve({ status: 200, at: clock, ms: 1, text: JSON.stringify(body) });
      },
      now,
      clock,
      since: now,
    });
    const { of, lacking } = await deribit.datasets.volume(ask);
    expect(of.map(({ market }) => market.symbol)).toEqual(["BTC-PERPETUAL", "BTC_USDC-PERPETUAL"]);
    return { lacking: lacking.map(({ what }) => what), asked };
  };

  it("lacks no contract that was listed later", async () => {
    expect((await lackingAt(june10)).lacking).toEqual(["BTC-25SEP26"]);
  });

  it("asks for no listings where the present is asked about", async () => {
    const { lacking, asked } = await lackingAt(clock);
    expect(lacking).toEqual(["BTC-28AUG26", "BTC-25SEP26"]);
    expect(asked).not.toContain("get_instruments");
  });
});
