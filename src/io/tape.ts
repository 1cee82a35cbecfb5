/**
 * Raw answers kept in files: cache, recording, replay and fixtures are the same thing. One file per answer:
 *
 *     GET https://api.example.test/v1/oi?symbol=BTC
 *     status: 200
 *     at: 2026-01-30T06:00:00Z
 *     ms: 120
 *     from: recorded 2026-01-30T06:00:00Z
 *     sha256: <of the body; on recorded answers only, because people edit the others>
 *     (empty line, then the body, byte for byte)
 *
 * A question that got no answer is kept as `failed: <reason> <status or place> <detail>` in place of the status, so
 * that a replay fails the same way. Request headers are never kept, so no key can leak.
 */
import { OFFLINE, Unavailable, type Gap } from "../core/gap.ts";
import { HOUR, iso, MINUTE, parseInstant, type Instant } from "../core/time.ts";
import type { Files, Http, HttpAnswer, HttpRequest } from "../ports.ts";
import { sha256 } from "./unzip.ts";

export interface Tape {
  readonly question: string;
  readonly at: Instant;
  readonly ms: number;
  /** recorded <when, by> | documented <url> | reconstructed <from which figures> | invented */
  readonly from: string;
  readonly answer: Answered | { readonly failed: Gap };
}
interface Answered {
  readonly status: number;
  readonly body: Uint8Array;
}

/** `host/path_query.tape` below the tape folder; a body or a long name ends in a hash. */
export function tapePath(request: Pick<HttpRequest, "url" | "body">): string {
  const url = new URL(request.url);
  const name = readable(`${url.pathname}${url.search}`.slice(1));
  const plain =
    request.body === undefined && name.length <= 140 && /^[A-Za-z0-9.=,_/&?:-]*$/.test(url.pathname + url.search);
  return `${url.host.replaceAll(":", "_")}/${plain ? name : `${name.slice(0, 120)}.${hashOf(request)}`}.tape`;
}

function readable(path: string): string {
  let text = path.replaceAll("%25", "%");
  try {
    text = decodeURIComponent(text);
  } catch {
    // A stray % stays as it is.
  }
  const name = text.replaceAll(/[^A-Za-z0-9.=,-]+/g, "_");
  return name === "" ? "index" : name;
}

const hashOf = (request: Pick<HttpRequest, "url" | "body">): string =>
  sha256(`${request.url}\n${request.body ?? ""}`).slice(0, 12);

/** The first line of a tape. A line break in JSON means nothing, and here it would end the line. */
export const questionOf = (request: Pick<HttpRequest, "url" | "body">): string =>
  request.body === undefined ? `GET ${request.url}` : `POST ${request.url} ${request.body.replaceAll(/[\r\n]+/g, " ")}`;

