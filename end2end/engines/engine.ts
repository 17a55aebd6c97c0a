// What a flow needs of a browser engine: contexts with cookies of their own, their tabs, and
// real mouse and keyboard input. Each engine has a file of its own.

import type { LaunchOptions, PlaywrightWorkerArgs } from "@playwright/test";
import { Chromium } from "./chromium.ts";
import { Firefox } from "./firefox.ts";
import { WebKit } from "./webkit.ts";

export type EngineName = "chromium" | "firefox" | "webkit";

export interface Engine {
  /** Whether a page that was connected when it was left can enter the back/forward cache. */
  readonly cachesConnectedPages: boolean;
  /** The narrowest window that the browser allows, in CSS pixels. */
  readonly narrowest: number;
  /** Opens a context with a cookie jar of its own: another shopper. */
  newContext(options: { javaScriptEnabled: boolean }): Promise<BrowserContext>;
  close(): Promise<void>;
}

export interface BrowserContext {
  /** Errors and warnings that the consoles of this context's tabs have shown. */
  readonly consoleErrors: string[];
  /** Opens a new window. All windows are visible: `tests/tabs.spec.ts` covers hidden ones. */
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  /** Opens an address and waits until the page has loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Goes back or forward in the history. The engine decides whether the page is cached or loaded. */
  go(steps: -1 | 1): Promise<void>;
  /** Runs a function in the page. With JavaScript off, the function must not return a promise. */
  evaluate<Result, Argument = undefined>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result>;
  hover(x: number, y: number): Promise<void>;
  click(x: number, y: number, times: 1 | 2): Promise<void>;
  /** Presses a key such as `Enter` or `ArrowDown`, or a combination such as `Control+a`. */
  press(keys: string): Promise<void>;
  type(text: string): Promise<void>;
  screenshot(): Promise<Buffer>;
  /** Sets the size of the page's area, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser. Playwright's options apply to Chromium only. */
export async function startEngine(
  name: EngineName,
  playwright: PlaywrightWorkerArgs["playwright"],
  launchOptions: LaunchOptions,
): Promise<Engine> {
  switch (name) {
    case "chromium":
      return Chromium.start(playwright, launchOptions);
    case "firefox":
      return new Firefox();
    case "webkit":
      return WebKit.start();
  }
}
