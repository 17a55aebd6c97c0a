import config from "./base.config.ts";

// The developer's loop compiles the shop as `cargo leptos watch` does, which takes minutes.
export default {
  ...config,
  testDir: "watch",
  timeout: 25 * 60_000,
  reporter: [["list"] as const],
};