export function encodeTape(tape: Tape): Uint8Array {
  const { answer } = tape;
  const body = "failed" in answer ? new Uint8Array() : answer.body;
  const verdict = "failed" in answer ? `failed: ${failure(answer.failed)}` : `status: ${answer.status}`;
  const seal = tape.from.startsWith("recorded") ? `\nsha256: ${sha256(body)}` : "";
  const head = `${tape.question}\n${verdict}\nat: ${iso(tape.at)}\nms: ${tape.ms}\nfrom: ${tape.from}${seal}\n\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function failure(gap: Gap): string {
  const where = gap.why === "refused" ? gap.status : gap.why === "malformed" ? gap.at.replaceAll(/\s+/g, "_") : 0;
  return `${gap.why} ${where} ${gap.detail.replaceAll(/\s+/g, " ")}`;
}

const HEAD =
  /^(?<question>(?:GET|POST) [^\n]+)\n(?:status: (?<status>\d{3})|failed: (?<why>unreachable|refused|malformed) (?<where>\S+) (?<detail>[^\n]*))\nat: (?<at>[^\n]+)\n(?:ms: (?<ms>\d+)\n)?from: (?<from>[^\n]+?)(?:\nsha256: (?<seal>[0-9a-f]{64}))?$/;

/** The tape, or null where the bytes are none (cut off, damaged, another format). */
export function decodeTape(bytes: Uint8Array): Tape | null {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = whole.indexOf("\n\n");
  if (end < 0) return null;
  const head = HEAD.exec(whole.toString("utf8", 0, end))?.groups;
  const at = parseInstant(head?.["at"] ?? "");
  if (head === undefined || at === null) return null;
  const body = bytes.subarray(end + 2);
  if (head["seal"] !== undefined && head["seal"] !== sha256(body)) return null;
  const detail = head["detail"] ?? "";
  const where = head["where"] ?? "";
  const failed: Gap =
    head["why"] === "refused"
      ? { why: "refused", status: Number(where), detail }
      : head["why"] === "malformed"
        ? { why: "malformed", at: where, detail }
        : { why: "unreachable", detail };
  return {
    question: head["question"] ?? "",
    at,
    ms: Number(head["ms"] ?? 0),
    from: head["from"] ?? "",
    answer: head["status"] === undefined ? { failed } : { status: Number(head["status"]), body },
  };
}

/**
 * Answers from the tapes in `folder` and never asks. A missing tape is the gap `unrecorded`, naming the file. `heard`
 * is told where each answer came from.
 */
export function replay(files: Files, folder: string, heard: (from: string) => void = () => {}): Http {
  return async (request) => {
    const path = tapePath(request);
    const unrecorded = (detail: string): Unavailable => new Unavailable({ why: "unrecorded", detail });
    let bytes: Uint8Array | null;
    try {
      bytes = await files.read(`${folder}/${path}`);
    } catch {
      throw unrecorded(`${path} in the recording cannot be read`);
    }
    if (bytes === null) throw unrecorded(`the recording has no ${path}`);
    const tape = decodeTape(bytes);
    if (tape === null || tape.question !== questionOf(request)) {
      throw unrecorded(`${path} in the recording is damaged`);
    }
    heard(tape.from);
    if ("failed" in tape.answer) throw new Unavailable(tape.answer.failed);
    return { ...tape.answer, at: tape.at, ms: tape.ms };
  };
}

/**
 * Always asks, and keeps every answer and every failure in `folder`. `now` stamps the failures. What cannot be
 * written is thrown: a recording with holes is of no use.
 */
export function record(
  http: Http,
  files: Files,
  folder: string,
  now: () => Instant,
  from: (request: HttpRequest, at: Instant) => string = recorded,
): Http {
  const write = (request: HttpRequest, at: Instant, ms: number, answer: Tape["answer"]): Promise<void> =>
    files.write(
      `${folder}/${tapePath(request)}`,
      encodeTape({ question: questionOf(request), at, ms: Math.round(ms), from: from(request, at), answer }),
    );
  return async (request) => {
    let answer: HttpAnswer;
    try {
      answer = await http(request);
    } catch (error) {
      if (error instanceof Unavailable) await write(request, now(), 0, { failed: error.gap });
      throw error;
    }
    await write(request, answer.at, answer.ms, answer);
    return answer;
  };
}

const recorded = (_: HttpRequest, at: Instant): string => `recorded ${iso(at)}`;

/** How long "there is no such file (yet)" stands for a period that is over: a file comes out at an hour nobody knows. */
const ABSENCE = HOUR / 2;

/**
 * Answers from the cache in `folder` as long as `request.keep` allows; otherwise asks. What a published checksum
 * proves is stored at once, and so is an absence. Of the rest nobody can tell yet whether it is what it should be: an
 * HTML page with status 200 must neither serve the next run nor replace an older answer that was good. It has a
 * `shelf`, and whoever reads it decides. The cache is a convenience: where it cannot be read or written the question
 * is asked.
 */
export function keep(http: Http, files: Files, folder: string, now: () => Instant): Http {
  return async (request) => {
    const path = `${folder}/${tapePath(request)}`;
    const write = (bytes: Uint8Array): Promise<void> => files.write(path, bytes).catch(() => undefined);
    // Files has no removal: an empty tape is none.
    const erase = (): Promise<void> => write(new Uint8Array());
    const kept = request.fresh === true ? null : await recall(files, folder, request);
    if (kept !== null && serves(kept, request, now())) {
      const proven = request.sha256 !== undefined && kept.status === 200;
      return proven ? kept : { ...kept, shelf: { keep: () => Promise.resolve(), drop: erase } };
    }
    const answer = await http(request);
    const store = (): Promise<void> => {
      const tape = { question: questionOf(request), at: answer.at, ms: Math.round(answer.ms), answer };
      return write(encodeTape({ ...tape, from: recorded(request, answer.at) }));
    };
    const absence = answer.status === 404 && request.keep === "forever";
    if (absence || (answer.status === 200 && request.sha256 !== undefined && hasChecksum(answer, request))) {
      await store();
    } else if (answer.status === 200 && hasChecksum(answer, request)) {
      // Answers are shared, and so are their shelves: who finds it wrong is heard before who found it good.
      let stored: Promise<void> | null = null;
      let dropped = false;
      const shelf = {
        keep: () => (dropped ? Promise.resolve() : (stored ??= store())),
        drop: () => {
          dropped = true;
          return stored === null ? Promise.resolve() : stored.then(erase);
        },
      };
      return { ...answer, shelf };
    }
    return answer;
  };
}

/** How long what is told of the present may stand for it: some venues say no instant with it. */
const PRESENT = 2 * MINUTE;

/**
 * Answers from the cache alone: at any age, but for the present, whose instant only the history knows later. One from the
 * future, as a clock that was set back leaves it, is told only of what is over for ever.
 */
export function offline(files: Files, folder: string, now: () => Instant): Http {
  return async (request) => {
    const kept = await recall(files, folder, request);
    const age = kept === null ? 0 : now() - kept.at;
    if (kept === null || (request.keep === undefined && age > PRESENT) || (request.keep !== "forever" && age < 0))
      throw new Unavailable({ why: "unreachable", detail: OFFLINE });
    return kept;
  };
}

/** The answer in the cache, if it is whole and answers this very question. */
async function recall(files: Files, folder: string, request: HttpRequest): Promise<HttpAnswer | null> {
  const bytes = await files.read(`${folder}/${tapePath(request)}`).catch(() => null);
  const tape = bytes === null ? null : decodeTape(bytes);
  if (tape === null || tape.question !== questionOf(request) || "failed" in tape.answer) return null;
  if (tape.answer.status === 200 && !hasChecksum(tape.answer, request)) return null;
  return { ...tape.answer, at: tape.at, ms: tape.ms, kept: true };
}

const hasChecksum = ({ body }: Answered, request: HttpRequest): boolean =>
  request.sha256 === undefined || request.sha256.toLowerCase() === sha256(body);

/** An answer from the future, as a clock that was set back leaves it, serves only where age does not matter. */
function serves(kept: HttpAnswer, request: HttpRequest, now: Instant): boolean {
  if (request.keep === undefined) return false;
  const age = now - kept.at;
  if (request.keep === "forever") return kept.status === 200 || (age >= 0 && age < ABSENCE);
  return kept.status === 200 && age >= 0 && age < request.keep.minutes * MINUTE;
}
