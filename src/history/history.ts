/** The store as the program sees it: opened when it is first needed, and never a reason for a run to fail. */
import { dirname } from "node:path";
import type { Dataset, Datasets } from "../core/market.ts";
import { makeFolder } from "../io/folder.ts";
import type { History, Remembered } from "../ports.ts";
import { observationsOf, rowsAgain, valueOf } from "./observations.ts";
import { codecs, historyOfHeld, type Kept } from "./rows.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

export interface HistoryOptions {
  /** Told once why there is none. */
  readonly note: (line: string) => void;
  /** False where a run may only add: what a recording cannot repeat must not enter its report. */
  readonly reads: boolean;
}

/** The history in the file `path`. */
export function historyIn(path: string, { note, reads }: HistoryOptions): History & { readonly close: () => void } {
  let opening: Promise<Store | null> | null = null;
  let open: Store | null = null;
  let lost = false;

  const failed = (error: unknown, what = "used"): null => {
    if (!(error instanceof StoreError)) throw error;
    if (!lost) note(`the history is not ${what}: ${error.message}`);
    lost = true;
    return null;
  };
  const store = (): Promise<Store | null> => {
    opening ??= Promise.resolve(dirname(path))
      .then(makeFolder)
      .catch((error: unknown) => {
        throw new StoreError(
          `${dirname(path)} cannot be made (${error instanceof Error ? error.message : String(error)}). Set BTC_REPORT_DATA_DIR to a folder that can be written`,
          { cause: error },
        );
      })
      .then(() => import("./store.ts"))
      .then(({ openStore }) => openStore(path))
      .then(
        (made) => (open = made),
        (error: unknown) => failed(error),
      );
    return opening;
  };
  const within = async <T>(work: (store: Store) => T, what?: string): Promise<T | null> => {
    const found = await store();
    if (found === null || lost) return null;
    try {
      return work(found);
    } catch (error) {
      return failed(error, what);
    }
  };
  const read = <D extends Kept>(asked: Remembered<D>): Promise<Datasets[D] | null> =>
    within((found) =>
      valueOf(asked.dataset, rowsAgain(found.series(asked).map((stored) => found.read(stored, asked)))),
    );

  return {
    read: async (asked) => (reads && isKept(asked) ? read(asked) : null),
    heldBefore: async (asked) => {
      if (!reads) return null;
      return within((found) => {
        const own = found.series({ source: asked.source, dataset: "openInterest" });
        const needed = own.filter(({ of }) => of.field === "size" || of.field === "price");
        return historyOfHeld(rowsAgain(needed.map((stored) => found.read(stored, asked))));
      });
    },
    append: async (readings, seen) => {
      if (!readings.some(({ ok }) => ok)) return;
      await within((found) => found.append(observationsOf(readings, seen), seen), "added to");
    },
    close: () => {
      open?.close();
      open = null;
      lost = true;
    },
  };
}

const isKept = <D extends Dataset>(asked: Remembered<D>): asked is Remembered<D & Kept> =>
  Object.hasOwn(codecs, asked.dataset);
