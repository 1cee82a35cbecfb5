import { readFileSync } from "node:fs";

const read: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Of this package. */
export const version =
  typeof read === "object" && read !== null && "version" in read ? String(read.version) : "unknown";
