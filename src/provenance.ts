/** How a recording came about, in one sentence: nobody shall take a reconstructed day for a recorded one. */

/** Counts the `from:` lines of the answers that a replay used. */
export class Provenance {
  readonly #kinds = new Map<string, number>();

  /** Told the `from:` line of each answer, once per answer. */
  heard(from: string): void {
    const kind = /^[a-z]+/.exec(from)?.[0] ?? "";
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  /** Null where every answer was recorded live. */
  sentence(): string | null {
    const count = (kind: string): number => this.#kinds.get(kind) ?? 0;
    const all = [...this.#kinds.values()].reduce((sum, n) => sum + n, 0);
    if (count("recorded") === all) return null;
    const kinds = ["reconstructed", "documented", "invented"].filter((kind) => count(kind) > 0);
    const parts = kinds.map((kind) => `${count(kind)} ${count(kind) === 1 ? "is" : "are"} ${kind}`);
    return `partly reconstructed, not recorded live: of ${all} ${all === 1 ? "answer" : "answers"} used ${parts.join(", ")}.`;
  }
}
