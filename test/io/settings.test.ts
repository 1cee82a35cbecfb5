import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseInstant } from "../../src/core/time.ts";
import { BadConfig } from "../../src/io/config-file.ts";
import { loadSettings, Usage, type Loaded } from "../../src/io/settings.ts";
import { folder } from "./folder.ts";

const known = {
  venues: ["binance", "okx", "bybit"],
  sections: ["price", "volume"],
  keys: ["COINGLASS_API_KEY", "COINGECKO_API_KEY"],
} as const;

interface Given {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Content of config.json; anything but text is written as JSON. */
  readonly file?: unknown;
  readonly mode?: number;
}
const load = ({ flags = {}, env = {}, file, mode = 0o600 }: Given): Promise<Loaded<"price" | "volume">> => {
  const path = folder();
  if (file !== undefined) {
    const config = join(path, "config.json");
    writeFileSync(config, typeof file === "string" ? file : JSON.stringify(file));
    chmodSync(config, mode);
  }
  return loadSettings(flags, env, path, known);
};
async function faultOf(given: Given): Promise<Error> {
  const error: unknown = await load(given).then(
    () => new Error("it was taken"),
    (reason: unknown) => reason,
  );
  if (error instanceof Usage || error instanceof BadConfig) return error;
  throw error;
}

describe("settings", () => {
  it("have these defaults", async () => {
    const { settings, warnings, secret } = await load({});
    expect(settings).toEqual({
      format: "terminal",
      output: null,
      keepGood: false,
      assets: null,
      at: null,
      since: { is: "days", extreme: "low", days: 180 },
      levels: null,
      venues: null,
      exclude: null,
      sections: null,
      record: null,
      replay: null,
      offline: false,
      relay: null,
      timeout: 30,
      strict: false,
      quiet: false,
      verbose: false,
      color: null,
    });
    expect(warnings).toEqual([]);
    expect(secret("COINGLASS_API_KEY")).toBeUndefined();
  });

  it("come from the flag, else the environment, else the file", async () => {
    const file = { timeout: 5, venues: ["okx"], strict: true };
    const env = { BTC_REPORT_TIMEOUT: "7", BTC_REPORT_VENUES: "bybit" };
    expect((await load({ file })).settings).toMatchObject({ timeout: 5, venues: ["okx"], strict: true });
    expect((await load({ file, env })).settings).toMatchObject({ timeout: 7, venues: ["bybit"], strict: true });
    const flags = { timeout: "9", strict: false };
    expect((await load({ file, env, flags })).settings).toMatchObject({ timeout: 9, venues: ["bybit"], strict: false });
  });

  it("take an empty variable for none", async () => {
    const { settings } = await load({ env: { BTC_REPORT_TIMEOUT: "", BTC_REPORT_COLOR: "" }, file: { timeout: 5 } });
    expect(settings).toMatchObject({ timeout: 5, color: null });
  });

  it.each<[string, unknown, unknown]>([
    ["format", "json", "json"],
    ["output", "out/{date}.md", "out/{date}.md"],
    ["at", "2026-01-30", parseInstant("2026-01-31T00:00:00Z")],
    ["at", "2026-01-30T09:00Z", parseInstant("2026-01-30T09:00:00Z")],
    ["since", "high:2025-10", { is: "month", extreme: "high", month: "2025-10" }],
    ["since", "ytd", { is: "ytd" }],
    ["levels", "92000, 72600.5", [92_000, 72_600.5]],
    ["levels", [92_000], [92_000]],
    ["venues", "okx,binance,okx", ["okx", "binance"]],
    ["exclude", ["bybit"], ["bybit"]],
    ["sections", "volume", ["volume"]],
    ["relay", "http://127.0.0.1:9000/r/", "http://127.0.0.1:9000/r"],
    ["timeout", "0.5", 0.5],
    ["timeout", 45, 45],
    ["offline", "yes", true],
    ["quiet", "0", false],
    ["color", false, false],
  ])("%s: %j", async (name, value, expected) => {
    const reads: Given[] = [{ flags: { [name]: value } }, { file: { [name]: value } }];
    if (typeof value === "string") reads.push({ env: { [`BTC_REPORT_${name.toUpperCase()}`]: value } });
    for (const given of reads) expect((await load(given)).settings).toMatchObject({ [name]: expected });
  });

  it.each([
    ["r.md", "markdown"],
    ["r.MARKDOWN", "markdown"],
    ["a.b/r.json", "json"],
    ["r.html", "html"],
    ["r.txt", "terminal"],
    ["json", "terminal"],
  ])("take the format from the output %s, unless it is given", async (output, format) => {
    expect((await load({ flags: { output } })).settings.format).toBe(format);
    expect((await load({ flags: { output }, file: { format: "html" } })).settings.format).toBe("html");
  });
});

