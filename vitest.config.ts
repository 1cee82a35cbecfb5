// The suite runs far from UTC and off the hour, so that a local-time slip fails.
process.env["TZ"] = "Asia/Kathmandu";

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    // Whole runs of the program over all venues, on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As the program has it, and why: bin/btc-report.js.
    execArgv: ["--no-maglev"],
    // Every core: vitest would leave one idle, which on a runner with two is half of it.
    maxWorkers: "100%",
    coverage: {
      provider: "v8",
      include: ["src/core/**"],
      // Types alone.
      exclude: ["src/core/market.ts", "src/core/reading.ts"],
      thresholds: { lines: 100, branches: 100 },
    },
  },
});
