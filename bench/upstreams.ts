/** The server of `server.ts`, started and told what to do. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logged } from "./server.ts";

export interface Upstreams {
  readonly url: string;
  readonly set: (words: Readonly<Record<string, string | number>>) => Promise<void>;
  /** Requests since the last call. */
  readonly log: () => Promise<readonly Logged[]>;
}

export async function withUpstreams<T>(use: (upstreams: Upstreams) => Promise<T>): Promise<T> {
  const child = fork(fileURLToPath(new URL("server.js", import.meta.url)));
  try {
    const port = await new Promise<unknown>((told, failed) => {
      child.once("message", told);
      child.once("error", failed);
    });
    const url = `http://127.0.0.1:${String(port)}`;
    const ask = async (path: string): Promise<string> => (await fetch(`${url}/-/${path}`)).text();
    return await use({
      url,
      set: async (words) => {
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(words)) query.set(name, String(value));
        await ask(`set?${query.toString()}`);
      },
      log: async () => JSON.parse(await ask("log")) as readonly Logged[],
    });
  } finally {
    child.disconnect();
  }
}
