/** Monthly volume as it is shown: shares, the month before, records. */
import { rankedIsWhole, sameMembers } from "../../../core/plausible/claims.ts";
import { extremeIsSample } from "../../../core/plausible/series.ts";
import { sharesOfWhole } from "../../../core/plausible/values.ts";
import { labelled, type Verdict } from "../../../core/plausible/verdict.ts";
import { series } from "../../../core/series.ts";
import { addMonths, parseMonth, startOfMonth, type Month } from "../../../core/time.ts";
import { ratio } from "../../../core/units.ts";
import type { VolumeMonth, VolumeSection } from "../../report.ts";
import type { Admits } from "./ledger.ts";
import { asDollars, growthFits } from "./printed.ts";

type Record = NonNullable<VolumeSection["record"]>;

export function volumeChecked(section: VolumeSection, admits: Admits): VolumeSection {
  const { months, monthOverMonth, record } = section;
  for (const one of months) {
    const shares = one.venues.map(({ share }) => ratio(share));
    admits({ section: "volume", figure: `volume.months.${one.month}` }, labelled(one.month, sharesOfWhole(shares)));
  }
  const latest = parseMonth(section.latest ?? "");
  if (latest === null) return section;
  const now = lineOf(months, latest);
  const whole = now === null ? [] : isWhole(now);
  const keepsMonth =
    monthOverMonth === null ||
    admits(
      { section: "volume", figure: "volume.monthOverMonth" },
      labelled(`${latest} against the month before`, [...whole, ...monthVerdicts(monthOverMonth, now, months, latest)]),
    );
  const keepsRecord =
    record === null ||
    admits(
      { section: "volume", figure: "volume.record" },
      labelled(`the record of ${latest}`, [...whole, ...recordVerdicts(record, months, latest)]),
    );
  return {
    ...section,
    months: months.map((one) => (one === now ? withRecords(one, admits) : one)),
    monthOverMonth: keepsMonth ? monthOverMonth : null,
    record: keepsRecord ? record : null,
  };
}

const lineOf = (months: readonly VolumeMonth[], month: Month): VolumeMonth | null =>
  months.find((one) => one.month === month) ?? null;

function isWhole({ month, complete }: VolumeMonth): readonly Verdict[] {
  const period = parseMonth(month);
  return period === null ? [] : rankedIsWhole({ period, complete });
}

const idsOf = (line: VolumeMonth | null): readonly string[] => (line?.venues ?? []).map(({ id }) => id);

function monthVerdicts(
  { ratio: growth, venues }: NonNullable<VolumeSection["monthOverMonth"]>,
  now: VolumeMonth | null,
  months: readonly VolumeMonth[],
  latest: Month,
): readonly Verdict[] {
  const before = lineOf(months, addMonths(latest, -1));
  const both = [before, now].map((line) => idsOf(line).filter((id) => venues.includes(id)));
  const [then = [], here = []] = both;
  // The totals are printed beside the percentage; of other venues they make another one.
  const isOfAll = [before, now].every((line) => idsOf(line).length === venues.length);
  return [
    ...(before === null ? [] : isWhole(before)),
    ...sameMembers(then, here),
    ...(isOfAll && before !== null && now !== null
      ? growthFits(growth, asDollars(before.usd), asDollars(now.usd))
      : []),
  ];
}

/**
 * Its venues are there in every month, and the month that it names is one of them. A history reaches back further than
 * the months that are shown: of those before nothing can be seen here.
 */
function recordVerdicts(
  { venues, historyFrom, byTotal, byDay }: Record,
  months: readonly VolumeMonth[],
  latest: Month,
): readonly Verdict[] {
  const history = months.filter(({ month }) => month >= historyFrom && month <= latest);
  const told = series(
    history.flatMap(({ month }) => {
      const known = parseMonth(month);
      return known === null ? [] : [{ at: startOfMonth(known), value: null }];
    }),
  );
  const changed = history
    .map((line) =>
      sameMembers(
        venues,
        idsOf(line).filter((id) => venues.includes(id)),
      ),
    )
    .find((verdicts) => verdicts.length > 0);
  const shown = months[0]?.month ?? latest;
  const since = [byTotal, byDay].flatMap((one) => parseMonth(one?.since ?? "") ?? []).filter((month) => month >= shown);
  return [
    ...history.flatMap(isWhole).slice(0, 1),
    ...(changed ?? []),
    ...since.flatMap((month) => extremeIsSample(startOfMonth(month), told)),
  ];
}

/** A venue's own record is of the same month. */
const withRecords = (line: VolumeMonth, admits: Admits): VolumeMonth => ({
  ...line,
  venues: line.venues.map((venue) => {
    if (venue.record === null) return venue;
    const figure = `volume.months.${line.month}.venues.${venue.id}.record`;
    const admitted = admits({ section: "volume", source: venue.id, figure }, isWhole(line));
    return admitted ? venue : { ...venue, record: null };
  }),
});
