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
      return gap.status >= 500 ? "The venue has trouble. Try again later." : null;
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
    case "unpublished":
    case "implausible":
    case "stale":
      return null;
  }
}
