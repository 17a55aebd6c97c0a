import config from "./base.config.ts";

// Lighthouse on the release build, one page at a time: `make lighthouse`.
export default {
  ...config,
  testDir: "lighthouse",
  workers: 1,
  fullyParallel: false,
  timeout: 20 * 60_000,
  reporter: [["list"] as const],
};
