/** `diff`: the article's day against the same day with known changes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { difference, differenceText } from "../src/report/diff.ts";
import { Report } from "../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";

const folder = await mkdtemp(join(tmpdir(), "btc-report-diff-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --json --levels 92000`);
const report = Report.parse(JSON.parse(out));

/** A later report: price +10 %, its change of a day from -7.2 % to +2 %, Fear & Greed from 16 to 20. */
function later(): Report {
  const copy = structuredClone(report);
  if (copy.price === null || copy.fearGreed === null) throw new Error("no price");
  copy.asOf = "2026-01-31T06:00:00Z";
  copy.price.usd = 82_880.1 * 1.1;
  if (copy.price.changes["1d"] !== null) copy.price.changes["1d"].ratio = 0.02;
  copy.fearGreed.value = 20;
  return copy;
}
/** Without a venue, its figures and with a gap that says so. */
function without(venue: string): Report {
  const copy = structuredClone(report);
  if (copy.openInterest === null) throw new Error("no open interest");
  copy.openInterest.venues = copy.openInterest.venues.filter(({ id }) => id !== venue);
  for (const id of Object.keys(copy.figures)) {
    if (id.startsWith(`openInterest.venues.${venue}.`)) delete copy.figures[id];
  }
  copy.gaps.push({
    source: venue,
    dataset: "openInterest",
    why: "refused",
    status: 451,
    detail: "restricted",
    advice: null,
  });
  return copy;
}

