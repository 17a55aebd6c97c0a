// A part of a page that a person sees and uses: looked for anew at each use, and waited for.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Tab } from "./engine.ts";
import { look, type Sight, type Step, type Words, words } from "./look.ts";

const PATIENCE_MS = 15_000;
const library = readFileSync(createRequire(import.meta.url).resolve("@testing-library/dom/dist/@testing-library/dom.umd.min.js"), "utf8");
const bringLibrary = new Function(library) as () => void;

export class Part {
  constructor(readonly tab: Tab, private readonly steps: readonly Step[] = []) {}

  byRole(role: string, name?: string | RegExp, exact = false): Part {
    return this.and({ by: "role", role, name: name === undefined ? undefined : toWords(name), exact });
  }

  byLabel(label: string | RegExp): Part {
    return this.and({ by: "label", words: toWords(label) });
  }

  /** The smallest elements that have a text; `exact` says that they have no other. */
  byText(text: string | RegExp, exact = false): Part {
    return this.and({ by: "text", words: toWords(text), exact });
  }

  byCss(selector: string): Part {
    return this.and({ by: "css", selector });
  }

  /** Of these, those that have a text in them. */
  having(text: string | RegExp): Part {
    return this.and({ by: "having", words: toWords(text) });
  }

  /** What is to be seen now, without waiting. */
  async visible(): Promise<Sight[]> {
    return (await this.look(false)).filter(({ visible }) => visible);
  }

  async isVisible(): Promise<boolean> {
    return (await this.visible()).length > 0;
  }

  /** The value of the field that is to be seen. */
  async value(): Promise<string | null | undefined> {
    return (await this.visible())[0]?.value;
  }

  async isShown(): Promise<void> {
    await this.until("is not shown", (sights) => sights.length > 0);
  }

  async isGone(): Promise<void> {
    await this.until("is still shown", (sights) => sights.length === 0);
  }

  async isShownTimes(times: number): Promise<void> {
    await this.until(`is not shown ${times} times`, (sights) => sights.length === times);
  }

  async isFocused(): Promise<void> {
    await this.until("is not focused", (sights) => sights.some(({ focused }) => focused));
  }

  async hasValue(value: string): Promise<void> {
    await this.until(`has not the value ${value}`, (sights) => sights[0]?.value === value);
  }

  async hasAttribute(name: string, value: string | RegExp): Promise<void> {
    const has = (own: string | undefined) => own !== undefined && (typeof value === "string" ? own === value : value.test(own));
    await this.until(`has not ${name}=${value}`, (sights) => has(sights[0]?.attributes[name]));
  }

  async click(times: 1 | 2 = 1, patience = PATIENCE_MS): Promise<void> {
    const { x, y } = await this.reach(patience);
    await this.tab.click(x, y, times);
  }

  async hover(): Promise<void> {
    const { x, y } = await this.reach();
    await this.tab.hover(x, y);
  }

  /** Clicks into a field and types a text in place of what is there. */
  async fill(text: string): Promise<void> {
    await this.click();
    await this.isFocused();
    await this.tab.press("Control+a");
    if (text === "") await this.tab.press("Delete");
    else await this.tab.type(text);
    await this.hasValue(text);
  }

  /** Clicks into a field and types on. */
  async type(text: string): Promise<void> {
    await this.click();
    await this.isFocused();
    await this.tab.type(text);
  }

  /** Scrolls to it and waits until it is the only one, stands still, and nothing covers it. */
  private async reach(patience = PATIENCE_MS): Promise<Sight> {
    let before: Sight | undefined;
    return this.until(
      "cannot be clicked",
      (sights) => {
        const [sight] = sights;
        const same = sight?.x === before?.x && sight?.y === before?.y;
        before = sight;
        return sights.length === 1 && same && sight!.reachable && sight!.enabled;
      },
      { scroll: true, patience },
    );
  }

  /** Looks again and again until what is visible passes the test, and returns the first of it. */
  private async until(
    failure: string,
    test: (sights: Sight[]) => boolean,
    { scroll = false, patience = PATIENCE_MS } = {},
  ): Promise<Sight> {
    let trouble = "";
    for (const end = Date.now() + patience; Date.now() < end; ) {
      try {
        const sights = (await this.look(scroll)).filter(({ visible }) => visible);
        if (test(sights)) return sights[0]!;
        trouble = `seen: ${JSON.stringify(sights.map(({ attributes, ...sight }) => sight))}`;
      } catch (error) {
        // A page that gives way to the next cannot be asked.
        trouble = String(error);
      }
      await new Promise((soon) => setTimeout(soon, 40));
    }
    const page = await this.tab.evaluate(words).catch(String);
    throw new Error(`${JSON.stringify(this.steps)} ${failure}; ${trouble}\nthe page says: ${page}`);
  }

  private async look(scroll: boolean): Promise<Sight[]> {
    const question = { steps: [...this.steps], scroll };
    const sights = await this.tab.evaluate(look, question);
    if (sights) return sights;
    await this.tab.evaluate(bringLibrary);
    return (await this.tab.evaluate(look, question)) ?? [];
  }

  private and(step: Step): Part {
    return new Part(this.tab, [...this.steps, step]);
  }
}

function toWords(text: string | RegExp): Words {
  return typeof text === "string" ? text : { source: text.source, flags: text.flags };
}
