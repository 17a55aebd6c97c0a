// Nothing on a page jumps when it comes to life.

import type { Page } from "@playwright/test";
import { Provider, talk } from "../support/provider.ts";
import { test as base, expect, GUIDE } from "../support/test.ts";

const test = base.extend<{ provider: Provider }>({
  provider: async ({}, use) => {
    const provider = await Provider.start();
    provider.said.set("The Definitive Guide to the Internet", talk(48, 86_400));
    await use(provider);
    provider.stop();
  },
  flags: async ({ provider }, use) => use(["--buzz-url", provider.url, "--buzz-seconds", "30"]),
});

/** Of the browser's `LayoutShift`, what is read here. */
interface Shift extends PerformanceEntry {
  value: number;
  sources: { node?: Node }[];
}

/** Has the page write down whatever moves on it, from its beginning. */
async function watch(page: Page): Promise<void> {
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
  // Two frames: what has moved is painted, and has been seen to.
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

for (const path of ["/", GUIDE, "/cart"]) {
  for (const width of [412, 1280]) {
    test(`${path} stays where it is at ${width} pixels`, async ({ server, browser, request }) => {
      await request.post(`${server.url}/api/add_to_cart`, { form: { book: "small-hours" } });
      const context = await browser.newContext({
        viewport: { width, height: 823 },
        storageState: await request.storageState(),
      });
      const page = await context.newPage();
      await watch(page);
      await page.goto(server.url + path);
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      // What is said of it comes last.
      if (path === GUIDE) await expect(page.getByText("Mentioned 2.0 times an hour")).toBeVisible();
      expect(await shifts(page)).toEqual([]);
      await context.close();
    });
  }
}
