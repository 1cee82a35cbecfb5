/** What stands on the disk after a run was killed, had no room, was not allowed, or was not alone. The built program. */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeTape, replay } from "../src/io/tape.ts";
import type { Http } from "../src/ports.ts";
import { Report } from "../src/report/report.ts";
import { build, started, type Exited } from "./support/built.ts";
import { command, DAY_OF_THE_ARTICLE, type Ended } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const scratch = mkdtempSync(join(tmpdir(), "btc-report-files-"));
const tapes = replay(diskForTests, DAY_OF_THE_ARTICLE);
/** Dozens of processes, one after the other, on a slow machine. */
const LONG = 240_000;
/** Asked first, then held back as long as this is. */
let hold: Promise<void> = Promise.resolve();
let asked: () => void = () => {};
const held: Http = async (request) => {
  asked();
  await hold;
  return tapes(request);
};
let server: RelayServer;
beforeAll(async () => {
  build();
  server = await relayServer(held);
}, 120_000);
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

let home: string;
let told: string;
beforeEach(() => {
  home = mkdtempSync(join(scratch, "home-"));
  told = join(mkdtempSync(join(scratch, "told-")), "told");
});

const FIRST = "2026-01-30T06:00:00Z";
const SECOND = "2026-01-30T07:30:00Z";
const envAt = (at: string): Record<string, string> => ({
  SOURCE_DATE_EPOCH: String(Date.parse(at) / 1000),
  BTC_REPORT_CACHE_DIR: join(home, "cache"),
  BTC_REPORT_DATA_DIR: join(home, "data"),
  BTC_REPORT_CONFIG_DIR: join(home, "config"),
});
const PRELOAD = ["--import", pathToFileURL("test/support/failing-disk.mjs").href];

interface Fault {
  readonly fault: string;
  readonly at: number | "every";
  readonly under: string;
}
/** Two small sections live, so that output, cache and last report are written. */
function run(words: readonly string[], at: string, fault?: Fault): Promise<Exited> {
  const all = ["daily", "--sections", "fear-greed", "--relay", server.url, ...words];
  return fault === undefined
    ? started(all, envAt(at)).ended
    : started(
        all,
        {
          ...envAt(at),
          FAULT: fault.fault,
          FAULT_AT: String(fault.at),
          FAULT_UNDER: fault.under,
          FAULT_TOLD: told,
        },
        PRELOAD,
      ).ended;
}
/** The call that failed, or that none did. */
const failedCall = (): string | null => (existsSync(told) ? readFileSync(told, "utf8").trim() : null);

/** What SQLite keeps, and who is at work. They have tests of their own. */
const OTHERS = /\/data\/(history\.db|locks\/)/;
/** Paths of all files below a folder. */
const filesIn = (folder: string): string[] =>
  (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [])
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile() && !OTHERS.test(path));
const isTemporary = (path: string): boolean => path.endsWith(".btc-report.tmp");
const temporaries = (): string[] => filesIn(home).filter(isTemporary);

