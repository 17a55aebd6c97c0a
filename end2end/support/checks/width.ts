// Whether a page has to be scrolled sideways.

import type { Page } from "@playwright/test";

/** What reaches beyond the right edge of the page; nothing if the page is no wider than its window. */
export async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const all = [...document.body.querySelectorAll("*")];
    const wide = all.filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5);
    return [`${root.scrollWidth} > ${root.clientWidth}`, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 80))];
  });
}
