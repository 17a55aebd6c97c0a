// No layout shift while a page loads and becomes interactive.

import type { Page } from "@playwright/test";
import { mentions, Provider } from "../support/provider.ts";
import { test as base, expect, GUIDE } from "../support/test.ts";

const test = base.extend<{ provider: Provider }>({
  provider: async ({}, use) => {
    const provider = await Provider.start();
    provider.mentions.set("The Definitive Guide to the Internet", mentions(48, 86_400));
    await use(provider);
    provider.stop();
  },
  flags: async ({ provider }, use) => use(["--buzz-url", provider.url, "--buzz-seconds", "30"]),
});

/** The part of the browser's `LayoutShift` used here. */
interface Shift extends PerformanceEntry {
  value: number;
  sources: { node?: Node }[];
}

/** Records all layout shifts from the start of the page. */
async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    const observer = new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as Shift[]) {
        shifts.push(`${value} by ${sources.map(({ node }) => node?.nodeName).join(", ")}`);
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
  });
}

async function shifts(page: Page): Promise<string[]> {
  // After two frames, shifts have been painted and reported.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

for (const path of ["/", GUIDE, "/cart"]) {
  for (const width of [412, 1280]) {
    test(`${path} has no layout shift at ${width} pixels`, async ({ server, browser, request }) => {
      await request.post(`${server.url}/api/add_to_cart`, { form: { book: "small-hours" } });
      const context = await browser.newContext({
        viewport: { width, height: 823 },
        storageState: await request.storageState(),
      });
      const page = await context.newPage();
      await recordShifts(page);
      await page.goto(server.url + path);
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      // The buzz line comes last.
      if (path === GUIDE) await expect(page.getByText("Mentioned 2.0 times an hour")).toBeVisible();
      expect(await shifts(page)).toEqual([]);
      await context.close();
    });
  }
}
