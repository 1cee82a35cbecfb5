/** The real `World` of a run, from its settings and its process. */
import { FIRST } from "./core/anchor.ts";
import { inert } from "./core/inert.ts";
import { instant, iso, parseInstant, type Instant } from "./core/time.ts";
import type { Process } from "./cli.ts";
import { cacheDisk, disk } from "./io/disk.ts";
import { InputError } from "./commands/failure.ts";
import { historyIn } from "./history/history.ts";
import { Usage } from "./io/settings.ts";
import { once } from "./io/polite.ts";
import { offline, replay } from "./io/tape.ts";
import { opened } from "./io/unzip.ts";
import type { Http, Web, World } from "./ports.ts";
import type { Progress } from "./progress.ts";
import { Provenance } from "./provenance.ts";
import type { Report } from "./report/report.ts";
import { TOO_OLD, type Settings } from "./settings.ts";
import type { Source } from "./sources/source.ts";
import { version } from "./version.ts";

/** In the data folder. */
export const HISTORY = "history.db";

export interface Built {
  readonly world: World;
  /** The same way to ask, with no memory of what was asked before: a long run would not fit into it. */
  readonly afresh: () => Web;
  /** What the report says of the recording it was made from. */
  readonly recording: () => Report["recording"];
  /** Ends what is still under way, and waits until it has ended: an answer that is being recorded is written. */
  readonly close: () => Promise<void>;
}

/**
 * `insisting`: hosts that are known to block us are asked all the same. `cached` false: answers are neither kept nor
 * taken from the cache.
 */
export async function worldOf(
  settings: Settings,
  sources: readonly Source[],
  process: Process,
  { insisting = false, cached = true }: { readonly insisting?: boolean; readonly cached?: boolean } = {},
): Promise<Built> {
  const { replay: bundle, quiet, verbose } = settings;
  const now = bundle === null ? clockOf(process.env) : await clockOfBundle(bundle);
  if (settings.at !== null && settings.at > now) {
    throw new Usage(
      `--at: ${iso(settings.at)} is after ${iso(now)}, ${bundle === null ? "which is now" : "the instant of the recording"}; a day means its end, 24:00 UTC`,
    );
  }
  const provenance = new Provenance();
  const ending = new AbortController();
  const deadline = setTimeout(() => {
    ending.abort();
  }, networkMs(settings.timeout));
  deadline.unref();
  const asking = { signal: ending.signal, env: process.env, insisting, cached, provenance };
  const { http, settled } = followed(await httpOf(settings, sources, now, asking));
  if (settings.record !== null) await disk.write(`${settings.record}/now.txt`, `${iso(now)}\n`);
  const progress = await progressFor(settings, sources, process);
  const around = progress?.around ?? (<T>(print: () => T): T => print());
  const note = (line: string): void => {
    around(() => process.stderr.write(`btc-report: ${oneLine(line)}\n`));
  };
  const history =
    bundle === null
      ? historyIn(`${settings.folders.data}/${HISTORY}`, {
          note: (line) => {
            if (!quiet) note(line);
          },
          reads: settings.record === null,
        })
      : null;
  if (!quiet) for (const warning of settings.warnings) note(warning);
  return {
    world: {
      now: () => now,
      // Shared as text: the bytes, and archives that were opened, need not be held.
      web: once(opened(http)),
      files: disk,
      history,
      secret: settings.secret,
      progress: (id, readings) => {
        const asked = readings?.length !== 0;
        progress?.answered(id, asked);
        if (!verbose || !asked || readings === null) return;
        const good = readings.filter((reading) => reading.ok).length;
        note(`${id}: ${good} of ${readings.length} datasets`);
      },
      print: (text) => {
        progress?.end();
        process.stdout.write(text);
      },
      note,
      screen: screenOf(settings, process),
    },
    afresh: () => once(opened(http)),
    recording: () => (bundle === null ? null : { name: nameOf(bundle), note: provenance.sentence() }),
    close: async () => {
      progress?.end();
      clearTimeout(deadline);
      ending.abort();
      await settled();
      history?.close();
    },
  };
}

/** A line on the terminal while the network is waited for; nothing in a pipe, in cron, or where no line can be redrawn. */
async function progressFor(
  { replay, offline, quiet, timeout }: Settings,
  sources: readonly Source[],
  { stderr, env }: Process,
): Promise<Progress | null> {
  if (replay !== null || offline || quiet || stderr.isTTY !== true || env["TERM"] === "dumb") return null;
  const { progressOn } = await import("./progress.ts");
  const end = performance.now() + networkMs(timeout);
  return progressOn(
    stderr,
    sources.map(({ id }) => id),
    () => (end - performance.now()) / 1_000,
  );
}

