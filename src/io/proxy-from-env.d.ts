/** The package that axios finds its proxies with; it brings no types. */
declare module "proxy-from-env" {
  /** The proxy's address; empty where there is none for this one. */
  export function getProxyForUrl(url: string): string;
}
