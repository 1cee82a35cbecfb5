/** What the page says of the article's day: windows, bases and periods, in words, the same in every format. */
import { describe, expect, it } from "vitest";
import { html } from "../../src/render/html.ts";
import { markdown } from "../../src/render/markdown.ts";
import { terminal } from "../../src/render/terminal.ts";
import { document } from "../../src/report/document.ts";
import type { Page } from "../../src/report/page.ts";
import { Report } from "../../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";

const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --json`);
const report = Report.parse(JSON.parse(out));
const page = document(report);
/** Words alone: how each format breaks its lines, marks its code and escapes does not matter here. */
const plain = (text: string): string =>
  text
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("\\", "")
    .replaceAll("&apos;", "'")
    .replaceAll(/[\s\u00A0]+/g, " ");
const formats = (of: Page): readonly (readonly [string, string])[] => [
  ["terminal", plain(terminal(of, { columns: 100, color: 0 }))],
  ["markdown", plain(markdown(of))],
  ["html", plain(html(of))],
];

describe.each(formats(page))("%s", (_, text) => {
  it("says of which time, which sign and which unit a table is", () => {
    expect(text).toContain("Taker flow of 24 hours");
    expect(text).toContain("Funding rates; positive: longs pay shorts");
    expect(text).toContain("Open interest: coins, dollars and changes in coins");
    expect(text).toContain("Swing highs and lows that have been swept, newest last");
    expect(text).toContain("Modelled liquidations on the way from $82,873.50");
    expect(text).toContain("Basis against the index each contract settles to");
    expect(text).toContain("they count what they say, not open interest");
  });

  it("names the base of the map's shares, which is not the page's open interest", () => {
    const { coverage = 0, openInterestUsd = 0 } = report.liquidationMap ?? {};
    // 40 % of the 35.6 billion that the 14 exchanges hold.
    expect(Math.round(coverage * 100)).toBe(40);
    expect(Math.round(openInterestUsd / 1e8)).toBe(142);
    expect(text).toContain("= 40 % of tracked open interest, $14.2B.");
    expect(text).toContain("Of modelled OI");
    expect(text).not.toContain("Of open interest");
  });

  it("names datasets and anchors in words", () => {
    expect(text).not.toMatch(/all liquidationMap|openInterestHistory:|low:180d/);
    expect(text).toContain("bitget history of open interest: unpublished");
    expect(text).toContain("liquidation map: unpublished, no calibration");
    expect(text).toContain("since 180-day low");
    expect(text).toContain("Like for like since the low of 180 days (");
  });

  it("says nothing of a time beyond its own but what it names as such", () => {
    expect(text).not.toContain("September 2026");
    expect(text).toContain(
      "from September 2019 to March 2026, which go beyond this report's, 6 of 10 resolved ones were confirmed",
    );
  });

  it("calls the price of the contracts compared their own", () => {
    expect(text).toContain("their implied price -7.4 %");
  });

  it("puts a sign before what is net, and counts one as one", () => {
    expect(text).toContain("leveraged funds net -58,670 BTC, asset managers net +36,490 BTC");
    expect(text).not.toContain("(and 1 more addresses");
    expect(text).toContain("(and 1 more address in the JSON)");
  });
});

it("charts of open interest say of how many exchanges they are", () => {
  const titles = page.blocks.flatMap((block) => (block.is === "timeline" ? [block.title] : []));
  expect(report.openInterest?.series?.venues).toHaveLength(7);
  expect(titles.filter((title) => title.startsWith("Open interest"))).toEqual([
    expect.stringMatching(/^Open interest of 7 exchanges with every day, stacked, daily closes from /),
    expect.stringMatching(/^Open interest of 7 exchanges with every day, and price, daily closes from /),
  ]);
});

it("a spring's base rate is no news from the future once its days are over", () => {
  const later = terminal(document({ ...report, asOf: "2026-04-01T00:00:00Z" }), { columns: 120, color: 0 });
  expect(plain(later)).toContain("On the days from September 2019 to March 2026 6 of 10 resolved ones were confirmed");
});

it("a check says whose figure it is, once", () => {
  const check = { rule: "Q-14", severity: "error", section: "price", value: 2, bound: 1 } as const;
  const checks = [
    { ...check, source: "binance-spot", message: "2026-01-30: the low is above the open" },
    { ...check, source: "okx", message: "OKX: open interest went up" },
    { ...check, source: null, message: "of many" },
  ];
  const text = plain(markdown(document({ ...report, checks })));
  expect(text).toContain("Q-14 error price: Binance spot: 2026-01-30: the low is above the open");
  expect(text).toContain("Q-14 error price: OKX: open interest went up");
  expect(text).toContain("Q-14 error price: of many");
});

it("a year that has begun says over how many days, and none of its first one", () => {
  const { fearGreed } = report;
  const ytd = fearGreed?.ytd ?? null;
  if (fearGreed === null || ytd === null) throw new Error("no year");
  const range = { low: 20, lowDate: "2026-01-01", high: 61, highDate: "2026-01-15", isLow: false, isHigh: false };
  const said = (days: number): string =>
    plain(
      markdown(
        document({
          ...report,
          fearGreed: { ...fearGreed, lowestSince: null, ytd: { ...ytd, ...range, days } },
        }),
      ),
    );
  expect(said(30)).toContain("Year to date (30 days) 20 (1 Jan 2026) to 61 (15 Jan 2026)");
  expect(said(1)).toContain("First reading of the year");
  expect(said(1)).not.toContain("ear to date");
});

it("minutes of a month come to nothing a day", () => {
  const months = report.volume?.months ?? [];
  const last = months.at(-1);
  if (report.volume === null || last === undefined) throw new Error("no volume");
  const of = (days: number): string => {
    const volume = { ...report.volume, months: [...months.slice(0, -1), { ...last, days, perDayUsd: 115.5e9 }] };
    return plain(markdown(document({ ...report, volume } as Report)));
  };
  expect(of(1)).toContain("$116B");
  expect(of(20 / 1440)).not.toContain("$116B");
});

it("the headline says where the share of the open interest is unknown", () => {
  const text = plain(markdown(document({ ...report, coverage: { ...report.coverage, oiShare: null } })));
  expect(text).toContain("15 of 15 venues answered · share of the open interest unknown");
});
