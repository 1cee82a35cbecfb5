import { createHash } from "node:crypto";
import { constants, crc32, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { opened } from "../../src/io/unzip.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { answer, gapOf, request } from "./server.ts";

const CSV = "create_time,symbol,sum_open_interest\n2026-01-29 00:05:00,BTCUSDT,95211.5\n";
const ADDRESS = "https://data.example.test/BTCUSDT-metrics-2026-01-29.zip";

/** What stands in the headers, where it is not the truth. */
interface Lies {
  readonly crc?: number;
  readonly size?: number;
  readonly packedSize?: number;
  readonly method?: number;
  readonly flags?: number;
}

/** An archive by the letter of APPNOTE.TXT (4.3.7, 4.3.12, 4.3.16), with room for lies in its headers. */
function archive(files: readonly { name: string; data: Buffer; packed?: Buffer; lies?: Lies }[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, data, packed = deflateRawSync(data), lies = {} } of files) {
    const title = Buffer.from(name);
    const { crc = crc32(data), size = data.length, packedSize = packed.length, method = 8, flags = 0 } = lies;
    const shared = Buffer.alloc(26);
    [20, flags, method, 0, 0].forEach((value, i) => shared.writeUInt16LE(value, i * 2));
    [crc, packedSize, size].forEach((value, i) => shared.writeUInt32LE(value, 10 + i * 4));
    shared.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), shared, title, packed]);
    locals.push(local);
    centrals.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), shared, place, title]));
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\u0005\u0006"), end]);
}
const one = (name: string, text: string, lies?: Lies): Buffer =>
  archive([{ name, data: Buffer.from(text), ...(lies === undefined ? {} : { lies }) }]);

const open = (body: Uint8Array, more: Partial<HttpRequest> = {}, status = 200) =>
  opened(() => Promise.resolve({ ...answer(status), body }))(request(ADDRESS, more));

describe("a body that is no archive", () => {
  it("is read as UTF-8, without a byte order mark", async () => {
    expect(await open(Buffer.from("\uFEFFa,ä,₿\n"))).toMatchObject({ status: 200, text: "a,ä,₿\n", ms: 5 });
  });

  it("keeps what the answer says of itself", async () => {
    const found = await opened(() => Promise.resolve(answer(200, "x", { kept: true })))(request(ADDRESS));
    expect(found).toMatchObject({ kept: true, text: "x" });
    expect(await open(Buffer.from("x"))).not.toHaveProperty("kept");
  });
});

describe("a published checksum", () => {
  const body = Buffer.from(CSV);
  const right = createHash("sha256").update(body).digest("hex");
  const wrong = "0".repeat(64);

  it("lets the body pass that has it, in capitals too", async () => {
    expect((await open(body, { sha256: right.toUpperCase() })).text).toBe(CSV);
  });

  it("refuses any other body, but not the page of an error", async () => {
    expect(await gapOf(open(body, { sha256: wrong }))).toEqual({
      why: "malformed",
      at: "checksum",
      detail: `expected ${wrong}, found ${right}`,
    });
    expect(await open(Buffer.from("not found"), { sha256: wrong }, 404)).toMatchObject({ status: 404 });
  });
});

describe("an archive of one file", () => {
  it.each([
    ["deflated", one("a.csv", CSV)],
    ["stored", archive([{ name: "a.csv", data: Buffer.from(CSV), packed: Buffer.from(CSV), lies: { method: 0 } }])],
    ["with a name that leads elsewhere", one("../../etc/passwd", CSV)],
    ["in a folder", one("futures/um/a.csv", CSV)],
    ["with a name that is not UTF-8", one("\u{1F4C8}.csv", CSV)],
  ])("is opened: %s", async (_, body) => {
    expect((await open(body)).text).toBe(CSV);
  });

  it("is opened where the file in it is empty", async () => {
    expect((await open(archive([{ name: "a.csv", data: Buffer.alloc(0) }]))).text).toBe("");
  });

  it.each<[string, Buffer, RegExp]>([
    [
      "two files",
      archive([
        { name: "a", data: Buffer.from("1") },
        { name: "b", data: Buffer.from("2") },
      ]),
      /found 2/,
    ],
    ["no file", Buffer.concat([Buffer.from("PK\u0003\u0004"), archive([])]), /found 0/],
    ["a folder only", one("a/", ""), /expected one file/],
    ["another CRC", one("a.csv", CSV, { crc: 1 }), /CRC/],
    ["a declared size below the real one", one("a.csv", CSV, { size: 10 }), /10 bytes/],
    ["a declared size above the real one", one("a.csv", CSV, { size: 1_000 }), /expected 1000 bytes/],
    ["a declared size above 32 MB", one("a.csv", CSV, { size: 0xffff_fff0 }), /larger than 32 MB/],
    ["no compressed bytes declared", one("a.csv", CSV, { packedSize: 0 }), /found 0/],
    ["more compressed bytes declared than there are", one("a.csv", CSV, { packedSize: 0x7fff_ffff }), /./],
    ["an unknown method", one("a.csv", CSV, { method: 12 }), /./],
    ["encryption", one("a.csv", CSV, { flags: 1 }), /./],
    ["the end cut off", one("a.csv", CSV).subarray(0, -30), /./],
    ["nothing after its first bytes", Buffer.from("PK\u0003\u0004"), /./],
  ])("is refused: %s", async (_, body, detail) => {
    const gap = await gapOf(open(body));
    expect(gap).toMatchObject({ why: "malformed", at: "archive" });
    expect(gap.detail).toMatch(detail);
  });

  it("is never read wrongly, whichever byte is damaged", async () => {
    const whole = one("a.csv", CSV);
    for (let i = 4; i < whole.length; i += 1) {
      for (const bit of [0x01, 0x80]) {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8((damaged[i] ?? 0) ^ bit, i);
        const text = await open(damaged).then(
          (found) => found.text,
          () => CSV,
        );
        expect(text, `byte ${i}`).toBe(CSV);
      }
    }
  });

  it("cannot fill the memory: a gigabyte of zeros is not inflated, whatever size is declared", async () => {
    // A flushed block can be repeated, so that making the bomb takes no memory either.
    const zeros = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
    const packed = Buffer.concat([...Array<Buffer>(1024).fill(zeros), deflateRawSync("")]);
    const before = process.resourceUsage().maxRSS;
    for (const size of [1_000, 1024 * 1024 * 1024]) {
      const bomb = archive([{ name: "a.csv", data: Buffer.alloc(0), packed, lies: { size } }]);
      expect(await gapOf(open(bomb))).toMatchObject({ why: "malformed", at: "archive" });
    }
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(128 * 1024);
  });

  it("cannot fill the memory with a name of many folders", async () => {
    const before = process.resourceUsage().maxRSS;
    expect((await open(one(`${"a/".repeat(32_000)}b`, CSV))).text).toBe(CSV);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(128 * 1024);
  });
});
