/** `sources`: what every source gives, whether it answers now, and what to do where it does not. */
import { asker, gapOf, unconfigured, type Secret } from "../ask.ts";
import type { Process } from "../cli.ts";
import { Unavailable, type Gap } from "../core/gap.ts";
import { inert, inertJson } from "../core/inert.ts";
import { datasets } from "../core/market.ts";
import { DAY, floorTo, iso, later, shift, type Instant } from "../core/time.ts";
import { EXIT } from "../exit.ts";
import { decodeTape, questionOf } from "../io/tape.ts";
import { opened } from "../io/unzip.ts";
import type { Files, HttpAnswer, TextAnswer, Web, World } from "../ports.ts";
import { advice } from "../report/advice.ts";
import type { Report } from "../report/report.ts";
import { settingsOf } from "../settings.ts";
import { sources as all } from "../sources/registry.ts";
import type { Ask, Source } from "../sources/source.ts";
import { worldOf } from "../world.ts";
import { inColumns } from "./columns.ts";

interface Examined {
  readonly id: string;
  readonly name: string;
  readonly venue: string | null;
  readonly docs: string;
  readonly gives: readonly string[];
  readonly key: { readonly env: string; readonly required: boolean; readonly set: boolean } | null;
  readonly answered: boolean;
  /** Answered from the cache: says nothing of now. */
  readonly cached: boolean;
  readonly ms: number | null;
  readonly gap: { readonly why: Gap["why"]; readonly status: number | null; readonly detail: string } | null;
  readonly advice: string | null;
  readonly lastSuccess: string | null;
  readonly attribution: { readonly text: string; readonly url: string } | null;
}

/** Asks every source one question. 69 where none answers; the lines are printed all the same, for they say why. */
export async function sources(flags: Readonly<Record<string, unknown>>, process: Process): Promise<number> {
  // A recording of single questions would serve no report.
  const settings = { ...(await settingsOf(flags, process)), record: null };
  const { world, recording, close } = await worldOf(settings, all, process, { insisting: true });
  try {
    const tapes = settings.replay ?? settings.folders.cache;
    const examined = await Promise.all(
      all.map(async (source) => {
        const one = await examine(source, world, tapes, settings.replay !== null);
        world.progress(source.id, null);
        return one;
      }),
    );
    const mode = settings.replay !== null ? "replay" : settings.offline ? "offline" : "live";
    world.print(
      settings.format === "json"
        ? inertJson({ generatedAt: iso(world.now()), mode, recording: recording(), sources: examined })
        : lines(examined, recording(), world.screen.columns),
    );
    if (examined.some(({ gap }) => gap?.why === "bug")) return EXIT.bug;
    return examined.some(({ answered }) => answered) ? EXIT.ok : EXIT.unavailable;
  } finally {
    await close();
  }
}

async function examine(source: Source, world: World, tapes: string, replaying: boolean): Promise<Examined> {
  const unset = unconfigured(source, world.secret);
  const kept = await answersIn(source, world.files, tapes);
  const {
    answer,
    gap: found,
    question,
  } = unset !== null && !replaying
    ? { answer: null, gap: unset, question: null }
    : await firstAnswer(source, world.web, world.now(), world.secret);
  const before = await lastSuccess(source, kept, question, world.now());
  // What a recording lacks was not configured when it was made.
  const gap = found?.why === "unrecorded" && unset !== null ? unset : found;
  const at = answer === null || gap !== null ? before : later(answer.at, before ?? answer.at);
  return {
    id: source.id,
    name: source.name,
    venue: source.venue,
    docs: source.docs,
    gives: datasets.filter((dataset) => source.datasets[dataset] !== undefined),
    key: source.key === undefined ? null : keyOf(source.key, world.secret),
    answered: gap === null,
    cached: gap === null && answer?.kept === true,
    ms: gap === null && answer !== null && answer.kept !== true ? Math.round(answer.ms) : null,
    gap: gap === null ? null : { why: gap.why, status: gap.why === "refused" ? gap.status : null, detail: gap.detail },
    advice: gap === null ? null : advice(gap),
    lastSuccess: at === null ? null : iso(at),
    attribution: source.attribution ?? null,
  };
}

const keyOf = ({ env, required }: NonNullable<Source["key"]>, secret: Secret): Examined["key"] => ({
  env,
  required,
  set: secret(env) !== undefined,
});

/**
 * A history from 30 days ago begins with a file that the archive of Binance has published and that a recording of a
 * report holds: yesterday's may be late.
 */
const LOOK_BACK = 30 * DAY;

