import { expect, it } from "vitest";
import { markdown } from "../../src/render/markdown.ts";

it("a footnote links to the open web, and names the local history without a link", () => {
  const notes = [
    { number: 1, text: "observed: sum", urls: ["https://venue.test/oi?a=1", "history:venue/openInterestHistory"] },
  ];
  expect(markdown({ title: "t", blocks: [], notes })).toContain(
    "[^1]: observed: sum <https://venue.test/oi?a=1> history:venue/openInterestHistory\n",
  );
});
