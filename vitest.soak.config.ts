// A thousand runs in one process: no part of the suite, because it takes many minutes.
process.env["TZ"] = "Asia/Kathmandu";

import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["test/soak/soak.ts"], disableConsoleIntercept: true } });