/** What came of the first question of the source's first dataset. Its other questions are not asked. */
async function firstAnswer(
  source: Source,
  through: Web,
  now: Instant,
  secret?: Secret,
): Promise<{ answer: TextAnswer | null; gap: Gap | null; question: string | null }> {
  const heard: TextAnswer[] = [];
  const questions: string[] = [];
  const web: Web = async (request) => {
    questions.push(questionOf(request));
    // Fresh, because a kept answer says nothing of now.
    const answer = await through({ ...request, fresh: true });
    heard.push(answer);
    // Offline it is kept all the same, and that must not lead to a second try.
    const { kept: _, ...told } = answer;
    return told;
  };
  const { ask, settle } = asker(source, {
    web,
    now,
    since: shift(floorTo(now, DAY), -LOOK_BACK),
    ...(secret === undefined ? {} : { secret }),
  });
  const asked: Promise<unknown>[] = [];
  const once = async (question: () => Promise<unknown>): Promise<never> => {
    if (asked.length === 0) asked.push(question());
    await asked[0];
    throw new Unavailable({ why: "unpublished", detail: "one question is enough" });
  };
  const only: Ask = {
    now: ask.now,
    clock: ask.clock,
    since: ask.since,
    json: (request, answer, keep) => once(() => ask.json(request, answer, keep)),
    csv: (request, row, keep) => once(() => ask.csv(request, row, keep)),
  };
  const first = datasets.find((dataset) => source.datasets[dataset] !== undefined);
  const told = first === undefined ? undefined : source.datasets[first];
  let gap: Gap | null = null;
  try {
    // How the dataset ends without its other answers is of no interest, unless it did not ask at all.
    await told?.(only).catch((error: unknown) => {
      if (asked.length === 0) throw error;
    });
    await asked[0];
    await settle(true);
  } catch (error) {
    gap = gapOf(error);
  }
  return { answer: heard[0] ?? null, gap, question: questions[0] ?? null };
}

/** Answers of the source's hosts with status 200 that lie in `folder`. */
async function answersIn(source: Source, files: Files, folder: string): Promise<readonly Kept[]> {
  const found: Kept[] = [];
  for (const host of Object.keys(source.hosts)) {
    const names = await files.list(`${folder}/${host}`).catch(() => []);
    for (const name of names) {
      const bytes = await files.read(`${folder}/${host}/${name}`).catch(() => null);
      const tape = bytes === null ? null : decodeTape(bytes);
      if (tape === null || "failed" in tape.answer || tape.answer.status !== 200) continue;
      found.push({ question: tape.question, at: tape.at, ms: tape.ms, ...tape.answer });
    }
  }
  return found;
}
interface Kept extends HttpAnswer {
  readonly question: string;
}

/**
 * When the source last gave an answer that was kept. Status 200 is all that a tape knows of success; that of the
 * question asked now is also read, because an error inside a 200 is kept too.
 */
async function lastSuccess(
  source: Source,
  kept: readonly Kept[],
  question: string | null,
  now: Instant,
): Promise<Instant | null> {
  let last: Instant | null = null;
  for (const one of kept) {
    if (one.question === question) {
      const { question: _, ...answer } = one;
      const { gap } = await firstAnswer(
        source,
        opened(() => Promise.resolve(answer)),
        now,
      );
      if (gap !== null) continue;
    }
    last = later(one.at, last ?? one.at);
  }
  return last;
}

const TITLES = ["source", "name", "now", "key", "last success", "gives | what to do | attribution"] as const;

/** One each; the last column is as long as it has to be. */
function lines(examined: readonly Examined[], recording: Report["recording"], columns: number | null): string {
  const rows = [
    TITLES,
    ...examined.map((one) => [
      one.id,
      one.name,
      nowWords(one),
      keyWords(one),
      one.lastSuccess ?? "never",
      [
        one.gives.join(", "),
        todo(one),
        one.attribution === null ? null : `${one.attribution.text} ${one.attribution.url}`,
      ]
        .filter((part) => part !== null)
        .join(" | "),
    ]),
  ];
  const table = inColumns(
    rows.map((row) => row.map(inert)),
    { columns },
  );
  const origin =
    recording === null ? [] : [`Recording ${recording.name}${recording.note === null ? "" : `, ${recording.note}`}`];
  return `${[...table, ...inColumns([origin.map(inert)], { columns })].join("\n")}\n`;
}

function nowWords({ gap, cached, ms }: Examined): string {
  if (gap !== null) {
    return gap.why === "unconfigured" ? "not asked" : `${gap.why}${gap.status === null ? "" : ` ${gap.status}`}`;
  }
  return cached ? "in the cache" : `answers in ${ms ?? 0} ms`;
}

function keyWords({ key }: Examined): string {
  if (key === null) return "not needed";
  return `${key.env} ${key.set ? "set" : key.required ? "not set" : "not set (optional)"}`;
}

function todo({ gap, advice }: Examined): string | null {
  if (gap === null) return null;
  return advice === null ? gap.detail : `${gap.detail}. ${advice}`;
}
