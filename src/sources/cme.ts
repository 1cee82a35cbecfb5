/**
 * CME bitcoin futures, from the CFTC's Commitments of Traders. https://publicreporting.cftc.gov/d/gpe5-46if
 * Traders in Financial Futures, **futures only**: the combined report, with options, is 2 to 3 % higher. CME itself has
 * no keyless figures: no volume, no price, no daily open interest.
 *
 * - Every value is text, codes may have blanks behind them. Contracts are told apart by code: 133LM5 is bitcoin cash,
 *   133LM1 and 133LM4 are Coinbase's, and names begin alike.
 * - Some columns end in `_all` and others of the same table do not.
 * - A report is of the close of Tuesday, in some weeks of Monday, and comes out on Friday at 15:30 in New York; after
 *   holidays later, after a shutdown of the government weeks later.
 */
import { z } from "zod";
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Lacking, Market, Markets, PastOpenInterest, TraderClasses } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { DAY, dayOf, endOfDay, HOUR, MINUTE, shift, type Instant } from "../core/time.ts";
import { btc, ofBtc, ofContracts } from "../core/units.ts";
import { anyRow, isoTime, level, ownRows, type Fields } from "./decode.ts";
import { unpublished } from "./families.ts";
import type { Ask, Source } from "./source.ts";

/** Bitcoin and Micro Bitcoin: their codes at the CFTC and what a contract is of. */
const STANDARD = { code: "133741", symbol: "BTC", btc: 5 } as const;
const MICRO = { code: "133742", symbol: "MBT", btc: 0.1 } as const;
type Contract = typeof STANDARD | typeof MICRO;
/** The newest 500 rows of both: some 250 weeks. */
const REPORTS =
  "https://publicreporting.cftc.gov/resource/gpe5-46if.json?%24where=cftc_contract_market_code%20in(%27133741%27,%27133742%27)&%24order=report_date_as_yyyy_mm_dd%20DESC&%24limit=500";
/** 15:30 in New York in winter; in summer reports come out an hour earlier. */
const PUBLISHED = 20 * HOUR + 30 * MINUTE;
const FRIDAY = 5;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;
const NO_REPORT: Gap = unpublished("no report of the time asked for was out");

const bare = (raw: unknown): unknown => (typeof raw === "string" ? raw.trim() : raw);
/** Thousands commas have been seen in the CFTC's files, not in this answer. */
const count = z.preprocess((raw) => (typeof raw === "string" ? raw.trim().replaceAll(",", "") : raw), level);

const report = {
  report_date_as_yyyy_mm_dd: isoTime,
  cftc_contract_market_code: z.preprocess(bare, z.string()),
  futonly_or_combined: z.preprocess(bare, z.literal("FutOnly").optional()),
  open_interest_all: count,
};
const Classes = z.object({
  ...report,
  dealer_positions_long_all: count,
  dealer_positions_short_all: count,
  dealer_positions_spread_all: count,
  asset_mgr_positions_long: count,
  asset_mgr_positions_short: count,
  asset_mgr_positions_spread: count,
  lev_money_positions_long: count,
  lev_money_positions_short: count,
  lev_money_positions_spread: count,
  other_rept_positions_long: count,
  other_rept_positions_short: count,
  other_rept_positions_spread: count,
  nonrept_positions_long_all: count,
  nonrept_positions_short_all: count,
});

/** Every contract has one long and one short, and a spread is both. */
function addUp(row: z.infer<typeof Classes>): boolean {
  const spreads =
    row.dealer_positions_spread_all +
    row.asset_mgr_positions_spread +
    row.lev_money_positions_spread +
    row.other_rept_positions_spread;
  const longs =
    row.dealer_positions_long_all +
    row.asset_mgr_positions_long +
    row.lev_money_positions_long +
    row.other_rept_positions_long +
    row.nonrept_positions_long_all;
  const shorts =
    row.dealer_positions_short_all +
    row.asset_mgr_positions_short +
    row.lev_money_positions_short +
    row.other_rept_positions_short +
    row.nonrept_positions_short_all;
  return longs + spreads === row.open_interest_all && shorts + spreads === row.open_interest_all;
}
const ADD_UP = "expected classes that add up to open_interest_all";
const Positions = Classes.refine(addUp, ADD_UP);

/** Classes give away an open interest in another unit. A report without some of them cannot be looked at so. */
const Held = z
  .unknown()
  .refine((row) => {
    const told = Classes.safeParse(row);
    return !told.success || addUp(told.data);
  }, ADD_UP)
  .pipe(z.object(report));

/** 20:30Z on the Friday after the day. */
function publication(day: Instant): Instant {
  const weekday = (Math.floor(day / DAY) + FIRST_WEEKDAY) % 7;
  return shift(day, (((FRIDAY - weekday + 6) % 7) + 1) * DAY + PUBLISHED);
}

/** When a report's figures held: the close of its day. */
const heldAt = (row: z.infer<typeof Held>): Instant => endOfDay(dayOf(row.report_date_as_yyyy_mm_dd));

/**
 * Reports of some contracts since `ask.since`, of those that were out by now. Older rows are not looked into: a column
 * that was empty then is missing.
 */
