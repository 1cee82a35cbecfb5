/** What a reader can do about a gap. */
import { isHeld, isOffline, TOO_FREQUENT, type Gap } from "../core/gap.ts";

export function advice(gap: Gap): string | null {
  switch (gap.why) {
    case "refused":
      if (isHeld(gap)) {
        return "Wait until then, take another way with --relay or HTTPS_PROXY, or delete blocked.json in the cache folder.";
      }
      if (gap.status === 418 || gap.status === 429 || (gap.status === 403 && TOO_FREQUENT.test(gap.detail)))
        return "Too many requests from this address. Wait before the next run.";
      if (gap.status === 451 || gap.status === 403) {
        return "The venue blocks this network or region. Use --relay with a server elsewhere, or HTTPS_PROXY.";
      }
      return ofStatus(gap.status);
    case "unreachable":
      if (isOffline(gap)) return "Run without --offline to ask it.";
      return "Check the network, --timeout, and --relay or HTTPS_PROXY where one is set; try again.";
    case "unconfigured":
      return "Set the key in the environment to have it.";
    case "malformed":
      return "The venue may have changed its format. Look for a newer version of btc-report.";
    case "unrecorded":
      return "Record again with the same options.";
    case "bug":
      return "Please report it, with the output of -v.";
    case "implausible":
      return "It stays out as long as it breaks the rule. Try again later, or look it up at the source.";
    case "stale":
      return "Try again when the source has newer figures.";
    case "unpublished":
      return null;
  }
}

/** Of a refusal that is neither of this network nor of too many requests. */
function ofStatus(status: number): string {
  if (status >= 500) return "The venue has trouble. Try again later.";
  if (status === 401) {
    return "Check its key in the environment, where it takes one; else look for a newer version of btc-report.";
  }
  if (status >= 300 && status < 400) {
    return "The venue has moved, or the network wants a login first. Check the network; look for a newer version of btc-report.";
  }
  return "Try again later. Where it stays so, the venue may have changed what can be asked: look for a newer version of btc-report.";
}
