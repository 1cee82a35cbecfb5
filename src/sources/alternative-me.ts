/**
 * Crypto Fear & Greed Index. https://alternative.me/crypto/fear-and-greed-index/
 * Every scalar is text; rows are newest first, one per UTC day, stamped 00:00Z of the day they describe (older
 * answers carried another hour: the day counts). The publisher's own class is kept: the ranges printed all over the
 * web differ from it. Days missing at the publisher stay missing.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import { series } from "../core/series.ts";
import { dayOf, startOfDay } from "../core/time.ts";
import { decimal, seconds } from "./decode.ts";
import { sinceMidnight } from "./keep.ts";
import type { Source } from "./source.ts";

const Row = z.object({
  value: decimal.refine((n) => Number.isInteger(n) && n >= 0 && n <= 100, "expected a whole number from 0 to 100"),
  value_classification: z.string().min(1).max(40),
  timestamp: seconds,
});
const Answer = z.object({
  data: z.array(Row).min(1),
  metadata: z.object({ error: z.unknown() }).optional(),
});

export const alternativeMe = {
  id: "alternative-me",
  venue: null,
  name: "alternative.me",
  docs: "https://alternative.me/crypto/fear-and-greed-index/",
  hosts: { "api.alternative.me": { everyMs: 1_000 } },
  attribution: { text: "Source: alternative.me", url: "https://alternative.me/crypto/fear-and-greed-index/" },
  facts: {
    fearGreed: {
      endpoint: "GET /fng/?limit=0",
      unit: "points, 0 to 100",
      proof: "publisher's page",
      counting: "one value a UTC day, published at 00:00Z",
      lookBack: "since 2018-02-01, without 2018-04-14 to 16 and 2024-10-26",
    },
  },
  datasets: {
    fearGreed: async (ask) => {
      const { data, metadata } = await ask.json("https://api.alternative.me/fng/?limit=0", Answer, sinceMidnight(ask));
      const error = metadata?.error ?? null;
      if (error !== null) {
        throw new Unavailable({ why: "refused", status: 200, detail: JSON.stringify(error).slice(0, 160) });
      }
      return series(
        data.map((row) => ({
          at: startOfDay(dayOf(row.timestamp)),
          value: { value: row.value, label: row.value_classification },
        })),
      );
    },
  },
} as const satisfies Source;
