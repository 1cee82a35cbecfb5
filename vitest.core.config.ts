// The tests of the core alone: what mutation testing runs, again for every mutant. BTC_REPORT_TESTS names some of them.
process.env["TZ"] = "Asia/Kathmandu";

import { defineConfig } from "vitest/config";

const include = process.env["BTC_REPORT_TESTS"]?.split(",") ?? ["test/core/**/*.test.ts"];

export default defineConfig({ test: { include, setupFiles: ["test/support/seed.ts"], testTimeout: 60_000 } });