async function reports<R extends z.infer<typeof Held>>(
  ask: Ask,
  row: z.ZodType<R>,
  contracts: readonly Contract[],
): Promise<readonly R[]> {
  const codeOf = (each: Fields): unknown => bare(each["cftc_contract_market_code"]);
  const recent = (date: unknown): boolean => typeof date !== "string" || date.slice(0, 10) >= dayOf(ask.since);
  const own = z
    .array(anyRow)
    .refine((all) => all.some((each) => codeOf(each) === STANDARD.code), "expected reports of Bitcoin (133741)")
    .pipe(
      ownRows(
        (each) => contracts.some(({ code }) => code === codeOf(each)) && recent(each["report_date_as_yyyy_mm_dd"]),
        row,
      ),
    );
  const told = await ask.json(REPORTS, own, { minutes: 60 });
  const seen = new Map<string, string>();
  for (const each of told) {
    const which = `${each.cftc_contract_market_code} of ${dayOf(each.report_date_as_yyyy_mm_dd)}`;
    const same = JSON.stringify(each);
    if ((seen.get(which) ?? same) !== same) {
      throw new Unavailable({ why: "malformed", at: "report_date", detail: `two different reports of ${which}` });
    }
    seen.set(which, same);
  }
  return told.filter((each) => publication(each.report_date_as_yyyy_mm_dd) <= ask.now);
}

async function openInterestHistory(ask: Ask): Promise<Markets<Series<PastOpenInterest>>> {
  const rows = (await reports(ask, Held, [STANDARD, MICRO])).filter((row) => row.open_interest_all > 0);
  // Of a report without the contract of 5 BTC the rest would stand for CME, at a fortieth of it.
  const standard = rows.filter((row) => row.cftc_contract_market_code === STANDARD.code).map(heldAt);
  const newest = standard.toSorted((a, b) => b - a)[0];
  const told = [STANDARD, MICRO].map((contract) => {
    const market: Market = { symbol: contract.symbol, kind: "dated", margin: "linear", quote: "USD" };
    const samples = rows
      .filter((row) => row.cftc_contract_market_code === contract.code && standard.includes(heldAt(row)))
      .map((row) => ({
        at: heldAt(row),
        value: { size: ofContracts(row.open_interest_all, ofBtc(contract.btc)) },
      }));
    return { market, value: series(samples) };
  });
  return {
    of: told.filter(({ value }) => value.length > 0),
    lacking: told.flatMap(({ market: { symbol }, value }): Lacking[] => {
      if (value.length === 0) return [{ what: symbol, gap: NO_REPORT }];
      if (value.at(-1)?.at === newest) return [];
      return [{ what: symbol, gap: unpublished("not in the newest report"), minor: true }];
    }),
  };
}

/** Of the contract of 5 BTC alone, as these figures are usually quoted. */
async function traderClasses(ask: Ask): Promise<Series<TraderClasses>> {
  const rows = await reports(ask, Positions, [STANDARD]);
  if (rows.length === 0) throw new Unavailable(NO_REPORT);
  return series(
    rows.map((row) => ({
      at: heldAt(row),
      value: {
        leveragedNet: btc((row.lev_money_positions_long - row.lev_money_positions_short) * STANDARD.btc),
        assetManagersNet: btc((row.asset_mgr_positions_long - row.asset_mgr_positions_short) * STANDARD.btc),
      },
    })),
  );
}

export const cme = {
  id: "cme",
  venue: "cme",
  name: "CME",
  docs: "https://publicreporting.cftc.gov/d/gpe5-46if",
  // Anonymous requests are throttled by address, at a rate that is not published; a run asks one.
  hosts: { "publicreporting.cftc.gov": { everyMs: 1_000 } },
  note: "Weekly, from the CFTC: positions at Tuesday's close, published on Friday. Bitcoin (5 BTC) and Micro Bitcoin (0.1 BTC) futures without options, and without CME's spot-quoted contracts. No volume.",
  published: (at) => publication(shift(at, -DAY)),
  facts: {
    openInterestHistory: {
      endpoint: "GET /resource/gpe5-46if.json (TFF, futures only), codes 133741 and 133742",
      unit: "contracts of 5 BTC and of 0.1 BTC",
      proof:
        'contract_units "(5 Bitcoins)"; 2026-06-16: 21,125 × 5 + 26,676 × 0.1 = 108,293 BTC, CoinGlass showed 105,000 to 111,000',
      counting: "each contract once: all longs and spreads add up to it",
      lookBack: "weekly since 2018-04-10; the newest 500 rows are asked",
    },
    traderClasses: {
      endpoint: "GET /resource/gpe5-46if.json (TFF, futures only), code 133741",
      unit: "contracts of 5 BTC, long minus short",
      proof:
        "recorded 2026-09-08: longs 6,799 + 4,950 + 5,146 + 769 + 1,273 and spreads 589 + 301 + 1,256 + 0 make 21,083, the open interest",
      counting: "spreads are in neither side",
      lookBack: "weekly since 2018-04-10; the newest 500 rows are asked",
    },
  },
  datasets: { openInterestHistory, traderClasses },
} as const satisfies Source;
