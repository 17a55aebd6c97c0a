// The fixtures of the tests in Chromium: an open shop, and visitors with a Playwright page each.

import { expect, type Page, type WebSocket } from "@playwright/test";
import type { Proxy } from "./proxy.ts";
import { type Connection, count, shop } from "./shop.ts";

/** A window on the shop, as a shopper reads and uses it. */
export class BookPage {
  /** The addresses of the documents that this window has requested. */
  readonly documents: string[] = [];
  /** Errors and warnings on the console. */
  readonly consoleErrors: string[] = [];
  /** This window's open WebSockets. */
  readonly sockets = new Set<WebSocket>();

  constructor(readonly page: Page) {
    page.on("websocket", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    page.on("request", (request) => {
      if (request.isNavigationRequest()) this.documents.push(request.url());
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.consoleErrors.push(message.text());
    });
    page.on("pageerror", (error) => this.consoleErrors.push(error.message));
  }

  /** The number of documents loaded in this window. */
  get loads(): number {
    return this.documents.length;
  }

  readonly add = () => this.page.getByRole("button", { name: "Add to cart" });
  readonly remove = () => this.page.getByRole("button", { name: "Remove from cart" });
  readonly wait = () => this.page.getByRole("button", { name: "Join the waiting list" });

  async showsLeft(copies: number): Promise<void> {
    await expect(this.page.getByText(count(copies), { exact: true })).toBeVisible();
  }

  async showsSoldOut(): Promise<void> {
    const none = /^(Sold out|All copies are in other shoppers’ carts\.\s*One may come back\.)$/;
    await expect(this.page.getByText(none)).toBeVisible();
  }

  async showsInCart(inCart: boolean): Promise<void> {
    await expect(this.page.getByText("1 copy is in your cart.")).toBeVisible({ visible: inCart });
  }

  /** Opens an address in another tab of the same browser: the same cookie, the same shopper. */
  async openTab(path: string): Promise<BookPage> {
    const tab = new BookPage(await this.page.context().newPage());
    await tab.page.goto(new URL(path, this.page.url()).href);
    return tab;
  }

  /**
   * Hides or shows the tab. In a headless browser every tab is visible, so this fires the event
   * that a browser with one window would.
   */
  async setVisible(visible: boolean): Promise<void> {
    await this.page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, visible ? "visible" : "hidden");
  }

  /** Fires the event that a browser fires when it freezes, caches or restores a page. */
  async lifecycle(event: "freeze" | "resume" | "pagehide" | "pageshow"): Promise<void> {
    await this.page.evaluate((name) => {
      const target = name.startsWith("page") ? window : document;
      target.dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
    }, event);
  }

  async says(connection: Connection): Promise<void> {
    await expect(this.page.getByText(connection, { exact: true })).toBeVisible();
  }
}

interface Fixtures {
  /** Opens an address in a browser context of its own: another cookie, another shopper. */
  visit: (path: string, options?: VisitOptions) => Promise<BookPage>;
}

interface VisitOptions {
  javaScriptEnabled?: boolean;
  /** The browser's language, by default English. */
  locale?: string;
  /** Installs a clock for the test to move. */
  clock?: boolean;
  through?: Proxy;
}

export const test = shop.extend<Fixtures>({
  visit: async ({ server, browser }, use) => {
    const visit = async (path: string, options: VisitOptions = {}) => {
      const { javaScriptEnabled = true, locale = "en-US", clock = false } = options;
      const context = await browser.newContext({ javaScriptEnabled, locale });
      const page = await context.newPage();
      if (clock) await page.clock.install();
      const book = new BookPage(page);
      await page.goto((options.through ?? server).url + path);
      return book;
    };
    await use(visit);
    await Promise.all(browser.contexts().map((context) => context.close()));
  },
});

export { expect };
export { count, GUIDE, LAST_COPY } from "./shop.ts";
