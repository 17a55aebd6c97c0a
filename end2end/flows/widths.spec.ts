// No page is wider than its window, at any width, and with large type.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

const WIDTHS = [320, 390, 450, 600, 768, 900, 1000, 1280];

/** What reaches beyond the right edge of the window; nothing if the page fits. */
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
        await mine.tab.resize(width, 800);
        await expect.poll(() => mine.tab.evaluate(() => innerWidth), { message: "the window has this width" }).toBe(width);
        const found = await overflow(mine);
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
