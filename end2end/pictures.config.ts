import config from "./base.config.ts";

// Takes the README's pictures and a set to look at: `make pictures`.
export default { ...config, testDir: "pictures", reporter: [["list"] as const] };
