// No page is wider than its window, at any width, and with large type.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

const WIDTHS = Array.from({ length: 49 }, (_, step) => 320 + 20 * step);

/** The elements beyond the right edge of the window; none if the page fits. */
const overflow = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const all = [...document.body.querySelectorAll("*")];
    const wide = all.filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5);
    return [`${root.scrollWidth} > ${root.clientWidth}`, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 80))];
  });

/** Sets the type size, as a setting of the browser would. */
const enlarge = (mine: Visitor, size: string) =>
  mine.tab.evaluate((size) => void (document.documentElement.style.fontSize = size), size);

/** Words of titles that are broken across lines. An order's code is not a word, and may be broken. */
const brokenWords = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const titles = [...document.querySelectorAll("h1, h2, .on-shelf-title")];
    const words = titles.flatMap((title) => {
      const walker = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (walker.nextNode()) {
        const text = walker.currentNode as Text;
        if (text.parentElement?.closest(".order-code")) continue;
        for (const { 0: word, index } of text.data.matchAll(/[\p{L}’]+/gu)) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (lines.size > 1) found.push(word);
        }
      }
      return found;
    });
    return words;
  });

for (const size of ["100%", "32px"]) {
  test(`every page fits into every width (type of ${size})`, { tag: size === "100%" ? ["@quick"] : [] }, async ({ visit, engine }) => {
    const mine = await visit(GUIDE);
    await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/books/small-hours");
    await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    const failures: string[] = [];
    const sweep = async (page: string) => {
      await enlarge(mine, size);
      for (const width of WIDTHS.filter((width) => width >= engine.narrowest)) {
        // Without a window manager, a request to resize may be lost.
        await expect(async () => {
          await mine.tab.resize(width, 800);
          const innerWidth = () => mine.tab.evaluate(() => window.innerWidth);
          await expect.poll(innerWidth, { message: "the window should have this width", timeout: 2_000 }).toBe(width);
        }).toPass({ timeout: 15_000 });
        const found = await overflow(mine);
        const broken = width < 400 ? await brokenWords(mine) : [];
        if (broken.length > 0) failures.push(`${page} at ${width} breaks ${broken.join(", ")}`);
        if (found.length > 0) failures.push(`${page} at ${width}: ${found.join("; ")}`);
      }
    };
    for (const page of ["/", GUIDE, "/cart", "/connection", "/buzz", "/no-such-page"]) {
      await mine.open(page);
      await sweep(page);
    }
    await mine.open("/cart");
    await mine.reserve();
    await sweep("the order");
    expect(failures).toEqual([]);
  });
}
