/** "Did you mean": the known word nearest to one that is not known, if it is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const near = known.map((name) => ({ name, off: distance(word, name) })).toSorted((a, b) => a.off - b.off)[0];
  // Of a short word, as many letters may be wrong as are right at most.
  return near !== undefined && near.off <= Math.min(3, near.name.length / 2) ? near.name : null;
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
