import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { lock, Locked } from "../../src/io/lock.ts";

const file = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), "btc-report-lock-")), "below", "x.lock");

const sleeper = (): ChildProcess => spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on("exit", () => {
      resolve();
    });
    child.kill();
  });

describe("a lock", () => {
  it("is held by one at a time, and free again when released", async () => {
    const path = await file();
    const release = lock(path, "writes report.md");
    expect(() => lock(path, "writes report.md")).toThrow(Locked);
    expect(() => lock(path, "writes report.md")).toThrow(
      `another run writes report.md (process ${process.pid}, since 20`,
    );
    release();
    expect(existsSync(path)).toBe(false);
    lock(path, "writes report.md")();
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it("of a process that runs is respected, of one that is gone taken over", async () => {
    const path = await file();
    lock(path, "fills the history")();
    const child = sleeper();
    await writeFile(path, JSON.stringify({ pid: child.pid, started: null, since: "then" }));
    expect(() => lock(path, "fills the history")).toThrow(`process ${child.pid}, since then`);
    await ended(child);
    const release = lock(path, "fills the history");
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
    release();
  });

  it.runIf(process.platform === "linux")("of another process with the same number is taken over", async () => {
    const path = await file();
    lock(path, "fills the history")();
    await writeFile(path, JSON.stringify({ pid: process.pid, started: "1", since: "then" }));
    lock(path, "fills the history")();
    expect(existsSync(path)).toBe(false);
  });

  it.runIf(process.platform === "linux")(
    "of a killed process whose parent takes no note of it is taken over",
    async () => {
      const path = await file();
      lock(path, "fills the history")();
      // What becomes a sleeper has a child that it does not know of: it stays a zombie.
      const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 60"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const pid = await new Promise<number>((told) => {
        parent.stdout.on("data", (text: Buffer) => {
          told(Number(text.toString()));
        });
      });
      const state = async (): Promise<string | undefined> =>
        (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[0];
      while ((await state()) !== "Z") await setTimeout(5);
      await writeFile(path, JSON.stringify({ pid, started: null, since: "then" }));
      lock(path, "fills the history")();
      expect(existsSync(path)).toBe(false);
      await ended(parent);
    },
  );

  it("that holds nothing readable is taken over", async () => {
    const path = await file();
    lock(path, "fills the history")();
    await writeFile(path, "{");
    lock(path, "fills the history")();
    expect(existsSync(path)).toBe(false);
  });

  it("does not keep a run from going on where no file can be written", async () => {
    const path = await file();
    await writeFile(dirname(path), "a file");
    expect(() => lock(path, "fills the history")()).not.toThrow();
  });
});
