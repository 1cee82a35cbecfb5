/** Sentences made by rule, each with the figures that it rests on. None says more than they carry; none advises. */
import { addDays, parseDay } from "../core/time.ts";
import { change, coins, dollars, isZero, percent, points, price as usdPrice } from "./numbers.ts";
import { onTrack } from "./on-track.ts";
import type { Report, Takeaway } from "./report.ts";
import { longDay, longMonth, monthSince, plural, recordsWords, sinceDay, springStudy, timeWords } from "./words.ts";

/** What sentences are made of. */
type Draft = Pick<
  Report,
  | "asOf"
  | "mode"
  | "coverage"
  | "price"
  | "fearGreed"
  | "openInterest"
  | "volume"
  | "funding"
  | "liquidations"
  | "liquidationMap"
  | "structure"
>;
type Rule = (report: Draft) => Takeaway | null;

const claim = (id: string, text: string, figures: string[]): Takeaway => ({ id, text, figures, kind: "derived" });

/** `up 31.6 %`, `down 3.2 %`; what is printed as 0.0 % has no direction. */
function course(ratio: number): string {
  const size = percent(Math.abs(ratio));
  return isZero(size) ? "unchanged" : `${ratio < 0 ? "down" : "up"} ${size}`;
}

const price: Rule = ({ price: section }) => {
  const fall = section?.sinceHigh;
  if (section === null || fall === null || fall === undefined) return null;
  if (fall.ratio >= 0) {
    return claim("price.high", "The price stands at or above every daily close of the last 30 days.", [
      "price.usd",
      "price.sinceHigh.high",
    ]);
  }
  return claim(
    "price.sinceHigh",
    `The price is ${course(fall.ratio)} in ${plural(fall.days, "day")} from its 30-day high close of ${longDay(fall.highDate)}.`,
    ["price.sinceHigh.ratio"],
  );
};

const fearGreed: Rule = ({ fearGreed: section }) => {
  if (section === null) return null;
  const { value, label, date, ytd, lowestSince, highestSince, changes, attribution } = section;
  const day = changes["1d"];
  // Where the index has no value for the day before, the change is from an earlier one.
  const from = day === null ? null : parseDay(day.fromDate);
  const over =
    day === null || (from !== null && addDays(from, 1) === date) ? "on the day" : `since ${longDay(day.fromDate)}`;
  const moved = day === null || day.points === 0 ? "" : `, ${points(day.points)} ${over}`;
  const year =
    ytd?.isLow === true ? ", the lowest of the year" : ytd?.isHigh === true ? ", the highest of the year" : "";
  const since = lowestSince ?? highestSince;
  const word = lowestSince === null ? "highest" : "lowest";
  const record = since === null ? "" : `, the ${word} ${sinceDay(since)}`;
  return claim("fearGreed", `Fear & Greed reads ${value} (${label})${moved}${year}${record}. ${attribution.text}`, [
    "fearGreed.value",
    ...(day === null ? [] : ["fearGreed.changes.1d.points"]),
  ]);
};

/** The venue with the largest open interest, on the scope that has the longest list of contracts quoted on their own. */
const anchoredScope: Rule = ({ openInterest: section }) => {
  const venue = section?.venues.find((one) => one.scopes.length > 0);
  const scope = venue?.scopes.findLast((one) => one.id !== "all");
  const moved = scope?.changes.anchor;
  if (venue === undefined || scope === undefined || moved === null || moved === undefined) return null;
  const prefix = `openInterest.venues.${venue.id}.scopes.${scope.id}.changes.anchor`;
  return claim(
    "oi.anchor.scope",
    `${venue.name} open interest (${scope.id}) is ${course(moved.btc)} in coins, from ${coins(moved.fromBtc)} at the close of ${longDay(moved.fromDate)} to ${coins(moved.toBtc)}; in dollars it is ${course(moved.usd)}.`,
    [`${prefix}.btc`, `${prefix}.usd`],
  );
};

const anchored: Rule = ({ openInterest: section }) => {
  const moved = section?.changes.anchor;
  if (section === null || moved === null || moved === undefined) return null;
  return claim(
    "oi.anchor",
    `Open interest of ${plural(moved.venues.length, "exchange")} like for like is ${course(moved.btc)} in coins and ${course(moved.usd)} in dollars since ${longDay(moved.fromDate)}; with the price effect taken out, positions are ${course(moved.position)}.`,
    ["openInterest.changes.anchor.btc", "openInterest.changes.anchor.usd", "openInterest.changes.anchor.position"],
  );
};

const total: Rule = ({ openInterest: section }) => {
  const largest = section?.concentration?.top[0];
  if (section === null || largest === undefined) return null;
  const name = section.venues.find((venue) => venue.id === largest.id)?.name ?? largest.id;
  // CME, told once a week, has no share of it.
  const exchanges = section.venues.filter(({ share }) => share !== null).length;
  return claim(
    "oi.total",
    `Open interest stands at ${coins(section.btc)} (${dollars(section.usd)}) on ${plural(exchanges, "exchange")}, without CME; ${name} holds ${percent(largest.share)} of it.`,
    ["openInterest.btc", "openInterest.usd"],
  );
};

