import config from "./base.config.ts";

// The weight of the release build: optimized, compressed, hashed (`make build`).
export default { ...config, testDir: "weight", reporter: [["list"] as const] };
