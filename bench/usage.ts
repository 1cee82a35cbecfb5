/** Loaded into a measured process with `--import`: on exit it leaves there what the process has used. */
import { writeFileSync } from "node:fs";

process.once("exit", () => {
  const path = process.env["BENCH_USAGE"];
  if (path !== undefined) writeFileSync(path, JSON.stringify(process.resourceUsage()));
});
