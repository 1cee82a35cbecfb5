/** Open interest as it is shown: shares, changes of venues and of all, and what others report. */
import { onGrid } from "../../../core/panel.ts";
import { coverageSuffices, rankedIsWhole, sameMembers, sourcesAgree } from "../../../core/plausible/claims.ts";
import { decreaseInStock } from "../../../core/plausible/open-interest.ts";
import { feedRegime } from "../../../core/plausible/regimes.ts";
import { extremeIsSample } from "../../../core/plausible/series.ts";
import { sharesOfWhole } from "../../../core/plausible/values.ts";
import { labelled, type Verdict } from "../../../core/plausible/verdict.ts";
import { series, type Series } from "../../../core/series.ts";
import { DAY, endOfDay, parseDay, parseInstant, type Instant } from "../../../core/time.ts";
import { btc, ratio } from "../../../core/units.ts";
import { told, type Input } from "../../input.ts";
import type { Change, Changes, OpenInterestSection, TotalChange, VenueLine } from "../../report.ts";
import type { Admits } from "./ledger.ts";
import { asCoins, asDollars, growthFits } from "./printed.ts";

export function openInterestChecked(input: Input, section: OpenInterestSection, admits: Admits): OpenInterestSection {
  const shares = section.venues.flatMap(({ share }) => (share === null ? [] : [ratio(share)]));
  admits({ section: "open-interest", figure: "openInterest.venues" }, sharesOfWhole(shares));
  crossCheck(input, section, admits);
  const past = pastOf(input);
  const each = windowed(section.changes, (window, one) =>
    admits(
      { section: "open-interest", figure: `openInterest.changes.${window}` },
      labelled(window, totalVerdicts(window, one, section, past, input)),
    ),
  );
  return {
    ...section,
    venues: section.venues.map((line) => venueChecked(line, past, input, admits)),
    changes: each,
    anchor: each.anchor === null ? { ...section.anchor, date: null, btc: null, usd: null } : section.anchor,
  };
}

/** Windows without those that do not pass. */
function windowed<T>(
  changes: Readonly<Record<keyof Changes, T | null>>,
  passes: (window: keyof Changes, one: T) => boolean,
): Record<keyof Changes, T | null> {
  const kept = (window: keyof Changes): T | null => {
    const one = changes[window];
    return one === null || passes(window, one) ? one : null;
  };
  return { "1d": kept("1d"), "7d": kept("7d"), "30d": kept("30d"), anchor: kept("anchor") };
}

/** Instants at which a contract of a venue was sampled, and by whom. */
interface Past {
  readonly venue: string;
  readonly source: string;
  readonly symbol: string;
  readonly samples: Series<unknown>;
}
const pastOf = (input: Input): readonly Past[] =>
  told(input, "openInterestHistory").flatMap(({ source, value }) =>
    value.of.map(({ market, value: samples }) => ({
      venue: source.venue ?? source.id,
      source: source.id,
      symbol: market.symbol,
      samples,
    })),
  );

const isSampled = ({ samples }: Past, at: Instant): boolean => onGrid(samples, at) !== null;

/** What every change must be, whoever's it is. */
const changeVerdicts = (one: Change): readonly Verdict[] => [
  ...decreaseInStock(btc(one.fromBtc - one.toBtc), btc(one.fromBtc)),
  ...growthFits(one.btc, asCoins(one.fromBtc), asCoins(one.toBtc)),
  ...growthFits(one.usd, asDollars(one.fromUsd), asDollars(one.toUsd)),
];

function totalVerdicts(
  window: keyof Changes,
  one: TotalChange,
  section: OpenInterestSection,
  past: readonly Past[],
  input: Input,
): readonly Verdict[] {
  const at = parseInstant(one.fromAt);
  if (at === null) return [];
  const own = past.filter(({ venue }) => one.venues.includes(venue));
  const before = one.venues.filter((id) => own.some((each) => each.venue === id && isSampled(each, at)));
  const now = one.venues.filter((id) => section.venues.some((line) => line.id === id && line.share !== null));
  return [
    ...coverageSuffices(ratio(one.coverage)),
    ...sameMembers(before, now),
    ...changeVerdicts(one),
    ...(window === "anchor" ? anchorVerdicts(one, at, own, input) : []),
    ...regimes(own, at, input),
  ];
}

