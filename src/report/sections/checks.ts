/** The plausibility rules that look across what the report shows. */
import { coverageSuffices, sourcesAgree } from "../../core/plausible/claims.ts";
import { curveRises } from "../../core/plausible/model.ts";
import { decreaseInStock } from "../../core/plausible/open-interest.ts";
import { feedRegime } from "../../core/plausible/regimes.ts";
import { sharesOfWhole } from "../../core/plausible/values.ts";
import type { Verdict } from "../../core/plausible/verdict.ts";
import { DAY, shift } from "../../core/time.ts";
import { btc, ratio, usd, usdPerBtc } from "../../core/units.ts";
import { told, type Input } from "../input.ts";
import type { CheckLine, Report } from "../report.ts";

type Parts = Pick<Report, "openInterest" | "liquidationMap" | "liquidations">;

export function checks(input: Input, parts: Parts): CheckLine[] {
  const { openInterest, liquidationMap, liquidations } = parts;
  const line = (section: string, source: string | null, verdicts: readonly Verdict[]): CheckLine[] =>
    verdicts.map(({ rule, severity, message, value, bound }) => ({
      rule,
      severity,
      section,
      source,
      message,
      value,
      bound,
    }));
  const found: CheckLine[] = [];
  if (openInterest !== null) {
    const shares = openInterest.venues.flatMap(({ share }) => (share === null ? [] : [ratio(share)]));
    found.push(...line("open-interest", null, sharesOfWhole(shares)));
    for (const [window, one] of Object.entries(openInterest.changes)) {
      if (one === null) continue;
      const verdicts = [
        ...coverageSuffices(ratio(one.coverage)),
        ...decreaseInStock(btc(one.fromBtc - one.toBtc), btc(one.fromBtc)),
      ];
      found.push(
        ...line(
          "open-interest",
          null,
          verdicts.map((v) => ({ ...v, message: `${window}: ${v.message}` })),
        ),
      );
    }
    found.push(...crossCheck(input, openInterest, line));
  }
  if (liquidationMap !== null) {
    const price = usdPerBtc(liquidationMap.price);
    for (const side of ["shorts", "longs"] as const) {
      const curve = liquidationMap.levels
        .filter((level) => level.side === side)
        .map((level) => ({ target: usdPerBtc(level.price), usd: usd(level.usd) }));
      found.push(...line("liquidations", null, curveRises(price, curve)));
    }
  }
  for (const { id } of liquidations?.venues ?? []) {
    const verdicts = feedRegime(id, "liquidations", shift(input.asOf, -DAY), input.asOf, "figure");
    found.push(...line("liquidations", id, verdicts));
  }
  return found;
}

/** the same venue's open interest as a third party reports it, beside ours and never mixed in. */
function crossCheck(
  input: Input,
  openInterest: NonNullable<Report["openInterest"]>,
  line: (section: string, source: string, verdicts: readonly Verdict[]) => CheckLine[],
): CheckLine[] {
  return told(input, "reportedOpenInterest").flatMap(({ source, value }) =>
    value.flatMap(({ venue, usd: reported, scope }): CheckLine[] => {
      const own = openInterest.venues.find((one) => one.id === venue);
      // A weekly figure and a live one are not the same figure.
      if (own === undefined || own.share === null || reported <= 0) return [];
      const ours = own.contracts
        .filter(({ kind }) => scope === undefined || kind === "perpetual")
        .reduce((sum, one) => sum + one.usd, 0);
      const what = `open interest of ${own.name}, USD,`;
      const counted = scope ?? "all contracts";
      return line(
        "open-interest",
        source.id,
        sourcesAgree(what, [
          { source: "btc-report", scope: counted, value: ours },
          { source: source.name, scope: counted, value: reported },
        ]),
      );
    }),
  );
}
