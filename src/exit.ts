/** The exit code is a function of the report and of what was asked for. */
import { sections, type SectionName } from "./report/input.ts";
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

/** The section of the report that each name on the command line stands for; null where it is not made yet. */
const sectionOf = (report: Report, name: SectionName): unknown => {
  switch (name) {
    case "price":
      return report.price;
    case "fear-greed":
      return report.fearGreed;
    case "open-interest":
      return report.openInterest;
    case "volume":
      return report.volume;
    case "funding":
      return report.funding;
    case "liquidations":
      return report.liquidations ?? report.liquidationMap;
    case "structure":
      return report.structure;
  }
};

/** No figure at all: nothing is printed. */
export const isEmpty = (report: Report): boolean => sections.every((name) => sectionOf(report, name) === null);

/** 1 before 69 before 3: a fault of our own, no figure at all, a section without a figure (or, strictly, a missing source). */
export function exitCode(report: Report, asked: ReadonlySet<SectionName>, strict: boolean): number {
  if (report.gaps.some((gap) => gap.why === "bug")) return EXIT.bug;
  if (isEmpty(report)) return EXIT.unavailable;
  if ([...asked].some((name) => sectionOf(report, name) === null)) return EXIT.incomplete;
  const missing = report.gaps.some((gap) => gap.why !== "unpublished" && gap.why !== "unconfigured");
  return strict && missing ? EXIT.incomplete : EXIT.ok;
}
