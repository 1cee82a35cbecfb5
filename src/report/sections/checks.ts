/** Plausibility of what is shown: the rules of the methods that look across sources. A warning prints the figure flagged. */
import { closedDay } from "../../core/anchor.ts";
import { median } from "../../core/rank.ts";
import { inUsd, usd } from "../../core/units.ts";
import { told, type Input } from "../input.ts";
import { percent } from "../numbers.ts";
import type { CheckLine, Report } from "../report.ts";
import { closesOf } from "./price.ts";
import type { Venue } from "./holdings.ts";

export function checks(input: Input, venues: readonly Venue[], parts: Pick<Report, "openInterest">): CheckLine[] {
  return [...spotPrices(input), ...turnover(input, venues), ...crossCheck(input, parts), ...coverage(parts)];
}

/** closes of one day differ between venues by at most 0.25 %. */
function spotPrices(input: Input): CheckLine[] {
  const closes = told(input, "candles").flatMap(({ source, value }) => {
    const last = closesOf(value, input.asOf).at(-1);
    return last === undefined ? [] : [{ id: source.id, ...last }];
  });
  const newest = Math.max(...closes.map(({ at }) => at));
  const same = closes.filter(({ at }) => at === newest);
  const middle = median(same.map(({ value }) => value));
  if (same.length < 3 || middle === null) return [];
  return same.flatMap(({ id, value, at }): CheckLine[] => {
    const off = Math.abs(value / middle - 1);
    return off <= 0.0025
      ? []
      : [
          {
            rule: "Q-13",
            severity: off > 0.02 ? "error" : "warning",
            section: "price",
            source: id,
            message: `the close of ${closedDay(at)} is ${percent(off)} off the median of ${same.length} sources`,
            value: off,
            bound: 0.0025,
          },
        ];
  });
}

/** a day's volume between 0.05 and 12 times the open interest. */
function turnover(input: Input, venues: readonly Venue[]): CheckLine[] {
  return told(input, "openInterest").flatMap(({ source, value }): CheckLine[] => {
    const venue = venues.find((one) => one.id === (source.venue ?? source.id));
    const traded = value.of.flatMap(({ market, value: held }) => {
      const now = venue?.contracts.find((one) => one.market.symbol === market.symbol)?.now;
      return held.traded24h === undefined || now === undefined || now === null
        ? []
        : [{ volume: inUsd(held.traded24h, held.price), held: now.usd }];
    });
    const held = traded.reduce((sum, one) => sum + one.held, 0);
    if (held <= 0) return [];
    const times = usd(traded.reduce((sum, one) => sum + one.volume, 0)) / held;
    return times >= 0.05 && times <= 12
      ? []
      : [
          {
            rule: "Q-11",
            severity: "warning",
            section: "volume",
            source: source.id,
            message: `traded ${times.toPrecision(2)} times its open interest in 24 h; 0.05 to 12 is usual. Its figures are self-reported: --exclude ${source.id} leaves it out`,
            value: times,
            bound: times > 12 ? 12 : 0.05,
          },
        ];
  });
}

/** the same venue's open interest as a third party reports it, beside ours and never mixed in. */
function crossCheck(input: Input, { openInterest }: Pick<Report, "openInterest">): CheckLine[] {
  if (openInterest === null) return [];
  return told(input, "reportedOpenInterest").flatMap(({ source, value }) =>
    value.flatMap(({ venue, usd: reported, scope }): CheckLine[] => {
      const line = openInterest.venues.find((one) => one.id === venue);
      // A weekly figure and a live one are not the same figure.
      if (line === undefined || line.share === null || reported <= 0) return [];
      const ours = line.contracts
        .filter(({ kind }) => scope === undefined || kind === "perpetual")
        .reduce((sum, one) => sum + one.usd, 0);
      const off = ours / reported - 1;
      return Math.abs(off) <= 0.05
        ? []
        : [
            {
              rule: "Q-22",
              severity: "warning",
              section: "open-interest",
              source: source.id,
              message: `${line.name}: ours is ${percent(Math.abs(off))} ${off < 0 ? "below" : "above"} what ${source.name} shows; scope and counting may differ`,
              value: off,
              bound: 0.05,
            },
          ];
    }),
  );
}

/** a like-for-like change that covers less than 80 % of what was known at its start. */
function coverage({ openInterest }: Pick<Report, "openInterest">): CheckLine[] {
  if (openInterest === null) return [];
  return Object.entries(openInterest.changes).flatMap(([window, one]): CheckLine[] =>
    one === null || one.coverage >= 0.8
      ? []
      : [
          {
            rule: "Q-20",
            severity: "warning",
            section: "open-interest",
            source: null,
            message: `the ${window} change covers ${percent(one.coverage)} of the open interest known at its start`,
            value: one.coverage,
            bound: 0.8,
          },
        ],
  );
}
