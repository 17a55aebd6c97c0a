// Elements of a page, as a shopper sees and uses them. Each use waits for the elements and finds them
// again.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Tab } from "./engine.ts";
import { type ElementState, locate, type Step, type TextPattern, visibleText } from "./locate.ts";

const TIMEOUT_MS = 15_000;
const library = readFileSync(createRequire(import.meta.url).resolve("@testing-library/dom/dist/@testing-library/dom.umd.min.js"), "utf8");
const injectLibrary = new Function(library) as () => void;

export class Locator {
  constructor(readonly tab: Tab, private readonly steps: readonly Step[] = []) {}

  byRole(role: string, name?: string | RegExp, exact = false): Locator {
    return this.and({ by: "role", role, name: name === undefined ? undefined : toPattern(name), exact });
  }

  byLabel(label: string | RegExp): Locator {
    return this.and({ by: "label", pattern: toPattern(label) });
  }

  /** The innermost elements that contain a text, or with `exact` those whose whole text equals it. */
  byText(text: string | RegExp, exact = false): Locator {
    return this.and({ by: "text", pattern: toPattern(text), exact });
  }

  byCss(selector: string): Locator {
    return this.and({ by: "css", selector });
  }

  /** Narrows the elements to those that contain a text. */
  having(text: string | RegExp): Locator {
    return this.and({ by: "having", pattern: toPattern(text) });
  }

  /** The visible elements now, without waiting. */
  async visible(): Promise<ElementState[]> {
    return (await this.states(false)).filter(({ visible }) => visible);
  }

  async isVisible(): Promise<boolean> {
    return (await this.visible()).length > 0;
  }

  /** The value of the first visible field. */
  async value(): Promise<string | null | undefined> {
    return (await this.visible())[0]?.value;
  }

  async isShown(): Promise<void> {
    await this.until("is not visible", (states) => states.length > 0);
  }

  async isGone(): Promise<void> {
    await this.until("is still visible", (states) => states.length === 0);
  }

  async isShownTimes(times: number): Promise<void> {
    await this.until(`is not visible ${times} times`, (states) => states.length === times);
  }

  async isFocused(): Promise<void> {
    await this.until("is not focused", (states) => states.some(({ focused }) => focused));
  }

  async hasValue(value: string): Promise<void> {
    await this.until(`does not have the value ${value}`, (states) => states[0]?.value === value);
  }

  async hasAttribute(name: string, value: string | RegExp): Promise<void> {
    const has = (own: string | undefined) => own !== undefined && (typeof value === "string" ? own === value : value.test(own));
    await this.until(`does not have ${name}=${value}`, (states) => has(states[0]?.attributes[name]));
  }

  async click(times: 1 | 2 = 1, timeout = TIMEOUT_MS): Promise<void> {
    const { x, y } = await this.clickable(timeout);
    await this.tab.click(x, y, times);
  }

  async hover(): Promise<void> {
    const { x, y } = await this.clickable();
    await this.tab.hover(x, y);
  }

  /** Clicks a field and replaces its text. */
  async fill(text: string): Promise<void> {
    await this.click();
    await this.isFocused();
    await this.tab.press("Control+a");
    if (text === "") await this.tab.press("Delete");
    else await this.tab.type(text);
    await this.hasValue(text);
  }

  /** Clicks a field and types at the end of its text. */
  async type(text: string): Promise<void> {
    await this.click();
    await this.isFocused();
    await this.tab.type(text);
  }

  /** Scrolls to the element and waits until it is the only match, has stopped moving and is uncovered. */
  private async clickable(timeout = TIMEOUT_MS): Promise<ElementState> {
    let before: ElementState | undefined;
    return this.until(
      "cannot be clicked",
      (states) => {
        const [state] = states;
        const same = state?.x === before?.x && state?.y === before?.y;
        before = state;
        return states.length === 1 && same && state!.reachable && state!.enabled;
      },
      { scroll: true, timeout },
    );
  }

  /** Polls the visible elements until they pass the test, and returns the first of them. */
  private async until(
    failure: string,
    test: (states: ElementState[]) => boolean,
    { scroll = false, timeout = TIMEOUT_MS } = {},
  ): Promise<ElementState> {
    let lastSeen = "";
    for (const deadline = Date.now() + timeout; Date.now() < deadline; ) {
      try {
        const states = (await this.states(scroll)).filter(({ visible }) => visible);
        if (test(states)) return states[0]!;
        lastSeen = `found: ${JSON.stringify(states.map(({ attributes, ...state }) => state))}`;
      } catch (error) {
        // A page that is being replaced cannot be queried.
        lastSeen = String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    const text = await this.tab.evaluate(visibleText).catch(String);
    throw new Error(`${JSON.stringify(this.steps)} ${failure}; ${lastSeen}\nthe page says: ${text}`);
  }

  private async states(scroll: boolean): Promise<ElementState[]> {
    const query = { steps: [...this.steps], scroll };
    const states = await this.tab.evaluate(locate, query);
    if (states) return states;
    await this.tab.evaluate(injectLibrary);
    return (await this.tab.evaluate(locate, query)) ?? [];
  }

  private and(step: Step): Locator {
    return new Locator(this.tab, [...this.steps, step]);
  }
}

function toPattern(text: string | RegExp): TextPattern {
  return typeof text === "string" ? text : { source: text.source, flags: text.flags };
}
