import { calibrationOf, calibrationSpan, type Span, type Swept } from "../../core/calibration.ts";
import type { Gap } from "../../core/gap.ts";
import { liquidationMap, type MapLevel } from "../../core/liquidation-map.ts";
import type { MapVenue, BothSides } from "../../core/map-books.ts";
import { amountsOf, refined, type Hole, type Refined } from "../../core/map-history.ts";
import type { Datasets, Market } from "../../core/market.ts";
import type { Amount } from "../../core/panel.ts";
import { joinSeries, series } from "../../core/series.ts";
import { DAY, dayOf, iso, shift } from "../../core/time.ts";
import { ratio, type UsdPerBtc } from "../../core/units.ts";
import { told, type Found, type Input, type Told } from "../input.ts";
import { dollars, wholePercent } from "../numbers.ts";
import type { LiquidationMapSection } from "../report.ts";
import { agedSince, HOURS_LATE, minuteOf } from "../words.ts";
import type { Venue } from "./holdings.ts";

/** Maintenance margin of the smaller tiers of the large exchanges; 0.4 to 1 % moves a 10x level by half a percent. */
const MAINTENANCE = ratio(0.005);

/** What is said with the calibration: why it is a part at most, and that the map is not changed by it. */
const CALIBRATION_NOTE =
  "A lower bound: some exchanges tell at most one liquidation a second. The map is never multiplied by it.";

interface Contract extends MapVenue {
  readonly name: string;
  readonly market: Market;
}

/** What the checks look at. */
export interface Model {
  /** What is held on either side. */
  readonly sides: readonly BothSides[];
  readonly holes: readonly { readonly source: string; readonly of: string; readonly holes: readonly Hole[] }[];
}
const NONE: Model = { sides: [], holes: [] };

/** What is said with every map, whatever it shows (methods: may claim, may not claim). */
const labelOf = (names: readonly string[], coverage: number, held: number, aged: string | null): string =>
  [
    `MODEL, not observed. Exchanges do not publish positions. Range over 12 assumption sets; ${names.join(", ")} = ${wholePercent(coverage)} of tracked open interest, ${dollars(held)}. Real liquidations are usually fewer: traders close, add margin or hedge.`,
    ...(aged === null ? [] : [`Its hours end at ${minuteOf(aged)}.`]),
  ].join(" ");

/**
 * The modelled map of the main perpetuals that serve hourly bars and open interest. The same distance up and down
 * always stands beside the prices that were asked for. Null where the history is too short to carry a model.
 */
export function mapSection(
  input: Input,
  venues: readonly Venue[],
): { section: LiquidationMapSection | null; found: readonly Found[]; model: Model } {
  const found: Found[] = [];
  const modelled = told(input, "hourlyCandles").flatMap((hourly) => contractOf(hourly, input, venues, found) ?? []);
  const price = priceNow(input, modelled);
  if (price === null) return { section: null, found: unshown(input), model: NONE };
  const span = calibrationSpan(input.asOf);
  const made = liquidationMap(price, input.levels, modelled, span);
  if (made === null) {
    const gap = { why: "implausible", rule: "Q-04", detail: "its hourly history is too short for a map" } as const;
    return { section: null, found: [...modelled.map(({ id }) => lacks(id, gap)), ...unshown(input)], model: NONE };
  }
  const tracked = venues.reduce(
    (sum, { contracts }) => sum + contracts.reduce((all, { now }) => all + (now?.usd ?? 0), 0),
    0,
  );
  const coverage = tracked > 0 ? Math.min(1, made.openInterest / tracked) : 1;
  const names = modelled
    .filter(({ id }) => made.modelled.includes(id))
    .map(({ name, market }) => `${name} ${market.symbol}`);
  const calibrated = calibration(input, made.swept, modelled, span);
  const ends = modelled.flatMap(({ id, candles }) =>
    made.modelled.includes(id) ? (candles.at(-1)?.value.until ?? []) : [],
  );
  const aged = agedSince(ends.map(iso), iso(input.asOf), HOURS_LATE);
  const wide = made.bands.at(-1);
  const pairs = made.bands.flatMap(({ up, down }) => [up, down]);
  return {
    section: {
      label: labelOf(names, coverage, made.openInterest, aged),
      price,
      levels: [...made.levels, ...pairs].map(levelLine),
      skew:
        wide === undefined || wide.skew.heavier === null || wide.skew.imbalance === null
          ? null
          : { heavier: wide.skew.heavier, distance: wide.distance, imbalance: wide.skew.imbalance },
      coverage,
      seedShare: made.seedShare,
      calibration: calibrated.line,
      reported: vendorMap(
        input,
        price,
        [...made.levels, ...pairs].map(({ price: target }) => target),
      ),
      openInterestUsd: made.openInterest,
      venues: [...made.modelled],
    },
    model: {
      sides: made.sides,
      holes: modelled.map(({ id, name, market }) => ({
        source: id,
        of: `${name} ${market.symbol}`,
        holes: made.holes.filter((hole) => hole.id === id),
      })),
    },
    found: [
      ...calibrated.found,
      ...found,
      ...made.tooFar.map((target) =>
        lacks("all", {
          why: "unpublished",
          detail: `${target} is more than 40 % away, where the model knows nothing`,
        }),
      ),
      ...made.without.map((id) =>
        lacks(id, { why: "implausible", rule: "Q-04", detail: "its hourly history is too short for the model" }),
      ),
    ],
  };
}

