import { liquidationMap, type MapLevel } from "../../core/liquidation-map.ts";
import type { MapVenue, Sides } from "../../core/map-books.ts";
import { amountsOf, refined } from "../../core/map-history.ts";
import type { Amount } from "../../core/panel.ts";
import { joinSeries, series, type Series } from "../../core/series.ts";
import { ratio, usdPerBtc, type UsdPerBtc } from "../../core/units.ts";
import { told, type Found, type Input } from "../input.ts";
import type { LiquidationMapSection } from "../report.ts";
import type { Venue } from "./holdings.ts";

/** Maintenance margin of the smaller tiers of the large exchanges; 0.4 to 1 % moves a 10x level by half a percent. */
const MAINTENANCE = ratio(0.005);

/** OKX serves a day, Binance and Bybit nothing without a key; Gate, which serves more, has no part in the model. */
const UNCALIBRATED =
  "no calibration: none of the modelled exchanges publishes 30 days of liquidations by side, so nothing tells how far the model is from them";

/** What is said with every map, whatever it shows (methods: may claim, may not claim). */
const labelOf = (names: readonly string[], coverage: number): string =>
  `MODEL, not observed. Exchanges do not publish positions. Range over 12 assumption sets; ${names.join(", ")} = ${Math.round(coverage * 100)} % of tracked open interest. Real liquidations are usually fewer: traders close, add margin or hedge.`;

/**
 * The modelled map of the main perpetuals that serve hourly bars and open interest. The same distance up and down
 * always stands beside the prices that were asked for. Null where the history is too short to carry a model.
 */
export function mapSection(
  input: Input,
  venues: readonly Venue[],
): { section: LiquidationMapSection | null; found: readonly Found[]; sides: readonly Sides[] } {
  const unfine: Found[] = [];
  const modelled = told(input, "hourlyCandles").flatMap(
    ({ source, value: candles }): (MapVenue & { name: string })[] => {
      const hourly = told(input, "hourlyOpenInterest").find((one) => one.source.id === source.id)?.value;
      const { symbol } = candles.market;
      if (hourly === undefined || hourly.market.symbol !== symbol) return [];
      const known = venues
        .find(({ id }) => id === source.venue)
        ?.contracts.find(({ market }) => market.symbol === symbol);
      // Days reach further back than hours: the hours win where both are known.
      const openInterest: Series<Amount> = joinSeries(
        known?.past ?? series<Amount>([]),
        amountsOf(hourly.value, candles.value),
      );
      const rules = { margin: candles.market.margin, maintenance: MAINTENANCE };
      const fine = told(input, "fineCandles").find((one) => one.source.id === source.id)?.value;
      const bars = fine?.market.symbol === symbol ? refined(candles.value, fine.value) : null;
      if (bars?.whole === false) unfine.push(lacksFine(source.id));
      // Open interest between two hours is drawn straight: how near a level may be is a matter of the price alone.
      return [
        {
          id: source.venue ?? source.id,
          name: source.name,
          rules,
          candles: bars?.candles ?? candles.value,
          fine: bars?.whole ?? false,
          openInterest,
        },
      ];
    },
  );
  const price = priceNow(input, modelled);
  if (price === null) return { section: null, found: [], sides: [] };
  const made = liquidationMap(price, input.levels.map(usdPerBtc), modelled);
  if (made.is === "refused") {
    const gap = { why: "implausible", rule: "Q-04", detail: "its hourly history is too short for a map" } as const;
    const found = modelled.map(({ id }) => ({ source: id, dataset: "liquidationMap", gap }));
    return { section: null, found, sides: [] };
  }
  const tracked = venues.reduce(
    (sum, { contracts }) => sum + contracts.reduce((all, { now }) => all + (now?.usd ?? 0), 0),
    0,
  );
  const coverage = tracked > 0 ? Math.min(1, made.openInterest / tracked) : 1;
  const names = modelled
    .filter(({ id }) => made.modelled.includes(id))
    .map(({ id, name }) => `${name} ${symbolOf(input, id)}`);
  const wide = made.bands.at(-1);
  const pairs = made.bands.flatMap(({ up, down }) => [up, down]);
  return {
    section: {
      label: labelOf(names, coverage),
      price,
      levels: [...made.levels, ...pairs].map(levelLine),
      skew:
        wide === undefined || wide.skew.heavier === null || wide.skew.imbalance === null
          ? null
          : { heavier: wide.skew.heavier, distance: wide.distance, imbalance: wide.skew.imbalance },
      coverage,
      calibration: null,
      reported: vendorMap(
        input,
        [...made.levels, ...pairs].map(({ price: target }) => target),
      ),
      openInterestUsd: made.openInterest,
      venues: [...made.modelled],
    },
    sides: made.sides,
    found: [
      lacks("all", { why: "unpublished", detail: UNCALIBRATED }),
      ...unfine,
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

const lacksFine = (source: string): Found => ({
  source,
  dataset: "fineCandles",
  gap: { why: "implausible", rule: "Q-04", detail: "its five-minute bars do not cover or fit the hours of four days" },
});

const lacks = (source: string, gap: Found["gap"]): Found => ({ source, dataset: "liquidationMap", gap });

const symbolOf = (input: Input, venue: string): string =>
  told(input, "hourlyCandles").find(({ source }) => source.venue === venue)?.value.market.symbol ?? "";

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

/** The vendor's levels on the way to the same prices: those between, by which side of its price they lie on. */
function vendorMap(input: Input, targets: readonly UsdPerBtc[]): LiquidationMapSection["reported"] {
  const [first] = told(input, "reportedMap");
  if (first === undefined) return null;
  const { price, levels, range } = first.value;
  return {
    source: first.source.id,
    price,
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
function priceNow(input: Input, modelled: readonly MapVenue[]): UsdPerBtc | null {
  const [first] = modelled;
  if (first === undefined) return null;
  const symbol = symbolOf(input, first.id);
  const held = told(input, "openInterest")
    .filter(({ source }) => source.venue === first.id)
    .flatMap(({ value }) => value.of)
    .find(({ market }) => market.symbol === symbol);
  return held?.value.price ?? first.candles.at(-1)?.value.close ?? null;
}