describe("killed at any step", () => {
  /** Every file that stands below `home`, by path. */
  const snapshot = (): Map<string, string> =>
    new Map(
      filesIn(home)
        .filter((path) => !isTemporary(path))
        .map((path) => [path, readFileSync(path, "latin1")]),
    );
  function restore(files: ReadonlyMap<string, string>): void {
    for (const path of filesIn(home)) if (!isTemporary(path) && !files.has(path)) rmSync(path);
    for (const [path, body] of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, body, "latin1");
    }
  }
  const untimed = (body: string): string => body.replaceAll(/"ms": \d+/g, '"ms": 0').replace(/^ms: \d+$/m, "ms: 0");

  it(
    "every file is the old one or the new one, whole",
    async () => {
      const words = ["-o", join(home, "out", "report.json")];
      expect((await run(words, FIRST)).code).toBe(0);
      const before = snapshot();
      expect(
        [...before.keys()].map((path) => path.slice(home.length)).filter((path) => !path.endsWith(".tape")),
      ).toEqual(["/data/last-report.json", "/out/report.json"]);
      expect((await run(words, SECOND)).code).toBe(0);
      const after = snapshot();
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [path, body] of after) expect(untimed(body)).not.toBe(untimed(before.get(path) ?? ""));

      const calls: string[] = [];
      for (let at = 1; ; at += 1) {
        restore(before);
        rmSync(told, { force: true });
        const { code, signal } = await run(words, SECOND, { fault: "kill-half", at, under: home });
        const call = failedCall();
        if (call === null) {
          expect(code).toBe(0);
          break;
        }
        expect([call, signal]).toEqual([call, "SIGKILL"]);
        calls.push(call);
        const left = snapshot();
        expect([...left.keys()]).toEqual([...before.keys()]);
        for (const [path, body] of left) {
          const whole = [before.get(path), after.get(path)].map((one = "") => untimed(one));
          expect(whole, `${path} after ${call}`).toContain(untimed(body));
        }
      }
      process.stdout.write(`killed at ${calls.length} calls: ${calls.join(" ")}\n`);
      for (const call of ["open", "writeFile", "sync", "close", "rename"]) expect(calls).toContain(call);
      // What was left behind is hidden, harmless, and gone with the first run that comes an hour later.
      const left = temporaries();
      expect(left.length).toBeGreaterThan(0);
      for (const path of left) {
        expect(path).toMatch(/\/\.[0-9a-f-]{36}\.btc-report\.tmp$/);
        utimesSync(path, new Date(0), new Date(0));
      }
      restore(before);
      expect((await run(words, SECOND)).code).toBe(0);
      expect(temporaries()).toEqual([]);
    },
    LONG,
  );

  it(
    "while recording: every answer is whole, and the run can be made again",
    async () => {
      const bundle = join(home, "bundle");
      for (let at = 1; ; at += 1) {
        rmSync(bundle, { recursive: true, force: true });
        rmSync(told, { force: true });
        const { code } = await run(["--record", bundle], FIRST, { fault: "kill-half", at, under: bundle });
        for (const path of filesIn(bundle).filter((one) => !isTemporary(one))) {
          if (path.endsWith("now.txt")) expect(readFileSync(path, "utf8")).toBe(`${FIRST}\n`);
          else expect(decodeTape(readFileSync(path)), path).not.toBeNull();
        }
        if (failedCall() === null) {
          expect(code).toBe(0);
          expect(at).toBeGreaterThan(10);
          break;
        }
      }
      const again = await started(["fear-greed", "--replay", bundle], envAt(FIRST)).ended;
      expect(again.code).toBe(0);
    },
    LONG,
  );
});

describe("interrupted while it waits", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s: the file is the old one, and nothing is left", async (signal) => {
    const file = join(home, "report.md");
    writeFileSync(file, "old");
    let open: () => void = () => {};
    hold = new Promise((resolve) => {
      open = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const running = started(["fear-greed", "--relay", server.url, "-o", file], envAt(FIRST));
    await arrived;
    running.kill(signal);
    const { code, signal: by } = await running.ended;
    open();
    expect(by ?? code).toBe(by === null ? (signal === "SIGINT" ? 130 : 143) : signal);
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(filesIn(home)).toEqual([file]);
  });
});

