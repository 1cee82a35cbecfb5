/** Fear & Greed as it is shown: extremes rest on days that are there. */
import { rankedIsWhole } from "../../../core/plausible/claims.ts";
import { extremeIsSample, gaps, gridOf } from "../../../core/plausible/series.ts";
import { labelled, type Verdict } from "../../../core/plausible/verdict.ts";
import type { Series } from "../../../core/series.ts";
import { DAY, later, parseDay, startOfDay, type Day } from "../../../core/time.ts";
import { told, type Input } from "../../input.ts";
import type { FearGreedSection } from "../../report.ts";
import type { Admits } from "./ledger.ts";

export function fearGreedChecked(input: Input, section: FearGreedSection, admits: Admits): FearGreedSection {
  const days = told(input, "fearGreed").find(({ source }) => source.id === section.source)?.value;
  const newest = parseDay(section.date);
  const first = days?.[0];
  if (days === undefined || newest === null || first === undefined) return section;
  const about = (figure: string) =>
    ({ section: "fear-greed", source: section.source, figure: `fearGreed.${figure}` }) as const;
  const whole = gaps(days, gridOf(first.at, startOfDay(newest), DAY));
  // All of it is looked through for a record; a hole in it does not keep today's value out.
  const records = admits(about("lowestSince"), labelled("the whole history", whole));
  const sinceChecked = (name: "lowestSince" | "highestSince"): FearGreedSection["lowestSince"] => {
    const since = section[name];
    if (since === null || !records) return null;
    const verdicts = since.date === null ? [] : extremeVerdicts(days, since.date, newest, since.date);
    return admits(about(name), labelled(name, [...isOver(newest, input), ...verdicts])) ? since : null;
  };
  const { ytd } = section;
  const start = `${newest.slice(0, 4)}-01-01`;
  const ytdVerdicts =
    ytd === null
      ? []
      : [
          ...isOver(newest, input),
          ...extremeVerdicts(days, start, newest, ytd.lowDate),
          ...(ytd.highDate === ytd.lowDate ? [] : sampled(days, ytd.highDate)),
        ];
  return {
    ...section,
    ytd: ytd !== null && admits(about("ytd"), labelled("since 1 January", ytdVerdicts)) ? ytd : null,
    lowestSince: sinceChecked("lowestSince"),
    highestSince: sinceChecked("highestSince"),
  };
}

/** A day's value is published whole when the day begins. */
const isOver = (day: Day, input: Input): readonly Verdict[] =>
  rankedIsWhole({ period: day, complete: startOfDay(day) <= input.asOf });

/** Of the days from `from` to `until` hardly any is missing, and the extreme is one of those that are there. */
function extremeVerdicts(days: Series<unknown>, from: string, until: Day, extreme: string): readonly Verdict[] {
  const first = parseDay(from);
  const start = days[0]?.at;
  if (first === null || start === undefined) return [];
  // What the publisher did not tell yet is no hole.
  const begins = later(startOfDay(first), start);
  const holes = gaps(days, gridOf(begins, startOfDay(until), DAY)).filter(({ severity }) => severity !== "note");
  return [...holes, ...sampled(days, extreme)];
}

function sampled(days: Series<unknown>, text: string): readonly Verdict[] {
  const day = parseDay(text);
  return day === null ? [] : extremeIsSample(startOfDay(day), days);
}
