/** What the numbers and names of the report are: base units (USD, BTC, ratio where 0.05 = 5 %, points), UTC. */
import { z } from "zod";

export const at = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/);
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const month = z.string().regex(/^\d{4}-\d{2}$/);
export const number = z.number();
export const amount = z.number().nonnegative();
export const id = z.string().regex(/^[a-z0-9-]+$/);
/** Numbers whose name does not tell their unit: it goes with the meaning into the JSON Schema. */
export const ratio = (meaning: string): typeof number => number.describe(`ratio; ${meaning}`);
export const count = (meaning: string): typeof number => number.describe(`count; ${meaning}`);
export const points = (meaning: string): typeof number => number.describe(`points; ${meaning}`);
export const perBtc = (meaning: string): typeof amount => amount.describe(`USD per BTC; ${meaning}`);
