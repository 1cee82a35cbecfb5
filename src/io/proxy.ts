/** The proxies of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY), as axios finds them. */
import { getProxyForUrl } from "proxy-from-env";

/** Host and port of the proxy on the way to an address, without name and password; null where there is none. */
export function proxyTo(url: string): string | null {
  const proxy = getProxyForUrl(url);
  return URL.canParse(proxy) ? new URL(proxy).host : null;
}

/** What is wrong with a proxy on the way to one of these addresses: only HTTP is spoken to proxies. Null: nothing. */
export function wrongProxy(urls: readonly string[]): string | null {
  for (const url of urls) {
    const proxy = getProxyForUrl(url);
    if (proxy === "" || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) continue;
    const name = new URL(url).protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    // No more than its scheme is told: a password may stand behind it.
    const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(proxy)?.[0] ?? "";
    return `${name}, ALL_PROXY: expected an address that begins with http:// or https://, found "${scheme}..."`;
  }
  return null;
}
