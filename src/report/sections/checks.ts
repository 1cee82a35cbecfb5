/**
 * The plausibility rules that look at figures as the report shows them: the second of the two places where rules are
 * applied (vet.ts is the first). An error keeps the figure out and is its gap; a warning is printed beside it.
 */
import { rankedIsWhole, scopeIsNamed } from "../../core/plausible/claims.ts";
import { bridged, curveRises, sidesHold } from "../../core/plausible/model.ts";
import { feedRegime } from "../../core/plausible/regimes.ts";
import { labelled, type Verdict } from "../../core/plausible/verdict.ts";
import { DAY, endOfDay, parseDay, shift, startOfDay } from "../../core/time.ts";
import { btc, usd, usdPerBtc } from "../../core/units.ts";
import type { Found, Input } from "../input.ts";
import type { CheckLine, LiquidationMapSection, LiquidationsSection, Report, Takeaway } from "../report.ts";
import { fearGreedChecked } from "./checks/fear-greed.ts";
import { ledger, type Admits } from "./checks/ledger.ts";
import { openInterestChecked } from "./checks/open-interest.ts";
import { priceChecked } from "./checks/price.ts";
import { volumeChecked } from "./checks/volume.ts";
import type { Model } from "./liquidation-map.ts";

type Parts = Pick<Report, "price" | "fearGreed" | "openInterest" | "volume" | "liquidations" | "liquidationMap">;

export interface Checked<P> {
  /** The sections without the figures that an error keeps out. */
  readonly parts: P;
  readonly checks: readonly CheckLine[];
  readonly found: readonly Found[];
}

/** `model` is that of the map, where one was made. */
export function checked<P extends Parts>(input: Input, parts: P, model: Model | null): Checked<P> {
  const { admits, checks, found } = ledger();
  const { price, fearGreed, openInterest, volume, liquidations, liquidationMap } = parts;
  return {
    parts: {
      ...parts,
      price: price === null ? null : priceChecked(input, price, admits),
      fearGreed: fearGreed === null ? null : fearGreedChecked(input, fearGreed, admits),
      openInterest: openInterest === null ? null : openInterestChecked(input, openInterest, admits),
      volume: volume === null ? null : volumeChecked(volume, admits),
      liquidations: liquidations === null ? null : liquidationsChecked(input, liquidations, admits),
      liquidationMap: liquidationMap === null || model === null ? null : mapChecked(liquidationMap, model, admits),
    },
    checks,
    found,
  };
}

/** sentences that say of what they are. */
export function spoken(made: (admitted: (one: Takeaway) => boolean) => readonly Takeaway[]): {
  readonly takeaways: readonly Takeaway[];
  readonly checks: readonly CheckLine[];
  readonly found: readonly Found[];
} {
  const { admits, checks, found } = ledger();
  const takeaways = made(({ id, text }) =>
    admits(
      { section: /liquidat/i.test(text) ? "liquidations" : "volume", figure: `takeaways.${id}` },
      scopeIsNamed(text),
    ),
  );
  return { takeaways, checks, found };
}

function liquidationsChecked(input: Input, section: LiquidationsSection, admits: Admits): LiquidationsSection {
  const { asOf } = input;
  for (const { id } of section.venues) {
    const figure = `liquidations.venues.${id}`;
    const verdicts = feedRegime(id, "liquidations", shift(asOf, -DAY), asOf, "figure");
    admits({ section: "liquidations", source: id, figure }, verdicts);
  }
  const records = (section.largestSince ?? []).filter(({ id, day, since, from }) => {
    const [newest, first] = [parseDay(day), parseDay(since ?? from)];
    const verdicts =
      newest === null || first === null
        ? []
        : [
            ...rankedIsWhole({ period: newest, complete: endOfDay(newest) <= asOf }),
            ...feedRegime(id, "liquidations", startOfDay(first), asOf, "since"),
          ];
    return admits({ section: "liquidations", source: id, figure: "liquidations.largestSince" }, verdicts);
  });
  return { ...section, largestSince: records.length === 0 ? null : records };
}

function mapChecked(
  section: LiquidationMapSection,
  { sides, holes }: Model,
  admits: Admits,
): LiquidationMapSection | null {
  const { price, levels, reported } = section;
  // What is wrong with one assumption is wrong with the model.
  const apart = sides.flatMap(({ id, openInterest, longs, shorts }) => {
    const found = longs.map((held, i) => sidesHold(held, shorts[i] ?? btc(0), openInterest));
    return labelled(id, found.find((verdicts) => verdicts.length > 0) ?? []);
  });
  const kept = admits({ section: "liquidations", figure: "liquidationMap" }, apart);
  for (const { source, of, holes: own } of holes) {
    admits({ section: "liquidations", source, figure: "liquidationMap" }, labelled(of, bridged(own)));
  }
  for (const side of ["shorts", "longs"] as const) {
    const ours = levels.filter((level) => level.side === side).map((one) => ({ target: one.price, usd: one.usd }));
    admits({ section: "liquidations", figure: "liquidationMap.levels" }, curve(price, ours));
    if (reported === null) continue;
    const theirs = reported.levels.filter((level) => level.side === side);
    admits(
      { section: "liquidations", source: reported.source, figure: "liquidationMap.reported" },
      curve(
        reported.price ?? price,
        theirs.map((one) => ({ target: one.price, usd: one.level })),
      ),
    );
  }
  return kept ? section : null;
}

const curve = (
  price: number,
  points: readonly { readonly target: number; readonly usd: number }[],
): readonly Verdict[] =>
  curveRises(
    usdPerBtc(price),
    points.map((one) => ({ target: usdPerBtc(one.target), usd: usd(one.usd) })),
  );
