import config from "./base.config.ts";

// The tests of `cargo leptos watch` and `build`, which take minutes to compile the shop.
export default {
  ...config,
  testDir: "watch",
  // All tests build in one directory.
  workers: 1,
  fullyParallel: false,
  timeout: 25 * 60_000,
  reporter: [["list"] as const],
};
