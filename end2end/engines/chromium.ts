// Chromium, driven by Playwright, with the back/forward cache that Playwright usually turns off.

import type * as playwright from "@playwright/test";
import type { BrowserContext, Engine, Tab } from "./engine.ts";

const CLOSE_TIMEOUT_MS = 5_000;

export class Chromium implements Engine {
  readonly cachesConnectedPages = true;
  readonly narrowest = 320;

  private constructor(private readonly browser: playwright.Browser) {}

  static async start(
    { chromium }: playwright.PlaywrightWorkerArgs["playwright"],
    options: playwright.LaunchOptions,
  ): Promise<Chromium> {
    const ignoreDefaultArgs = ["--disable-back-forward-cache"];
    return new Chromium(await chromium.launch({ ...options, ignoreDefaultArgs }));
  }

  async newContext({ javaScriptEnabled }: { javaScriptEnabled: boolean }): Promise<BrowserContext> {
    return new ChromiumContext(await this.browser.newContext({ javaScriptEnabled, locale: "en-US" }));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

class ChromiumContext implements BrowserContext {
  readonly consoleErrors: string[] = [];

  constructor(private readonly context: playwright.BrowserContext) {
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.consoleErrors.push(message.text());
    });
    context.on("weberror", (error) => this.consoleErrors.push(error.error().message));
  }

  async newTab(): Promise<Tab> {
    return new ChromiumTab(await this.context.newPage());
  }

  /**
   * Closes the context, or gives up after a while: closing hung once in a run of 245 tests, for an
   * unknown reason. What stays open is closed with the browser.
   */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([this.context.close(), timeout]);
    clearTimeout(timer);
  }
}

class ChromiumTab implements Tab {
  /** Whether the current document has been painted. */
  private painted = false;

  constructor(private readonly page: playwright.Page) {
    page.on("framenavigated", () => (this.painted = false));
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async go(steps: -1 | 1): Promise<void> {
    // A page from the back/forward cache fires no load event.
    if (steps < 0) await this.page.goBack({ waitUntil: "commit" });
    else await this.page.goForward({ waitUntil: "commit" });
  }

  async evaluate<Result, Argument>(run: (argument: Argument) => Result | Promise<Result>, argument?: Argument): Promise<Result> {
    return this.page.evaluate(run as (argument: unknown) => Result, argument);
  }

  readonly hover = (x: number, y: number) => this.page.mouse.move(x, y);

  async click(x: number, y: number, times: 1 | 2): Promise<void> {
    // Chromium ignores clicks on a page that it has not painted yet. Taking a screenshot waits for the paint.
    if (!this.painted) await this.page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 } });
    this.painted = true;
    await this.page.mouse.click(x, y, { clickCount: times });
  }

  readonly press = (keys: string) => this.page.keyboard.press(keys);
  readonly type = (text: string) => this.page.keyboard.type(text);
  readonly screenshot = () => this.page.screenshot();
  readonly resize = (width: number, height: number) => this.page.setViewportSize({ width, height });
  readonly close = () => this.page.close();
}
