/**
 * A reading as a person writes it down: instants as ISO text, quantities as their native amount in BTC or USD.
 * This is the shape of `expected.json`.
 */
import { iso, instant } from "../../src/core/time.ts";

const TIMES = new Set(["at", "until", "from", "expires", "due"]);

export function plain(value: unknown, key = ""): unknown {
  if (typeof value === "number" && TIMES.has(key)) return iso(instant(value));
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (typeof value !== "object" || value === null) return value;
  if ("in" in value) return native(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, name)]));
}

/** `{ btc: 1.5 }` or `{ usd: 100 }`, contracts multiplied out. */
function native(q: object, times = 1): Record<string, number> {
  if ("count" in q && "each" in q && typeof q.count === "number" && typeof q.each === "object" && q.each !== null) {
    return native(q.each, times * q.count);
  }
  if (!("in" in q) || !("value" in q) || typeof q.value !== "number") throw new Error("not a quantity");
  return q.in === "BTC" ? { btc: q.value * times } : { usd: q.value * times };
}
