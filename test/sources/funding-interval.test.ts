/** An interval between settlements in another unit: the rate is missing and named, the other contracts have theirs. */
import { describe, expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import { fundingHours } from "../../src/sources/decode.ts";
import { sources } from "../../src/sources/registry.ts";
import { askTapes } from "../support/tapes.ts";

/** Every funding that a source reads of its fixture, with one field of every answer as `edit` says. */
async function read(id: string, field: string, edit: (told: unknown) => unknown) {
  const source = sources.find((one) => one.id === id);
  if (source?.datasets.funding === undefined) throw new Error(id);
  const { ask } = await askTapes(source, `fixtures/${id}`, (http) => async (request) => {
    const answer = await http(request);
    const edited = (key: string, value: unknown): unknown =>
      key === field && value !== null && value !== "" ? edit(value) : value;
    const body = JSON.stringify(JSON.parse(new TextDecoder().decode(answer.body)), edited);
    return { ...answer, body: new TextEncoder().encode(body) };
  });
  return source.datasets.funding(ask).catch((error: unknown) => {
    if (error instanceof Unavailable) return { of: [], lacking: [{ what: "all", gap: error.gap }] };
    throw error;
  });
}
const times = (factor: number) => (told: unknown) =>
  typeof told === "string" ? String(Number(told) * factor) : Number(told) * factor;
const later = (ms: number) => (told: unknown) => String(Number(told) + ms);

describe("a funding interval", () => {
  it.each([
    ["binance", "fundingIntervalHours", times(1000)],
    ["okx", "nextFundingTime", later(86_400_000)],
    ["bybit", "fundingInterval", times(1 / 1000)],
    ["bitget", "fundInterval", times(1000)],
    ["bitget", "fundInterval", times(1 / 1000)],
    ["gate", "funding_interval", times(1000)],
    ["htx", "next_funding_time", later(86_400_000)],
    ["kucoin", "fundingRateGranularity", times(1 / 1000)],
    ["mexc", "collectCycle", times(60)],
  ])("of %s, %s, is malformed in another unit", async (id, field, edit) => {
    const right = await read(id, field, (told) => told);
    const { of, lacking } = await read(id, field, edit);
    expect(right.of).not.toEqual([]);
    expect(of.length).toBeLessThan(right.of.length);
    const named = lacking.filter(({ gap }) => gap.why === "malformed" && gap.detail.includes("of 1 to 24 h, found"));
    expect(named).not.toEqual([]);
    expect(of.every(({ value }) => value.everyHours >= 1 && value.everyHours <= 24)).toBe(true);
  });

  it.each([1, 4, 8, 24])("of %d h is one", (hours) => {
    expect(fundingHours(hours, "here")).toBe(hours);
  });

  it.each([0.9, 24.1, 0, -8, 32])("of %d h is none", (hours) => {
    expect(() => fundingHours(hours, "here")).toThrow(`expected a funding interval of 1 to 24 h, found ${hours} h`);
  });
});
