/** The exit code is a function of the report and of what was asked for. */
import { isExpected } from "./core/gap.ts";
import { needs, partOf, sections, type SectionName } from "./report/input.ts";
import type { Report } from "./report/report.ts";

export const EXIT = {
  ok: 0,
  bug: 1,
  incomplete: 3,
  usage: 64,
  data: 65,
  unavailable: 69,
  cannotCreate: 73,
  cannotWrite: 74,
  tempFail: 75,
  config: 78,
} as const;

/** No figure at all: nothing is printed. */
export const isEmpty = (report: Report): boolean => sections.every((name) => partOf(report, name) === null);

/** 1 before 69 before 3: a fault of our own, no figure at all, a section without a figure (or, strictly, a missing source). */
export function exitCode(report: Report, asked: ReadonlySet<SectionName>, strict: boolean): number {
  if (report.gaps.some((gap) => gap.why === "bug")) return EXIT.bug;
  if (isEmpty(report)) return EXIT.unavailable;
  return without(report, asked).length > 0 || (strict && report.status === "degraded") ? EXIT.incomplete : EXIT.ok;
}

/** Sections that were asked for and have no figure: not those that none of the sources asked publishes. */
const without = (report: Report, asked: ReadonlySet<SectionName>): readonly SectionName[] =>
  [...asked].filter(
    (name) =>
      partOf(report, name) === null &&
      report.gaps.some((gap) => !isExpected(gap) && needs[name].own.some((one) => gap.dataset.split(".")[0] === one)),
  );

/**
 * A good report knows at least this part of the open interest; where the part is not known, because a venue told
 * nothing at all, it has heard this part of the venues. One small venue less is no reason to keep an old file.
 */
const GOOD_SHARE = 0.9;

function thin({ oiShare, venues: { answered, expected } }: Report["coverage"]): readonly string[] {
  const enough = `${GOOD_SHARE * 100} % would be good`;
  // Rounded down, so that what is too little never reads as enough.
  if (oiShare !== null)
    return oiShare < GOOD_SHARE
      ? [`only ${Math.floor(oiShare * 100)} % of the open interest is covered, ${enough}`]
      : [];
  return answered < expected * GOOD_SHARE ? [`only ${answered} of ${expected} venues answered, ${enough}`] : [];
}

/** Why a report does not count as good for `--keep-good`; empty where it does. */
export function shortcomings(report: Report, asked: ReadonlySet<SectionName>, strict: boolean): readonly string[] {
  const lacking = without(report, asked);
  const bug = report.gaps.some((gap) => gap.why === "bug");
  return [
    ...(lacking.length === 0 ? [] : [`no figure for ${lacking.join(", ")}`]),
    ...thin(report.coverage),
    ...(strict && report.status === "degraded" ? ["a source is missing (--strict)"] : []),
    ...(bug ? ["a fault of our own"] : []),
  ];
}
