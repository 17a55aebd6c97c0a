import config from "./base.config.ts";
import type { EngineOptions } from "./flows/test.ts";
import { defineConfig } from "@playwright/test";

// The flows run in three engines. The tests in tests/ run in Chromium only: they need Playwright's
// control of it, or are the same in every engine. The quick ones: `--grep @quick`.
export default defineConfig<{}, EngineOptions>({
  ...config,
  projects: [
    { name: "chromium", testMatch: ["tests/**/*.spec.ts", "flows/**/*.spec.ts"], use: { engineName: "chromium" } },
    { name: "firefox", testDir: "flows", use: { engineName: "firefox" } },
    { name: "webkit", testDir: "flows", use: { engineName: "webkit" } },
  ],
});
