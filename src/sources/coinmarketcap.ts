/**
 * CoinMarketCap Crypto Fear & Greed Index, without a key.
 * https://coinmarketcap.com/api/resources/coinmarketcap-keyless-public-api-guide-developers-guide/
 * Another index than alternative.me's, with classes, bounds and a history of its own: the two are never mixed.
 *
 * - Newest first, at most 500 rows, one a day, stamped 00:00Z in text.
 * - `status.error_code` is "0" or 0 where all is well, with any HTTP status.
 * - The route is meant for prototypes: coverage and limits may change.
 */
import { z } from "zod";
import { series } from "../core/series.ts";
import { dayOf, startOfDay } from "../core/time.ts";
import { decimal, envelope, seconds } from "./decode.ts";
import { sinceMidnight } from "./keep.ts";
import type { Source } from "./source.ts";

const HISTORY = "https://pro-api.coinmarketcap.com/public-api/v3/fear-and-greed/historical?start=1&limit=500";

const Row = z.object({
  value: decimal.refine((n) => Number.isInteger(n) && n >= 0 && n <= 100, "expected a whole number from 0 to 100"),
  value_classification: z.string().min(1).max(40),
  timestamp: seconds,
});
const Answer = envelope(
  z.object({ data: z.array(Row).min(1), status: z.object({ error_code: decimal }) }),
  z
    .object({
      status: z.object({
        error_code: decimal.refine((code) => code !== 0),
        error_message: z.string().nullish(),
      }),
    })
    .transform(({ status: { error_code: code, error_message: message } }) => ({
      text: `${code} ${message ?? ""}`.trim(),
    })),
);

export const coinmarketcap = {
  id: "coinmarketcap",
  venue: null,
  name: "CoinMarketCap",
  docs: "https://coinmarketcap.com/api/resources/coinmarketcap-keyless-public-api-guide-developers-guide/",
  // The limit is not published; a run asks one.
  hosts: { "pro-api.coinmarketcap.com": { everyMs: 2_000 } },
  note: "CoinMarketCap Crypto Fear & Greed Index: not the index of alternative.me, and its classes differ.",
  attribution: {
    text: "Data provided by CoinMarketCap",
    url: "https://coinmarketcap.com/charts/fear-and-greed-index/",
  },
  reserve: ["fearGreed"],
  facts: {
    fearGreed: {
      endpoint: "GET /public-api/v3/fear-and-greed/historical?start=1&limit=500",
      unit: "points, 0 to 100",
      proof: "publisher's page",
      counting: "one value a UTC day; that of the running day may still change",
      lookBack: "500 days; the first day is of about June 2023",
      uncertain: "whether a row is the value at the start of its day or at its end",
    },
  },
  datasets: {
    fearGreed: async (ask) => {
      const { data } = await ask.json(HISTORY, Answer, sinceMidnight(ask));
      return series(
        data.map((row) => ({
          at: startOfDay(dayOf(row.timestamp)),
          value: { value: row.value, label: row.value_classification },
        })),
      );
    },
  },
} as const satisfies Source;
