import config from "./base.config.ts";

// Of the build that shoppers get, by Lighthouse, one after the other: `make lighthouse`.
export default {
  ...config,
  testDir: "lighthouse",
  workers: 1,
  fullyParallel: false,
  timeout: 20 * 60_000,
  reporter: [["list"] as const],
};
