import { expect, it } from "vitest";
import { markdown } from "../../src/render/markdown.ts";

it("a caption that tells something is a paragraph before its table", () => {
  const table = { is: "table", columns: [{ title: "a", align: "left", drop: 0 }], rows: [[[{ text: "1" }]]] } as const;
  const of = (more: { readonly caption: string; readonly captionTells?: true }): string =>
    markdown({ title: "t", blocks: [{ ...table, ...more }], notes: [] });
  expect(of({ caption: "of 24 hours" })).toBe("| a  |\n| :- |\n| 1  |\n");
  expect(of({ caption: "of 24 hours", captionTells: true })).toBe("of 24 hours\n\n| a  |\n| :- |\n| 1  |\n");
});

it("a footnote links to the open web, and names the local history without a link", () => {
  const notes = [
    { number: 1, text: "observed: sum", urls: ["https://venue.test/oi?a=1", "history:venue/openInterestHistory"] },
  ];
  expect(markdown({ title: "t", blocks: [], notes })).toContain(
    "[^1]: observed: sum <https://venue.test/oi?a=1> history:venue/openInterestHistory\n",
  );
});