describe("a setting that has two names", () => {
  it("is read by both of them, in every place", async () => {
    for (const given of [{ flags: { json: true } }, { env: { BTC_REPORT_JSON: "1" } }, { file: { json: true } }])
      expect((await load(given)).settings.format).toBe("json");
    for (const given of [{ env: { BTC_REPORT_NO_COLOR: "1" } }, { file: { "no-color": true } }])
      expect((await load(given)).settings.color).toBe(false);
  });

  it("says nothing where it is false", async () => {
    const env = { BTC_REPORT_JSON: "0", BTC_REPORT_NO_COLOR: "false" };
    expect((await load({ env })).settings).toMatchObject({ format: "terminal", color: null });
    expect((await load({ env, file: { json: true } })).settings.format).toBe("terminal");
  });

  it("is that of the nearer place", async () => {
    const env = { BTC_REPORT_JSON: "1", BTC_REPORT_NO_COLOR: "1" };
    const flags = { format: "html", color: true };
    expect((await load({ env, flags })).settings).toMatchObject({ format: "html", color: true });
    const file = { format: "html", color: true };
    expect((await load({ env, file })).settings).toMatchObject({ format: "json", color: false });
  });

  it("cannot be said in one place in two ways", async () => {
    const flags = await faultOf({ flags: { json: true, format: "html" } });
    expect([flags.name, flags.message]).toEqual(["Usage", "--json: cannot go with --format html"]);
    const env = await faultOf({ env: { BTC_REPORT_COLOR: "1", BTC_REPORT_NO_COLOR: "1" } });
    expect([env.name, env.message]).toEqual(["Usage", "BTC_REPORT_NO_COLOR: cannot go with BTC_REPORT_COLOR true"]);
    expect((await faultOf({ file: { json: true, format: "html" } })).name).toBe("BadConfig");
    expect((await load({ flags: { json: true, format: "json" } })).settings.format).toBe("json");
  });
});

describe("a value that cannot be used", () => {
  it.each<[string, unknown, string]>([
    ["format", "pdf", "one of terminal, markdown, json, html"],
    ["output", "", "the name of a file; of braces there are {date} and {time}"],
    ["output", "{DATE}.md", "the name of a file; of braces there are {date} and {time}"],
    ["at", "2026-02-30", "a day or an instant in UTC, such as 2026-01-30 or 2026-01-30T09:00Z"],
    ["at", "yesterday", "a day or an instant in UTC, such as 2026-01-30 or 2026-01-30T09:00Z"],
    ["since", "low", "low:2025-10, high:2025-10, low:180d, high:180d, a day such as 2025-10-10, or ytd"],
    ["levels", "92k", "prices above 0, separated by commas"],
    ["levels", "0", "prices above 0, separated by commas"],
    ["levels", "-5", "prices above 0, separated by commas"],
    ["levels", "1e3", "prices above 0, separated by commas"],
    ["levels", "92000,", "prices above 0, separated by commas"],
    ["venues", "nasdaq", "some of binance, okx, bybit, separated by commas"],
    ["sections", "", "some of price, volume, separated by commas"],
    ["relay", "127.0.0.1:9000", "an address that begins with http:// or https://, without a query"],
    ["relay", "ftp://r.test", "an address that begins with http:// or https://, without a query"],
    ["relay", "http://r.test/?to=", "an address that begins with http:// or https://, without a query"],
    ["timeout", "0", "seconds, above 0 and at most 86400"],
    ["timeout", "-1", "seconds, above 0 and at most 86400"],
    ["timeout", "", "seconds, above 0 and at most 86400"],
    ["timeout", "1e9", "seconds, above 0 and at most 86400"],
    ["timeout", "Infinity", "seconds, above 0 and at most 86400"],
    ["strict", "maybe", "true or false"],
  ])("in a flag, a variable or the file is named with what is allowed: %s %j", async (name, value, words) => {
    const problem = `expected ${words}, found ${JSON.stringify(value)}`;
    const flag = await faultOf({ flags: { [name]: value } });
    expect([flag.name, flag.message]).toEqual(["Usage", `--${name}: ${problem}`]);
    const file = await faultOf({ file: { [name]: value } });
    expect(file.name).toBe("BadConfig");
    expect(file.message).toMatch(/config\.json: /);
    expect(file.message.endsWith(`config.json: ${name}: ${problem}`)).toBe(true);
    const variable = `BTC_REPORT_${name.toUpperCase()}`;
    if (value === "" || typeof value !== "string") return;
    const env = await faultOf({ env: { [variable]: value } });
    expect([env.name, env.message]).toEqual(["Usage", `${variable}: ${problem}`]);
  });

  it.each([[null], [true], [[]], [{}], ["x"]])("is not made to fit: timeout %j in the file", async (timeout) => {
    expect((await faultOf({ file: { timeout } })).name).toBe("BadConfig");
  });

  it.each([
    ["venues", "okx,binanse", "binance"],
    ["exclude", ["bibit"], "bybit"],
    ["sections", "pirce", "price"],
    ["format", "markdwon", "markdown"],
    ["format", "htm", "html"],
  ])("has the nearest word offered: %s %j", async (name, value, near) => {
    for (const given of [{ flags: { [name]: value } }, { file: { [name]: value } }]) {
      expect((await faultOf(given)).message).toMatch(new RegExp(`; did you mean "${near}"\\?$`));
    }
  });

  it.each([
    ["venues", "nasdaq"],
    ["venues", "x"],
    ["format", "pdf"],
  ])("has none offered that is far: %s %j", async (name, value) => {
    expect((await faultOf({ flags: { [name]: value } })).message).not.toContain("did you mean");
  });

  it("in the file counts even where a flag goes before it", async () => {
    expect((await faultOf({ file: { timeout: "x" }, flags: { timeout: "5" } })).name).toBe("BadConfig");
  });
});

