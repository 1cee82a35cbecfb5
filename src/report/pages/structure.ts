import { SPRING_DAYS } from "../../core/spring.ts";
import { daysBetween, parseDay } from "../../core/time.ts";
import { percent, price, ratioText } from "../numbers.ts";
import type { Block, Span } from "../page.ts";
import { nameIn, type Report, type StructureSection } from "../report.ts";
import { longDay, mediumDay, plural, springStudy } from "../words.ts";

/** Sweeps shown: the newest. */
const SWEEPS = 6;

type Line = StructureSection["sweeps"][number];

export function structureBlocks(report: Report): Block[] {
  const section = report.structure;
  if (section === null) return [];
  const name = nameIn(report, section.source);
  const newest = section.sweeps.toSorted((a, b) => ((a.sweptOn ?? "") < (b.sweptOn ?? "") ? -1 : 1)).slice(-SWEEPS);
  const blocks: Block[] = [
    { is: "heading", level: 2, text: "Price structure" },
    {
      is: "text",
      spans: [
        {
          text: `${name} ${section.symbol}, closed days from ${mediumDay(section.from)} to ${mediumDay(section.until)}. A sweep says that a level was traded through, not that stops or liquidations sat there.`,
          tone: "dim",
        },
      ],
    },
  ];
  if (newest.length > 0) {
    blocks.push({
      is: "table",
      caption: "Swing highs and lows that have been swept, newest last",
      captionTells: true,
      columns: [
        { title: "Swing", align: "left", key: true },
        { title: "Price", align: "right", key: true },
        { title: "Of", align: "right", key: true },
        { title: "Swept on", align: "right" },
        { title: "Depth", align: "right" },
        { title: "Class", align: "left" },
      ],
      rows: newest.map((line) => [
        [{ text: line.kind }],
        [{ text: price(line.price) }],
        [{ text: mediumDay(line.date) }],
        [{ text: line.sweptOn === null ? "" : mediumDay(line.sweptOn) }],
        [{ text: line.depth === null ? "" : percent(line.depth) }],
        [{ text: classWords(line) }],
      ]),
    });
  }
  return [...blocks, { is: "list", items: [...section.zones.map(zoneWords), springWords(section, report.asOf)] }];
}

const classWords = ({ class: is, after }: Line): string =>
  is === "reclaim" && after !== null ? `reclaim after ${plural(after, "day")}` : (is ?? "");

function zoneWords(zone: StructureSection["zones"][number]): Span[] {
  const where = `Zone ${price(zone.from)} to ${price(zone.to)}`;
  if (zone.levels.length === 0) return [{ text: `${where}: no confirmed swing ${zone.kind} in it` }];
  const levels = zone.levels.map((line) => {
    const state = line.sweptOn === null ? "not swept" : `swept on ${longDay(line.sweptOn)}, ${classWords(line)}`;
    return `${price(line.price)} of ${longDay(line.date)} (${state})`;
  });
  return [
    {
      text: `${where}: ${plural(zone.levels.length, `swing ${zone.kind}`)}, ${zone.swept} of ${zone.levels.length} swept: ${levels.join(", ")}`,
    },
  ];
}

/** With every spring: its state, since when, and how often such a thing came to something, by chance too. */
function springWords({ spring, from, until }: StructureSection, asOf: string): Span[] {
  if (spring === null) {
    const [first, last] = [parseDay(from), parseDay(until)];
    const { least, told: latest } = SPRING_DAYS;
    const days = first === null || last === null ? 0 : daysBetween(first, last) + 1;
    const none = days < least ? `not told from fewer than ${least} days` : `none in the last ${latest} days`;
    return [{ text: `Wyckoff spring: ${none}` }];
  }
  const { confirmed, resolved, byChance } = spring.baseRate;
  const volume = spring.volumeRatio === null ? "" : `, volume ${ratioText(spring.volumeRatio)} times the usual`;
  return [
    {
      text: `Wyckoff spring by fixed rules: ${spring.state} since ${longDay(spring.since)}; on ${longDay(spring.event)} the price fell ${percent(spring.depth)} below the support ${price(spring.support)} of a ${spring.rangeDays}-day range up to ${price(spring.resistance)}${volume}. On ${springStudy(asOf)} ${confirmed} of ${resolved} resolved ones were confirmed, ${percent(byChance)} by chance alone: no edge is shown`,
    },
  ];
}
