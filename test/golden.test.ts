/** What the article's day prints, whole, so that a review sees the text. `npm run golden` makes the files again. */
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";

it.each([
  ["report.txt", "terminal"],
  ["report.md", "markdown"],
  ["report.html", "html"],
])("fixtures/golden/%s", async (name, format) => {
  const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --since low:2025-10 -f ${format}`);
  expect(out).toBe(await readFile(`fixtures/golden/${name}`, "utf8"));
});
