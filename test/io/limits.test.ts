import { describe, expect, it } from "vitest";
import { limited } from "../../src/io/limits.ts";
import type { HttpAnswer } from "../../src/ports.ts";
import { answer, request } from "./server.ts";

/** What becomes of an answer; how every venue says it is in test/faults/transport.test.ts. */
const made = (host: string, says: HttpAnswer): Promise<HttpAnswer> =>
  limited(() => Promise.resolve(says))(request(`https://${host}/x`));
const BUSY = '{"code":"50011","data":[],"msg":"Too Many Requests"}';

describe("an answer that says that there were too many requests", () => {
  it.each([200, 400, 429, 500])("with status %i is a 429 with the wait that the venue documents", async (status) => {
    expect(await made("www.okx.com", answer(status, BUSY))).toEqual(answer(429, BUSY, { retryAfter: "2" }));
  });

  it("keeps the wait that it asks for itself", async () => {
    const says = answer(200, BUSY, { retryAfter: "7" });
    expect(await made("www.okx.com", says)).toEqual({ ...says, status: 429 });
  });

  it("has none where none is documented", async () => {
    const body = '{"error":{"code":10028,"message":"too_many_requests"}}';
    expect(await made("www.deribit.com", answer(400, body))).toEqual(answer(429, body));
  });
});

describe("an answer that says in a 200 that the venue has trouble", () => {
  it.each([
    ["www.okx.com", '{"code":"50001","data":[],"msg":"Service temporarily unavailable. Try again later."}'],
    ["openapi.okx.com", '{"code":"50013","data":[],"msg":"Systems are busy. Please try again later."}'],
    ["www.okx.com", '{"code":"50026","data":[],"msg":"System error. Try again later."}'],
    ["api.bybit.com", '{"retCode":10016,"retMsg":"Server error.","result":{}}'],
    ["api-futures.kucoin.com", '{"code":"500000","msg":"Internal Server Error"}'],
    ["api.kucoin.com", '{"code":"500000","msg":"Internal Server Error"}'],
  ])("is a 503, of %s: %s", async (host, body) => {
    expect(await made(host, answer(200, body))).toEqual(answer(503, body));
  });

  it.each([400, 429, 500, 503])("stays what it is with status %i", async (status) => {
    const says = answer(status, '{"code":"50013","data":[],"msg":"Systems are busy."}');
    expect(await made("www.okx.com", says)).toBe(says);
  });
});

describe("any other answer stays as it is", () => {
  it.each([
    ["good", "www.okx.com", '{"code":"0","data":[{"oi":"50011"}]}'],
    ["another refusal", "www.okx.com", '{"code":"51001","data":[],"msg":"Instrument ID does not exist"}'],
    ["another venue's code", "api.bybit.com", BUSY],
    ["of a host that nothing is known of", "a.test", BUSY],
    ["as long as data", "www.okx.com", BUSY.padEnd(4_097)],
    ["no JSON", "www.okx.com", "<html>50011</html>"],
    ["no object", "www.okx.com", "50011"],
    ["null", "www.okx.com", "null"],
    ["of a name that every object has", "www.okx.com", '{"code":"constructor"}'],
    ["without the place of the code", "www.deribit.com", '{"error":"10028"}'],
    ["an odd error", "www.deribit.com", '{"error":{"__proto__":{"code":10028}}}'],
  ])("%s", async (_, host, body) => {
    const says = answer(200, body);
    expect(await made(host, says)).toBe(says);
  });

  it("as long as a refusal may be", async () => {
    expect((await made("www.okx.com", answer(200, BUSY.padEnd(4_096)))).status).toBe(429);
  });
});
