import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { cacheDisk, disk, DiskError, foldersOf } from "../../src/io/disk.ts";
import { folder } from "./folder.ts";

const diskErrorOf = async (promise: Promise<unknown>): Promise<DiskError> => {
  const error: unknown = await promise.then(
    () => new Error("it went well"),
    (reason: unknown) => reason,
  );
  if (error instanceof DiskError) return error;
  throw error;
};

describe("reading", () => {
  it("gives the bytes, or null where there is no such file", async () => {
    const path = folder();
    writeFileSync(join(path, "a"), Uint8Array.from([0xff, 0, 10]));
    expect([...((await disk.read(join(path, "a"))) ?? [])]).toEqual([0xff, 0, 10]);
    expect(await disk.read(join(path, "b"))).toBeNull();
    expect(await disk.read(join(path, "a", "b"))).toBeNull();
    expect(await diskErrorOf(disk.read(path))).toMatchObject({ failed: "read", code: "EISDIR", path });
  });

  it("lists names in order, none where there is no folder", async () => {
    const path = folder();
    for (const name of ["b", "a", "C"]) writeFileSync(join(path, name), "");
    expect(await disk.list(path)).toEqual(["C", "a", "b"]);
    expect(await disk.list(join(path, "none"))).toEqual([]);
    expect(await disk.list(join(path, "a"))).toEqual([]);
  });
});

describe("a cache", () => {
  it("makes missing folders, replaces files, and reads like any other", async () => {
    const path = folder();
    await cacheDisk.write(join(path, "x/y/a"), "long before");
    await cacheDisk.write(join(path, "x/y/a"), Uint8Array.from([0xff, 0, 10]));
    expect([...((await cacheDisk.read(join(path, "x/y/a"))) ?? [])]).toEqual([0xff, 0, 10]);
    expect(readdirSync(join(path, "x/y"))).toEqual(["a"]);
  });

  it("says what cannot be written", async () => {
    const path = folder();
    writeFileSync(join(path, "a"), "");
    expect(await diskErrorOf(cacheDisk.write(join(path, "a/b"), ""))).toMatchObject({ failed: "write" });
  });
});

describe("writing", () => {
  it("makes missing folders and a file that all may read, and leaves nothing else", async () => {
    const path = folder();
    const before = process.umask(0o022);
    try {
      await disk.write(join(path, "x/y/report.md"), "€ 1");
    } finally {
      process.umask(before);
    }
    expect(readFileSync(join(path, "x/y/report.md"), "utf8")).toBe("€ 1");
    expect(statSync(join(path, "x/y/report.md")).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(path, "x/y"))).toEqual(["report.md"]);
  });

  it("replaces a file whole, keeps who may read it, and takes bytes as they are", async () => {
    const file = join(folder(), "a");
    writeFileSync(file, "a much longer text than before");
    chmodSync(file, 0o600);
    const bytes = Uint8Array.from([0, 0xff, 10, 13]);
    await disk.write(file, bytes);
    expect([...readFileSync(file)]).toEqual([...bytes]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("follows a link, also one that leads to nothing yet", async () => {
    const path = folder();
    mkdirSync(join(path, "real"));
    writeFileSync(join(path, "real/old"), "old");
    symlinkSync("real/old", join(path, "link"));
    symlinkSync("real/new", join(path, "dangling"));
    await disk.write(join(path, "link"), "1");
    await disk.write(join(path, "dangling"), "2");
    expect([readFileSync(join(path, "real/old"), "utf8"), readFileSync(join(path, "real/new"), "utf8")]).toEqual([
      "1",
      "2",
    ]);
    expect(lstatSync(join(path, "link")).isSymbolicLink() && lstatSync(join(path, "dangling")).isSymbolicLink()).toBe(
      true,
    );
  });

  it("of the same file many times at once leaves one whole body", async () => {
    const path = folder();
    const bodies = Array.from({ length: 20 }, (_, i) => String(i).repeat(50_000));
    await Promise.all(bodies.map((body) => disk.write(join(path, "a"), body)));
    expect(bodies).toContain(readFileSync(join(path, "a"), "utf8"));
    expect(readdirSync(path)).toEqual(["a"]);
  });

  it("that cannot be done because of the place tells which and why, and leaves nothing behind", async () => {
    const path = folder();
    writeFileSync(join(path, "file"), "");
    mkdirSync(join(path, "folder"));
    symlinkSync("circle", join(path, "circle"));
    const below = join(path, "file", "a");
    const error = await diskErrorOf(disk.write(below, "x"));
    expect(error).toMatchObject({ failed: "create", path: below });
    expect(["ENOTDIR", "EEXIST"]).toContain(error.code);
    expect(error.message).toBe(`cannot create ${below}: a part of its path is a file`);
    // A folder that is there and lets none be made in it: Node's own way to make folders would try for ever.
    if (process.platform === "linux") {
      expect(await diskErrorOf(disk.write("/proc/none/a", "x"))).toMatchObject({ failed: "create", code: "ENOENT" });
    }
    expect(await diskErrorOf(disk.write(join(path, "folder"), "x"))).toMatchObject({
      failed: "create",
      code: "EISDIR",
    });
    expect(await diskErrorOf(disk.write(join(path, "circle"), "x"))).toMatchObject({ failed: "create", code: "ELOOP" });
    expect(readdirSync(path).toSorted()).toEqual(["circle", "file", "folder"]);
  });

  // A device that is always full. A rename would put a file in its place.
  it.runIf(existsSync("/dev/full"))(
    "on a full medium tells so, and never puts a file in the place of a device",
    async () => {
      const error = await diskErrorOf(disk.write("/dev/full", "x"));
      expect(error).toMatchObject({ failed: "write", code: "ENOSPC" });
      expect(error.message).toBe("cannot write /dev/full: no space left on the disk");
      expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
    },
  );
});

describe("the folders of the user", () => {
  const all = { BTC_REPORT_DATA_DIR: "/d", BTC_REPORT_CACHE_DIR: "/ca", BTC_REPORT_CONFIG_DIR: "/co" };

  it("are those that the environment sets", async () => {
    expect(await foldersOf(all)).toEqual({ data: "/d", cache: "/ca", config: "/co" });
  });

  it.runIf(process.platform === "linux")("else follow the XDG base directories", async () => {
    vi.stubEnv("XDG_DATA_HOME", "/xdg/data");
    vi.stubEnv("XDG_CACHE_HOME", "/xdg/cache");
    vi.stubEnv("XDG_CONFIG_HOME", "/xdg/config");
    const xdg = { data: "/xdg/data/btc-report", cache: "/xdg/cache/btc-report", config: "/xdg/config/btc-report" };
    expect(await foldersOf({ BTC_REPORT_DATA_DIR: "" })).toEqual(xdg);
    expect(await foldersOf({ ...all, BTC_REPORT_CACHE_DIR: undefined })).toEqual({ ...xdg, data: "/d", config: "/co" });
    vi.unstubAllEnvs();
  });
});
