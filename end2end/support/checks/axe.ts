// What axe objects to on a page: the rules of WCAG 2.2 AA, and what axe advises beyond them.

import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * The objections, each with the element it is about.
 *
 * The page is looked at in one go, and passes are not listed: that takes a third of the time. Only
 * a page with frames would need axe's other way, which puts the frames' results together.
 */
export async function objections(page: Page): Promise<string[]> {
  if (page.frames().length > 1) throw new Error("axe would not look into frames");
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).withTags(RULES);
  const { violations } = await axe.setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`),
  );
}

/**
 * The same page where axe can look at it: axe is script, so this browser has script, but it runs
 * none of the page's own.
 */
export async function still(page: Page, browser: Browser): Promise<Page> {
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
