// The bytes that a first visit to a book's page loads.

import { expect, GUIDE, test } from "../support/test.ts";

test("the first load is under 155 kB, compressed, hashed, and cached for good", async ({ browser, server }) => {
  const page = await (await browser.newContext()).newPage();
  const loads: { url: string; bytes: number; encoding?: string; caching?: string }[] = [];
  page.on("requestfinished", async (request) => {
    const [sizes, response] = [await request.sizes(), await request.response()];
    const headers = (await response?.allHeaders()) ?? {};
    loads.push({
      url: new URL(request.url()).pathname,
      bytes: sizes.responseBodySize + sizes.responseHeadersSize,
      encoding: headers["content-encoding"],
      caching: headers["cache-control"],
    });
  });
  await page.goto(server.url + GUIDE);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.waitForLoadState("networkidle");

  const code = loads.filter(({ url }) => url === GUIDE || url.startsWith("/pkg/"));
  console.table(loads);
  const kinds = code.map(({ url }) => url.match(/\.(js|wasm|css)$/)?.[1] ?? "html").sort();
  expect(kinds).toEqual(["css", "html", "js", "wasm"]);
  for (const { url, encoding, caching } of code) {
    // The page is compressed for each request, the files once.
    expect(encoding, url).toBe(url === GUIDE ? "gzip" : "br");
    if (url !== GUIDE) {
      expect(url).toMatch(/\.[\w-]{16,}\.(js|wasm|css)$/);
      expect(caching, url).toBe("public, max-age=31536000, immutable");
    }
  }
  // The desk's styles and scripts are no shopper's.
  const desk = loads.filter(({ url }) => url.startsWith("/styles/") || url === "/scripts/desk.js");
  expect(desk).toEqual([]);
  const total = code.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(total).toBeLessThan(155_000);
});
