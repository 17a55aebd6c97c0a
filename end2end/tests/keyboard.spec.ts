// An order with the keyboard alone, for shoppers and for clerks, and no motion for those who prefer reduced
// motion.

import type { Locator, Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { placeOrders } from "../support/many.ts";
import { expect, test } from "../support/test.ts";

/** Presses Tab until the element has the focus, which must be visible. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      expect(await isOutlined(wanted), "the focus should be visible").toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${wanted}`);
}

const isOutlined = (element: Locator) =>
  element.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`a book is found, ordered and the order cancelled with the keyboard (${how})`, async ({ visit }) => {
    const { page } = await visit("/", { javaScriptEnabled });
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to main content" })).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("main")).toBeFocused();

    await tabTo(page, page.getByRole("combobox", { name: "Search by" }));
    await page.keyboard.type("definitve guide");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=/);
    const book = page.getByRole("link", { name: /Definitive Guide/ });
    await tabTo(page, book);
    await page.keyboard.press("Enter");

    const add = page.getByRole("button", { name: "Add to cart" });
    if (javaScriptEnabled) await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await tabTo(page, add);
    await page.keyboard.press("Enter");
    const toCart = page.getByRole("link", { name: "View cart" });
    await expect(toCart).toBeVisible();
    // A second Enter must not take the copy out again.
    if (javaScriptEnabled) await expect(toCart).toBeFocused();
    await tabTo(page, toCart);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Your cart" })).toBeVisible();

    await tabTo(page, page.getByLabel("Name"));
    await page.keyboard.type("Ann O’Neil");
    await tabTo(page, page.getByLabel("E-mail or telephone"));
    await page.keyboard.type("ann@example.org");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: /^Order/ })).toBeVisible();

    await tabTo(page, page.locator("summary", { hasText: "Cancel order" }));
    await page.keyboard.press("Space");
    await tabTo(page, page.getByRole("button", { name: "Yes, cancel this order" }));
    await page.keyboard.press("Space");
    await expect(page.getByText("Cancelled.")).toBeVisible();
  });
}

/** Presses an access key: Alt and a letter. Playwright's own keyboard sends no letter with Alt. */
async function pressAccessKey(page: Page, letter: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const key = { key: letter, code: `Key${letter.toUpperCase()}`, modifiers: 1 };
  await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  await session.send("Input.dispatchKeyEvent", { type: "char", ...key, text: letter, unmodifiedText: letter });
  await session.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  await session.detach();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`a clerk finds an order, prepares it and hands it over with the keyboard (${how})`, async ({ browser, server, playwright }) => {
    await addStaff(server, "clare", "clerk");
    await placeOrders(server, playwright.request, ["Ann O’Neil", "Ben"]);
    const page = await openDesk(browser, server, "clare", "/desk", javaScriptEnabled);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to main content" })).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("main")).toBeFocused();

    // From today, without a search.
    const prepare = page.locator("#to-prepare").getByRole("row").filter({ hasText: "Ann O’Neil" });
    await tabTo(page, prepare.getByRole("button", { name: "Mark as ready" }));
    await page.keyboard.press("Enter");
    await expect(page.getByText("Marked as ready.")).toBeVisible();

    // In the list of orders, whose search field has the focus.
    await tabTo(page, page.getByRole("link", { name: "All orders that are ready" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("searchbox")).toBeFocused();
    const row = page.getByRole("row").filter({ hasText: "Ann O’Neil" });
    await tabTo(page, row.getByRole("link"));
    await tabTo(page, row.getByRole("button", { name: "Mark as collected" }));
    await page.keyboard.press("Enter");
    await expect(page.getByText("Marked as collected.")).toBeVisible();

    await page.locator("main").focus();
    await pressAccessKey(page, "s");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await page.keyboard.type("Ben");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=Ben/);
    await expect(page.getByText("(access key S)")).toBeVisible();
  });
}

/** All elements that have an animation, a transition or smooth scrolling. */
const motions = (page: Page) =>
  page.evaluate(() => {
    const moving = document.getAnimations().length > 0 ? ["a running animation"] : [];
    const isZero = (times: string) => times.split(",").every((time) => parseFloat(time) === 0);
    for (const element of document.querySelectorAll("*")) {
      for (const part of ["", "::before", "::after"]) {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element, part);
        const still = animationName === "none" && isZero(transitionDuration) && scrollBehavior === "auto";
        if (!still) moving.push(`${element.tagName}.${element.className}${part}`);
      }
    }
    return moving;
  });

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  const wanted = reducedMotion === "no-preference";

  test(`${wanted ? "pages move where no preference is set" : "nothing moves where reduced motion is preferred"}`, async ({
    server,
    browser,
    othersTake,
  }) => {
    const context = await browser.newContext({ reducedMotion });
    const page = await context.newPage();
    // View transitions between pages are recorded, too.
    await page.addInitScript(() => {
      addEventListener("pagereveal", (event) => {
        document.documentElement.dataset.revealed = String((event as PageRevealEvent).viewTransition !== null);
      });
    });
    await page.goto(server.url);
    const link = page.getByRole("link", { name: /Definitive Guide/ });
    await link.hover();
    const onShelf = await motions(page);
    await link.click();
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    const transition = await page.locator("html").getAttribute("data-revealed");
    await othersTake("definitive-guide-to-the-internet", 1);
    await expect(page.getByText(/^9 (left|in stock)$/)).toBeVisible();
    const onBook = await motions(page);
    if (wanted) {
      expect(transition).toBe("true");
      expect(onShelf).not.toEqual([]);
    } else {
      expect(transition).toBe("false");
      expect([...onShelf, ...onBook]).toEqual([]);
    }
    await context.close();
  });
}
