// The page in a real browser: `npm run test:browser`. It wants Chromium, which `npm test` does not.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    // A browser starts slowly on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
