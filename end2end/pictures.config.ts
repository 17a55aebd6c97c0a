import config from "./base.config.ts";

// Takes the pictures in docs/pictures: `make pictures`.
export default { ...config, testDir: "pictures", reporter: [["list"] as const] };