describe("the configuration file", () => {
  it.each<[string, unknown, string]>([
    ["no JSON", "{timeout: 5}", "not valid JSON (line 1)"],
    ["empty", "", "not valid JSON (line 1)"],
    ["a comma too many", '{\n  "timeout": 5,\n}\n', "not valid JSON (line 3)"],
    ["a comma missing", '{\r\n  "timeout": 5\r\n  "quiet": true\r\n}', "not valid JSON (line 3)"],
    ["a word that is none", '{\n\n  "quiet": yes\n}', "not valid JSON (line 3)"],
    ["a text without its end", '{\n  "since": "ytd,\n  "quiet": true\n}', "not valid JSON (line 2)"],
    ["a brace missing", '{\n  "timeout": 5\n', "not valid JSON (line 3)"],
    ["a list", [], "expected a JSON object"],
    [
      "an unknown name",
      { timout: 5 },
      "timout: no such setting; there are output, format, json, keep-good, assets, at",
    ],
    ["keys that are a text", { keys: "k" }, "keys: expected an object with a text for each key"],
    [
      "an unknown key",
      { keys: { COINGLAS: "k" } },
      "keys.COINGLAS: no such key; there are COINGLASS_API_KEY, COINGECKO_API_KEY",
    ],
    [
      "a key that is no text",
      { keys: { COINGLASS_API_KEY: 5 } },
      "keys.COINGLASS_API_KEY: expected a text that is not empty",
    ],
  ])("is refused: %s", async (_, file, words) => {
    const fault = await faultOf({ file });
    expect(fault.name).toBe("BadConfig");
    expect(fault.message).toContain(`config.json: ${words}`);
  });

  it("may begin with a byte order mark", async () => {
    expect((await load({ file: '\uFEFF{"timeout": 5}' })).settings.timeout).toBe(5);
  });

  it("that cannot be read is named", async () => {
    const path = folder();
    mkdirSync(join(path, "config.json"));
    await expect(loadSettings({}, {}, path, known)).rejects.toThrow(
      new BadConfig(`${join(path, "config.json")}: cannot be read (EISDIR)`),
    );
  });
});

describe("keys", () => {
  const keys = { COINGLASS_API_KEY: "from-file", COINGECKO_API_KEY: "from-file" };

  it("come from the environment, else from the file", async () => {
    const { secret } = await load({ env: { COINGLASS_API_KEY: " from-env\n", COINGECKO_API_KEY: "" }, file: { keys } });
    expect([secret("COINGLASS_API_KEY"), secret("COINGECKO_API_KEY")]).toEqual(["from-env", "from-file"]);
    expect(secret("COINALYZE_API_KEY")).toBeUndefined();
  });

  it("that no header can carry are refused, and not told", async () => {
    for (const key of ["hid den", "hid\nden", "hidé"]) {
      const inFile = await faultOf({ file: { keys: { COINGLASS_API_KEY: key } } });
      expect([inFile.name, inFile.message.includes("hid")]).toEqual(["BadConfig", false]);
      const inEnv = await faultOf({ env: { COINGLASS_API_KEY: key } });
      expect([inEnv.name, inEnv.message]).toEqual([
        "Usage",
        "COINGLASS_API_KEY: a key has no spaces and none but ASCII characters",
      ]);
    }
  });

  it.each([
    ['{"keys": {"COINGLASS_API_KEY": "hidden-key"', "broken JSON"],
    ['{"keys": {"COINGLASS_API_KEY": ["hidden-key"]}}', "a list"],
    ['{"keys": {"COINGLASS_API_KEY": "hidden-key"}, "timeout": "x"}', "a fault elsewhere"],
    ['{"keys": "hidden-key"}', "no object"],
  ])("are never told in a message: %s", async (file) => {
    expect((await faultOf({ file })).message).not.toContain("hidden");
  });

  it.runIf(process.platform !== "win32")(
    "in a file that others can read bring a warning that does not tell them",
    async () => {
      const [warning = "", ...more] = (await load({ file: { keys }, mode: 0o644 })).warnings;
      expect(warning).toMatch(
        /config\.json holds keys and others can read or change it; run: chmod 600 .*config\.json$/,
      );
      expect(warning).not.toContain("from-file");
      expect(more).toEqual([]);
      expect((await load({ file: { keys }, mode: 0o600 })).warnings).toEqual([]);
      expect((await load({ file: { timeout: 5 }, mode: 0o644 })).warnings).toEqual([]);
      // Who may write it could send the keys elsewhere.
      expect((await load({ file: { keys }, mode: 0o620 })).warnings.length).toBe(1);
    },
  );
});
