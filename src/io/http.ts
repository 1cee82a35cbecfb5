/**
 * axios behind `Http`. Any status is an answer; what yields none becomes `Unavailable` in plain words. Redirects are
 * handed back as they are: `redirects.ts` decides, so that a key never travels to a host it was not meant for.
 */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { Overdue, Unavailable } from "../core/gap.ts";
import type { Instant } from "../core/time.ts";
import type { Http } from "../ports.ts";
import { errnoOf } from "./errno.ts";
import { lookups } from "./lookup.ts";
import { proxyTo } from "./proxy.ts";

export interface HttpOptions {
  /** Of the program, for the User-Agent. */
  readonly version: string;
  /** The run's own end: its deadline or an interrupt. */
  readonly signal: AbortSignal;
  /** Stamps the answers. */
  readonly now: () => Instant;
  /** Deadline of one exchange. axios' own `timeout` is idle time, which a dripping body never exceeds. */
  readonly deadlineMs?: number;
  /** Bound of a body, on the wire and after decompression. */
  readonly maxBytes?: number;
}

const DEADLINE_MS = 20_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** axios would take a compressed body that is cut off for a whole one, so it is opened here. */
const DECODERS = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;
type Encoding = keyof typeof DECODERS;
const isEncoding = (name: string): name is Encoding => Object.hasOwn(DECODERS, name);

/** Asks over the network, through HTTPS_PROXY and NO_PROXY where they are set. */
export function overAxios(options: HttpOptions): Http {
  const { version, signal: run, now, deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES } = options;
  // Not AbortSignal.any(): what it joins is held weakly, and so with the whole exchange until the next full collection.
  const underWay = new Set<AbortController>();
  run.addEventListener("abort", () => {
    for (const exchange of underWay) exchange.abort();
  });

  const { addressesOf, isUnderWay } = lookups(run);

  return async (request) => {
    const { default: axios } = await import("axios");
    const { host, hostname } = new URL(request.url);
    if (run.aborted) throw unreachable(`the time of the run was over before ${host} was asked`);
    const exchange = new AbortController();
    underWay.add(exchange);
    const timer = setTimeout(() => {
      exchange.abort();
    }, deadlineMs);
    const started = performance.now();
    try {
      const response = await axios.request<unknown>({
        url: request.url,
        method: request.body === undefined ? "GET" : "POST",
        // As bytes, because axios parses and trims a JSON body that is text.
        ...(request.body === undefined ? {} : { data: Buffer.from(request.body) }),
        headers: {
          Accept: "*/*",
          "Accept-Encoding": Object.keys(DECODERS).join(", "),
          ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
          "User-Agent": `btc-report/${version} (+https://www.npmjs.com/package/btc-report)`,
          ...request.headers,
        },
        responseType: "arraybuffer",
        decompress: false,
        validateStatus: () => true,
        maxRedirects: 0,
        maxContentLength: maxBytes,
        signal: exchange.signal,
        lookup: async (name: string) => [[...(await addressesOf(name))]],
      });
      const header = (name: string): string | undefined => {
        const value: unknown = response.headers[name];
        return typeof value === "string" ? value : undefined;
      };
      const body = await plain(response.data, header("content-encoding"), maxBytes);
      const retryAfter = header("retry-after");
      const location = header("location");
      return {
        status: response.status,
        at: now(),
        ms: performance.now() - started,
        body,
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(location === undefined ? {} : { location }),
      };
    } catch (error) {
      const isUnknown = isUnderWay(hostname);
      if (run.aborted) {
        const lacks = isUnknown ? `DNS had told the address of ${host}` : `${host} answered`;
        throw unreachable(`the time of the run was over before ${lacks}`);
      }
      if (exchange.signal.aborted) {
        const silent = isUnknown ? `DNS did not tell the address of ${host}` : `${host} did not answer`;
        throw new Overdue(`${silent} within ${deadlineMs / 1000} s`);
      }
      throw translated(error, host, maxBytes, proxyTo(request.url));
    } finally {
      clearTimeout(timer);
      underWay.delete(exchange);
    }
  };
}

async function plain(data: unknown, encoding: string | undefined, maxOutputLength: number): Promise<Uint8Array> {
  if (!Buffer.isBuffer(data)) throw new TypeError("axios gave no bytes");
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (data.length === 0 || !isEncoding(name)) return data;
  return DECODERS[name](data, { maxOutputLength });
}

const unreachable = (detail: string): Unavailable => new Unavailable({ why: "unreachable", detail });

const DNS = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ENODATA"]);
const BROKEN = new Set(["ECONNRESET", "ECONNABORTED", "EPIPE", "ERR_BAD_RESPONSE", "ERR_STREAM_PREMATURE_CLOSE"]);
const TLS =
  /^(?:EPROTO|ERR_SSL_.*|ERR_TLS_.*|.*CERT.*|UNABLE_TO_.*|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED)$/;

/**
 * What went wrong, in words made from the error's code alone: its message may quote what was sent. An error without
 * a code is a mistake of ours and stays as it is.
 */
function translated(error: unknown, host: string, maxBytes: number, proxy: string | null): unknown {
  const code = errnoOf(error);
  if (!(error instanceof Error) || code === undefined) return error;
  if (code === "ERR_BUFFER_TOO_LARGE" || error.message.startsWith("maxContentLength")) {
    // Not "unreachable", because asking again would bring it again.
    const detail = `answer of ${host} larger than ${maxBytes / 1024 / 1024} MB`;
    return new Unavailable({ why: "malformed", at: "body", detail });
  }
  if (code === "ERR_INVALID_CHAR") return error;
  if (DNS.has(code)) return unreachable(`DNS lookup of ${lookedUp(error) ?? host} failed`);
  // Where there is a proxy, it is what we connect to.
  const peer = proxy === null ? host : `the proxy ${proxy} (for ${host})`;
  if (code === "ECONNREFUSED") return unreachable(`connection refused by ${peer}`);
  if (BROKEN.has(code)) return unreachable(`connection broken off by ${host}`);
  if (TLS.test(code)) {
    const reason = code === "EPROTO" ? "protocol error" : code.replace(/^ERR_/, "").replaceAll("_", " ").toLowerCase();
    return unreachable(`TLS failed: ${reason} (${host})`);
  }
  if (code.startsWith("HPE_")) return unreachable(`${host} does not speak HTTP`);
  if (code.startsWith("Z_") || code.startsWith("ERR__ERROR_FORMAT")) {
    return unreachable(`compressed answer of ${host} cut off or damaged`);
  }
  return unreachable(`no connection to ${peer} (${code})`);
}

/** The name that could not be resolved: the proxy's, where it is the proxy that is not known. */
function lookedUp(error: Error): string | undefined {
  const { cause } = error;
  return cause instanceof Error && "hostname" in cause && typeof cause.hostname === "string"
    ? cause.hostname
    : undefined;
}
