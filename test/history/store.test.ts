import { spawn } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import type { Market } from "../../src/core/market.ts";
import { instant, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import { historyIn } from "../../src/history/history.ts";
import type { Observed } from "../../src/history/observations.ts";
import { steps } from "../../src/history/schema.ts";
import { openStore, type Store } from "../../src/history/store.ts";

const NOW = parseInstant("2026-11-20T12:00:00Z") as Instant;
const HOUR = 3_600_000;
const market: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };

const file = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), "btc-report-history-")), "history.db");

const hours = (values: readonly number[], field = "size"): Observed => ({
  of: { source: "venue", dataset: "openInterestHistory", market, field, detail: "", unit: "BTC", class: "observed" },
  observations: values.map((value, i) => ({
    at: shift(NOW, (i - 100) * HOUR),
    until: shift(NOW, (i - 100) * HOUR),
    value,
  })),
});

/** Every row as any SQLite tool sees it. */
function rowsOf(path: string): readonly unknown[] {
  const db = new Database(path);
  try {
    return db.prepare("SELECT at, seen, value FROM observation ORDER BY series, at, until, seen").raw().all();
  } finally {
    db.close();
  }
}

const valuesOf = (store: Store, from: Instant = instant(0), until: Instant = NOW): readonly unknown[] =>
  store.series().flatMap((one) => store.read(one, { from, until }).observations.map(({ value }) => value));

describe("the store", () => {
  it("adds what is new, nothing for what is known, and a row more for what was revised", async () => {
    const path = await file();
    const store = await openStore(path);
    expect(store.append([hours([1, 2, 3])], NOW)).toEqual({ added: 3, revised: 0 });
    expect(store.append([hours([1, 2, 3])], shift(NOW, 1))).toEqual({ added: 0, revised: 0 });
    expect(store.append([hours([1, 7, 3, 4])], shift(NOW, 2))).toEqual({ added: 1, revised: 1 });
    expect(valuesOf(store)).toEqual([1, 7, 3, 4]);
    store.close();
    const at = (i: number): number => NOW + (i - 100) * HOUR;
    expect(rowsOf(path)).toEqual([
      [at(0), NOW, 1],
      [at(1), NOW, 2],
      [at(1), NOW + 2, 7],
      [at(2), NOW, 3],
      [at(3), NOW + 2, 4],
    ]);
  });

  it("keeps a revision apart when the clock stands still or was set back, and one that goes back to the first value", async () => {
    const path = await file();
    const store = await openStore(path);
    store.append([hours([1])], NOW);
    store.append([hours([2])], NOW);
    store.append([hours([1])], shift(NOW, -HOUR));
    expect(valuesOf(store)).toEqual([1]);
    store.close();
    expect(rowsOf(path).map((row) => (row as number[])[2])).toEqual([1, 2, 1]);
  });

  it("tells other units, fields and markets apart", async () => {
    const store = await openStore(await file());
    const one = hours([1]);
    const of = (more: Partial<Observed["of"]>): Observed => ({ ...one, of: { ...one.of, ...more } });
    const dated: Market = { ...market, kind: "dated", expires: instant(5) };
    const all = [
      one,
      of({ unit: "USD" }),
      of({ field: "price" }),
      of({ market: dated }),
      of({ market: null }),
      of({ detail: "x" }),
    ];
    expect(store.append(all, NOW)).toEqual({ added: 6, revised: 0 });
    expect(store.series().map((stored) => stored.of)).toEqual(all.map((stored) => stored.of));
    expect(store.series({ source: "other" })).toEqual([]);
    store.close();
  });

  it("reads a stretch, and the latest values before given instants", async () => {
    const store = await openStore(await file());
    store.append([hours([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])], NOW);
    const at = (i: number): Instant => shift(NOW, (i - 100) * HOUR);
    expect(valuesOf(store, at(2), at(4))).toEqual([2, 3, 4]);
    const [one] = store.series();
    if (one === undefined) throw new Error("no series");
    const near = (instants: readonly Instant[], within: number): readonly unknown[] =>
      store.read(one, { from: at(1), until: at(8), near: { instants, within } }).observations.map(({ value }) => value);
    // Half past three has the value of three; long after the last one there is none within an hour; 0 is before `from`.
    expect(near([shift(at(3), HOUR / 2), at(20), at(0), at(3)], HOUR)).toEqual([3]);
    expect(near([at(6), at(9)], HOUR)).toEqual([6]);
    store.close();
  });

  it("reads no bar that ends later", async () => {
    const store = await openStore(await file());
    const bar = (i: number): { at: Instant; until: Instant; value: number } => ({
      at: shift(NOW, i * HOUR),
      until: shift(NOW, (i + 1) * HOUR),
      value: i,
    });
    store.append([{ of: hours([]).of, observations: [bar(-2), bar(-1), bar(0)] }], shift(NOW, HOUR));
    expect(valuesOf(store)).toEqual([-2, -1]);
    store.close();
  });

  it("keeps every value once when many write at the same time", async () => {
    const path = await file();
    const values = Array.from({ length: 90 }, (_, i) => i);
    const added = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const store = await openStore(path);
        const told = store.append([hours(values), hours(values, "price")], NOW);
        store.close();
        return told.added;
      }),
    );
    expect(added.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 180]);
    expect(rowsOf(path)).toHaveLength(180);
  });
});

