/** A series as a line of eight-step blocks, thinned to `width` by keeping the last value of each slice. */
const STEPS = "▁▂▃▄▅▆▇█";

export function sparkline(values: readonly number[], width: number): string {
  const shown = thinned(values, width);
  const low = Math.min(...shown);
  const high = Math.max(...shown);
  if (shown.length === 0) return "";
  return shown
    .map((value) => STEPS[high === low ? 3 : Math.round(((value - low) / (high - low)) * (STEPS.length - 1))] ?? "")
    .join("");
}

function thinned(values: readonly number[], width: number): readonly number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, i) => values[Math.ceil(((i + 1) * values.length) / width) - 1] ?? 0);
}
