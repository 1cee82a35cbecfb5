/** Stretches of a series with a checksum each: years of bars that were stored yesterday are not compared again today. */
import { DAY } from "../core/time.ts";
import type { Observation } from "./observations.ts";

export interface Part {
  readonly stretch: number;
  readonly observations: readonly Observation[];
}

const STRETCH = 32 * DAY;

/** Observations by fixed stretches of time. */
export function inStretches(observations: readonly Observation[]): readonly Part[] {
  const parts = new Map<number, Observation[]>();
  let last = -1;
  let own: Observation[] = [];
  for (const observation of observations) {
    const stretch = Math.floor(observation.at / STRETCH);
    if (stretch !== last) {
      own = parts.get(stretch) ?? [];
      parts.set(stretch, own);
      last = stretch;
    }
    own.push(observation);
  }
  return [...parts].map(([stretch, observations]) => ({ stretch, observations }));
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const PRIME = 0x01000193;

/** 64 bits (FNV-1a over words, forwards with two seeds) and the count: chance makes two alike never in practice. */
export function digestOf(observations: readonly Observation[]): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  const add = (word: number): void => {
    a = Math.imul(a ^ word, PRIME);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ word, 0x5bd1e995);
  };
  const number = (n: number): void => {
    double[0] = n;
    add(words[0] ?? 0);
    add(words[1] ?? 0);
  };
  for (const { at, until, value } of observations) {
    number(at);
    number(until);
    if (typeof value === "number") number(value);
    else for (let i = 0; i < value.length; i += 1) add(value.charCodeAt(i) + 1);
  }
  return `${observations.length} ${(a >>> 0).toString(16)} ${(b >>> 0).toString(16)}`;
}
