/** Single values and their parts, and what section 4.1 says of funding. */
import { EXTREME, isExtreme } from "../funding.ts";
import type { Gap } from "../gap.ts";
import type { FearGreed } from "../market.ts";
import { ratioFits } from "../positioning.ts";
import type { Ratio } from "../units.ts";
import { amount, gapOf, graded, percent, verdict, type Verdict } from "./verdict.ts";

/** finite, and above 0 where it needs to be. Venues publish zeros for open interest that they do not know. */
export function numberFits(what: string, value: number, least: "any" | "zero" | "above zero"): readonly Verdict[] {
  if (!Number.isFinite(value)) return [verdict("Q-01", "error", `${what} is ${value}, which is not a finite number`)];
  if (least === "any" || value > 0 || (least === "zero" && value === 0)) return [];
  return [notAbove(what, value, least === "zero" ? "0 or more" : "above 0")];
}

const notAbove = (what: string, value: number, wanted: string): Verdict =>
  verdict("Q-01", "error", `${what} is ${amount(value)}; it must be ${wanted}`, value, 0);

/**
 * Q-01 where a 0 cannot be stated to be judged with the other readings: it comes without a price, or stands for a whole
 * answer. Wherever it can, sources state it.
 */
export const nothingHeld = (what = "open interest"): Gap => gapOf(notAbove(what, 0, "above 0"));

/** Of a dated contract of which the venue tells that nothing was traded either: it has just been listed, or nobody wants it. */
export const NOT_BEGUN: Gap = {
  why: "unpublished",
  detail: "nothing is open in it, and nothing was traded in 24 hours",
};

/**
 * The classes of alternative.me's index as published for every day from 2018-02-01 to 2024-11-26, by their highest
 * value. The ranges printed all over the web differ from them.
 */
export const FEAR_GREED_CLASSES = [
  { upTo: 25, label: "Extreme Fear" },
  { upTo: 46, label: "Fear" },
  { upTo: 54, label: "Neutral" },
  { upTo: 75, label: "Greed" },
  { upTo: 100, label: "Extreme Greed" },
] as const;

/** a whole number from 0 to 100 with the class that it has always had. Other indices have other classes. */
export function fearGreedFits({ value, label }: FearGreed): readonly Verdict[] {
  const own = FEAR_GREED_CLASSES.find(({ upTo }) => value <= upTo);
  if (own === undefined || !Number.isInteger(value) || value < 0) {
    return [verdict("Q-15", "error", `Fear & Greed is ${value}; it must be a whole number from 0 to 100`, value)];
  }
  return own.label === label
    ? []
    : [
        verdict(
          "Q-15",
          "warning",
          `Fear & Greed of ${value} is published as ${label}; it has been ${own.label}`,
          value,
        ),
      ];
}

/** Section 4.1: rates per 8 hours of more than 0.75 % either way, about where venues cap them. Those of one venue in one line. */
export function ratesFit(rates: readonly { readonly symbol: string; readonly per8h: Ratio }[]): readonly Verdict[] {
  const beyond = rates.filter(({ per8h }) => isExtreme(per8h));
  const text = beyond.map(({ symbol, per8h }) => `${symbol} ${percent(per8h)}`).join(", ");
  const most = Math.max(0, ...beyond.map(({ per8h }) => Math.abs(per8h)));
  return graded("§4.1", `funding per 8 h: ${text}`, most, { warning: EXTREME, shown: percent });
}

/** a published long/short ratio is its long share divided by its short share, within 1 %. */
export function ratioOfShares(published: number, long: Ratio, short: Ratio): readonly Verdict[] {
  if (ratioFits(published, long, short)) return [];
  const parts = long / short;
  const made = short > 0 ? amount(parts) : "none";
  const text = `the ratio is published as ${amount(published)}; its parts ${percent(long)} and ${percent(short)} make ${made}`;
  return [verdict("Q-16", "warning", text, Math.abs(published / parts - 1), 0.01)];
}

/** Shares printed with three decimals may miss 1 by exactly this. */
const MOST_OFF = 0.001;
const BINARY = 1e-9;

/** shares of one whole sum to 1, within 0.1 %. */
export function sharesOfWhole(shares: readonly Ratio[]): readonly Verdict[] {
  const sum = shares.reduce<number>((total, share) => total + share, 0);
  const off = Math.abs(sum - 1);
  return off <= MOST_OFF + BINARY
    ? []
    : [verdict("Q-16", "warning", `${shares.length} shares sum to ${percent(sum)}, not to 100 %`, off, MOST_OFF)];
}
