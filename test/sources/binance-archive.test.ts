/** Quirks of Binance's archive that the fixture cannot show: what is asked, and files that fail together. */
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { later } from "../../fixtures/build/later.ts";
import { articleDay, modelOf } from "../../fixtures/build/market.ts";
import { served } from "../../fixtures/build/serve.ts";
import { asker } from "../../src/ask.ts";
import { Unavailable } from "../../src/core/gap.ts";
import { DAY, instant, shift } from "../../src/core/time.ts";
import { opened } from "../../src/io/unzip.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { binanceArchive } from "../../src/sources/binance-archive.ts";
import { askTapes } from "../support/tapes.ts";

const FOLDER = "fixtures/binance-archive";

/** The fixture's answers, with another status where the URL matches. */
const refusing =
  (status: number, matching: RegExp) =>
  (http: Http): Http =>
  async (request) => {
    const answer = await http(request);
    return matching.test(request.url) ? { ...answer, status, body: new Uint8Array() } : answer;
  };

const failure = async (asked: Promise<unknown>): Promise<unknown> => {
  const error = await asked.catch((thrown: unknown) => thrown);
  return error instanceof Unavailable ? error.gap : error;
};

it("asks for days that are over, checksum first, and keeps both", async () => {
  const requests: HttpRequest[] = [];
  const { ask } = await askTapes(binanceArchive, FOLDER, (http) => (request) => {
    requests.push(request);
    return http(request);
  });
  await binanceArchive.datasets.openInterestHistory(ask);
  const perpetual = requests
    .filter(({ url }) => url.includes("/um/"))
    .map(({ url }) => url.slice(url.indexOf("metrics-") + 8));
  expect(perpetual.slice(0, 5).every((file) => file.endsWith(".CHECKSUM"))).toBe(true);
  expect(perpetual.toSorted()).toEqual([
    ...["2020-09-01", "2020-09-02", "2020-09-03", "2020-09-04"].flatMap((day) => [`${day}.zip`, `${day}.zip.CHECKSUM`]),
    "2020-09-05.zip.CHECKSUM",
  ]);
  expect(requests.every(({ keep }) => keep === "forever")).toBe(true);
  expect(requests.filter(({ url }) => url.endsWith(".zip")).every(({ sha256 }) => sha256?.length === 64)).toBe(true);
});

it("has sixteen files of a contract under way at most, however long the range", async () => {
  const year = instant(Date.parse("2021-09-01T00:00:00Z"));
  let [asked, underWay, most] = [0, 0, 0];
  const { ask } = await askTapes(binanceArchive, FOLDER, () => async () => {
    asked += 1;
    underWay += 1;
    most = Math.max(most, underWay);
    await setImmediate();
    underWay -= 1;
    return { status: 404, at: year, ms: 0, body: new Uint8Array() };
  });
  const told = binanceArchive.datasets.openInterestHistory({ ...ask, now: year, clock: year });
  expect(await failure(told)).toMatchObject({ why: "refused", status: 404 });
  expect({ asked, most }).toEqual({ asked: 2 * 365, most: 2 * 16 });
});

it("names neighbours of the same fate together", async () => {
  const { ask } = await askTapes(binanceArchive, FOLDER, refusing(503, /BTCUSDT-metrics-2020-09-0[12]\.zip$/));
  const { of, lacking } = await binanceArchive.datasets.openInterestHistory(ask);
  expect(of[0]?.value).toHaveLength(1);
  expect(lacking.map(({ what, gap }) => [what, gap.why])).toEqual([
    ["BTCUSDT 2020-09-01 to 2020-09-02", "refused"],
    ["BTCUSDT 2020-09-03", "malformed"],
    ["BTCUSDT 2020-09-04", "stale"],
  ]);
});

