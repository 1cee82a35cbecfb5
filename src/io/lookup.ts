/**
 * Names to addresses as the system knows them, each name once a run. In a process of its own: `getaddrinfo` cannot be
 * called off, a silent name server holds it for ten seconds and more, and neither the end of a program nor
 * `process.exit()` comes before it returns. That process is killed when the run is over. It also looks up all names at
 * once, where Node would do two at a time.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { ADDRCONFIG, lookup as systemLookup } from "node:dns";
import process from "node:process";
import { z } from "zod";

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}
export interface Lookups {
  /** Rejects with the error of `dns.lookup`; after the end of the run, never settles. */
  readonly addressesOf: (name: string) => Promise<readonly Address[]>;
  /** Whether the addresses of this name are still waited for. */
  readonly isUnderWay: (name: string) => boolean;
}
type Ask = (name: string, done: (error: Error | null, addresses: readonly Address[]) => void) => void;

/** Looks names up until `run` is aborted. */
export function lookups(run: AbortSignal): Lookups {
  const known = new Map<string, Promise<readonly Address[]>>();
  const underWay = new Set<string>();
  const ask = elsewhere(run);
  return {
    addressesOf: (name) => {
      const before = known.get(name);
      if (before !== undefined) return before;
      underWay.add(name);
      const found = new Promise<readonly Address[]>((resolve, reject) => {
        ask(name, (error, addresses) => {
          underWay.delete(name);
          if (error === null) return resolve(addresses);
          // A failure may pass: who asks again is answered anew.
          known.delete(name);
          reject(error);
        });
      });
      known.set(name, found);
      return found;
    },
    isUnderWay: (name) => underWay.has(name),
  };
}

/** As `net.connect` asks: no IPv6 address where there is no IPv6, for which Windows has no question. */
const HINTS = process.platform === "win32" ? 0 : ADDRCONFIG;

const here: Ask = (name, done) => {
  systemLookup(name, { all: true, hints: HINTS }, (error, found) => {
    done(error, error === null ? found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 })) : []);
  });
};

/** What the other process does. Without us it has nothing to do, and does not wait for its own lookups either. */
const PROGRAM = `
const { lookup } = require("node:dns");
process.on("message", (name) => {
  lookup(name, { all: true, hints: ${HINTS} }, (error, addresses) => {
    process.send({ name, code: error?.code, addresses });
  });
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
`;
const Told = z.object({
  name: z.string(),
  code: z.string().optional(),
  addresses: z.array(z.object({ address: z.string(), family: z.literal([4, 6]) })).optional(),
});

/** Asks another process, started for the first name; where there can be none, this one. */
function elsewhere(run: AbortSignal): Ask {
  const waiting = new Map<string, Parameters<Ask>[1]>();
  let child: ChildProcess | null = null;
  let isLost = false;
  const lost = (): void => {
    if (run.aborted) return;
    isLost = true;
    for (const [name, done] of waiting) here(name, done);
    waiting.clear();
  };
  const started = (): ChildProcess => {
    const made = spawn(process.execPath, ["-e", PROGRAM], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, UV_THREADPOOL_SIZE: "64" },
      windowsHide: true,
    });
    // It must not keep us: whoever waits for an address has a deadline.
    made.unref();
    made.channel?.unref();
    made.on("error", lost).on("exit", lost);
    made.on("message", (message) => {
      const { name, code, addresses = [] } = Told.parse(message);
      const done = waiting.get(name);
      waiting.delete(name);
      done?.(code === undefined ? null : failure(name, code), addresses);
    });
    run.addEventListener("abort", () => made.kill("SIGKILL"));
    return made;
  };
  return (name, done) => {
    if (run.aborted) return;
    if (isLost) return here(name, done);
    waiting.set(name, done);
    try {
      child ??= started();
    } catch {
      return lost();
    }
    child.send(name, (error) => {
      if (error !== null) lost();
    });
  };
}

/** The error that `dns.lookup` gives. */
const failure = (hostname: string, code: string): Error =>
  Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, hostname, syscall: "getaddrinfo" });
