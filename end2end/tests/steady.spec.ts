// Nothing on a page jumps when it comes to life.

import { expect, GUIDE, test } from "../support/test.ts";

/** Of the browser's `LayoutShift`, what is read here. */
interface Shift extends PerformanceEntry {
  value: number;
  sources: { node?: Node }[];
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
      await page.goto(server.url + path);
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      // Two frames: what has moved is painted, and has been seen to.
      await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
      expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
      await context.close();
    });
  }
}
