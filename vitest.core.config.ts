// The tests of the core alone: what mutation testing runs, again for every mutant.
process.env["TZ"] = "Asia/Kathmandu";

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/core/**/*.test.ts"], setupFiles: ["test/support/seed.ts"], testTimeout: 60_000 },
});
