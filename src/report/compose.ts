/** Readings in, report out: pure, so that the same readings give the same bytes. */
import { isExpected } from "../core/gap.ts";
import { inert } from "../core/inert.ts";
import { iso } from "../core/time.ts";
import type { Reading } from "../core/reading.ts";
import { advice } from "./advice.ts";
import { takeaways } from "./claims.ts";
import { figures } from "./figures.ts";
import { told, type Found, type Input, type SourceInfo } from "./input.ts";
import { SCHEMA_VERSION, type GapLine, type Report, type SourceLine } from "./report.ts";
import { basisSection } from "./sections/basis.ts";
import { checked, spoken } from "./sections/checks.ts";
import { coverage } from "./sections/coverage.ts";
import { fearGreedSection } from "./sections/fear-greed.ts";
import { fundingSection } from "./sections/funding.ts";
import { holdings } from "./sections/holdings.ts";
import { openInterestSection } from "./sections/open-interest.ts";
import { mapSection } from "./sections/liquidation-map.ts";
import { liquidationsSection } from "./sections/liquidations.ts";
import { positioningSection } from "./sections/positioning.ts";
import { priceSection, spotCloses } from "./sections/price.ts";
import { structureSection } from "./sections/structure.ts";
import { volumeSection } from "./sections/volume.ts";
import { forReport, vetted, type Vetted } from "./vet.ts";

/** @internal For tests and the benchmark, which have raw readings. */
export const compose = (raw: Input): Report => composeVetted(forReport(vetted(raw)));

/** Of readings that are fit for a report. */
export function composeVetted({ input, checks: judged }: Vetted): Report {
  const { sections } = input;
  const closes = spotCloses(input);
  const held = holdings(input, closes);
  const fearGreed = sections.has("fear-greed") ? fearGreedSection(input) : null;
  const openInterest = sections.has("open-interest") ? openInterestSection(input, held.venues, closes) : null;
  const volume = sections.has("volume") ? volumeSection(input) : null;
  const funding = sections.has("funding") ? fundingSection(input, held.venues) : null;
  const basis = sections.has("funding") ? basisSection(input) : null;
  const positioning = sections.has("funding")
    ? positioningSection(input, told(input, "price")[0]?.value.price ?? null)
    : null;
  const liquidations = sections.has("liquidations") ? liquidationsSection(input) : null;
  const map = sections.has("liquidations") ? mapSection(input, held.venues) : null;
  const made = {
    price: sections.has("price") ? priceSection(input) : null,
    fearGreed: fearGreed?.section ?? null,
    openInterest: openInterest?.section ?? null,
    volume: volume?.section ?? null,
    funding: funding?.section ?? null,
    basis: basis?.section ?? null,
    positioning: positioning?.section ?? null,
    liquidations: liquidations?.section ?? null,
    liquidationMap: map?.section ?? null,
    structure: sections.has("structure") ? structureSection(input) : null,
  };
  const { parts, ...of } = checked(input, made, map?.model ?? null);
  const about = {
    asOf: iso(input.asOf),
    mode: input.mode,
    coverage: coverage(input, held.venues, parts.openInterest),
  };
  const said = spoken((admitted) => takeaways({ ...about, ...parts }, admitted));
  const found: readonly Found[] = [
    ...held.found,
    ...(fearGreed?.found ?? []),
    ...(openInterest?.found ?? []),
    ...(volume?.found ?? []),
    ...(funding?.found ?? []),
    ...(basis?.found ?? []),
    ...(positioning?.found ?? []),
    ...(liquidations?.found ?? []),
    ...(map?.found ?? []),
    ...of.found,
    ...said.found,
  ];
  const gaps = gapLines(input, found);
  // The contract's key order.
  return {
    schemaVersion: SCHEMA_VERSION,
    generatedAt: iso(input.now),
    asOf: about.asOf,
    mode: about.mode,
    status: gaps.every(isExpected) ? "complete" : "degraded",
    coverage: about.coverage,
    gaps,
    recording: input.recording,
    ...parts,
    takeaways: [...said.takeaways],
    checks: [
      ...judged,
      ...found.flatMap(({ check }) => check ?? []),
      ...(volume?.checks ?? []),
      ...of.checks,
      ...said.checks,
    ],
    sources: sourceLines(input, found),
    figures: figures(input, parts),
  };
}

/** Only what was asked for can be missing: a failed reading whose source told the same dataset otherwise is still a gap. */
function gapLines(input: Input, found: readonly Found[]): GapLine[] {
  const failed = input.readings.flatMap((reading): Found[] =>
    reading.ok ? [] : [{ source: reading.source, dataset: reading.dataset, gap: reading.gap }],
  );
  const order = new Map(input.sources.map((source, i) => [source.id, i]));
  return [...failed, ...found]
    .toSorted((a, b) => (order.get(a.source) ?? 0) - (order.get(b.source) ?? 0))
    .map(({ source, dataset, gap }) => ({
      source,
      dataset,
      why: gap.why,
      status: gap.why === "refused" ? gap.status : null,
      // The name of a contract may stand in it.
      detail: inert(
        gap.why === "malformed"
          ? `${gap.at}: ${gap.detail}`
          : gap.why === "implausible"
            ? `${gap.rule}: ${gap.detail}`
            : gap.detail,
      ),
      advice: advice(gap),
    }));
}

function sourceLines(input: Input, found: readonly Found[]): SourceLine[] {
  return input.sources.flatMap((source) => {
    const own = input.readings.filter((reading) => reading.source === source.id);
    if (own.length === 0) return [];
    const asked = input.asked.find((one) => one.id === source.id);
    // What tells only the present has not failed of a past day. An exchange stays: it was asked for.
    const present = own.every((reading) => !reading.ok && reading.gap.why === "unpublished");
    if (input.mode === "history" && source.venue === null && present && (asked?.requests ?? 0) === 0) return [];
    const times = own.flatMap((reading) => reading.evidence.map((one) => one.at));
    const newest = times.reduce<(typeof times)[number] | null>(
      (best, at) => (best === null || at > best ? at : best),
      null,
    );
    return [
      {
        id: source.id,
        name: source.name,
        status: statusOf(source, own, found),
        requests: asked?.requests ?? 0,
        ms: asked?.ms ?? 0,
        asOf: newest === null ? null : iso(newest),
        attribution: source.attribution?.text ?? null,
      },
    ];
  });
}

function statusOf(source: SourceInfo, own: readonly Reading[], found: readonly Found[]): SourceLine["status"] {
  const gaps = own.flatMap((reading) => (reading.ok ? [] : [reading.gap]));
  if (own.some((reading) => reading.ok)) {
    const lacking = found.some((one) => one.source === source.id && !isExpected(one.gap));
    return lacking || gaps.some((gap) => !isExpected(gap)) ? "partial" : "ok";
  }
  return gaps.every((gap) => gap.why === "unconfigured") ? "unconfigured" : "failed";
}