it("gives one family where the other fails", async () => {
  const { ask } = await askTapes(binanceArchive, FOLDER, refusing(503, /\/cm\//));
  const { of, lacking } = await binanceArchive.datasets.volume(ask);
  expect(of.map(({ market }) => market.symbol)).toEqual(["BTCUSDT"]);
  expect(lacking.at(-1)).toMatchObject({ what: "COIN-M", gap: { why: "refused", status: 503 } });
});

it("fails where no file is there, which is no known hole", async () => {
  const { ask } = await askTapes(binanceArchive, FOLDER, refusing(404, /./));
  expect(await failure(binanceArchive.datasets.openInterestHistory(ask))).toMatchObject({
    why: "refused",
    status: 404,
  });
});

it("asks of a past month for every quarterly that was traded in it, to the last close before its delivery", async () => {
  const asked: string[] = [];
  const { ask } = await askTapes(binanceArchive, FOLDER, () => async ({ url }) => {
    const file = /\/metrics\/[^/]+\/(\w+)-metrics-(\S+)\.zip\.CHECKSUM$/.exec(url);
    if (file !== null) asked.push(`${file[1]} ${file[2]}`);
    return { status: 404, at: instant(0), ms: 0, body: new Uint8Array() };
  });
  // December 2025, as a backfill asks for it; delivery was on Friday 26, 08:00Z.
  const [since, now, clock] = ["2025-12-01T00:00Z", "2026-01-01T01:00Z", "2026-07-31T14:00Z"].map((text) =>
    instant(Date.parse(text)),
  );
  if (since === undefined || now === undefined || clock === undefined) throw new Error("no instant");
  // None of them is there.
  await failure(binanceArchive.datasets.openInterestHistory({ ...ask, since, now, clock }));
  const daysOf = (symbol: string): readonly string[] =>
    asked.filter((one) => one.startsWith(`${symbol} `)).map((one) => one.slice(symbol.length + 1));
  for (const family of ["BTCUSDT", "BTCUSD"]) {
    expect(daysOf(`${family}_251226`).toSorted()).toEqual(
      Array.from({ length: 25 }, (_, i) => `2025-12-${String(i + 1).padStart(2, "0")}`),
    );
    expect(daysOf(`${family}_260327`)).toHaveLength(31);
    expect(daysOf(`${family}_260626`)).toHaveLength(31);
  }
  const perpetuals = ["BTCUSDT", "BTCUSD_PERP", "BTCUSDC", "BTCUSD1"];
  const dated = ["BTCUSDT", "BTCUSD"].flatMap((one) => ["251226", "260327", "260626"].map((day) => `${one}_${day}`));
  expect(new Set(asked.map((one) => one.split(" ")[0]))).toEqual(new Set([...perpetuals, ...dated]));
});

it.each([
  ["2026-02-01T00:07Z", 30],
  ["2026-02-01T02:00Z", 31],
  ["2026-02-02T00:30Z", 31],
  // The first Monday of the month, on which January's file comes out.
  ["2026-02-02T03:00Z", 0],
])("tells January by its days until its own file is out: at %s by %i of them", async (clock, days) => {
  const now = instant(Date.parse(clock));
  const market = later(modelOf(articleDay), now, 1);
  const { ask, evidence } = asker(binanceArchive, { web: opened(served(market).http), now, since: now });
  const { of, lacking } = await binanceArchive.datasets.volume(ask);
  const [start, end] = [instant(Date.UTC(2026, 0, 1)), instant(Date.UTC(2026, 1, 1))];
  for (const symbol of ["BTCUSDT", "BTCUSD_PERP"]) {
    const bars = of.find((one) => one.market.symbol === symbol)?.value.filter(({ at }) => at >= start) ?? [];
    expect(bars).toHaveLength(days === 0 ? 1 : days);
    const until = days === 0 ? end : shift(start, days * DAY);
    expect(bars.at(-1)?.value.until).toBe(until);
    const contract = market.contracts("binance").find((one) => one.symbol === symbol);
    if (contract === undefined) throw new Error(symbol);
    const sum = bars.reduce((total, { value }) => total + (value.usd ?? 0), 0);
    // Contracts of 100 USD are whole in every file.
    expect(Math.abs(sum / market.traded(contract, start, until).usd - 1)).toBeLessThan(1e-6);
  }
  expect(evidence().filter(({ url }) => url.includes("/BTCUSDT/1d/") && url.endsWith(".zip"))).toHaveLength(days);
  const late = {
    what: "BTCUSDT 2026-01-31",
    contract: "BTCUSDT",
    gap: { why: "unpublished", detail: "the archive has no such file" },
  };
  expect(lacking.filter(({ what }) => what.startsWith("BTCUSDT 2026-01"))).toEqual(days === 30 ? [late] : []);
});
