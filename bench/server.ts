/**
 * The model's upstreams on loopback, as a process of its own: `/HOST/PATH` as `--relay` asks. Every answer is worked out
 * once and then served from memory after a set delay, so what is measured is the one who asks.
 *
 *     /-/set?delay=100&now=2026-01-30T06:00:00Z    how long an answer takes, and the clock of the model
 *     /-/set?archive=full&lists=full               files of the archive, lists of contracts at the size they have
 *     /-/log                                       requests since the last time that this was asked
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { instant } from "../src/core/time.ts";
import type { Http } from "../src/ports.ts";
import { metricsOfDay } from "./metrics-file.ts";
import { listed } from "./peers/listings.ts";

/** One request, in milliseconds since 1970. */
export interface Logged {
  readonly host: string;
  readonly target: string;
  readonly status: number;
  readonly from: number;
  readonly until: number;
  readonly bytes: number;
}
interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

let delayMs = 0;
let fullArchive = false;
let fullLists = false;
let now: number = articleDay.now;
let log: Logged[] = [];
const models = new Map<number, Http>();
const answers = new Map<string, Promise<Answer>>();

function answerTo(target: string, body: string): Promise<Answer> {
  const key = `${now} ${String(fullArchive)} ${String(fullLists)} ${target} ${body}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const full = fullArchive ? metricsOfDay(target) : null;
  if (full !== null) return Promise.resolve({ status: 200, body: full });
  const http = models.get(now) ?? served(modelOf({ ...articleDay, now: instant(now) })).http;
  models.set(now, http);
  const question = { url: `https://${target}`, headers: {}, ...(body === "" ? {} : { body }) };
  // The model knows what our sources ask; whatever else is asked for is not there.
  const asked = Promise.resolve(question)
    .then(http)
    .catch(() => ({ status: 404, body: new TextEncoder().encode("not found") }));
  const answer = fullLists ? asked.then((known) => withLists(`${target} ${body}`.trimEnd(), known)) : asked;
  answers.set(key, answer);
  return answer;
}

function withLists(target: string, known: Answer): Answer {
  const body = listed(target, known.body);
  return body === null ? known : { status: 200, body };
}

const server = createServer((request, response) => {
  const from = Date.now();
  const target = (request.url ?? "").slice(1);
  if (target.startsWith("-/")) {
    const asked = new URL(target, "http://x/");
    if (asked.pathname === "/-/set") {
      const words = asked.searchParams;
      delayMs = Number(words.get("delay") ?? delayMs);
      now = words.has("now") ? Date.parse(words.get("now") ?? "") : now;
      fullArchive = words.has("archive") ? words.get("archive") === "full" : fullArchive;
      fullLists = words.has("lists") ? words.get("lists") === "full" : fullLists;
      response.end();
    } else {
      response.end(JSON.stringify(log));
      log = [];
    }
    return;
  }
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString();
    void answerTo(target, body).then((answer) =>
      setTimeout(
        () => {
          response.writeHead(answer.status).end(answer.body);
          log.push({
            host: target.split("/")[0] ?? "",
            target: `${target} ${body}`.trimEnd(),
            status: answer.status,
            from,
            until: Date.now(),
            bytes: answer.body.length,
          });
        },
        Math.max(0, delayMs - (Date.now() - from)),
      ),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.once("disconnect", () => process.exit());
