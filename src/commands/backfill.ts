/** `backfill`: fills the local history from archives and deep endpoints. */
import { backfill as fill, type Outcome, type Progress } from "../backfill.ts";
import type { Process } from "../cli.ts";
import { DAY, dayOf, earlier, floorTo } from "../core/time.ts";
import { EXIT } from "../exit.ts";
import { daysInWords } from "../history/windows.ts";
import { DiskError } from "../io/disk.ts";
import { makeFolder } from "../io/folder.ts";
import { lock } from "../io/lock.ts";
import { Usage } from "../io/settings.ts";
import type { World } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { HISTORY, worldOf } from "../world.ts";
import { endIn, startIn } from "./history.ts";
import { chosenSources } from "./report.ts";

/** Nobody waits in front of it: as long as it takes. */
const SECONDS = 7 * 86_400;

export async function backfill(flags: Readonly<Record<string, unknown>>, process: Process): Promise<number> {
  const { from: wanted, to, again, ...rest } = flags;
  if (typeof wanted !== "string") throw new Usage("--from: expected the first day, such as 2025-10-01");
  const given = await settingsOf(rest, process);
  const settings = { ...given, timeout: SECONDS, replay: null, record: null, offline: false, output: null };
  const from = floorTo(startIn("--from", wanted), DAY);
  const until = typeof to === "string" ? floorTo(endIn("--to", to), DAY) : null;
  const { data } = settings.folders;
  try {
    makeFolder(data);
  } catch (error) {
    throw new DiskError("create", data, error);
  }
  const release = lock(`${data}/locks/backfill.lock`, "fills the history");
  try {
    const sources = chosenSources(settings);
    const { world, afresh, close } = await worldOf(settings, sources, process, { cached: false });
    try {
      const today = floorTo(world.now(), DAY);
      const span = { from, until: earlier(until ?? today, today) };
      if (span.from >= span.until) {
        throw new Usage(`--from: expected a day before ${dayOf(span.until)}: only days that are over are filled`);
      }
      const { openStore } = await import("../history/store.ts");
      const store = await openStore(`${data}/${HISTORY}`);
      try {
        const shown = progressOf(process, world, settings.quiet);
        const outcomes = await fill({
          sources,
          web: afresh,
          store,
          now: world.now(),
          span,
          again: again === true,
          secret: world.secret,
          told: shown.told,
          ended: (source, own) => {
            shown.ended(source.id, own);
          },
        });
        shown.over();
        world.print(summary(outcomes));
        return codeOf(outcomes);
      } finally {
        store.close();
      }
    } finally {
      await close();
    }
  } finally {
    release();
  }
}

interface Shown {
  readonly told: (progress: Progress) => void;
  readonly ended: (source: string, outcomes: readonly Outcome[]) => void;
  readonly over: () => void;
}

/** On a terminal one line that changes, else a line for each source that is done. */
function progressOf({ stderr }: Process, world: World, quiet: boolean): Shown {
  if (quiet) return { told: () => {}, ended: () => {}, over: () => {} };
  if (stderr.isTTY !== true) {
    return {
      told: () => {},
      ended: (source, outcomes) => {
        const asked = outcomes.reduce((sum, one) => sum + one.asked, 0);
        const values = outcomes.reduce((sum, one) => sum + one.added, 0);
        if (asked > 0)
          world.note(`${source}: ${asked} ${asked === 1 ? "window" : "windows"} asked, ${values} values stored`);
      },
      over: () => {},
    };
  }
  const started = performance.now();
  const columns = (stderr.columns ?? 80) - 1;
  return {
    told: ({ source, dataset, window, done, of }) => {
      const minutes = (performance.now() - started) / 60_000;
      const rate = done / minutes;
      const left = done < 3 ? "" : `, ${Math.round(rate)} a minute, ${leftWords((of - done) / rate)} left`;
      const line = `btc-report: ${done} of ${of} windows${left}: ${source} ${dataset} ${dayOf(window.from)}`;
      stderr.write(`\r${line.slice(0, columns).padEnd(columns)}`);
    },
    ended: () => {},
    over: () => {
      stderr.write(`\r${" ".repeat(columns)}\r`);
    },
  };
}

const leftWords = (minutes: number): string => (minutes < 1 ? "less than a minute" : `about ${Math.ceil(minutes)} min`);

/** One line for each dataset that was asked, and the sum. */
function summary(outcomes: readonly Outcome[]): string {
  const asked = outcomes.filter((one) => one.asked > 0);
  const lines = asked.map((one) => {
    const parts = [
      `${one.added} values stored`,
      ...(one.revised > 0 ? [`${one.revised} revised`] : []),
      ...[...one.missing].map(([market, days]) => `lacks ${[market, daysInWords(days)].filter(Boolean).join(" ")}`),
      ...one.lacking.map((text) => `lacks ${text}`),
      ...one.refused.map((text) => `refused ${text}`),
      ...one.failed.map((gap) => `failed: ${gap.why}${gap.why === "refused" ? ` ${gap.status}` : ""}, ${gap.detail}`),
    ];
    return `${one.source} ${one.dataset}: ${parts.join("; ")}`;
  });
  const sum = (of: (one: Outcome) => number): number => asked.reduce((total, one) => total + of(one), 0);
  const failed = asked.filter((one) => one.failed.length > 0).length;
  return `${[
    ...lines,
    asked.length === 0
      ? "nothing to ask: all of it is stored already (--again asks once more)"
      : `${sum((one) => one.added)} values stored, ${sum((one) => one.revised)} revised${failed > 0 ? `; ${failed} datasets are not whole: run backfill again` : ""}`,
  ].join("\n")}\n`;
}

/** 1 before 69 before 3: a fault of our own, nothing reached at all, something that failed. */
function codeOf(outcomes: readonly Outcome[]): number {
  const asked = outcomes.filter((one) => one.asked > 0);
  const failed = asked.filter((one) => one.failed.length > 0);
  if (failed.some((one) => one.failed.some((gap) => gap.why === "bug"))) return EXIT.bug;
  if (failed.length === 0) return EXIT.ok;
  return failed.length === asked.length ? EXIT.unavailable : EXIT.incomplete;
}
