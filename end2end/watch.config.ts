import config from "./base.config.ts";

// `cargo leptos watch`, which compiles the shop for minutes.
export default {
  ...config,
  testDir: "watch",
  timeout: 25 * 60_000,
  reporter: [["list"] as const],
};
