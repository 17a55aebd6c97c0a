// The bytes that a first visit loads.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

interface Load {
  url: string;
  bytes: number;
  encoding?: string;
  caching?: string;
}

/** Lists what a page loads from now on. */
function record(page: Page): Load[] {
  const loads: Load[] = [];
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
  return loads;
}

/** The page itself, and the code and styles that it loads: a style sheet of the shop, of the desk and of the section. */
async function codeOf(loads: Load[], page: string): Promise<Load[]> {
  const isCode = ({ url }: Load) => url === page || url.startsWith("/pkg/") || url.startsWith("/styles/");
  // The sizes of a load are known a little after it has ended.
  await expect.poll(() => [...new Set(kindsOf(loads.filter(isCode)))]).toEqual(["css", "html", "js", "wasm"]);
  console.table(loads);
  const code = loads.filter(isCode);
  for (const { url, encoding, caching } of code) {
    // Pages are compressed for each request, files once.
    expect(encoding, url).toBe(url === page ? "gzip" : "br");
    if (!url.startsWith("/pkg/")) continue;
    expect(url).toMatch(/\.[\w-]{16,}\.(js|wasm|css)$/);
    expect(caching, url).toBe("public, max-age=31536000, immutable");
  }
  const total = code.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${page}: ${total.toLocaleString("en")} bytes`);
  return code;
}

const kindsOf = (code: Load[]) => code.map(({ url }) => url.match(/\.(js|wasm|css)$/)?.[1] ?? "html").sort();
const sum = (code: Load[]) => code.reduce((total, { bytes }) => total + bytes, 0);

test("a book's page is under 165 kB, compressed, hashed, and cached for good", async ({ browser, server }) => {
  const page = await (await browser.newContext()).newPage();
  const loads = record(page);
  await page.goto(server.url + GUIDE);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.waitForLoadState("networkidle");

  const code = await codeOf(loads, GUIDE);
  // A shopper loads nothing of the desk's.
  expect(kindsOf(code)).toEqual(["css", "html", "js", "wasm"]);
  expect(sum(code)).toBeLessThan(165_000);
});

for (const [name, path] of [["today", "/desk"], ["stock", "/desk/stock"], ["activity", "/desk/activity"], ["imports", "/desk/imports"]] as const) {
  test(`the desk's page of ${name} is under 200 kB, compressed, hashed, and cached for good`, async ({ browser, server }) => {
    await addStaff(server, "clare", "owner");
    const signedIn = await openDesk(browser, server, "clare", "/desk");
    const state = await signedIn.context().storageState();
    const page = await (await browser.newContext({ storageState: state })).newPage();
    const loads = record(page);
    const alive = page.waitForResponse(/\.wasm$/);
    await page.goto(server.url + path);
    await alive;
    await page.waitForLoadState("networkidle");

    const code = await codeOf(loads, path);
    expect(code.filter(({ url }) => /\.(js|wasm)$/.test(url)).length).toBe(2);
    expect(sum(code)).toBeLessThan(200_000);
  });
}