describe("a disk that fails", () => {
  const file = (): string => join(home, "out", "report.md");
  beforeEach(() => {
    mkdirSync(join(home, "out"));
    writeFileSync(file(), "old");
  });

  it.each<[string, string, number, RegExp]>([
    ["full", "ENOSPC", 74, /^btc-report: cannot write .*report\.md: no space left on the disk$/m],
    ["over its quota", "EDQUOT", 74, /cannot write .*: the disk quota is used up$/m],
    ["broken", "EIO", 74, /cannot write .*: the disk reports an error$/m],
    ["read-only", "EROFS", 73, /^btc-report: cannot create .*report\.md: the file system is read-only$/m],
    ["forbidden", "EACCES", 73, /cannot create .*report\.md: permission denied$/m],
  ])("that is %s: the old file stands, nothing is left, and the code is that of %s", async (_, fault, code, words) => {
    // Every step that can fail, one after the other; for the other kinds the first two will do.
    const last = ["ENOSPC", "EROFS"].includes(fault) ? Infinity : 2;
    const failed = new Set<string>();
    for (let at = 1; at <= last; at += 1) {
      rmSync(told, { force: true });
      const ended = await run(["-o", file()], FIRST, { fault, at, under: join(home, "out") });
      const call = failedCall();
      if (call === null) break;
      if (call === "rm" || call === "close") continue;
      failed.add(call);
      expect([call, ended.code, ended.out]).toEqual([call, code, ""]);
      expect(ended.err).toMatch(words);
      expect(readFileSync(file(), "utf8")).toBe("old");
      expect(filesIn(join(home, "out"))).toEqual([file()]);
    }
    for (const call of last === 2 ? ["open", "writeFile"] : ["open", "writeFile", "sync", "rename"])
      expect(failed).toContain(call);
  });

  it.each(["ENOSPC", "EROFS"])("under the cache and the data folder (%s) costs nothing but them", async (fault) => {
    for (const under of ["cache", "data"]) {
      const place = join(home, under);
      rmSync(place, { recursive: true, force: true });
      const { code, err } = await run(["-o", file(), "-v"], FIRST, { fault, at: "every", under: place });
      expect([under, code]).toEqual([under, 0]);
      expect(readFileSync(file(), "utf8")).toContain("# Bitcoin derivatives");
      expect(filesIn(place)).toEqual([]);
      expect(/not remembered/.test(err)).toBe(under === "data");
    }
  });

  it.each([
    ["ENOSPC", 74],
    ["EROFS", 73],
  ])("under a recording (%s) ends the run with %i: one with holes is of no use", async (fault, code) => {
    const bundle = join(home, "bundle");
    const first = await run(["--record", bundle, "-o", file()], FIRST, { fault, at: "every", under: bundle });
    expect(first.code).toBe(code);
    // The clock of the recording is written first; what fails here is an answer.
    const later = await run(["--record", bundle, "-o", file()], FIRST, {
      fault,
      at: "every",
      under: join(bundle, "api.alternative.me"),
    });
    expect([later.code, later.out]).toEqual([code, ""]);
    expect(later.err).toMatch(/^btc-report: cannot (create|write) .*api\.alternative\.me/m);
    expect(readFileSync(file(), "utf8")).toBe("old");
  });
});

