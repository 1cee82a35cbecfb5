/** Names are looked up once, and elsewhere if that can be. That it ends with the run is in `end.test.ts`. */
import { lookup } from "node:dns/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { lookups, type Lookups } from "../../src/io/lookup.ts";

function looking(): Lookups {
  const run = new AbortController();
  onTestFinished(() => run.abort());
  return lookups(run.signal);
}
/** A label of 64 letters is refused by the resolver without asking anybody. */
const WRONG = `${"a".repeat(64)}.test`;

describe("a name", () => {
  it("has the addresses that the system gives, and is looked up once", async () => {
    const { addressesOf, isUnderWay } = looking();
    const first = addressesOf("localhost");
    expect(isUnderWay("localhost")).toBe(true);
    expect(addressesOf("localhost")).toBe(first);
    expect(await first).toEqual(await lookup("localhost", { all: true }));
    expect(isUnderWay("localhost")).toBe(false);
    expect(addressesOf("localhost")).toBe(first);
  });

  it("that was not found has the error of the system, and is looked up again when it is asked for again", async () => {
    const { addressesOf } = looking();
    const error = { message: `getaddrinfo ENOTFOUND ${WRONG}`, code: "ENOTFOUND", hostname: WRONG };
    const first = addressesOf(WRONG);
    await expect(first).rejects.toMatchObject(error);
    const again = addressesOf(WRONG);
    expect(again).not.toBe(first);
    await expect(again).rejects.toMatchObject(error);
  });

  it.each(["/nowhere/node", "/bin/true"])("is looked up in this process where there is no other: %s", async (path) => {
    const { execPath } = process;
    process.execPath = path;
    onTestFinished(() => {
      process.execPath = execPath;
    });
    const { addressesOf } = looking();
    expect(await addressesOf("localhost")).toEqual(await lookup("localhost", { all: true }));
    await expect(addressesOf(WRONG)).rejects.toMatchObject({ code: "ENOTFOUND" });
  });
});
