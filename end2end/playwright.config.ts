import config from "./base.config.ts";
import type { EngineOptions } from "./flows/test.ts";
import { defineConfig } from "@playwright/test";

// The flows run in three engines from one text; tests/ has what only Playwright's own hold
// on Chromium can do, and what is the same everywhere. Quick ones: `--grep @quick`.
export default defineConfig<{}, EngineOptions>({
  ...config,
  projects: [
    { name: "chromium", testMatch: ["tests/**/*.spec.ts", "flows/**/*.spec.ts"], use: { engineName: "chromium" } },
    { name: "firefox", testDir: "flows", use: { engineName: "firefox" } },
    { name: "webkit", testDir: "flows", use: { engineName: "webkit" } },
  ],
});