describe("the place of the output", () => {
  const made = (output: string, ...more: readonly string[]): Promise<Ended> =>
    command(["fear-greed", "--replay", DAY_OF_THE_ARTICLE, "-o", output, ...more]);
  const TITLE = "# Bitcoin derivatives, 30 January 2026";

  it.each([
    "a b/c d.md",
    "Ελλάδα/日本 €.md",
    'quo\'te "d"/$HOME `x` $(id).md',
    "-o.md",
    "a\\b.md",
    "x\ny.md",
    "%s%n.md",
  ])("may be called %j, and missing folders are made", async (name) => {
    const { code, out, err } = await made(join(home, "sub", name));
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
    expect(readFileSync(join(home, "sub", name), "utf8")).toContain(TITLE);
    expect(filesIn(home)).toEqual([join(home, "sub", name)]);
  });

  it("has {date} and {time} filled in wherever they stand, and nothing else", async () => {
    expect((await made(join(home, "{date}/{date}T{time}-}{-$&.md"))).code).toBe(0);
    expect(filesIn(home)).toEqual([join(home, "2026-01-30/2026-01-30T0600-}{-$&.md")]);
  });

  it("that its mode protects stays as it was, also where the folder may be written", async () => {
    const file = join(home, "report.md");
    writeFileSync(file, "mine", { mode: 0o444 });
    const words = ["fear-greed", "--replay", DAY_OF_THE_ARTICLE, "-o", file];
    const { code, out, err } = await started(words, envAt(FIRST), [], { bound: true }).ended;
    expect({ code, out, err }).toEqual({
      code: 73,
      out: "",
      err: `btc-report: cannot create ${file}: permission denied\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it("that is a pipe which nobody reads ends the run, and says what to do", async () => {
    const pipe = join(home, "pipe");
    spawnSync("mkfifo", [pipe]);
    expect(await made(pipe)).toEqual({
      code: 74,
      out: "",
      err: `btc-report: cannot write ${pipe}: nobody reads from it; start its reader first\n`,
    });
  });

  it.each(["../../2026-01-30", "2026-01-30T06:00:00Z/../x", "+275760-09-13T00:00:00Z", "2026-01-30\u0000", ""])(
    "cannot be led astray by a recording that says it was made at %j",
    async (now) => {
      const bundle = join(home, "bundle");
      mkdirSync(bundle);
      writeFileSync(join(bundle, "now.txt"), now);
      const { code, out, err } = await made(join(home, "out/{date}.md"), "--replay", bundle);
      expect([code, out]).toEqual([65, ""]);
      expect(err).toMatch(/^btc-report: .*now\.txt holds no instant: the recording is damaged\n$/);
      expect(filesIn(home)).toEqual([join(bundle, "now.txt")]);
    },
  );

  it("that is a link keeps it, and its target is replaced whole", async () => {
    mkdirSync(join(home, "web"));
    writeFileSync(join(home, "web/index.md"), "old");
    symlinkSync(join(home, "web/index.md"), join(home, "one"));
    symlinkSync("one", join(home, "latest.md"));
    const { ino } = statSync(join(home, "web/index.md"));
    expect((await made(join(home, "latest.md"))).code).toBe(0);
    expect(lstatSync(join(home, "latest.md")).isSymbolicLink() && lstatSync(join(home, "one")).isSymbolicLink()).toBe(
      true,
    );
    expect(readFileSync(join(home, "web/index.md"), "utf8")).toContain(TITLE);
    // Another file under the same name: a reader who has the old one open reads it to its end.
    expect(statSync(join(home, "web/index.md")).ino).not.toBe(ino);
    expect(readdirSync(join(home, "web"))).toEqual(["index.md"]);
  });

  it("that is a folder, below a file, or a circle of links is 73 and says why", async () => {
    mkdirSync(join(home, "folder"));
    writeFileSync(join(home, "file"), "");
    symlinkSync("circle", join(home, "circle"));
    symlinkSync("folder", join(home, "to-folder"));
    for (const [name, words] of [
      ["folder", "it is a folder"],
      ["folder/", "it is a folder"],
      ["new/", "it is a folder"],
      ["to-folder", "it is a folder"],
      ["file/report.md", "a part of its path is a file"],
      ["circle", "its links lead in a circle"],
      [`${"x".repeat(300)}.md`, "its name is too long"],
    ] as const) {
      const { code, out, err } = await made(join(home, "./").concat(name));
      expect([name, code, out]).toEqual([name, 73, ""]);
      expect(err).toMatch(/^btc-report: cannot create [^\n]*\n$/);
      expect(err).toContain(words);
    }
    expect(filesIn(home)).toEqual([join(home, "file")]);
  });

  it("that is /dev/stdout or /dev/null is written to and stays what it is", async () => {
    const { status, stdout, stderr } = spawnSync(
      "bash",
      [
        "-o",
        "pipefail",
        "-c",
        `node bin/btc-report.js fear-greed --replay ${DAY_OF_THE_ARTICLE} -f json -o /dev/stdout | cat`,
      ],
      { encoding: "utf8", env: { ...process.env, ...envAt(FIRST) } },
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(Report.parse(JSON.parse(stdout)).fearGreed?.value).toBe(16);
    expect(await made("/dev/null")).toMatchObject({ code: 0, out: "", err: "" });
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("that is a pipe with a name is read at its other end", async () => {
    const pipe = join(home, "pipe");
    const making = spawn("mkfifo", [pipe]);
    await new Promise((resolve) => making.on("close", resolve));
    const reader = spawn("cat", [pipe]);
    let read = "";
    reader.stdout.setEncoding("utf8").on("data", (part: string) => (read += part));
    const closed = new Promise((resolve) => reader.on("close", resolve));
    expect((await made(pipe, "-f", "markdown")).code).toBe(0);
    await closed;
    expect(read).toContain(TITLE);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});

describe("several at once", () => {
  it("on one output and one cache leave one whole report and a cache that serves", async () => {
    const words = ["-o", join(home, "report.json")];
    const all = await Promise.all(Array.from({ length: 5 }, () => run(words, FIRST)));
    // One may be told that another is at it.
    for (const { code } of all) expect([0, 75]).toContain(code);
    expect(all.some(({ code }) => code === 0)).toBe(true);
    const report = Report.parse(JSON.parse(readFileSync(join(home, "report.json"), "utf8")));
    expect(report.fearGreed?.value).toBe(16);
    expect(temporaries()).toEqual([]);
    for (const path of filesIn(join(home, "cache")).filter((one) => one.endsWith(".tape")))
      expect(decodeTape(readFileSync(path)), path).not.toBeNull();
    const offline = await started(["fear-greed", "--offline", "--json"], envAt(FIRST)).ended;
    expect(Report.parse(JSON.parse(offline.out)).fearGreed).toEqual(report.fearGreed);
  });
});
