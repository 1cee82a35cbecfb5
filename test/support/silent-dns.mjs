/**
 * Loaded before the program, and before what it starts (NODE_OPTIONS): DNS that never answers. As `getaddrinfo` does, a
 * lookup holds a thread that cannot be called off, here by opening SILENT_PIPE, to which nobody writes. SILENT_TOLD is a
 * file that gets the names that were looked up.
 */
import dns from "node:dns";
import { appendFileSync, open } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { SILENT_PIPE, SILENT_TOLD } = process.env;
dns.lookup = (name) => {
  appendFileSync(SILENT_TOLD, `${name}\n`);
  open(SILENT_PIPE, "r", () => {});
};
syncBuiltinESMExports();
