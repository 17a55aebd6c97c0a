// Lighthouse on the front page, a book's page and a cart with one line: the median of five runs, each
// with a new browser profile. Prints the results and their conditions; a score below 100 fails.

import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import lighthouse, { type Flags } from "lighthouse";
import { freePort } from "../support/port.ts";
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

/** Lighthouse's mobile preset: slow 4G and a quarter of the CPU speed, simulated after loading. */
const MOBILE: Flags = { output: "json", logLevel: "silent", formFactor: "mobile" };
/** The same, but throttled while loading, to measure the wait of a real visitor. */
const THROTTLED: Flags = { ...MOBILE, throttlingMethod: "devtools", onlyCategories: ["performance"] };

/** One run. For the cart, a copy is added first. */
async function runLighthouse(url: string, flags: Flags, executablePath: string | undefined) {
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
  test(`Lighthouse scores ${path} at 100 in every category`, async ({ server, launchOptions }) => {
    const runs: Awaited<ReturnType<typeof runLighthouse>>[] = [];
    for (let run = 0; run < TIMES; run += 1) {
      runs.push(await runLighthouse(server.url + path, MOBILE, launchOptions.executablePath));
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
    const failing = Object.values(first.audits)
      .filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative")
      .map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`);
    if (failing.length > 0) console.log(`  failing audits of the first run: ${failing.join(", ")}`);
    expect(Object.fromEntries(scores)).toEqual(Object.fromEntries(CATEGORIES.map((name) => [name, 100])));
  });

  test(`on a slow phone ${path} is painted in 2 s, is interactive in 4 s, and has no layout shift`, async ({
    server,
    launchOptions,
  }) => {
    const runs: Awaited<ReturnType<typeof runLighthouse>>[] = [];
    for (let run = 0; run < TIMES; run += 1) {
      runs.push(await runLighthouse(server.url + path, THROTTLED, launchOptions.executablePath));
    }
    const of = (audit: string) => runs.map(({ audits }) => audits[audit]?.numericValue ?? NaN);
    const [largestPaint, interactive] = [median(of("largest-contentful-paint")), median(of("interactive"))];
    const shifts = of("cumulative-layout-shift");
    console.log(`${path}, throttled while loading: largest paint ${largestPaint.toFixed(0)} ms, interactive ${interactive.toFixed(0)} ms`);
    expect(largestPaint).toBeLessThan(2_000);
    expect(interactive).toBeLessThan(4_000);
    expect(Math.max(...shifts)).toBe(0);
  });
}
