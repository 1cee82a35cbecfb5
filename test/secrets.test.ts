/**
 * Keys go in one header to one host and nowhere else. A server that has every question shows what was sent, answers
 * with what it was sent, and sends on to another host; after each run every file, stdout and stderr is searched.
 */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { discreet } from "../src/io/discreet.ts";
import { replay } from "../src/io/tape.ts";
import type { HttpRequest } from "../src/ports.ts";
import { Report } from "../src/report/report.ts";
import { sources } from "../src/sources/registry.ts";
import { answer, request as questionOf, textOf } from "./io/server.ts";
import { command, DAY_OF_THE_ARTICLE, type Ended } from "./support/command.ts";
import { diskForTests } from "./support/tapes.ts";

const KEYS: Readonly<Record<string, string>> = {
  COINGLASS_API_KEY: "s3cret-coinglass+/=",
  COINALYZE_API_KEY: "s3cret-coinalyze",
  COINGECKO_API_KEY: "s3cret-coingecko",
};
const keyed = sources.flatMap(({ key, hosts }) =>
  key === undefined ? [] : Object.keys(hosts).map((host) => ({ host, header: key.header.toLowerCase(), env: key.env })),
);

interface Heard {
  readonly host: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}
let heard: Heard[] = [];
let elsewhere = 0;
/** What the hosts that take a key do. */
let mode: "quote" | "quote as good" | "redirect" = "quote";

const tapes = replay(diskForTests, DAY_OF_THE_ARTICLE);
const relay = createServer((request, response) => {
  const target = (request.url ?? "").slice(1);
  const host = target.split("/")[0] ?? "";
  heard.push({ host, url: request.url ?? "", headers: request.headers });
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const own = keyed.find((one) => one.host === host);
    if (own !== undefined) {
      const said = JSON.stringify({ code: "401", msg: `No such key: ${String(request.headers[own.header])}` });
      if (mode === "redirect")
        response.writeHead(302, { Location: `http://127.0.0.1:${portOf(other)}/${target}` }).end(said);
      else response.writeHead(mode === "quote" ? 401 : 200).end(said);
      return;
    }
    const body = Buffer.concat(parts).toString();
    tapes({ url: `https://${target}`, headers: {}, ...(body === "" ? {} : { body }) }).then(
      (found) => response.writeHead(found.status).end(found.body),
      () => response.writeHead(404).end("not recorded"),
    );
  });
});
const other = createServer((_, response) => {
  elsewhere += 1;
  response.end("{}");
});
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const scratch = mkdtempSync(join(tmpdir(), "btc-report-secrets-"));
beforeAll(async () => {
  for (const server of [relay, other]) {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  }
});
afterAll(() => {
  for (const server of [relay, other]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(scratch, { recursive: true, force: true });
});

let home: string;
beforeEach(() => {
  heard = [];
  elsewhere = 0;
  home = mkdtempSync(join(scratch, "home-"));
});

function run(words: readonly string[], env: Readonly<Record<string, string>> = KEYS): Promise<Ended> {
  const sections = [
    "daily",
    "--sections",
    "price,open-interest",
    "--venues",
    "gate",
    "--relay",
    `http://127.0.0.1:${portOf(relay)}`,
  ];
  return command([...sections, ...words], {
    env: {
      SOURCE_DATE_EPOCH: "1769752800",
      BTC_REPORT_CACHE_DIR: join(home, "cache"),
      BTC_REPORT_DATA_DIR: join(home, "data"),
      BTC_REPORT_CONFIG_DIR: join(home, "config"),
      ...env,
    },
  });
}

/** Every file: its name and what is in it. */
const written = (): string[] =>
  readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("config"))
    .map((name) => `${name} ${lstatSync(join(home, name)).isFile() ? readFileSync(join(home, name), "latin1") : ""}`);

/** Nothing of a key anywhere but in its header. */
function expectDiscretion(...texts: readonly string[]): void {
  for (const text of [...texts, ...written()]) expect(text).not.toMatch(/s3cret/);
  for (const { host, url, headers } of heard) {
    expect(url).not.toContain("s3cret");
    const own = keyed.find((one) => one.host === host);
    for (const [name, value] of Object.entries(headers)) {
      if (String(value).includes("s3cret")) expect([name, value]).toEqual([own?.header, KEYS[own?.env ?? ""]]);
    }
  }
}

