/** The HTML page and the charts' files in a real browser: at a phone's and a desk's width, light, dark, on paper. */
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";
import { browser, type Browser } from "./chromium.ts";
import { contrasts, drawings, namesOfDrawings, type Box, type Drawing } from "./seen.ts";

const GOLDEN = pathToFileURL(resolve("fixtures/golden/report.html")).href;
let opened: Browser;
beforeAll(async () => {
  opened = await browser();
});
afterAll(() => opened.close());

interface View {
  readonly width: number;
  readonly scheme: "light" | "dark";
  readonly media: "screen" | "print";
}
/** The narrowest phone, a usual one, a desk, and A4 within margins of 15 mm. */
const views: readonly View[] = (["light", "dark"] as const).flatMap((scheme) => [
  { width: 320, scheme, media: "screen" },
  { width: 375, scheme, media: "screen" },
  { width: 1280, scheme, media: "screen" },
  { width: 680, scheme, media: "print" },
]);

interface Visit {
  readonly page: Page;
  /** Addresses asked for besides the page's own, none of which was let through. */
  readonly asked: readonly string[];
  /** What the console said, and errors. */
  readonly said: readonly string[];
}

async function visit(address: string, { width, scheme, media }: View): Promise<Visit> {
  const [asked, said]: [string[], string[]] = [[], []];
  const page = await opened.context.newPage();
  await page.route("**/*", async (route) => {
    const url = route.request().url();
    if (url === address) return route.continue();
    asked.push(url);
    return route.abort();
  });
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme, media });
  await page.goto(address);
  return { page, asked, said };
}

/** Words that reach out of their drawing, and pairs that stand on each other. */
function misplaced({ room, words }: Drawing): readonly string[] {
  const slack = 1;
  const isOut = (box: Box): boolean =>
    box.left < room.left - slack ||
    box.right > room.right + slack ||
    box.top < room.top - slack ||
    box.bottom > room.bottom + slack;
  const meet = (a: Box, b: Box): boolean =>
    a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack;
  return [
    ...words.filter(isOut).map(({ text }) => `out of it: ${text}`),
    ...words.flatMap((a, i) =>
      words
        .slice(i + 1)
        .filter((b) => meet(a, b))
        .map((b) => `${a.text} on ${b.text}`),
    ),
  ];
}

describe.each(views)("the page, $width wide, $scheme, $media", (view) => {
  let seen: Visit;
  beforeAll(async () => {
    seen = await visit(GOLDEN, view);
  });
  afterAll(() => seen.page.close());

  it("asks for nothing, runs nothing, complains of nothing", async () => {
    expect(seen.asked).toEqual([]);
    expect(seen.said).toEqual([]);
    expect(await seen.page.locator("script").count()).toBe(0);
    expect(await seen.page.locator("link, img, iframe, object").count()).toBe(0);
  });

  it("never scrolls sideways", async () => {
    const [whole, shown] = await seen.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(whole).toBeLessThanOrEqual(shown ?? 0);
  });

  it("has one first heading and no level skipped; every table has its caption and heads", async () => {
    const levels = await seen.page
      .locator("h1, h2, h3, h4, h5, h6")
      .evaluateAll((all) => all.map((one) => Number(one.localName.slice(1))));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.slice(1).forEach((level, i) => expect(level - (levels[i] ?? 0)).toBeLessThanOrEqual(1));
    const tables = seen.page.locator("table");
    expect(await tables.count()).toBeGreaterThan(5);
    const captions = await tables.evaluateAll((all) =>
      all.map((one) => one.querySelector("caption")?.textContent.trim() ?? ""),
    );
    expect(captions).not.toContain("");
    expect(await seen.page.locator("th:not([scope])").count()).toBe(0);
  });

  it("names and describes every drawing", async () => {
    const names = await seen.page.evaluate(namesOfDrawings);
    expect(names).toHaveLength(7);
    expect(names).not.toContain("");
    expect(names.find((name) => name.startsWith("Fear & Greed on"))).toContain(
      "16 on a scale from 0 to 100: Extreme Fear",
    );
    expect(names.find((name) => name.includes("on the way to each price"))).toMatch(/^MODEL, not observed/);
  });

  it("keeps every text readable on its ground", async () => {
    const found = await seen.page.evaluate(contrasts);
    expect(found.length).toBeGreaterThan(500);
    expect(found.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });

  it("keeps the words of its drawings within them and off each other", async () => {
    const found = await seen.page.evaluate(drawings);
    expect(found).toHaveLength(7);
    for (const { name, words } of found) expect(words.length, name).toBeGreaterThan(3);
    expect(found.flatMap((drawing) => misplaced(drawing).map((what) => `${drawing.name}: ${what}`))).toEqual([]);
  });
});

it("prints dark on light, whatever the screen is like", async () => {
  const { page } = await visit(GOLDEN, { width: 680, scheme: "dark", media: "print" });
  const [ink, ground] = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.body);
    return [color, backgroundColor];
  });
  expect({ ink, ground }).toEqual({ ink: "rgb(27, 31, 38)", ground: "rgb(255, 255, 255)" });
  await page.close();
});

describe("the charts of Markdown", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "btc-report-charts-"));
    const words = `daily --replay ${DAY_OF_THE_ARTICLE} -o ${join(folder, "report.md")} --assets ${join(folder, "charts")}`;
    expect(await command(words)).toMatchObject({ code: 0, out: "" });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("are whole files that load nothing, with their words in place", async () => {
    const names = await readdir(join(folder, "charts"));
    expect(names).toHaveLength(7);
    for (const name of names) {
      const file = join(folder, "charts", name);
      expect(await readFile(file, "utf8")).not.toMatch(/<script|href=|url\(|@import/);
      const { page, asked, said } = await visit(pathToFileURL(file).href, {
        width: 1280,
        scheme: "light",
        media: "screen",
      });
      const [drawing] = await page.evaluate(drawings);
      expect({ asked, said }, name).toEqual({ asked: [], said: [] });
      expect(drawing === undefined ? ["no drawing"] : misplaced(drawing), name).toEqual([]);
      await page.close();
    }
  });
});
