/** Redirects, followed by hand: headers may hold a key, so they never travel to another host or out of TLS. */
import { Unavailable } from "../core/gap.ts";
import type { Http, HttpAnswer, HttpRequest } from "../ports.ts";

const MAX_REDIRECTS = 3;

/**
 * Follows up to three redirects within the host that was asked. One to any other host, and so to any private or
 * loopback address that was not itself asked, is `refused`.
 */
export function following(http: Http): Http {
  return async (request) => {
    let { url } = request;
    let ms = 0;
    for (let hops = 0; ; hops += 1) {
      const answer = await http({ ...request, url });
      ms += answer.ms;
      const next = nextUrl(request, url, answer);
      if (next === null) return { ...answer, ms };
      const { host, protocol } = new URL(url);
      const refuse = (what: string): Unavailable =>
        new Unavailable({ why: "refused", status: answer.status, detail: `${host} redirects ${what}` });
      if (next.host !== host) throw refuse(`to another host, ${next.host}`);
      if (protocol === "https:" && next.protocol !== "https:") throw refuse("away from https");
      if (hops === MAX_REDIRECTS) throw refuse(`more than ${MAX_REDIRECTS} times`);
      url = next.href;
    }
  };
}

/** Where the answer sends us, or null where it does not: 301, 302 and 303 would turn a POST into a GET. */
function nextUrl(request: HttpRequest, url: string, { status, location }: HttpAnswer): URL | null {
  const statuses = request.body === undefined ? [301, 302, 303, 307, 308] : [307, 308];
  if (!statuses.includes(status) || location === undefined || !URL.canParse(location, url)) return null;
  return new URL(location, url);
}
