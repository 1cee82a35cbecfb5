/** What an upstream sends without an end costs no more memory than its bound. The file has a process of its own. */
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { instant } from "../../src/core/time.ts";
import { overAxios } from "../../src/io/http.ts";
import { gapOf, request, serving } from "./server.ts";

const MB = 1024 * 1024;
const http = overAxios({
  version: "1.2.3",
  signal: new AbortController().signal,
  now: () => instant(1_769_752_800_000),
  deadlineMs: 60_000,
});
const part = Buffer.alloc(MB, "[");
/** Sixty-four million zeros, sixteen times over: a gigabyte in a megabyte. */
const member = gzipSync(Buffer.alloc(64 * MB));
const bomb = Buffer.concat(Array.from({ length: 16 }, () => member));
/** The most that this process has ever held, in MB. */
const peak = (): number => process.resourceUsage().maxRSS / 1024;

it("reads no more of 200 MB than 32, and a gigabyte in a bomb never", async () => {
  let sent = 0;
  const endless = await serving((_, response) => {
    const more = (): void => {
      while (sent < 200 && !response.destroyed) {
        sent += 1;
        if (!response.write(part)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  });
  const packed = await serving((_, response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb));
  const before = peak();
  for (const host of [endless, packed]) {
    expect(await gapOf(http(request(`http://${host}/`)))).toEqual({
      why: "malformed",
      at: "body",
      detail: `answer of ${host} larger than 32 MB`,
    });
  }
  // The bound, and what both sockets hold.
  expect(sent).toBeLessThan(48);
  expect(peak() - before).toBeLessThan(160);
  console.log(`sent ${sent} MB of 200, peak memory up by ${Math.round(peak() - before)} MB`);
});