/** A process that appends one transaction after the other and is killed without warning. */
const WRITER = `
  import Database from "libsql";
  const db = new Database(process.argv[1], { timeout: 5000 });
  const insert = db.prepare("INSERT INTO observation VALUES (1, ?, ?, 0, 0.5)");
  for (let i = 0; ; i += 1) {
    db.exec("BEGIN IMMEDIATE");
    for (let j = 0; j < 500; j += 1) insert.run(i * 1000 + j, i * 1000 + j);
    db.exec("COMMIT");
    console.log(i);
  }`;

describe("what may befall the file", () => {
  it("killed while writing: what was told as stored is there, and only whole transactions", async () => {
    const path = await file();
    const store = await openStore(path);
    store.append([hours([])], NOW);
    store.append([hours([1])], NOW);
    store.close();
    const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, path]);
    let told = -1;
    await new Promise<void>((ended) => {
      child.stdout.on("data", (text: Buffer) => {
        told = Number(text.toString().trim().split("\n").at(-1));
        if (told >= 3) child.kill("SIGKILL");
      });
      child.on("exit", () => {
        ended();
      });
    });
    const again = await openStore(path);
    expect(again.append([hours([1, 2])], NOW)).toEqual({ added: 1, revised: 0 });
    again.close();
    const db = new Database(path);
    expect(db.prepare("PRAGMA integrity_check").raw().all()).toEqual([["ok"]]);
    const [count] = db.prepare("SELECT count(*) FROM observation WHERE value = 0.5").raw().get() as [number];
    db.close();
    expect(told).toBeGreaterThanOrEqual(3);
    expect(count).toBeGreaterThanOrEqual((told + 1) * 500);
    expect(count % 500).toBe(0);
  }, 60_000);

  it("an older version is brought up to date without a loss", async () => {
    // A file before its first step is one that another run has just made.
    const path = await file();
    await writeFile(path, "");
    const store = await openStore(path);
    store.append([hours([1])], NOW);
    store.close();
    const db = new Database(path);
    expect(db.prepare("PRAGMA user_version").raw().get()).toEqual([steps.length]);
    expect(db.prepare("PRAGMA journal_mode").raw().get()).toEqual(["wal"]);
    db.close();
  });

  const told = async (
    path: string,
    work: (history: ReturnType<typeof historyIn>) => Promise<unknown>,
  ): Promise<string[]> => {
    const notes: string[] = [];
    const history = historyIn(path, { note: (line) => notes.push(line), reads: true });
    await work(history);
    history.close();
    return notes;
  };
  const price = { source: "s", dataset: "price", evidence: [], ok: true, value: { at: NOW, price: 9, quote: "USD" } };
  const use = (history: ReturnType<typeof historyIn>): Promise<unknown> =>
    history
      .append([price as never], NOW)
      .then(() => history.read({ source: "s", dataset: "price", from: instant(0), until: NOW }));

  it("a newer version is left alone, and said", async () => {
    const path = await file();
    const db = new Database(path);
    db.exec("CREATE TABLE future (x)");
    db.exec("PRAGMA application_id = 1651794802");
    db.exec("PRAGMA user_version = 99");
    db.close();
    const before = await readFile(path);
    const notes = await told(path, use);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/made by a newer version.*Update btc-report/);
    expect(await readFile(path)).toEqual(before);
  });

  it("another program's database is left alone", async () => {
    const path = await file();
    const db = new Database(path);
    db.exec("CREATE TABLE bookmarks (x)");
    db.close();
    const before = await readFile(path);
    expect((await told(path, use))[0]).toMatch(/no history of btc-report.*Move it away/);
    expect(await readFile(path)).toEqual(before);
  });

  it("a damaged file is neither deleted nor overwritten", async () => {
    const path = await file();
    await writeFile(path, "This is not a database. ".repeat(500));
    const before = await readFile(path);
    const notes = await told(path, use);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/damaged.*Move it away/);
    expect(await readFile(path)).toEqual(before);
  });

  it("pages that are damaged later are told when they are met", async () => {
    const path = await file();
    const store = await openStore(path);
    store.append(
      [
        hours(Array.from({ length: 90 }, (_, i) => i)),
        hours(
          Array.from({ length: 90 }, (_, i) => i),
          "price",
        ),
      ],
      NOW,
    );
    store.close();
    const bytes = await readFile(path);
    await writeFile(path, Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0x5a)]));
    const notes = await told(path, use);
    expect(notes[0]).toMatch(/damaged.*Move it away/);
  });

  it("a folder that cannot be made is no reason to fail", async () => {
    const path = await file();
    await writeFile(path, "a file");
    const notes = await told(join(path, "below", "history.db"), use);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/BTC_REPORT_DATA_DIR/);
  });
});
