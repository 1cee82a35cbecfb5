/** `npm run bench`, or `npm run bench -- start live`: what is measured, how, and against what stands in PERFORMANCE.md. */
import { peers } from "./peers.ts";
import { start } from "./start.ts";
import { archive } from "./archive.ts";
import { growth } from "./growth.ts";
import { live } from "./live.ts";
import { store } from "./store.ts";

const RUNS = Number(process.env["BENCH_RUNS"] ?? 5);

const parts: Readonly<Record<string, (runs: number) => Promise<void>>> = { start, live, archive, store, growth, peers };

const wanted = process.argv.slice(2);
for (const name of wanted.length === 0 ? Object.keys(parts) : wanted) {
  const part = parts[name];
  if (part === undefined) throw new Error(`no part "${name}": there are ${Object.keys(parts).join(", ")}`);
  await part(RUNS);
}
