/** Venues list their contracts in families (linear, inverse, delivery) that can fail one by one. */
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Lacking, Market, Markets, Of } from "../core/market.ts";
import type { Instant } from "../core/time.ts";
import { together } from "./together.ts";

/** What nobody tells. */
export const unpublished = (detail: string): Gap => ({ why: "unpublished", detail });
/** One market, which lacks nothing. */
export const only = <T>(market: Market, value: T, due?: Instant): Markets<T> => ({
  of: [{ market, value, ...(due === undefined ? {} : { due }) }],
  lacking: [],
});
/** A market that could not be had, and why. */
export const none = (what: string, gap: Gap): Markets<never> => ({ of: [], lacking: [{ what, gap }] });

/**
 * Asks every family side by side and joins what came back. A family that could not be had is named in `lacking`
 * with its gap; if none answered, the first one's `Unavailable` is thrown. `minor` says which families hold dated contracts
 * only. Anything but `Unavailable` is rethrown.
 */
export async function families<T>(
  asked: Readonly<Record<string, () => Promise<Markets<T>>>>,
  minor: (what: string) => boolean = () => false,
): Promise<Markets<T>> {
  const answers = await together(
    Object.entries(asked).map(async ([what, ask]) => {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Unavailable) return { what, error };
        throw error;
      }
    }),
  );
  const of: Of<T>[] = [];
  const lacking: Lacking[] = [];
  let first: Unavailable | null = null;
  for (const answer of answers) {
    if ("error" in answer) {
      first ??= answer.error;
      lacking.push({ what: answer.what, gap: answer.error.gap, ...(minor(answer.what) ? { minor: true } : {}) });
    } else {
      of.push(...answer.of);
      lacking.push(...answer.lacking);
    }
  }
  if (of.length === 0 && first !== null) throw first;
  return { of, lacking };
}
