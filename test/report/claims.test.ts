/** Sentences of the article's day, and the rules of wording that hold for any sentence. */
import { expect, it } from "vitest";
import { percentFits, scopeIsNamed } from "../../src/core/plausible/claims.ts";
import { Report } from "../../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";

const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --json --since low:2025-10`);
const report = Report.parse(JSON.parse(out));
const textOf = (id: string): string => report.takeaways.find((one) => one.id === id)?.text ?? "";

it("says what the article said, with scope, both units and both dates", () => {
  expect(textOf("oi.anchor.scope")).toBe(
    "Binance open interest (BTCUSDT+BTCUSD_PERP) is up 31.6 % in coins, from 93,836 BTC at the close of 10 October 2025 to 123,500 BTC; in dollars it is down 3.2 %.",
  );
  expect(textOf("price.sinceHigh")).toBe(
    "The price is down 14.5 % in 16 days from its 30-day high close of 14 January 2026.",
  );
  expect(textOf("fearGreed")).toBe(
    "Fear & Greed reads 16 (Extreme Fear), -10 on the day, the lowest of the year, the lowest since 19 December 2025 (equal). Source: alternative.me",
  );
});

it("prints a percent that its printed ends bear out (Q-23)", () => {
  expect(percentFits(31.6, 1, { value: 93_836, within: 0.5 }, { value: 123_500, within: 0.5 })).toEqual([]);
});

it("names the scope of every volume and liquidation (Q-24)", () => {
  for (const { text, id } of report.takeaways) expect(scopeIsNamed(text), id).toEqual([]);
});

it("rests every sentence on figures of the report, and says model where it is one", () => {
  for (const { id, text, figures, kind } of report.takeaways) {
    for (const figure of figures) expect(report.figures[figure], `${id}: ${figure}`).toBeDefined();
    const classes = new Set(figures.map((figure) => report.figures[figure]?.class));
    if (classes.has("model")) {
      expect(kind).toBe("model");
      expect(text).toMatch(/^Model, not observed/);
    }
  }
  expect(report.takeaways.length).toBeGreaterThanOrEqual(5);
});
