import { expect, it } from "vitest";
import { Provenance } from "../src/provenance.ts";

const sentence = (...from: string[]): string | null => {
  const provenance = new Provenance();
  for (const one of from) provenance.heard(one);
  return provenance.sentence();
};

it("counts the answers that nobody recorded, one as one", () => {
  expect(sentence("recorded 2026-01-30, by us")).toBeNull();
  expect(sentence("recorded 2026-01-30, by us", "invented: sizes", "documented x", "documented y")).toBe(
    "partly reconstructed, not recorded live: of 4 answers used 2 are documented, 1 is invented.",
  );
  expect(sentence("invented")).toBe("partly reconstructed, not recorded live: of 1 answer used 1 is invented.");
});
