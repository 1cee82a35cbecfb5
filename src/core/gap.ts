import { inert } from "./inert.ts";

/** Why something is absent. Beyond `collect.ts` a missing figure is this data, never an exception and never 0. */
export type Gap =
  /** The venue has no such figure. */
  | { readonly why: "unpublished"; readonly detail: string }
  /** An optional key is missing. */
  | { readonly why: "unconfigured"; readonly detail: string }
  /** DNS, TLS, a broken connection, the deadline. */
  | { readonly why: "unreachable"; readonly detail: string }
  /** An HTTP status that says no, or a venue's own error inside a 200 answer. */
  | { readonly why: "refused"; readonly status: number; readonly detail: string }
  /** The answer is not what the venue documents: where, and what was found. */
  | { readonly why: "malformed"; readonly at: string; readonly detail: string }
  /** A plausibility rule of the methods keeps it out. */
  | { readonly why: "implausible"; readonly rule: string; readonly detail: string }
  /** Too old for its cadence. */
  | { readonly why: "stale"; readonly detail: string }
  /** A replay was asked for something the recording lacks. */
  | { readonly why: "unrecorded"; readonly detail: string }
  /** Our mistake. */
  | { readonly why: "bug"; readonly detail: string };

/**
 * In the detail of a gap of a host that was not asked, because it banned or blocked us in an earlier run; until when
 * stands behind it, and before it what a part of a dataset is called.
 */
export const NOT_ASKED = "not asked: ";
export const isHeld = ({ detail }: { readonly detail: string }): boolean => detail.includes(NOT_ASKED);

/** In a refusal with status 403: Bybit's answer to too many requests. Its other ones are of a country block. */
export const TOO_FREQUENT = /too frequent|too many/i;

/** The detail of a gap of what a run that asks nobody has not kept; of a part of it, the end of the detail. */
export const OFFLINE = "offline: not in the cache";
export const isOffline = ({ detail }: { readonly detail: string }): boolean => detail.endsWith(OFFLINE);

/**
 * What a source or a port throws when an answer cannot be had; `collect.ts` turns it into its gap. The words may be an
 * upstream's, so they are made inert here, whoever prints them later.
 */
export class Unavailable extends Error {
  readonly gap: Gap;
  constructor(gap: Gap) {
    const detail = inert(gap.detail);
    super(`${gap.why}: ${detail}`);
    this.name = "Unavailable";
    this.gap = gap.why === "malformed" ? { ...gap, at: inert(gap.at), detail } : { ...gap, detail };
  }
}

/** The upstream kept us waiting for all the time that one question may take. */
export class Overdue extends Unavailable {
  constructor(detail: string) {
    super({ why: "unreachable", detail });
  }
}

/** What is no gap but ends the run, such as a recording that cannot be written. */
export class Fatal extends Error {}

/** Absence that the user did not cause and nobody can mend: it never counts as missing. */
export const isExpected = ({ why }: Pick<Gap, "why">): boolean => why === "unpublished" || why === "unconfigured";