/** The main perpetual of a source, as the model takes it; null where its open interest is not told by the hour. */
function contractOf(
  { source, value: { market, value: hours } }: Told<"hourlyCandles">,
  input: Input,
  venues: readonly Venue[],
  found: Found[],
): Contract | null {
  const isSame = (other: Market): boolean => other.symbol === market.symbol;
  const own = <D extends "hourlyOpenInterest" | "fineCandles">(dataset: D): Datasets[D]["value"] | null => {
    const other = told(input, dataset).find((one) => one.source.id === source.id)?.value;
    return other !== undefined && isSame(other.market) ? other.value : null;
  };
  const held = own("hourlyOpenInterest");
  if (held === null) return null;
  const known = venues.find(({ id }) => id === source.venue)?.contracts.find((contract) => isSame(contract.market));
  const fine = own("fineCandles");
  // Of the exchange's archive as well, which has the days before those that the exchange is asked for.
  const fineHeld = told(input, "fineOpenInterest")
    .filter(({ source: { venue }, value }) => venue === source.venue && isSame(value.market))
    .toSorted((a, b) => Number(a.source.id === source.id) - Number(b.source.id === source.id));
  const bars = fine === null ? null : refined(hours, fine);
  if (bars !== null && (!bars.whole || bars.left > 0)) found.push(lacksFine(source.id, bars));
  return {
    id: source.venue ?? source.id,
    name: source.name,
    market,
    rules: { margin: market.margin, maintenance: MAINTENANCE },
    candles: bars?.candles ?? hours,
    fine: bars?.whole ?? false,
    // Days reach further back than hours, hours further than five minutes: the finer ones win where both are known.
    openInterest: joinSeries(
      known?.past ?? series<Amount>([]),
      amountsOf(held, hours),
      ...fineHeld.map(({ value }) => amountsOf(value.value, hours)),
    ),
  };
}

/** A vendor's map stands beside the modelled one, to the same prices: without that it is not shown, and says so. */
const unshown = (input: Input): readonly Found[] =>
  told(input, "reportedMap").map(({ source: { id } }) =>
    lacks(id, { why: "unpublished", detail: "its map is shown beside a modelled one, and none could be made" }),
  );

/** An hour of some weeks ago is no loss that makes a map coarse. */
const lacksFine = (source: string, { whole, left }: Refined): Found => ({
  source,
  dataset: "fineCandles",
  gap: whole
    ? {
        why: "unpublished",
        detail: `hours left as they are, for want of a five-minute bar or of fit: ${left}`,
      }
    : {
        why: "implausible",
        rule: "Q-04",
        detail: "its five-minute bars do not cover or fit the hours of the last four days",
      },
});

