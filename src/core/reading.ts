import type { Gap } from "./gap.ts";
import type { Dataset, Datasets } from "./market.ts";
import type { Instant } from "./time.ts";

/** Where a value came from: the question and when it was answered. */
export interface Evidence {
  readonly url: string;
  readonly at: Instant;
}

/** What one source said of one dataset: a value or the reason why there is none, and the evidence. */
export type Reading<D extends Dataset = Dataset> = {
  readonly source: string;
  readonly dataset: D;
  readonly evidence: readonly Evidence[];
  /** How far figures reach that grow until they are told: the oldest answer that has some. */
  readonly told?: Instant;
  /** Told by earlier runs alone, because nothing was answered: as old as its own instants. */
  readonly kept?: true;
} & ({ readonly ok: true; readonly value: Datasets[D] } | { readonly ok: false; readonly gap: Gap });

export type Good<D extends Dataset = Dataset> = Reading<D> & { readonly ok: true };

/** Whether a reading is of a dataset and has told it. */
export const isOf = <D extends Dataset>(reading: Reading, dataset: D): reading is Good<D> =>
  reading.ok && reading.dataset === dataset;
