// What a flow finds at hand: a shop that is open, and people who come to it with the engine
// that the project names.

import { expect } from "@playwright/test";
import { type Engine, type EngineName, type Person, startEngine, type Tab } from "../engines/engine.ts";
import { Part } from "../engines/part.ts";
import type { Proxy } from "../support/proxy.ts";
import { type Connection, count, shop } from "../support/shop.ts";

/** A window on a page of the shop, as a person reads and uses it. */
export class Visitor extends Part {
  /** When the document was made that this window shows. */
  private made = 0;

  constructor(readonly person: Person, tab: Tab, private readonly shop: string) {
    super(tab);
  }

  readonly add = () => this.byRole("button", "Add to Cart");
  readonly remove = () => this.byRole("button", "Remove from Cart");
  readonly wait = () => this.byRole("button", "Tell me when a copy comes back");

  async open(path: string): Promise<void> {
    await this.tab.goto(this.shop + path);
    this.made = await this.tab.evaluate(madeAt);
  }

  /** Loads the page anew, as a person does. */
  async reload(): Promise<void> {
    await this.tab.reload();
    this.made = await this.tab.evaluate(madeAt);
  }

  /** Opens an address in another window of the same browser: the same cookie, the same person. */
  async openTab(path: string): Promise<Visitor> {
    const other = new Visitor(this.person, await this.person.newTab(), this.shop);
    await other.open(path);
    return other;
  }

  async showsLeft(copies: number): Promise<void> {
    await this.byText(count(copies), true).isShown();
  }

  async showsSoldOut(): Promise<void> {
    await this.byText(/^(Sold out|All copies are in carts right now: one may come back)$/).isShown();
  }

  async showsInCart(inCart: boolean): Promise<void> {
    const words = this.byText("One copy is in your cart.");
    await (inCart ? words.isShown() : words.isGone());
  }

  async says(connection: Connection): Promise<void> {
    await this.byText(connection, true).isShown();
  }

  async showsHeading(name: string | RegExp): Promise<void> {
    await this.byRole("heading", name).isShown();
  }

  /** Follows a link and waits until its page is there. */
  async follow(link: string): Promise<void> {
    await this.byRole("link", link).click();
  }

  /** Fills in the cart's form and sends it. */
  async reserve(): Promise<void> {
    await this.byLabel("Name").fill("Ann O’Neil");
    await this.byLabel("E-mail or telephone").fill("ann@example.org");
    await this.byRole("button", "Reserve").click();
    await this.showsHeading("Order");
  }

  async path(): Promise<string> {
    return new URL(await this.tab.evaluate(() => location.href)).pathname;
  }

  /** Nothing was loaded since the page was opened: what changed, changed on it. */
  async wasNotReloaded(): Promise<void> {
    expect(await this.tab.evaluate(madeAt), "the page was not loaded anew").toBe(this.made);
  }
}

const madeAt = () => performance.timeOrigin;

export interface EngineOptions {
  engineName: EngineName;
}

interface Fixtures {
  /** Opens an address in a browser of its own: another cookie, another person. */
  visit: (path: string, options?: { javaScriptEnabled?: boolean; through?: Proxy }) => Promise<Visitor>;
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
      const person = await engine.newPerson({ javaScriptEnabled });
      const visitor = new Visitor(person, await person.newTab(), (through ?? server).url);
      visitors.push(visitor);
      await visitor.open(path);
      return visitor;
    });
    for (const [number, { tab }] of testInfo.status === testInfo.expectedStatus ? [] : visitors.entries()) {
      const body = await tab.screenshot().catch(() => undefined);
      if (body) await testInfo.attach(`visitor ${number + 1}`, { body, contentType: "image/png" });
    }
    await Promise.all(visitors.map(({ person }) => person.close()));
  },
});

export { expect };
export { GUIDE, LAST_COPY } from "../support/shop.ts";
