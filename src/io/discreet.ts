/** Upstreams may quote the key they were sent, in an error page for instance. Nobody is told it. */
import type { Http, HttpAnswer } from "../ports.ts";

/** Stands where a key stood. */
const HIDDEN = "[key]";

/** What comes back to a question that carried one of the keys has it taken out before anyone sees, keeps or records it. */
export function discreet(http: Http, keys: readonly string[]): Http {
  return async (request) => {
    const sent = Object.values(request.headers).filter((value) => keys.includes(value));
    const answer = await http(request);
    return sent.reduce(without, answer);
  };
}

function without(answer: HttpAnswer, key: string): HttpAnswer {
  const hide = (text: string): string => text.replaceAll(key, HIDDEN).replaceAll(encodeURIComponent(key), HIDDEN);
  const { location, body } = answer;
  // Latin-1 and back leaves every other byte as it was.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
  const hidden = hide(text);
  return {
    ...answer,
    ...(hidden === text ? {} : { body: Buffer.from(hidden, "latin1") }),
    ...(location === undefined ? {} : { location: hide(location) }),
  };
}
