/**
 * The answers to questions that are asked side by side. Of several that fail the first one in the list is told, not the one
 * that failed first: which gap a report shows would else be chance, in a replay another one than live.
 */
export async function together<T extends readonly unknown[] | []>(
  asked: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(asked);
  // All are over: the first in the list is seen first.
  return Promise.all(asked);
}
