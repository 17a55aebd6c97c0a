// What a flow needs of a browser, whichever engine is in it: people with cookies of their
// own, their tabs, and a real mouse and keyboard. Each engine's file speaks its own protocol.

import type { LaunchOptions, PlaywrightWorkerArgs } from "@playwright/test";
import { Chromium } from "./chromium.ts";
import { Firefox } from "./firefox.ts";
import { WebKit } from "./webkit.ts";

export type EngineName = "chromium" | "firefox" | "webkit";

export interface Engine {
  /** Whether it keeps a page in the back/forward cache that was connected until it was left. */
  readonly keepsLivePages: boolean;
  /** Opens a browser with a cookie jar of its own: another person. */
  newPerson(options: { javaScriptEnabled: boolean }): Promise<Person>;
  close(): Promise<void>;
}

export interface Person {
  /** Errors and warnings that the consoles of this person's tabs showed. */
  readonly complaints: string[];
  /** Opens a window beside the others. All are in view: a hidden one is another thing to test. */
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  /** Opens an address and waits until the page has loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Goes back in the history, or forward; whether a page is loaded for it or kept is the engine's choice. */
  go(steps: -1 | 1): Promise<void>;
  /** Runs a function in the page. Without script only what returns at once has an answer. */
  evaluate<Result, Argument = undefined>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result>;
  hover(x: number, y: number): Promise<void>;
  click(x: number, y: number, times: 1 | 2): Promise<void>;
  /** Presses one key: `Enter`, `Tab`, `ArrowDown`, or several together: `Control+a`. */
  press(keys: string): Promise<void>;
  type(text: string): Promise<void>;
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** Starts the browser; for Chromium it is Playwright that does so, in its own way. */
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
