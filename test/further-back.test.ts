/** An anchor further back than usual, where what is old cannot be had: what is usually asked stands, and is named so. */
import { describe, expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { asker } from "../src/ask.ts";
import { Unavailable } from "../src/core/gap.ts";
import type { Markets, PastOpenInterest } from "../src/core/market.ts";
import { series, type Series } from "../src/core/series.ts";
import { DAY, floorTo, instant, iso, shift, type Instant } from "../src/core/time.ts";
import { ofBtc } from "../src/core/units.ts";
import { opened } from "../src/io/unzip.ts";
import type { Http } from "../src/ports.ts";
import { bybit } from "../src/sources/bybit.ts";
import { dydx } from "../src/sources/dydx.ts";
import { fallingBackTo } from "../src/further-back.ts";
import { gate } from "../src/sources/gate.ts";
import { kraken } from "../src/sources/kraken.ts";
import { kucoin } from "../src/sources/kucoin.ts";
import { okx } from "../src/sources/okx.ts";
import type { Source } from "../src/sources/source.ts";

// 2026-01-30T06:00:00Z
const model = modelOf(articleDay);
const midnight = floorTo(model.now, DAY);
const usual = shift(midnight, -200 * DAY);

type Held = Markets<Series<PastOpenInterest>>;
const asked = async (source: Source, days: number, through: (http: Http) => Http): Promise<Held> => {
  const { http } = served(model);
  const { ask } = asker(source, {
    web: opened(through(http)),
    now: model.now,
    since: shift(midnight, -days * DAY),
    secret: () => undefined,
  });
  const told = await source.datasets.openInterestHistory?.(ask);
  if (told === undefined) throw new Error(`${source.id} has no history`);
  return told;
};

/** Every instant in an address: milliseconds, seconds, or ISO 8601. */
const instantsIn = (url: string): readonly number[] => [
  ...[...url.matchAll(/(?<=[=])\d{13}(?!\d)/g)].map(([text]) => Number(text)),
  ...[...url.matchAll(/(?<=[=])\d{10}(?!\d)/g)].map(([text]) => Number(text) * 1_000),
  ...[...url.matchAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g)].map(([text]) => Date.parse(text)),
];
/** Answers 500 to what is asked of a time before `from`. */
const withoutBefore =
  (from: Instant) =>
  (http: Http): Http =>
  async (request) => {
    const isOld = instantsIn(decodeURIComponent(request.url)).some((at) => at < from);
    const answer = await http(request);
    return isOld ? { ...answer, status: 500, body: new TextEncoder().encode("oops") } : answer;
  };

const cases: readonly (readonly [Source, string])[] = [
  [bybit, "BTCUSDT"],
  [gate, "BTC_USDT"],
  [kraken, "PF_XBTUSD"],
  [kucoin, "XBTUSDTM"],
  [okx, "BTC-USDT-SWAP"],
];

describe.each(cases.map(([source, symbol]) => [source.id, source, symbol] as const))("%s", (_, source, symbol) => {
  it("keeps the closes of 200 days, at least, where those of 700 cannot be had, and names what is without", async () => {
    const { of, lacking } = await asked(fallingBackTo(usual, source), 700, withoutBefore(shift(usual, -2 * DAY)));
    const closes = of.find(({ market }) => market.symbol === symbol)?.value.map(({ at }) => iso(at));
    expect(closes?.slice(-200)).toEqual(Array.from({ length: 200 }, (__, i) => iso(shift(usual, (i + 1) * DAY))));
    // 200 days before 30 January 2026.
    const what = `${symbol} before 2025-07-14`;
    expect(lacking.find((one) => one.what === what)).toMatchObject({
      contract: symbol,
      gap: { why: "refused", status: 500 },
    });
  });

  it("says the same as without a fall-back where all can be had", async () => {
    const whole = (http: Http): Http => http;
    expect(await asked(fallingBackTo(usual, source), 400, whole)).toEqual(await asked(source, 400, whole));
  });
});

it("keeps what dYdX tells since 1 January 2024, which it is asked for anyway", async () => {
  const { of, lacking } = await asked(fallingBackTo(usual, dydx), 1_000, withoutBefore(instant(Date.UTC(2024, 0))));
  expect(of[0]?.value.slice(-200).map(({ at }) => iso(at))).toHaveLength(200);
  expect(lacking.map(({ what }) => what)).toEqual(["BTC-USD before 2025-07-14"]);
});

describe("a source that is made up", () => {
  const market = (symbol: string) => ({ symbol, kind: "perpetual", margin: "linear", quote: "USDT" }) as const;
  const day = series([{ at: midnight, value: { size: ofBtc(1) } }]);
  const made = (told: (since: Instant) => Promise<Held>): Source =>
    fallingBackTo(usual, {
      ...bybit,
      datasets: { openInterestHistory: (ask) => told(ask.since) },
    });
  const refused = new Unavailable({ why: "refused", status: 500, detail: "HTTP 500" });

  it("keeps what one contract tells of long ago beside what another tells lately", async () => {
    const old = { market: market("A"), value: day };
    const young = { market: market("B"), value: day };
    const told = made((since) =>
      Promise.resolve(
        since < usual
          ? { of: [old], lacking: [{ what: "B", gap: refused.gap }] }
          : { of: [{ ...old, value: series([]) }, young], lacking: [] },
      ),
    );
    expect(await asked(told, 700, (http) => http)).toEqual({
      of: [old, young],
      lacking: [{ what: "B before 2025-07-14", gap: refused.gap, contract: "B" }],
    });
  });

  it("fails as it did where it tells nothing lately either", async () => {
    const told = made(() => Promise.reject(refused));
    await expect(asked(told, 700, (http) => http)).rejects.toBe(refused);
  });

  it("is asked once where it lacks only what nobody tells", async () => {
    let times = 0;
    const lacking = [{ what: "delivery", gap: { why: "unpublished", detail: "no statistics" } }] as const;
    const told = made(() => {
      times += 1;
      return Promise.resolve({ of: [{ market: market("A"), value: day }], lacking });
    });
    await asked(told, 700, (http) => http);
    expect(times).toBe(1);
  });
});
