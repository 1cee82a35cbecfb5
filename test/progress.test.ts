/** The line while sources answer, on a terminal that is not one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replay } from "../src/io/tape.ts";
import type { Http } from "../src/ports.ts";
import { progressLine } from "../src/progress.ts";
import { command, DAY_OF_THE_ARTICLE, type Terminal } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const ERASE = "\r\u001b[K";

/** What a terminal shows at the end, line by line, and everything that stood in a line before it was erased. */
function terminal(text: string): { shown: string[]; erased: string[] } {
  const erased: string[] = [];
  const shown = text.split("\n").map((line) => {
    const states = line.split(ERASE);
    erased.push(...states.slice(0, -1).filter((state) => state !== ""));
    return states.at(-1) ?? "";
  });
  expect(shown.at(-1)).toBe("");
  return { shown: shown.slice(0, -1), erased };
}

describe("the line", () => {
  const state = { all: 5, awaited: ["binance", "okx", "gate"], latest: "bybit", secondsLeft: 21.2 };

  it.each([
    [80, "2 of 5 sources, bybit just now, 22 s left, awaiting binance okx gate"],
    [67, "2 of 5 sources, 22 s left, awaiting binance okx gate"],
    [52, "2 of 5 sources, 22 s left, awaiting binance okx gate"],
    [51, "2 of 5 sources, 22 s left, awaiting binance okx +1"],
    [49, "2 of 5 sources, 22 s left, awaiting binance +2"],
    [40, "2 of 5 sources, 22 s left"],
    [20, "2 of 5 sources"],
    [4, "2 of"],
  ])("in %i columns", (width, line) => {
    expect(progressLine(state, width)).toBe(line);
  });

  it("knows no time below zero, and nobody who came last before one has come", () => {
    expect(progressLine({ all: 1, awaited: ["okx"], latest: null, secondsLeft: -3 }, 80)).toBe(
      "0 of 1 sources, 0 s left, awaiting okx",
    );
  });
});

describe("a run", () => {
  const tapes = replay(diskForTests, DAY_OF_THE_ARTICLE);
  let open: () => void;
  let gate: Promise<void>;
  let server: RelayServer;
  /** Fear & Greed is held back until the gate is open. */
  const held: Http = async (request) => {
    if (request.url.includes("alternative.me")) await gate;
    return tapes(request);
  };
  beforeAll(async () => {
    server = await relayServer(held);
  });
  afterAll(() => server.close());

  async function ran(words: string, screen: Terminal): Promise<{ out: string; err: string; code: number }> {
    gate = new Promise((resolve) => {
      open = resolve;
    });
    if (screen.stderr?.heard === undefined) open();
    return command(`daily --sections price,fear-greed --relay ${server.url} ${words}`, {
      ...screen,
      env: { SOURCE_DATE_EPOCH: "1769752800", ...screen.env },
    });
  }
  const watching = (columns: number): NonNullable<Terminal["stderr"]> => ({
    columns,
    heard: (shown) => {
      if (shown.includes("s left")) open();
    },
  });

  it("shows on a terminal what it waits for, and leaves nothing of it", async () => {
    const { err, out, code } = await ran("", { stderr: watching(100) });
    expect(code).toBe(0);
    expect(out).toContain("Bitcoin");
    const { shown, erased } = terminal(err);
    expect(shown).toEqual([]);
    // Three for the price, two for Fear & Greed; the others are asked nothing.
    expect(erased[0]).toMatch(/^\d of 5 sources, .*\d+ s left, awaiting [a-z -]*/);
    for (const line of erased) expect(line.length).toBeLessThan(100);
  });

  it("fits a narrow one", async () => {
    const { err } = await ran("", { stderr: watching(40) });
    const { shown, erased } = terminal(err);
    expect(shown).toEqual([]);
    expect(erased.length).toBeGreaterThan(0);
    for (const line of erased) expect(line.length).toBeLessThan(40);
  });

  it("does not mix with the lines of -v", async () => {
    const { err } = await ran("-v", { stderr: watching(60) });
    const { shown, erased } = terminal(err);
    expect(erased.length).toBeGreaterThan(0);
    for (const line of shown) expect(line).toMatch(/^btc-report: [a-z-]+: \d of \d datasets$/);
    expect(shown.some((line) => line.startsWith("btc-report: alternative-me: 1 of 1"))).toBe(true);
  });

  it.each<[string, string, Terminal]>([
    ["in a pipe", "", {}],
    ["with --quiet", "--quiet", { stderr: { columns: 80 } }],
    ["where no line can be redrawn", "", { stderr: { columns: 80 }, env: { TERM: "dumb" } }],
  ])("shows nothing %s", async (_, words, screen) => {
    expect((await ran(words, screen)).err).toBe("");
  });
});