describe("keys", () => {
  it.each<[typeof mode, readonly string[]]>([
    // All that they are asked for, once: two seconds lie between two questions to one of them.
    ["quote", ["-o", "report.json", "--sections=liquidations"]],
    ["quote", ["-o", "report.html", "--record", "bundle"]],
    ["quote as good", ["-o", "report.json"]],
    ["redirect", ["-o", "report.json", "--record", "bundle"]],
  ])("go in one header to one host, and are in no file or line; the hosts do %s, run %j", async (how, words) => {
    mode = how;
    const { code, out, err } = await run([
      "-v",
      ...words.map((word) => (word.startsWith("-") ? word : join(home, word))),
    ]);
    expect(code).toBe(0);
    expect(keyed.length).toBe(3);
    for (const { host, header, env } of keyed) {
      const sent = heard.filter((one) => one.host === host);
      expect([host, sent.length > 0]).toEqual([host, true]);
      for (const { headers } of sent) expect(headers[header]).toBe(KEYS[env]);
    }
    expectDiscretion(out, err);
    expect(elsewhere).toBe(0);
    if (words.includes("bundle")) expect(readdirSync(join(home, "bundle"))).toContain("api.coinalyze.net");
    // What the host said is told, without the key.
    const last: unknown = JSON.parse(readFileSync(join(home, "data/last-report.json"), "utf8"));
    const gap = Report.parse(last).gaps.find(({ source }) => source === "coinalyze");
    if (how === "quote") expect(gap?.detail).toContain("No such key: [key]");
    if (how === "redirect") expect(gap?.detail).toContain("redirects to another host");
  });

  it("are not told by the doctor, nor when the run crashes", async () => {
    mode = "quote";
    const asked = await command(["sources", "-v", "--relay", `http://127.0.0.1:${portOf(relay)}`], { env: KEYS });
    expect(asked.out).toContain("COINALYZE_API_KEY set");
    const crashed = await run(["-v", "--record", "/dev/null/folder"]);
    expect(crashed.code).toBe(73);
    expect(crashed.err).toContain("    at ");
    const wrong = await run(["-v", "--timeout", "soon"]);
    expect(wrong.code).toBe(64);
    expectDiscretion(asked.out, asked.err, crashed.err, wrong.err);
  });

  it("in a configuration file that others can read are warned of once, and not told", async () => {
    mode = "quote";
    mkdirSync(join(home, "config"));
    const config = join(home, "config/config.json");
    writeFileSync(config, JSON.stringify({ keys: KEYS }));
    chmodSync(config, 0o640);
    const { code, err } = await run([], {});
    expect(code).toBe(0);
    expect(err.match(/holds keys/g)?.length).toBe(1);
    expect(err).toContain(
      `btc-report: ${config} holds keys and others can read or change it; run: chmod 600 ${config}\n`,
    );
    expect(heard.some(({ headers }) => headers["api_key"] === KEYS["COINALYZE_API_KEY"])).toBe(true);
    expectDiscretion(err);
    writeFileSync(config, JSON.stringify({ keys: { ...KEYS, NO_API_KEY: "s3cret" } }));
    const refused = await run([], {});
    expect(refused.code).toBe(78);
    expectDiscretion(refused.err);
  });
});

describe("an answer that quotes the key", () => {
  const sent = (headers: HttpRequest["headers"], body: string, location?: string) =>
    discreet(
      () => Promise.resolve(answer(200, body, location === undefined ? {} : { location })),
      ["a+b", "other"],
    )(questionOf("https://a.test/", { headers }));

  it("has it taken out, also where it is encoded, and every other byte left as it was", async () => {
    const found = await sent({ key: "a+b" }, "€ a+b \u0000 a%2Bb other a%2bb", "/?key=a+b");
    expect(textOf(found)).toBe("€ [key] \u0000 [key] other a%2bb");
    expect(found.location).toBe("/?key=[key]");
  });

  it("is left alone where no key was sent", async () => {
    expect(textOf(await sent({ Accept: "a" }, "a+b"))).toBe("a+b");
  });
});