async function written(name: string, content: Report): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe("what moved", () => {
  it("stands by section, then size, with its change", () => {
    const { moved, appeared, missing } = difference(report, later());
    expect(moved.map(({ after }) => after.id)).toEqual(["price.usd", "price.changes.1d.ratio", "fearGreed.value"]);
    expect(moved[0]?.change).toBeCloseTo(0.1, 12);
    // From 16 to 20, which is no percentage.
    expect(moved[2]).toMatchObject({ difference: 4, change: null });
    expect([appeared, missing]).toEqual([
      { venues: [], gaps: [], figures: [] },
      { venues: [], gaps: [], figures: [] },
    ]);
  });

  it("is printed in its unit; a ratio by the points that it went", async () => {
    const [a, b] = [await written("a.json", report), await written("b.json", later())];
    const { code, out: text, err } = await command(`diff ${a} ${b}`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(text).toContain("From 2026-01-30T06:00:00Z to 2026-01-31T06:00:00Z\n");
    expect(text).toContain("\nprice\n  price.usd: $82,880.10 -> $91,168.11, +10.0 %\n");
    // From -7.2 % (-0.0723...) to 2 %.
    expect(text).toContain("  price.changes.1d.ratio: -7.2 % -> 2.0 %, +9.2 %-points\n");
    expect(text).toContain("\nfearGreed\n  fearGreed.value: 16 -> 20, +4 points\n");
    const { out: asJson } = await command(`diff ${a} ${b} --json`);
    expect(JSON.parse(asJson)).toMatchObject({ moved: [{ before: { value: 82_880.1 } }, {}, {}] });
    expect((await command(`diff ${a} ${a}`)).out).toContain("Nothing changed.");
    const env = { BTC_REPORT_DATA_DIR: folder };
    await writeFile(join(folder, "last-report.json"), await readFile(b, "utf8"));
    expect((await command(`diff ${a} --json`, { env })).out).toBe(asJson);
    expect((await command(`diff ${a} --report ${b} --json`)).out).toBe(asJson);
    const replayed = await command(`diff ${a} --replay ${DAY_OF_THE_ARTICLE} --levels 92000`);
    expect(replayed.out).toContain("Nothing changed.");
    expect(await command(`diff ${a} ${b} --report ${b}`)).toMatchObject({ code: 64, out: "" });
    expect(await command(`diff ${a}`)).toMatchObject({ code: 65, out: "" });
    const stdin = await readFile(b, "utf8");
    expect((await command(`diff ${a} - --json`, { stdin })).out).toBe(asJson);
    expect(await command("diff - -", { stdin })).toMatchObject({
      code: 64,
      out: "",
      err: "btc-report: -: only one of the two reports can come in on stdin\n",
    });
  });

  it("is a difference where it has no percentage: points, counts, what crosses 0", () => {
    const [then, now] = [structuredClone(report), structuredClone(report)];
    for (const [copy, values] of [
      [then, { points: -10, hhi: 1563.6514, days: 29.25, netBtc: -2_500 }],
      [now, { points: 3, hhi: 1601.2, days: 30, netBtc: 1_250 }],
    ] as const) {
      const { fearGreed, openInterest, volume, positioning } = copy;
      const month = volume?.months.at(-1);
      if (!fearGreed?.changes["1d"] || !openInterest?.concentration || !month || !positioning?.cme) {
        throw new Error("absent");
      }
      fearGreed.changes["1d"].points = values.points;
      openInterest.concentration.hhi = values.hhi;
      month.days = values.days;
      positioning.cme.leveragedNetBtc = values.netBtc;
    }
    const text = differenceText(then, now);
    expect(text).toContain("  fearGreed.changes.1d.points: -10 -> 3, +13 points\n");
    expect(text).toContain("  openInterest.concentration.hhi: 1,564 -> 1,601, +38\n");
    expect(text).toContain("  volume.months.2026-01.days: 29.3 -> 30, +0.8\n");
    expect(text).toContain("  positioning.cme.leveragedNetBtc: -2,500 BTC -> 1,250 BTC, +3,750 BTC\n");
    expect(difference(then, now).moved.map(({ change }) => change)).toEqual([null, null, null, null]);
    expect(text).not.toContain("like for like");
  });

  it("of a model says so, with its range, and is no news where only one report has it", () => {
    const copy = structuredClone(report);
    const level = copy.liquidationMap?.levels[0];
    if (level === undefined) throw new Error("no level");
    level.usd *= 2;
    expect(differenceText(report, copy)).toMatch(
      /\n {2}liquidationMap\.levels\.92000\.usd: \$\S+ \(model, range .*\) -> \$\S+ \(model, range .*\), \+100 %\n/,
    );
    const other = structuredClone(report);
    for (const [id, line] of Object.entries(other.figures)) if (line.class === "model") delete other.figures[id];
    expect(difference(report, other).missing.figures).toEqual([]);
  });
});

describe("what appeared and what went missing", () => {
  it("are venues, gaps and figures", () => {
    const gone = difference(report, without("okx"));
    expect(gone.missing.venues).toEqual(["okx"]);
    expect(gone.missing.figures).toContain("openInterest.venues.okx.btc");
    expect(gone.appeared.gaps).toMatchObject([{ source: "okx", why: "refused", status: 451 }]);
    const back = difference(without("okx"), report);
    expect(back.appeared.venues).toEqual(["okx"]);
    expect(back.missing.gaps).toMatchObject([{ source: "okx", why: "refused" }]);
    const text = differenceText(report, without("okx"));
    expect(text).toContain("\nvenues missing\n  okx\n");
    expect(text).toContain("\ngaps appeared\n  okx open interest: refused 451, restricted\n");
    expect(text).toMatch(/\nfigures missing\n(?: {2}openInterest\.venues\.okx\..*\n){20} {2}and \d+ more; --json/);
  });
});

describe("sums of other venues", () => {
  /** With these exchanges alone in its open interest, and in its months. */
  function only(...ids: readonly string[]): Report {
    const copy = structuredClone(report);
    if (copy.openInterest === null || copy.volume === null) throw new Error("no section");
    copy.openInterest.venues = copy.openInterest.venues.filter(({ id }) => ids.includes(id));
    for (const month of copy.volume.months) month.venues = month.venues.filter(({ id }) => ids.includes(id));
    return copy;
  }

  it("are said to be so before anything else", () => {
    expect(differenceText(only("okx", "bybit", "gate"), report)).toMatch(
      /^From \S+ to \S+\nOpen interest: 3 exchanges before, 15 after: sums are not like for like\nVolume of 2026-01: 3 exchanges before, 14 after: sums are not like for like\n\n/,
    );
    expect(differenceText(only("okx"), only("bybit"))).toContain(
      "\nOpen interest: 1 exchange before, 1 after, 0 of them the same: sums are not like for like\n",
    );
  });

  it("are compared where both reports have them", () => {
    const elsewhere = only("okx", "bybit", "gate");
    elsewhere.openInterest = null;
    elsewhere.volume = null;
    expect(differenceText(elsewhere, report)).not.toContain("like for like");
  });
});

describe("a file that cannot be used", () => {
  it("is named with the reason", async () => {
    const good = await written("good.json", report);
    const bad = join(folder, "bad.json");
    await mkdir(join(folder, "folder.json"));
    const failing = async (words: string): Promise<string> => {
      const { code, out: text, err } = await command(`diff ${words}`);
      expect([words, code, text]).toEqual([words, 65, ""]);
      return err;
    };
    expect(await failing(`${good} ${folder}/none.json`)).toContain("none.json: no such file");
    expect(await failing(`${folder}/folder.json ${good}`)).toContain("folder.json: it is a folder");
    await writeFile(bad, "{");
    expect(await failing(`${good} ${bad}`)).toContain("bad.json: not valid JSON");
    await writeFile(bad, JSON.stringify({ ...report, price: { ...report.price, usd: "82880.1" } }));
    expect(await failing(`${bad} ${good}`)).toMatch(/bad\.json: not a report of this version: price\.usd: .*number/);
  });
});
