// Lighthouse on the front page, a book's page and a cart with a line in it: the median of
// five, each in a browser that has seen nothing before. Prints what it found and under which
// conditions; anything under 100 fails.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import lighthouse, { type Flags } from "lighthouse";
import { expect, GUIDE, test } from "../support/test.ts";

const TIMES = Number(process.env.LIGHTHOUSE_TIMES ?? 5);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
const FIGURES = {
  "first-contentful-paint": "FCP ms",
  "largest-contentful-paint": "LCP ms",
  interactive: "interactive ms",
  "total-blocking-time": "TBT ms",
  "cumulative-layout-shift": "CLS",
} as const;

/** A telephone as Lighthouse's mobile preset has it: slow 4G and a fourth of the speed, reckoned. */
const MOBILE: Flags = { output: "json", logLevel: "silent", formFactor: "mobile" };
/** The same held back while it loads instead of reckoned afterwards, for what a person waits. */
const HELD_BACK: Flags = { ...MOBILE, throttlingMethod: "devtools", onlyCategories: ["performance"] };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((open) => server.once("listening", open));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (!address || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** One run, by somebody who has taken a copy if they look at their cart. */
async function look(url: string, flags: Flags, executablePath: string | undefined) {
  const profile = mkdtempSync(join(tmpdir(), "burts-lighthouse-"));
  const port = await freePort();
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
  });
  try {
    if (url.endsWith("/cart")) {
      const add = new URL("/api/add_to_cart", url).href;
      const answer = await browser.request.post(add, { form: { book: GUIDE.replace("/books/", "") } });
      expect(answer.ok()).toBe(true);
    }
    const result = await lighthouse(url, { ...flags, port });
    if (!result || result.lhr.runtimeError) throw new Error(result?.lhr.runtimeError?.message ?? "no result");
    return result.lhr;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

for (const path of ["/", GUIDE, "/cart"]) {
  test(`Lighthouse gives ${path} 100 in everything`, async ({ server, launchOptions }) => {
    const runs: Awaited<ReturnType<typeof look>>[] = [];
    for (let run = 0; run < TIMES; run += 1) {
      runs.push(await look(server.url + path, MOBILE, launchOptions.executablePath));
    }
    const [first] = runs;
    if (!first) throw new Error("no run");
    const { environment, configSettings, lighthouseVersion } = first;
    console.log(
      `${path}: Lighthouse ${lighthouseVersion}, mobile, median of ${TIMES}, ${configSettings.throttlingMethod} ` +
        `${configSettings.throttling.rttMs} ms / ${configSettings.throttling.throughputKbps} kbit/s, ` +
        `CPU slowed ${configSettings.throttling.cpuSlowdownMultiplier} times (this machine's index: ` +
        `${environment.benchmarkIndex}, ${cpus().length} cores), ${environment.hostUserAgent.match(/Chrome\/\S+/)?.[0]}`,
    );
    const scores = CATEGORIES.map((name) => [
      name,
      median(runs.map(({ categories }) => Math.round((categories[name]?.score ?? 0) * 100))),
    ]);
    const figures = Object.entries(FIGURES).map(([audit, name]) => [
      name,
      Number(median(runs.map(({ audits }) => audits[audit]?.numericValue ?? NaN)).toFixed(3)),
    ]);
    console.table(Object.fromEntries([...scores, ...figures]));
    const lacking = Object.values(first.audits)
      .filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative")
      .map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`);
    if (lacking.length > 0) console.log(`  what the first run lacks: ${lacking.join(", ")}`);
    expect(Object.fromEntries(scores)).toEqual(Object.fromEntries(CATEGORIES.map((name) => [name, 100])));
  });

  test(`on a slow telephone ${path} is whole in 2 s and interactive in 4 s, and nothing on it jumps`, async ({
    server,
    launchOptions,
  }) => {
    const runs: Awaited<ReturnType<typeof look>>[] = [];
    for (let run = 0; run < TIMES; run += 1) {
      runs.push(await look(server.url + path, HELD_BACK, launchOptions.executablePath));
    }
    const of = (audit: string) => runs.map(({ audits }) => audits[audit]?.numericValue ?? NaN);
    const [whole, interactive] = [median(of("largest-contentful-paint")), median(of("interactive"))];
    const shifts = of("cumulative-layout-shift");
    console.log(`${path}, held back while it loads: largest paint ${whole.toFixed(0)} ms, interactive ${interactive.toFixed(0)} ms`);
    expect(whole).toBeLessThan(2_000);
    expect(interactive).toBeLessThan(4_000);
    expect(Math.max(...shifts)).toBe(0);
  });
}