/** What a vendor reports of the modelled contracts over what the model has liquidated, or the gap that says why not. */
function calibration(
  input: Input,
  swept: readonly Swept[],
  modelled: readonly Contract[],
  span: Span,
): { line: LiquidationMapSection["calibration"]; found: readonly Found[] } {
  const [vendor] = told(input, "reportedLiquidations");
  if (vendor === undefined) return { line: null, found: [lacks("all", uncalibrated(input))] };
  const reported = vendor.value.filter(({ venue, market }) =>
    modelled.some(
      ({ id, market: own }) =>
        id === venue && market.kind === own.kind && market.margin === own.margin && market.quote === own.quote,
    ),
  );
  const { calibration: made, without } = calibrationOf(
    swept,
    reported.map(({ venue: id, value: days }) => ({ id, days })),
    span,
  );
  const found = without.map(({ id, why }) =>
    lacks(id, { why: "unpublished", detail: `it has no part in the calibration: ${why}` }),
  );
  if (made === null) return { line: null, found };
  const line = {
    longs: made.longs,
    shorts: made.shorts,
    from: dayOf(made.from),
    to: dayOf(shift(made.until, -DAY)),
    source: vendor.source.id,
    venues: made.venues.map(({ id, reported: told, swept: own }) => ({
      id,
      reportedLongsUsd: told.longs,
      reportedShortsUsd: told.shorts,
      sweptLongsUsd: own.longs,
      sweptShortsUsd: own.shorts,
    })),
    note: CALIBRATION_NOTE,
  };
  return { line, found };
}

/** Exchanges do not keep thirty days by side; a vendor does, and what it lacks (a key) is what the reader can mend. */
function uncalibrated(input: Input): Gap {
  const failed = input.readings.find((reading) => !reading.ok && reading.dataset === "reportedLiquidations");
  const name = input.sources.find(({ id }) => id === failed?.source)?.name;
  const none = "no calibration: none of the modelled exchanges publishes 30 days of liquidations by side";
  if (failed === undefined || failed.ok || name === undefined) return { why: "unpublished", detail: none };
  const { why, detail } = failed.gap;
  const but =
    why === "unconfigured" ? `; ${name} tells them with a key, but ${detail}` : `, and ${name} has not told them`;
  return { why: "unpublished", detail: `${none}${but}` };
}

const lacks = (source: string, gap: Found["gap"]): Found => ({ source, dataset: "liquidationMap", gap });

const levelLine = ({
  price,
  distance,
  side,
  usd,
  low,
  high,
  shareOfOi,
  digits,
  coarse,
}: MapLevel): LiquidationMapSection["levels"][number] => ({
  price,
  distance,
  side,
  usd,
  low,
  high,
  shareOfOi,
  digits,
  coarse,
});

/**
 * The vendor's levels on the way to the same prices: those between, by which side of its price they lie on, or of ours
 * where it tells none.
 */
function vendorMap(input: Input, ours: UsdPerBtc, targets: readonly UsdPerBtc[]): LiquidationMapSection["reported"] {
  const [first] = told(input, "reportedMap");
  if (first === undefined) return null;
  const { price: theirs, levels, range } = first.value;
  const price = theirs ?? ours;
  return {
    source: first.source.id,
    price: theirs,
    range,
    levels: targets.map((target) => {
      const between = levels.filter((one) =>
        target > price ? one.price > price && one.price <= target : one.price >= target && one.price < price,
      );
      const level = between.reduce((sum, one) => sum + one.level, 0);
      return { price: target, side: target > price ? "shorts" : "longs", level };
    }),
  };
}

/** The mark price of the first modelled contract, else the close of its last hour. */
function priceNow(input: Input, [first]: readonly Contract[]): UsdPerBtc | null {
  if (first === undefined) return null;
  const held = told(input, "openInterest")
    .filter(({ source }) => source.venue === first.id)
    .flatMap(({ value }) => value.of)
    .find(({ market }) => market.symbol === first.market.symbol);
  return held?.value.price ?? first.candles.at(-1)?.value.close ?? null;
}
