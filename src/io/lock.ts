/**
 * Keeps two runs apart that would do the same work twice. A lock is a small file with the process that holds it; that of
 * a process which is gone is taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { z } from "zod";
import { instant, iso } from "../core/time.ts";
import { errnoOf } from "./errno.ts";
import { makeFolder } from "./folder.ts";

/** Another run is at it. */
export class Locked extends Error {
  override readonly name = "Locked";
}

const Holder = z.object({ pid: z.int().positive(), started: z.string().nullable(), since: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Takes the lock and gives the function that releases it; it is released too when the process ends by itself or by a
 * signal. Throws `Locked` where another process holds it. Where no file can be written there is nothing to lock with,
 * and the run goes on.
 */
export function lock(path: string, what: string): () => void {
  const own: Holder = { pid: process.pid, started: startOf(process.pid), since: iso(instant(Date.now())) };
  for (let tries = 0; tries < 5; tries += 1) {
    const failure = written(path, own);
    if (failure === null) return released(path, own);
    if (failure !== "EEXIST") return () => {};
    const holder = holderOf(path);
    if (holder !== null && isAlive(holder)) {
      throw new Locked(
        `another run ${what} (process ${holder.pid}, since ${holder.since}): wait for it to end, or end it, then try again`,
      );
    }
    takeAway(path, holder);
  }
  throw new Locked(`${path} changes hands too quickly: try again`);
}

function written(path: string, own: Holder): string | null {
  try {
    makeFolder(dirname(path));
  } catch {
    return "no folder";
  }
  try {
    writeFileSync(path, `${JSON.stringify(own)}\n`, { flag: "wx" });
    return null;
  } catch (error) {
    return errnoOf(error) ?? "unknown";
  }
}

/** Null where the file is gone or holds no holder. */
function holderOf(path: string): Holder | null {
  try {
    const found = Holder.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return found.success ? found.data : null;
  } catch {
    return null;
  }
}

/** The process runs and is the same one: a number is used again after some days. */
function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there.
    if (errnoOf(error) !== "EPERM") return false;
  }
  const words = statOf(pid);
  // Killed, and not yet taken note of by its parent, which in a container may never be.
  if (words?.[0] === "Z") return false;
  const now = words?.[19];
  return started === null || now === undefined || started === now;
}

/** When a process started, as Linux counts it; null elsewhere. */
const startOf = (pid: number): string | null => statOf(pid)?.[19] ?? null;

/** What Linux tells of a process, from its state on: the name in brackets before it may hold spaces. */
function statOf(pid: number): readonly string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? null;
  } catch {
    return null;
  }
}

/** Moves the file away, and back if another run has taken the lock since it was read. */
function takeAway(path: string, stale: Holder | null): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    const moved = holderOf(aside);
    if (moved !== null && (moved.pid !== stale?.pid || moved.started !== stale.started)) linkSync(aside, path);
  } catch {
    // Gone already, or back already.
  }
  rmSync(aside, { force: true });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function released(path: string, own: Holder): () => void {
  const remove = (): void => {
    const holder = holderOf(path);
    if (holder?.pid === own.pid && holder.started === own.started) rmSync(path, { force: true });
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    release();
    // Without our listener the signal does what it does to every program.
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    remove();
    process.off("exit", remove);
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
  process.on("exit", remove);
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return release;
}