/** What stands on lines of its own stays apart. */
const oneLine = (text: string): string => inert(text.replaceAll(/[\t\n\r]+/g, " "));

interface Asking {
  /** The end of the network's time. */
  readonly signal: AbortSignal;
  readonly env: Process["env"];
  readonly insisting: boolean;
  readonly cached: boolean;
  readonly provenance: Provenance;
}

/** Who answers: a recording, the cache alone, or the network. */
async function httpOf(settings: Settings, sources: readonly Source[], now: Instant, asking: Asking): Promise<Http> {
  if (settings.replay !== null) {
    return replay(disk, settings.replay, (from) => {
      asking.provenance.heard(from);
    });
  }
  if (settings.offline) return offline(disk, settings.folders.cache, () => now);
  return network(settings, sources, now, asking);
}

/** The same, and the wait until all that was asked has been answered. */
function followed(asked: Http): { readonly http: Http; readonly settled: () => Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  return {
    http: (request) => {
      const answer = asked(request);
      underWay.add(answer);
      return answer.finally(() => underWay.delete(answer));
    },
    settled: async () => {
      // One that failed may have another one asked.
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

async function network(
  settings: Settings,
  sources: readonly Source[],
  now: Instant,
  { signal, env, insisting, cached }: Asking,
): Promise<Http> {
  const [
    { discreet },
    { overAxios },
    { wrongProxy },
    { limited },
    { pacesOf, polite, waitingFor },
    { following },
    { relayed },
    { keep, record },
    { remembering, wayOf },
  ] = await Promise.all([
    import("./io/discreet.ts"),
    import("./io/http.ts"),
    import("./io/proxy.ts"),
    import("./io/limits.ts"),
    import("./io/polite.ts"),
    import("./io/redirects.ts"),
    import("./io/relay.ts"),
    import("./io/tape.ts"),
    import("./io/blocked.ts"),
  ]);
  const hosts = sources.flatMap((source) => Object.keys(source.hosts).map((host) => `https://${host}`));
  const wrong = wrongProxy(settings.relay === null ? hosts : [settings.relay]);
  if (wrong !== null) throw new Usage(wrong);
  const ms = networkMs(settings.timeout);
  const clock = (): Instant => now;
  const keys = sources.flatMap(({ key }) => (key === undefined ? [] : (settings.secret(key.env) ?? [])));
  const bare = discreet(overAxios({ version, signal, now: clock }), keys);
  const reached = settings.relay === null ? bare : relayed(bare, settings.relay);
  const asked = remembering(polite(limited(following(reached)), pacesOf(sources), waitingFor(signal, ms)), {
    files: disk,
    folder: settings.folders.cache,
    now: clock,
    way: wayOf(settings.relay, env["HTTPS_PROXY"] ?? env["https_proxy"]),
    keyed: new Set(sources.flatMap(({ hosts, key }) => (key === undefined ? [] : Object.keys(hosts)))),
    insisting,
  });
  if (!cached) return asked;
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
    throw new Usage(
      `SOURCE_DATE_EPOCH: expected whole seconds since 1970, such as 1769752800, found ${JSON.stringify(pinned.slice(0, 60))}`,
    );
  const now = instant(Number(pinned) * 1_000);
  if (now < FIRST) throw new Usage(`SOURCE_DATE_EPOCH: ${iso(now)} is too early, ${TOO_OLD}`);
  return now;
}

async function clockOfBundle(bundle: string): Promise<Instant> {
  const bytes = await disk.read(`${bundle}/now.txt`);
  const now = bytes === null ? null : parseInstant(new TextDecoder().decode(bytes).trim());
  if (now !== null && now >= FIRST) return now;
  throw new InputError(
    bytes === null
      ? `${bundle} is no recording: it has no now.txt. Make one with --record ${bundle}`
      : `${bundle}/now.txt holds no instant${now === null ? "" : " of a report"}: the recording is damaged`,
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
  const asked = Number(env["COLUMNS"] ?? "");
  const columns = Number.isInteger(asked) && asked > 0 ? asked : null;
  return { columns: terminal ? (stdout.columns ?? columns ?? 80) : columns, color: wanted ? 1 : 0 };
}
