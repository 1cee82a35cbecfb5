import type { Http } from "../ports.ts";

/** Sends `https://HOST/PATH?QUERY` to `RELAY/HOST/PATH?QUERY`; method, headers and body stay as they are. */
export function relayed(http: Http, relay: string): Http {
  const base = relay.replace(/\/+$/, "");
  return (request) => http({ ...request, url: `${base}/${request.url.replace(/^https?:\/\//, "")}` });
}
