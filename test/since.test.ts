/** Anchors further back than the 200 days that are asked anyway: the first day that one may be is told, too. */
import { expect, it } from "vitest";
import { later } from "../fixtures/build/later.ts";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { parseInstant } from "../src/core/time.ts";
import { Report } from "../src/report/report.ts";
import { command } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";

const VENUES = ["bybit", "dydx", "gate", "kraken", "kucoin", "okx"];

it.each([
  ["2025-06-02", "2026-01-30T06:00:00Z", "2025-06-02"],
  // 211 days, of which the last of the year before is the first.
  ["ytd", "2026-07-31T14:00:00Z", "2025-12-31"],
])("--since %s on %s is the close of %s, of every venue with a deep history", async (anchor, clock, date) => {
  const now = parseInstant(clock);
  if (now === null) throw new Error(clock);
  const server = await relayServer(served(later(modelOf(articleDay), now, 1)).http);
  const words = `open-interest --since ${anchor} --venues ${VENUES.join(",")} --json --relay ${server.url}`;
  const { out } = await command(words, { env: { SOURCE_DATE_EPOCH: String(now / 1_000) } });
  await server.close();
  const { openInterest } = Report.parse(JSON.parse(out));
  expect(openInterest?.anchor).toMatchObject({ id: anchor, date });
  expect(openInterest?.changes.anchor?.venues.toSorted()).toEqual(VENUES);
});
