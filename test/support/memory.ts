/** Files that exist as long as the test: what a run leaves behind, and the next one finds. */
import type { Files } from "../../src/ports.ts";

export function memory(): Files & { readonly all: ReadonlyMap<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    read: (path) => Promise.resolve(all.get(path) ?? null),
    write: (path, body) => {
      all.set(path, typeof body === "string" ? Buffer.from(body) : body);
      return Promise.resolve();
    },
    list: (folder) =>
      Promise.resolve(
        [...all.keys()]
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split("/")[0] ?? "")
          .toSorted(),
      ),
  };
}
