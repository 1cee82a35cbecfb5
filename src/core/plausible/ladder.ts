/** whether one usual mistake of units explains liquidations that cannot be. */
import { usd, type Usd, type UsdPerBtc } from "../units.ts";
import { liquidationsInInterest, liquidationsInVolume, type LiquidationDay } from "./liquidations.ts";
import { dollars, percent, verdict, type Verdict } from "./verdict.ts";

export interface Rescue {
  readonly by: "÷ 1,000" | "÷ 1,000,000" | "× price" | "÷ price" | "× contract size";
  /** What the figure would be. It is never put in its place. */
  readonly liquidated: Usd;
}

/**
 * Less than this of the volume or of the open interest is no rescue but nothing at all: nearly every figure passes
 * once it is divided by a million. On 19 of 20 days one venue's throttled feed shows more (2020 to 2026).
 */
const LEAST = 0.0003;

/** The one step that brings the figure to where say nothing; null where none or more than one does. */
export function rescue(day: LiquidationDay, price: UsdPerBtc, contractSize: number | null): Rescue | null {
  const { liquidated } = day;
  const steps: readonly (readonly [Rescue["by"], number])[] = [
    ["÷ 1,000", liquidated / 1e3],
    ["÷ 1,000,000", liquidated / 1e6],
    ["× price", liquidated * price],
    ["÷ price", liquidated / price],
    ...(contractSize === null ? [] : [["× contract size", liquidated * contractSize] as const]),
  ];
  const found = steps
    .map(([by, value]): Rescue => ({ by, liquidated: usd(value) }))
    .filter((step) => fits({ ...day, liquidated: step.liquidated }));
  const [only] = found;
  return only !== undefined && found.length === 1 ? only : null;
}

const fits = (day: LiquidationDay): boolean =>
  day.liquidated >= LEAST * Math.max(day.volume, day.openInterest) &&
  liquidationsInVolume(day).length === 0 &&
  liquidationsInInterest(day, null).length === 0;

/** The rescue of a figure that fails, told beside the error. */
export function unitLadder(
  day: LiquidationDay,
  price: UsdPerBtc,
  contractSize: number | null,
  raw: LiquidationDay | null,
): readonly Verdict[] {
  const failed = [...liquidationsInVolume(day), ...liquidationsInInterest(day, raw)].some(
    ({ severity }) => severity === "error",
  );
  const found = failed ? rescue(day, price, contractSize) : null;
  if (found === null) return [];
  const { by, liquidated } = found;
  const text = `${dollars(day.liquidated)} ${by} = ${dollars(liquidated)} would fit: ${percent(liquidated / day.volume)} of the volume, ${percent(liquidated / day.openInterest)} of the open interest; nothing was changed`;
  return [verdict("Q-09", "note", text, liquidated)];
}
