// Pages that must be scrolled sideways.

import type { Page } from "@playwright/test";

/** The elements beyond the right edge of the window; none if the page fits. */
export async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const all = [...document.body.querySelectorAll("*")];
    const wide = all.filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5);
    return [`${root.scrollWidth} > ${root.clientWidth}`, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 80))];
  });
}
