import config from "./playwright.config.ts";

// Of the build that shoppers get: optimized, compressed, hashed (`make build`).
export default { ...config, testDir: "weight", reporter: [["list"] as const] };
