// What a test finds at hand: a shop that is open, and people who come to it, in Playwright’s own Chromium.

import { expect, type Browser, type Page, type WebSocket } from "@playwright/test";
import type { Proxy } from "./proxy.ts";
import { type Connection, count, shop } from "./shop.ts";

/** A book's page, as a person reads and uses it. */
export class BookPage {
  /** The addresses of the documents that this window asked for. */
  readonly documents: string[] = [];
  /** Whatever the console complained about. */
  readonly complaints: string[] = [];
  /** The sockets that this window has open. */
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
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  /** How many documents were loaded in this window. */
  get loads(): number {
    return this.documents.length;
  }

  readonly add = () => this.page.getByRole("button", { name: "Add to Cart" });
  readonly remove = () => this.page.getByRole("button", { name: "Remove from Cart" });
  readonly wait = () => this.page.getByRole("button", { name: "Tell me when a copy comes back" });

  async showsLeft(copies: number): Promise<void> {
    await expect(this.page.getByText(count(copies), { exact: true })).toBeVisible();
  }

  async showsSoldOut(): Promise<void> {
    const none = /^(Sold out|All copies are in carts right now: one may come back)$/;
    await expect(this.page.getByText(none)).toBeVisible();
  }

  async showsInCart(inCart: boolean): Promise<void> {
    await expect(this.page.getByText("One copy is in your cart.")).toBeVisible({ visible: inCart });
  }

  /** Opens an address in another tab of the same browser: the same cookie, the same person. */
  async openTab(path: string): Promise<BookPage> {
    const tab = new BookPage(await this.page.context().newPage());
    await tab.page.goto(new URL(path, this.page.url()).href);
    return tab;
  }

  /**
   * Hides the tab, or brings it into view. Headless browsers show all tabs at once, so
   * the page is told what a browser with one window would tell it.
   */
  async setVisible(visible: boolean): Promise<void> {
    await this.page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, visible ? "visible" : "hidden");
  }

  /** Freezes the page, or puts it into the back/forward cache, or back: what a browser tells a page of it. */
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
  /** Opens an address in a browser of its own: another cookie, another person. */
  visit: (path: string, options?: VisitOptions) => Promise<BookPage>;
}

interface VisitOptions {
  javaScriptEnabled?: boolean;
  /** The language that the browser asks for; English else. */
  locale?: string;
  through?: Proxy;
}

export const test = shop.extend<Fixtures>({
  visit: async ({ server, browser }, use) => {
    const visit = async (path: string, options: VisitOptions = {}) => {
      const page = await newPerson(browser, options);
      const book = new BookPage(page);
      await page.goto((options.through ?? server).url + path);
      return book;
    };
    await use(visit);
    await Promise.all(browser.contexts().map((context) => context.close()));
  },
});

async function newPerson(browser: Browser, options: VisitOptions): Promise<Page> {
  const { javaScriptEnabled = true, locale = "en-US" } = options;
  const context = await browser.newContext({ javaScriptEnabled, locale });
  return context.newPage();
}

export { expect };
export { count, GUIDE, LAST_COPY } from "./shop.ts";
