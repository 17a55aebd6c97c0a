// Debian's WebKitGTK, driven by Selenium over classic WebDriver, on a virtual display. A driver has
// one session, and a session one browser, so each context has a driver of its own.

import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Actions, Builder, type WebDriver } from "selenium-webdriver";
import { freePort } from "../support/port.ts";
import { codePoints } from "./actions.ts";
import { recordConsole } from "./console_recorder.ts";
import type { BrowserContext, Engine, Tab } from "./engine.ts";
import { requireProgram, start, stop, waitForOutput } from "./processes.ts";

export class WebKit implements Engine {
  readonly cachesConnectedPages = true;
  // The browser's toolbar needs this width.
  readonly narrowest = 450;

  private constructor(private readonly screen: ChildProcess, private readonly display: string) {}

  static async start(): Promise<WebKit> {
    requireProgram("/usr/bin/WebKitWebDriver", "webkit2gtk-driver");
    requireProgram("/usr/bin/Xvfb", "xvfb");
    // Xvfb chooses a free display and writes its number to file descriptor 3.
    const screen = start("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    return new WebKit(screen, `:${await waitForOutput(screen, 3, /(\d+)\n/)}`);
  }

  async newContext({ javaScriptEnabled }: { javaScriptEnabled: boolean }): Promise<BrowserContext> {
    return WebKitContext.start(this.display, javaScriptEnabled);
  }

  async close(): Promise<void> {
    await stop(this.screen);
  }
}

class WebKitContext implements BrowserContext {
  readonly consoleErrors: string[] = [];
  private tabs = 0;
  private lastCommand: Promise<unknown> = Promise.resolve();

  private constructor(private readonly driver: ChildProcess, private readonly session: WebDriver) {}

  static async start(display: string, javaScriptEnabled: boolean): Promise<WebKitContext> {
    const port = await freePort();
    const driver = start("WebKitWebDriver", [`--port=${port}`], {
      DISPLAY: display,
      LANG: "en_US.UTF-8",
      LANGUAGE: "en_US",
      LIBGL_ALWAYS_SOFTWARE: "1",
      NO_AT_BRIDGE: "1",
    });
    await waitForAnswer(`http://127.0.0.1:${port}/status`);
    const args = ["--automation"];
    if (!javaScriptEnabled) args.push("--enable-javascript=false");
    const session = await new Builder()
      .disableEnvironmentOverrides()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities({
        browserName: "MiniBrowser",
        "webkitgtk:browserOptions": { binary: miniBrowser(), args },
        timeouts: { script: 30_000, pageLoad: 30_000 },
      })
      .build();
    return new WebKitContext(driver, session);
  }

  async newTab(): Promise<Tab> {
    // The browser starts with one window.
    const first = this.tabs++ === 0;
    const handle = await this.inTurn(async () => {
      if (!first) await this.session.switchTo().newWindow("window");
      return this.session.getWindowHandle();
    });
    const inWindow: InWindow = (command) =>
      this.inTurn(async () => {
        await this.session.switchTo().window(handle);
        return command(this.session);
      });
    return new WebKitTab(inWindow, this.consoleErrors);
  }

  async close(): Promise<void> {
    await stop(this.driver);
  }

  /** Runs one command at a time, because all commands use the session's current window. */
  private inTurn<Result>(command: () => Promise<Result>): Promise<Result> {
    const result = this.lastCommand.then(command);
    this.lastCommand = result.catch(() => undefined);
    return result;
  }
}

/** Runs a command in one of the windows. */
type InWindow = <Result>(command: (session: WebDriver) => Promise<Result>) => Promise<Result>;

class WebKitTab implements Tab {
  constructor(private readonly inWindow: InWindow, private readonly consoleErrors: string[]) {}

  readonly goto = (url: string) => this.inWindow((session) => session.get(url));
  readonly reload = () => this.inWindow((session) => session.navigate().refresh());
  readonly go = (steps: -1 | 1) =>
    this.inWindow((session) => (steps < 0 ? session.navigate().back() : session.navigate().forward()));

  async evaluate<Result, Argument>(run: (argument: Argument) => Result | Promise<Result>, argument?: Argument): Promise<Result> {
    const script = recordConsole(run);
    const [result, errors] = await this.inWindow((session) => session.executeScript<[Result, string[]]>(script, argument));
    this.consoleErrors.push(...errors);
    return result;
  }

  readonly hover = (x: number, y: number) => this.perform((actions) => actions.move({ x, y, duration: 0 }));
  readonly type = (text: string) => this.perform((actions) => actions.sendKeys(text));
  readonly screenshot = async () => Buffer.from(await this.inWindow((session) => session.takeScreenshot()), "base64");
  readonly close = () => this.inWindow((session) => session.close());

  /** Sizes the window twice: the second size makes up for the window's frame. */
  async resize(width: number, height: number): Promise<void> {
    const inner = () => this.evaluate(() => ({ width: innerWidth, height: innerHeight }));
    const set = (size: { width: number; height: number }) =>
      this.inWindow((session) => session.manage().window().setRect({ x: 0, y: 0, ...size }));
    await set({ width, height });
    const now = await inner();
    await set({ width: 2 * width - now.width, height: 2 * height - now.height });
  }

  async click(x: number, y: number, times: 1 | 2): Promise<void> {
    await this.perform((actions) => {
      actions.move({ x, y, duration: 0 });
      for (let click = 0; click < times; click++) actions.press().release();
      return actions;
    });
  }

  async press(keys: string): Promise<void> {
    await this.perform((actions) => {
      for (const key of codePoints(keys)) actions.keyDown(key);
      for (const key of codePoints(keys).toReversed()) actions.keyUp(key);
      return actions;
    });
  }

  private perform(compose: (actions: Actions) => Actions): Promise<void> {
    return this.inWindow((session) => compose(session.actions({ async: true })).perform());
  }
}

/** WebKitGTK's small browser, installed beside the library. */
function miniBrowser(): string {
  const libraries = "/usr/lib";
  const candidates = readdirSync(libraries)
    .map((machine) => join(libraries, machine, "webkit2gtk-4.1/MiniBrowser"))
    .filter((path) => existsSync(path));
  return requireProgram(candidates[0] ?? "", "MiniBrowser");
}

async function waitForAnswer(url: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
