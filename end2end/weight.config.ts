import config from "./base.config.ts";

// Of the build that shoppers get: optimized, compressed, hashed (`make build`).
export default { ...config, testDir: "weight", reporter: [["list"] as const] };
