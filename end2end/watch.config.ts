import config from "./base.config.ts";

// `cargo leptos watch` and `build`, which compile the shop for minutes.
export default {
  ...config,
  testDir: "watch",
  // They build in one directory.
  workers: 1,
  fullyParallel: false,
  timeout: 25 * 60_000,
  reporter: [["list"] as const],
};
