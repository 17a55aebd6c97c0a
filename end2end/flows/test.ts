// The fixtures of a flow: an open shop, and visitors in the engine that the Playwright project names.

import { expect } from "@playwright/test";
import { type BrowserContext, type Engine, type EngineName, startEngine, type Tab } from "../engines/engine.ts";
import { Locator } from "../engines/locator.ts";
import type { Proxy } from "../support/proxy.ts";
import { type Connection, count, shop } from "../support/shop.ts";

/** A window on the shop, as a shopper reads and uses it. */
export class Visitor extends Locator {
  /** The time origin of the document that must not be replaced. */
  private documentStart = 0;

  constructor(readonly context: BrowserContext, tab: Tab, private readonly shop: string) {
    super(tab);
  }

  /** Errors and warnings in the consoles of all this shopper's windows. */
  get consoleErrors(): string[] {
    return this.context.consoleErrors;
  }

  readonly add = () => this.byRole("button", "Add to cart");
  readonly remove = () => this.byRole("button", "Remove from cart");
  readonly wait = () => this.byRole("button", "Join the waiting list");

  async open(path: string): Promise<void> {
    await this.tab.goto(this.shop + path);
    await this.expectsNoReload();
  }

  async reload(): Promise<void> {
    await this.tab.reload();
    await this.expectsNoReload();
  }

  /** Opens an address in another window of the same browser: the same cookie, the same shopper. */
  async openTab(path: string): Promise<Visitor> {
    const other = new Visitor(this.context, await this.context.newTab(), this.shop);
    await other.open(path);
    return other;
  }

  async showsLeft(copies: number): Promise<void> {
    await this.byText(count(copies), true).isShown();
  }

  async showsSoldOut(): Promise<void> {
    await this.byText(/^(Sold out|All copies are in other shoppers’ carts\.\s*One may come back\.)$/).isShown();
  }

  async showsInCart(inCart: boolean): Promise<void> {
    const words = this.byText("1 copy is in your cart.");
    await (inCart ? words.isShown() : words.isGone());
  }

  async says(connection: Connection): Promise<void> {
    await this.byText(connection, true).isShown();
  }

  async showsHeading(name: string | RegExp): Promise<void> {
    await this.byRole("heading", name).isShown();
  }

  /** Clicks a link. The next query of the page waits for the new document. */
  async follow(link: string): Promise<void> {
    await this.byRole("link", link).click();
  }

  /** Fills in the cart's form and sends it. */
  async reserve(): Promise<void> {
    await this.byLabel("Name").fill("Ann O’Neil");
    await this.byLabel("E-mail or telephone").fill("ann@example.org");
    await this.byRole("button", "Place order").click();
    await this.showsHeading("Order");
  }

  /** Cancels the order that this page shows, and confirms it. */
  async cancelOrder(): Promise<void> {
    await this.byText("Cancel order", true).click();
    await this.byRole("button", "Yes, cancel this order").click();
  }

  /** The page's path and query. */
  async address(): Promise<string> {
    return this.tab.evaluate(() => location.pathname + location.search);
  }

  /** From now on, `wasNotReloaded` compares with the current document. */
  async expectsNoReload(): Promise<void> {
    this.documentStart = await this.tab.evaluate(() => performance.timeOrigin);
  }

  /** Asserts that the document has not been replaced since `expectsNoReload`. */
  async wasNotReloaded(): Promise<void> {
    const start = await this.tab.evaluate(() => performance.timeOrigin);
    expect(start, "the page should not be reloaded").toBe(this.documentStart);
  }
}

export interface EngineOptions {
  engineName: EngineName;
}

/** Opens an address in a browser context of its own: another cookie, another shopper. */
export type Visit = (path: string, options?: { javaScriptEnabled?: boolean; through?: Proxy }) => Promise<Visitor>;

interface Fixtures {
  visit: Visit;
}

export const test = shop.extend<Fixtures, EngineOptions & { engine: Engine }>({
  engineName: ["chromium", { option: true, scope: "worker" }],

  engine: [
    async ({ engineName, playwright, launchOptions }, use) => {
      const engine = await startEngine(engineName, playwright, launchOptions);
      await use(engine);
      await engine.close();
    },
    { scope: "worker" },
  ],

  visit: async ({ server, engine }, use, testInfo) => {
    const visitors: Visitor[] = [];
    await use(async (path, { javaScriptEnabled = true, through } = {}) => {
      const context = await engine.newContext({ javaScriptEnabled });
      const visitor = new Visitor(context, await context.newTab(), (through ?? server).url);
      visitors.push(visitor);
      await visitor.open(path);
      return visitor;
    });
    for (const [number, { tab }] of testInfo.status === testInfo.expectedStatus ? [] : visitors.entries()) {
      const body = await tab.screenshot().catch(() => undefined);
      if (body) await testInfo.attach(`visitor ${number + 1}`, { body, contentType: "image/png" });
    }
    await Promise.all(visitors.map(({ context }) => context.close()));
  },
});

export { expect };
export { GUIDE, LAST_COPY } from "../support/shop.ts";
