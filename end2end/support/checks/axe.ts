// Accessibility, checked by axe: WCAG 2.2 AA and axe's best practices.

import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * The violations on a page, each with its element.
 *
 * Legacy mode, without a list of passes, takes a third of the time. It does not cover frames.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  if (page.frames().length > 1) throw new Error("axe in legacy mode does not check frames");
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).withTags(RULES);
  const { violations } = await axe.setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`),
  );
}

/**
 * Opens the same page with its own scripts blocked: axe itself needs JavaScript, so it cannot run
 * in a context without JavaScript.
 */
export async function openWithoutOwnScripts(page: Page, browser: Browser): Promise<Page> {
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
