/**
 * Venues that say "too many requests" in the body, with status 200 or another that says nothing of it. Such an answer
 * becomes the 429 that it is, so that one who asks meets one kind of refusal: waited for, asked again, and left alone
 * where that does not help. Likewise a venue's own trouble inside a 200 becomes a 503: it is asked again.
 */
import type { Http, HttpAnswer } from "../ports.ts";

/** How a host says it. */
export interface Limit {
  /** Where the body of a refusal has its code; undefined where there is none. */
  readonly code: (body: unknown) => unknown;
  /**
   * What each code asks to wait, in seconds: as long as the venue says, or the window that its limit is counted in. 0
   * where neither is documented; then the pauses of any other 429 hold.
   */
  readonly waits: Readonly<Record<string, number>>;
  /** Codes of its own trouble, which may be over with the next try; only those that it documents. */
  readonly busy?: readonly string[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const under =
  (...path: readonly string[]): Limit["code"] =>
  (body) =>
    path.reduce<unknown>((part, name) => (isObject(part) && Object.hasOwn(part, name) ? part[name] : undefined), body);
const firstOf =
  (...places: readonly Limit["code"][]): Limit["code"] =>
  (body) =>
    places.map((place) => place(body)).find((code) => code !== undefined);

/**
 * docs-v5, "Error code": 50011 with status 200 or 429, 50061 of a sub-account; every limit is counted over 2 s. 50001
 * "Service temporarily unavailable", 50013 "System is busy", 50026 "System error".
 */
const OKX: Limit = { code: under("code"), waits: { "50011": 2, "50061": 2 }, busy: ["50001", "50013", "50026"] };
/** docs-new, "Rate limit": 429000, counted over 30 s. "Errors code": 500000, "Internal Server Error". */
const KUCOIN: Limit = { code: under("code"), waits: { "429000": 30 }, busy: ["500000"] };

/**
 * By host. What always comes with status 429 (Binance, Coinalyze, Coinbase, dYdX, Hyperliquid and others) needs no line.
 */
export const LIMITS: Readonly<Record<string, Limit>> = {
  "openapi.okx.com": OKX,
  "www.okx.com": OKX,
  // v5/rate-limit: 10006 is counted by the second; 10018 is the limit of an address, to be left alone for 10 minutes.
  // v5/error: 10016 is an internal error, or a service that starts again.
  "api.bybit.com": { code: under("retCode"), waits: { "10006": 1, "10018": 600 }, busy: ["10016"] },
  // Futures, "Error code": 510 in a 200; 20 requests in 2 s.
  "api.mexc.com": { code: under("code"), waits: { "510": 2 } },
  // USDT-M and coin-M, "Error code": 1032 in a 200, under another name in each generation; counted over 3 s.
  "api.hbdm.com": { code: firstOf(under("err_code"), under("err-code"), under("code")), waits: { "1032": 3 } },
  "api-futures.kucoin.com": KUCOIN,
  "api.kucoin.com": KUCOIN,
  // apiv4, "Frequency limit": the label of a 429; 200 requests in 10 s.
  "api.gateio.ws": { code: under("label"), waits: { TOO_MANY_REQUESTS: 10 } },
  // api-doc, "Error code": 429 as text in a 429 or a 200; counted by the second.
  "api.bitget.com": { code: under("code"), waits: { "429": 1 } },
  // Seen with status 400 and 429, without a word on when.
  "www.deribit.com": { code: under("error", "code"), waits: { "10028": 0 } },
  // "Rate limits": the address is blocked for 60 s.
  "api-pub.bitfinex.com": { code: under("error"), waits: { ERR_RATE_LIMIT: 60 } },
  // exchange/v1, "Response and reason codes": counted by the second.
  "api.crypto.com": { code: under("code"), waits: { "42901": 1 } },
  // Futures, "Errors": result "error" in a 200; the budget is counted over 10 s.
  "futures.kraken.com": { code: under("error"), waits: { apiLimitExceeded: 10 } },
  // Observed: 429 in a 200, in one of two shapes; counted by the minute.
  "api.coingecko.com": {
    code: firstOf(under("status", "error_code"), under("error", "status", "error_code")),
    waits: { "429": 60 },
  },
  // "Errors & Rate Limits": the status is 200 whatever happened; counted by the minute.
  "open-api-v4.coinglass.com": { code: under("code"), waits: { "429": 60 } },
  // "Errors and rate limits": 1008 is counted by the minute; of a day, a month and an address, where no wait is stated.
  "pro-api.coinmarketcap.com": {
    code: under("status", "error_code"),
    waits: { "1008": 60, "1009": 0, "1010": 0, "1011": 0 },
  },
};

/** What refuses is short; what is long is data. */
const LONGEST = 4_096;

/**
 * Makes an answer that says in its body that it is one too many a 429, with the wait that its venue documents, and one
 * with status 200 that says that the venue has trouble a 503. Another status has said what there is to say.
 */
export function limited(http: Http): Http {
  return async (request) => {
    const answer = await http(request);
    const limit = LIMITS[new URL(request.url).host];
    if (limit === undefined || answer.body.length > LONGEST) return answer;
    const code = String(limit.code(jsonOf(answer)));
    if (answer.status === 200 && limit.busy?.includes(code) === true) return { ...answer, status: 503 };
    const wait = Object.hasOwn(limit.waits, code) ? limit.waits[code] : undefined;
    if (wait === undefined) return answer;
    const { retryAfter = wait > 0 ? String(wait) : undefined } = answer;
    return { ...answer, status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) };
  };
}

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
