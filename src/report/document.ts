/** The report as a page: which blocks, in which order, in which words. Formats come later. */
import { closedDay, DAY, parseInstant } from "../core/time.ts";
import type { Report } from "./report.ts";
import type { Block, Page, Span } from "./page.ts";
import { footnotes, type Footnotes } from "./footnotes.ts";
import { fearGreedBlocks } from "./pages/fear-greed.ts";
import { fundingBlocks } from "./pages/funding.ts";
import { openInterestBlocks } from "./pages/open-interest.ts";
import { mapBlocks } from "./pages/liquidation-map.ts";
import { structureBlocks } from "./pages/structure.ts";
import { liquidationBlocks } from "./pages/liquidations.ts";
import { positioningBlocks } from "./pages/positioning.ts";
import { priceBlocks } from "./pages/price.ts";
import { countingBlocks, missingBlocks, sourceBlocks } from "./pages/quality.ts";
import { volumeBlocks } from "./pages/volume.ts";
import { percent } from "./numbers.ts";
import { agedSince, longDay, minuteOf, plural } from "./words.ts";

export function document(report: Report): Page {
  const notes = footnotes(report);
  const title = `Bitcoin derivatives, ${longDay(dayOfReport(report))}`;
  return {
    title,
    blocks: [
      { is: "heading", level: 1, text: title },
      { is: "text", spans: headline(report) },
      ...recording(report),
      ...madeLater(report),
      ...priceBlocks(report, notes),
      ...fearGreedBlocks(report, notes),
      ...openInterestBlocks(report, notes),
      ...volumeBlocks(report, notes),
      ...fundingBlocks(report, notes),
      ...positioningBlocks(report),
      ...liquidationBlocks(report, notes),
      ...mapBlocks(report, notes),
      ...structureBlocks(report),
      ...takeaways(report, notes),
      ...missingBlocks(report),
      ...countingBlocks(report),
      ...sourceBlocks(report),
      { is: "text", spans: [{ text: "Figures, not advice. Nothing here recommends a trade.", tone: "dim" }] },
    ],
    notes: notes.list(),
  };
}

/** Of a past day asked for as such the report is of its end, which is the next one's first instant. */
function dayOfReport({ asOf, mode }: Report): string {
  const at = parseInstant(asOf);
  return mode === "history" && at !== null && at % DAY === 0 ? closedDay(at) : asOf.slice(0, 10);
}

function headline(report: Report): Span[] {
  const { answered, expected } = report.coverage.venues;
  const share = report.coverage.oiShare;
  const parts = [`as of ${report.asOf.slice(0, 16).replace("T", " ")} UTC`];
  if (expected > 0) parts.push(`${answered} of ${plural(expected, "venue")} answered`);
  parts.push(...earlierRuns(report));
  if (answered > 0 && share !== null) parts.push(`${percent(share)} of the last known open interest`);
  else if (report.openInterest !== null) parts.push("share of the open interest unknown");
  if (report.mode !== "live") parts.push(report.mode);
  return [{ text: parts.join(" · "), tone: "dim" }];
}

/** What a reader must know of values that this run was not told. */
function earlierRuns({ price, openInterest, funding, coverage, asOf, mode }: Report): readonly string[] {
  const venues = openInterest?.venues ?? [];
  const kept = venues.length - coverage.venues.answered;
  const told = kept > 0 ? [`${kept} from earlier runs`] : [];
  // Of a past instant everything is old.
  if (mode === "history") return told;
  const oldest = agedSince(
    [
      ...(price?.basis === "last" ? [price.asOf] : []),
      ...venues.filter(({ share }) => share !== null).map((venue) => venue.asOf),
      ...(funding?.venues ?? []).filter(({ kind }) => kind !== "settled").map((line) => line.asOf),
    ],
    asOf,
  );
  return oldest === null ? told : [...told, `values as old as ${minuteOf(oldest)}`];
}

/** Said in every format: such a report looks like one of its day and is none. */
function madeLater(report: Report): Block[] {
  if (report.mode !== "history") return [];
  const made = report.generatedAt.slice(0, 10);
  const text = `Made later, on ${longDay(made)}, from histories: only what held and had come out by then. What no source keeps is missing, and so are contracts that have ended since where an exchange lists only those of today.`;
  return [{ is: "text", spans: [{ text }] }];
}

function recording(report: Report): Block[] {
  if (report.recording?.note == null) return [];
  return [{ is: "text", spans: [{ text: `Recording ${report.recording.name}: ${report.recording.note}` }] }];
}

function takeaways(report: Report, notes: Footnotes): Block[] {
  if (report.takeaways.length === 0) return [];
  return [
    { is: "heading", level: 2, text: "Key takeaways" },
    {
      is: "list",
      items: report.takeaways.map((one) => [{ text: one.text, notes: notes.of(one.figures) }]),
    },
  ];
}