/** An extreme of daily closes is the close of a day that is over, and one that was sampled. */
function anchorVerdicts({ fromDate }: Change, at: Instant, past: readonly Past[], input: Input): readonly Verdict[] {
  const day = parseDay(fromDate);
  const instants = past
    .flatMap(({ samples }) => [...samples, ...(onGrid(samples, at) === null ? [] : [{ at }])])
    .map((point) => ({ at: point.at, value: null }));
  return [
    ...(day === null ? [] : rankedIsWhole({ period: day, complete: at % DAY === 0 && endOfDay(day) <= input.asOf })),
    ...extremeIsSample(at, series(instants)),
  ];
}

/** Of the feeds that tell the start. */
function regimes(past: readonly Past[], at: Instant, input: Input): readonly Verdict[] {
  const feeds = new Set(past.filter((each) => isSampled(each, at)).map(({ source }) => source));
  return [...feeds].flatMap((feed) => feedRegime(feed, "openInterestHistory", at, input.asOf, "figure"));
}

function venueChecked(line: VenueLine, all: readonly Past[], input: Input, admits: Admits): VenueLine {
  const past = all.filter(({ venue }) => venue === line.id);
  const checked = (path: string, what: string, changes: Changes, symbols: readonly string[] | null): Changes =>
    windowed(changes, (window, one) => {
      const at = parseInstant(one.fromAt);
      const verdicts = [
        ...changeVerdicts(one),
        ...(at === null || symbols === null ? [] : scopeVerdicts(one, at, symbols, past)),
        ...(at === null || window !== "anchor" ? [] : anchorVerdicts(one, at, past, input)),
      ];
      const figure = `openInterest.venues.${line.id}.${path}changes.${window}`;
      return admits({ section: "open-interest", source: line.id, figure }, labelled(`${what}, ${window}`, verdicts));
    });
  return {
    ...line,
    changes: checked("", line.name, line.changes, null),
    scopes: line.scopes.map((scope) => ({
      ...scope,
      changes: checked(
        `scopes.${scope.id}.`,
        `${line.name} ${scope.id}`,
        scope.changes,
        // "All" are those that have a value at both ends, and the report says how many these are.
        scope.id === "all" ? null : scope.id.split("+"),
      ),
    })),
  };
}

/** A scope has its contracts' names: a change of it is of all of them. */
function scopeVerdicts(
  { contracts }: Change,
  at: Instant,
  symbols: readonly string[],
  past: readonly Past[],
): readonly Verdict[] {
  if (contracts === symbols.length) return [];
  return sameMembers(
    symbols.filter((symbol) => past.some((each) => each.symbol === symbol && isSampled(each, at))),
    symbols,
  );
}

/** the same venue's open interest as a third party reports it, beside ours and never mixed in. */
function crossCheck(input: Input, section: OpenInterestSection, admits: Admits): void {
  for (const { source, value } of told(input, "reportedOpenInterest")) {
    for (const { venue, usd: reported, scope } of value) {
      const own = section.venues.find((one) => one.id === venue);
      // A weekly figure and a live one are not the same figure.
      if (own === undefined || own.share === null) continue;
      const ours = own.contracts
        .filter(({ kind }) => scope === undefined || kind === "perpetual")
        .reduce((sum, one) => sum + one.usd, 0);
      const counted = scope ?? "all contracts";
      admits(
        { section: "open-interest", source: source.id, figure: `openInterest.venues.${venue}.usd` },
        sourcesAgree(`open interest of ${own.name}, USD,`, [
          { source: "btc-report", scope: counted, value: ours },
          { source: source.name, scope: counted, value: reported },
        ]),
      );
    }
  }
}
