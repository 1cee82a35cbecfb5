/** The real `World` of a run, from its settings and its process. */
import { instant, iso, parseInstant, type Instant } from "./core/time.ts";
import type { Process } from "./cli.ts";
import { cacheDisk, disk } from "./io/disk.ts";
import { InputError } from "./commands/failure.ts";
import { once } from "./io/polite.ts";
import { offline, replay } from "./io/tape.ts";
import { opened } from "./io/unzip.ts";
import type { Http, World } from "./ports.ts";
import { Provenance } from "./provenance.ts";
import type { Report } from "./report/report.ts";
import type { Settings } from "./settings.ts";
import type { Source } from "./sources/source.ts";
import { version } from "./version.ts";

export interface Built {
  readonly world: World;
  /** What the report says of the recording it was made from. */
  readonly recording: () => Report["recording"];
  /** Ends what is still under way. */
  readonly close: () => void;
}

export async function worldOf(settings: Settings, sources: readonly Source[], process: Process): Promise<Built> {
  const { replay: bundle, quiet, verbose } = settings;
  const now = bundle === null ? clockOf(process.env) : await clockOfBundle(bundle);
  const provenance = new Provenance();
  const ending = new AbortController();
  const deadline = setTimeout(() => {
    ending.abort();
  }, networkMs(settings.timeout));
  deadline.unref();
  const http =
    bundle === null
      ? settings.offline
        ? offline(disk, settings.folders.cache)
        : await network(settings, sources, now, ending.signal)
      : replay(disk, bundle, (from) => {
          provenance.heard(from);
        });
  if (settings.record !== null) await disk.write(`${settings.record}/now.txt`, `${iso(now)}\n`);
  const note = (line: string): void => {
    process.stderr.write(`btc-report: ${oneLine(line)}\n`);
  };
  if (!quiet) for (const warning of settings.warnings) note(warning);
  return {
    world: {
      now: () => now,
      web: opened(once(http)),
      files: disk,
      secret: settings.secret,
      progress: (id, readings) => {
        if (!verbose) return;
        const good = readings.filter((reading) => reading.ok).length;
        note(`${id}: ${good} of ${readings.length} datasets`);
      },
      print: (text) => {
        process.stdout.write(text);
      },
      note,
      screen: screenOf(settings, process),
    },
    recording: () => (bundle === null ? null : { name: nameOf(bundle), note: provenance.sentence() }),
    close: () => {
      clearTimeout(deadline);
      ending.abort();
    },
  };
}

// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");

async function network(
  settings: Settings,
  sources: readonly Source[],
  now: Instant,
  signal: AbortSignal,
): Promise<Http> {
  const [{ overAxios }, { pacesOf, polite, waitingFor }, { following }, { relayed }, { keep, record }] =
    await Promise.all([
      import("./io/http.ts"),
      import("./io/polite.ts"),
      import("./io/redirects.ts"),
      import("./io/relay.ts"),
      import("./io/tape.ts"),
    ]);
  const ms = networkMs(settings.timeout);
  const clock = (): Instant => now;
  const bare = overAxios({ version, signal, now: clock });
  const reached = settings.relay === null ? bare : relayed(bare, settings.relay);
  const asked = polite(following(reached), pacesOf(sources), waitingFor(signal, ms));
  // A recording asks everything anew; otherwise closed periods come from the cache.
  return settings.record === null
    ? keep(asked, cacheDisk, settings.folders.cache, clock)
    : record(asked, disk, settings.record, clock);
}

/** The deadline is that of the whole run: the report is still to be made when the network has had its time. */
const networkMs = (seconds: number): number => seconds * 1_000 - Math.min(1_000, seconds * 100);

/** SOURCE_DATE_EPOCH pins the clock of a run. */
function clockOf(env: Process["env"]): Instant {
  const pinned = env["SOURCE_DATE_EPOCH"];
  if (pinned === undefined || pinned === "") return instant(Date.now());
  if (!/^\d{1,11}$/.test(pinned))
    throw new InputError(`SOURCE_DATE_EPOCH: expected seconds since 1970, found ${pinned}`);
  return instant(Number(pinned) * 1_000);
}

async function clockOfBundle(bundle: string): Promise<Instant> {
  const bytes = await disk.read(`${bundle}/now.txt`);
  const now = bytes === null ? null : parseInstant(new TextDecoder().decode(bytes).trim());
  if (now !== null) return now;
  throw new InputError(
    bytes === null
      ? `${bundle} is no recording: it has no now.txt. Make one with --record ${bundle}`
      : `${bundle}/now.txt holds no instant: the recording is damaged`,
  );
}

const nameOf = (bundle: string): string => bundle.replace(/\/+$/, "").split("/").at(-1) ?? bundle;

/** Colour by flag, then NO_COLOR, then FORCE_COLOR, then the terminal. */
function screenOf({ color, output }: Settings, { stdout, env }: Process): World["screen"] {
  const terminal = stdout.isTTY === true && output === null;
  const forced = env["FORCE_COLOR"];
  const wanted =
    color ??
    (env["NO_COLOR"]
      ? false
      : forced === undefined
        ? terminal && env["TERM"] !== "dumb"
        : forced !== "0" && forced !== "false");
  const columns = Number(env["COLUMNS"] ?? "");
  return {
    columns: stdout.columns ?? (Number.isInteger(columns) && columns > 0 ? columns : 80),
    color: wanted ? 1 : 0,
    terminal,
  };
}
