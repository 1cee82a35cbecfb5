/** Contracts of one venue whose open interest is in another unit, where the rest of what it tells gives them away. */
import type { Datasets, Lacking, Of, OpenInterest } from "../../core/market.ts";
import { datedInPerpetuals, unitStep, unitTurnover, withinSupply } from "../../core/plausible/open-interest.ts";
import type { Verdict } from "../../core/plausible/verdict.ts";
import type { Point } from "../../core/series.ts";
import { DAY, shift, type Instant } from "../../core/time.ts";
import { btc, inBtc, sumBtc, type Btc } from "../../core/units.ts";
import { lastBefore } from "./jump.ts";

export interface OtherUnit {
  readonly error: Verdict;
  /** Most of what the venue holds, as far as what else it tells shows: without it the rest is no figure of the venue. */
  readonly main: boolean;
}

/** A contract with what is known of it besides. */
interface Known {
  readonly one: Of<OpenInterest>;
  readonly open: Btc;
  readonly before: Point<Btc> | null;
  readonly traded: Btc | null;
}

/**
 * The contracts that are in another unit, by symbol. A contract's own past speaks for it; where there is none, what was
 * traded, and how large it is beside the others.
 */
export function otherUnits(
  { of, lacking }: { readonly of: readonly Of<OpenInterest>[]; readonly lacking: readonly Lacking[] },
  past: readonly Datasets["openInterestHistory"][],
  asOf: Instant,
): ReadonlyMap<string, OtherUnit> {
  const all = of.map((one): Known => {
    const { market, value: held } = one;
    return {
      one,
      open: inBtc(held.size, held.price),
      before: lastBefore(market, held, past, asOf),
      traded: held.traded24h === undefined ? null : inBtc(held.traded24h, held.price),
    };
  });
  // Also without what is not told for a good reason, such as a perpetual that is suspended.
  const whole = lacking.every(({ minor }) => minor === true);
  const out = new Map<string, OtherUnit>();
  for (const known of all) {
    const [error] = verdicts(known, all, whole, asOf);
    if (error !== undefined) out.set(known.one.market.symbol, { error, main: isMain(known, all) });
  }
  return out;
}

/** From the day before its delivery on a contract may be closed to little. */
const ENDING = 2 * DAY;

function verdicts(known: Known, all: readonly Known[], whole: boolean, asOf: Instant): readonly Verdict[] {
  const { one, open, before, traded } = known;
  const { symbol, kind, expires } = one.market;
  const others = all.filter((each) => each !== known);
  const rest = sumBtc(others.map((each) => each.open));
  const most = withinSupply(symbol, open);
  if (before !== null) {
    const isEnding = expires !== undefined && expires <= shift(asOf, ENDING) && open < before.value;
    // A venue of one contract moves less far: it is judged as a venue.
    const isVenue = others.length === 0;
    return [...most, ...(isEnding || isVenue ? [] : unitStep(symbol, before, { at: asOf, value: open }, rest))];
  }
  const perpetuals = sumBtc(others.flatMap((each) => (each.one.market.kind === "perpetual" ? each.open : [])));
  return [
    ...most,
    ...(traded === null ? [] : unitTurnover(symbol, kind, { traded, open, rest })),
    // Where a perpetual is missing there is nothing to compare with.
    ...(kind === "dated" && whole ? datedInPerpetuals(symbol, open, perpetuals) : []),
  ];
}

/** Whether it is half of the venue by what it held the day before, or by what was traded in it. */
function isMain(known: Known, all: readonly Known[]): boolean {
  for (const size of [({ before }: Known) => before?.value ?? null, ({ traded }: Known) => traded]) {
    const own = size(known);
    if (own !== null) return own * 2 >= sumBtc(all.map((each) => size(each) ?? btc(0)));
  }
  return known.one.market.kind === "perpetual";
}
