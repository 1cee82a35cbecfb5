import { describe, expect, it } from "vitest";
import { inert, inertJson, inertLines } from "../../src/core/inert.ts";

describe("text from outside", () => {
  // First and last of each range, and what stands just outside of it.
  it.each([
    ["C0 controls", "a\u0000b\u001bc\u001fd e", "abcd e"],
    ["delete and C1 controls", "~\u007fa\u0080b\u009fc\u00a0d", "~abc\u00a0d"],
    ["the Arabic letter mark", "\u061ba\u061cb\u061d", "\u061bab\u061d"],
    ["zero widths and marks of direction", "\u200aa\u200bb\u200fc\u2010", "\u200aabc\u2010"],
    ["separators and overrides", "\u2027a\u2028b\u202ec\u202f", "\u2027abc\u202f"],
    ["joiners and isolates", "\u205fa\u2060b\u206fc\u2070", "\u205fabc\u2070"],
    ["the byte order mark", "\ufefea\ufeffb", "\ufefeab"],
    ["nothing of plain words", "Fear & Greed: 16 «€» 恐惧", "Fear & Greed: 16 «€» 恐惧"],
  ])("loses %s", (_, text, left) => {
    expect(inert(text)).toBe(left);
  });

  it("keeps its lines where it has some, and nothing else", () => {
    expect(inertLines("a\u001b[31m\r\nb\u202e\n\nc")).toBe("a[31m\nb\n\nc");
  });
});

describe("JSON", () => {
  it("is indented, ends its last line, and tells whoever reads it the same", () => {
    const data = { a: ["x\u009b1m\u202e", "\u061c", "b\nc"], "k\u200b": 1 };
    const text = inertJson(data);
    expect(text).toBe(
      String.raw`{
  "a": [
    "x\u009b1m\u202e",
    "\u061c",
    "b\nc"
  ],
  "k\u200b": 1
}
`,
    );
    expect(JSON.parse(text)).toEqual(data);
  });
});
