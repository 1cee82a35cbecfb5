/** A `World` for tests: everything in memory unless given. */
import type { World } from "../../src/ports.ts";

export function worldOf(
  parts: Pick<World, "web"> & { now: ReturnType<World["now"]> } & Partial<Omit<World, "now" | "web">>,
): World {
  const { now, web, ...rest } = parts;
  return {
    now: () => now,
    web,
    files: {
      read: () => Promise.resolve(null),
      write: () => Promise.reject(new Error("nothing is written here")),
      list: () => Promise.resolve([]),
    },
    history: null,
    secret: () => undefined,
    progress: () => {},
    print: () => {},
    note: () => {},
    screen: { columns: 80, color: 0 },
    ...rest,
  };
}