const volume: Rule = ({ volume: section }) => {
  if (section?.latest === null || section === null) return null;
  const month = section.months.find((one) => one.month === section.latest);
  if (month === undefined) return null;
  const { record } = section;
  const rank = record === null ? "" : recordsWords(record, section.latest);
  const over =
    record === null || rank === ""
      ? ""
      : `: ${rank}, over ${plural(record.venues.length, "venue")} with a common history`;
  return claim(
    "volume.latest",
    `BTC futures volume of ${longMonth(section.latest)} was ${dollars(month.usd)} over ${plural(month.venues.length, "venue")}${over}.`,
    [`volume.months.${section.latest}.usd`, ...(rank === "" ? [] : [`volume.months.${section.latest}.perDayUsd`])],
  );
};

const track: Rule = ({ volume: section }) => {
  const toDate = section?.toDate ?? null;
  if (section === null || toDate === null || toDate.range === null) return null;
  const record = onTrack(section);
  if (record === null) return null;
  const venues = section.months.find(({ month }) => month === toDate.month)?.venues ?? [];
  const [slow, busy] = toDate.range;
  return claim(
    "volume.onTrack",
    `BTC futures volume of ${longMonth(toDate.month)} is on track for the ${monthSince(record)}: ${dollars(toDate.usd)} in ${timeWords(toDate.days)} over ${plural(venues.length, "venue")} come to ${dollars(slow)} to ${dollars(busy)} with days as slow or as busy as in the last 90 (10 % and 90 %).`,
    ["volume.toDate.usd", "volume.toDate.range"],
  );
};

const quadrant: Rule = ({ openInterest: section }) => {
  const found = section?.quadrant ?? null;
  if (found === null || (found.price === "flat" && found.positions === "flat")) return null;
  // Its two changes end with a day, those over 7 days with the report: these are no evidence of it.
  return claim("oi.quadrant", `In the ${found.text}.`, []);
};

const funding: Rule = ({ funding: section }) => {
  if (section === null || section.weighted8h === null || section.apr === null) return null;
  const rate = change(section.apr);
  const nobody = section.apr === 0 ? "neither side pays" : "next to nothing is paid";
  const who = isZero(rate) ? nobody : section.apr < 0 ? "shorts pay longs" : "longs pay shorts";
  return claim("funding", `Funding weighted by open interest is ${rate} a year: ${who}.`, ["funding.apr"]);
};

const liquidated: Rule = ({ liquidations: section }) => {
  if (section === null || section.venues.length === 0) return null;
  const both = section.longsUsd + section.shortsUsd;
  if (both <= 0) return null;
  const bound = section.lowerBound ? "At least " : "";
  const longer = section.longsUsd >= section.shortsUsd;
  const share = (longer ? section.longsUsd : section.shortsUsd) / both;
  return claim(
    "liquidations",
    `${bound}${dollars(both)} of BTC futures was liquidated in 24 hours on the ${plural(section.venues.length, "exchange")} that tell, ${percent(share)} of it ${longer ? "longs" : "shorts"}.`,
    ["liquidations.longsUsd", "liquidations.shortsUsd"],
  );
};

const map: Rule = ({ liquidationMap: section }) => {
  if (section === null || section.skew === null) return null;
  const { heavier, distance } = section.skew;
  const places = heavier === "longs" ? ["longs", "below", "shorts", "above"] : ["shorts", "above", "longs", "below"];
  const figures = section.levels
    .filter((level) => Math.abs(Math.abs(level.distance) - distance) < 1e-6)
    .map((level) => `liquidationMap.levels.${Math.round(level.price)}.usd`);
  return {
    id: "map.skew",
    text: `Model, not observed: within ${percent(distance)} there are more ${places[0]} ${places[1]} than ${places[2]} ${places[3]} in all 12 assumption sets.`,
    figures,
    kind: "model",
  };
};

/** Days for which a spring's last change is news. */
const RECENT = 7;

/** With its base rate: the shape alone tells nothing of what comes. */
const spring: Rule = ({ structure: section, asOf }) => {
  const found = section?.spring ?? null;
  const today = parseDay(asOf.slice(0, 10));
  if (found === null || today === null || found.since < addDays(today, -RECENT)) return null;
  const { confirmed, resolved, byChance } = found.baseRate;
  return claim(
    "structure.spring",
    `By fixed rules a Wyckoff spring below ${usdPrice(found.support)} stands as ${found.state} since ${longDay(found.since)}; on ${springStudy(asOf)} ${confirmed} of ${resolved} resolved ones were confirmed, ${percent(byChance)} by chance alone: no edge is shown.`,
    ["structure.spring.support", "structure.spring.depth"],
  );
};

const missing: Rule = ({ coverage, mode }) => {
  const { answered, expected } = coverage.venues;
  if (answered >= expected) return null;
  return claim(
    "missing",
    `${plural(expected - answered, "venue")} of ${expected} ${mode === "history" ? "cannot be told for then" : "did not answer"}: totals are without them.`,
    [],
  );
};

const rules: readonly Rule[] = [
  fearGreed,
  price,
  anchoredScope,
  anchored,
  volume,
  track,
  quadrant,
  total,
  funding,
  liquidated,
  map,
  spring,
  missing,
];

/** So many sentences are read. */
const MOST = 8;
/** What goes first on a day that has more to tell: the sections say it anyway. */
const ORDINARY = ["oi.total", "funding", "liquidations", "oi.quadrant", "structure.spring"];

/** The report's sentences that may be said, most telling first. */
export function takeaways(report: Draft, admitted: (one: Takeaway) => boolean = () => true): Takeaway[] {
  const all = rules.flatMap((rule) => rule(report) ?? []).filter(admitted);
  const spare = ORDINARY.filter((id) => all.some((one) => one.id === id)).slice(0, Math.max(0, all.length - MOST));
  const going = new Set(spare);
  return all.filter(({ id }) => !going.has(id));
}
