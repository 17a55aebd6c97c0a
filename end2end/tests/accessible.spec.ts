// Every page in every state can be used by everyone: axe finds nothing, in both schemes, wide
// and narrow, with and without script; nothing has to be scrolled sideways; the console is silent.

import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { states } from "../support/states.ts";
import { expect, test } from "../support/test.ts";

/** WCAG 2.2 AA, and what axe advises beyond it. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDE = { width: 1280, height: 800 };
/** 1280 pixels at 400 %, or a small telephone. */
const NARROW = { width: 320, height: 640 };
/** 1280 pixels at 200 %. */
const TWICE = { width: 640, height: 400 };

const LOOKS = [
  ["light", WIDE],
  ["light", NARROW],
  ["dark", WIDE],
  ["dark", NARROW],
] as const;

/** What axe objects to, and where. */
async function objections(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`),
  );
}

/** What reaches beyond the right edge of the page. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const all = [...document.body.querySelectorAll("*")];
    const wide = all.filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5);
    return [`${root.scrollWidth} > ${root.clientWidth}`, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 80))];
  });
}

/** Waits until the page is connected, if there is anything on it that could change. */
async function alive(page: Page): Promise<void> {
  const follows = page.locator("leptos-island:not([data-component=connection_badge], [data-component=search_field])");
  if (await follows.count()) {
    await expect(page.locator(".connection")).not.toHaveAttribute("data-state", "connecting");
  }
}

/**
 * The same page where axe can look at it: in a browser that has script, for axe is script, but
 * runs none of the page's own.
 */
async function still(page: Page, browser: Browser): Promise<Page> {
  const context = await browser.newContext({ storageState: await page.context().storageState() });
  const twin = await context.newPage();
  await twin.route(page.url(), async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-security-policy": "script-src 'none'" };
    await route.fulfill({ response, headers });
  });
  await twin.goto(page.url());
  return twin;
}

for (const { name, flags = [], status = 200, reach } of states) {
  test.describe(name, () => {
    test.use({ flags });

    for (const javaScriptEnabled of [true, false]) {
      test(`is for everyone (${javaScriptEnabled ? "with" : "without"} script)`, async ({ server, browser, othersTake }) => {
        const context = await browser.newContext({ javaScriptEnabled });
        const path = await reach({ request: context.request, server, othersTake });
        const page = await context.newPage();
        const said: string[] = [];
        page.on("pageerror", (error) => said.push(error.message));
        page.on("console", (message) => {
          // The browser's own word for a page that came with such a status, and for the socket and
          // the poll that the shop refuses for the same reason.
          const { url } = message.location();
          const live = message.text().startsWith("WebSocket connection to") || url.startsWith(`${server.url}/live?`);
          const here = url === page.url() || live;
          const ofStatus = here && message.text().includes(`${status}`);
          if (status === 200 || !ofStatus) said.push(message.text());
        });
        const answer = await page.goto(server.url + path);
        expect(answer?.status()).toBe(status);
        if (javaScriptEnabled) await alive(page);

        const looked = javaScriptEnabled ? page : await still(page, browser);
        for (const [colorScheme, size] of LOOKS) {
          await looked.emulateMedia({ colorScheme });
          await looked.setViewportSize(size);
          expect(await objections(looked), `${colorScheme}, ${size.width}`).toEqual([]);
        }
        if (looked !== page) await looked.context().close();
        for (const size of [NARROW, TWICE]) {
          await page.setViewportSize(size);
          expect(await tooWide(page), `${size.width}`).toEqual([]);
        }
        expect(said).toEqual([]);
        await context.close();
      });
    }
  });
}

test("what is not for everyone would be found", async ({ page }) => {
  await page.setViewportSize(NARROW);
  await page.setContent(
    `<!DOCTYPE html><html><head><title>T</title><style>p { width: 40rem; color: #aaa }</style></head>
     <body><main><h1>T</h1><p>Grey</p><input></main></body></html>`,
  );
  const found = (await objections(page)).map((objection) => objection.split(":")[0]);
  expect(found.sort()).toEqual(["color-contrast", "html-has-lang", "label"]);
  expect(await tooWide(page)).not.toEqual([]);
});
