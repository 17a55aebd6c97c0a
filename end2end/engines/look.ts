// How a part of a page is found: by role and name, by label, by text. This runs in the page,
// in every engine the same, so that no flow depends on what one engine calls things.

export type Words = string | { source: string; flags: string };

export type Step =
  | { by: "role"; role: string; name?: Words; exact?: boolean }
  | { by: "label"; words: Words }
  | { by: "text"; words: Words; exact?: boolean }
  | { by: "css"; selector: string }
  | { by: "having"; words: Words };

/** What is to be seen of one element. */
export interface Sight {
  visible: boolean;
  /** The middle of it, in the window. */
  x: number;
  y: number;
  /** Whether a click there would reach it: it is painted, and nothing covers it. */
  reachable: boolean;
  enabled: boolean;
  focused: boolean;
  text: string;
  value: string | null;
  attributes: Record<string, string>;
}

interface TestingLibrary {
  queryAllByRole(within: HTMLElement, role: string, options: { name?: (name: string) => boolean }): HTMLElement[];
  queryAllByLabelText(within: HTMLElement, label: (label: string) => boolean): HTMLElement[];
}

/** Looks for the elements that the steps lead to. `null` says that the library must be brought first. */
export function look({ steps, scroll }: { steps: Step[]; scroll: boolean }): Sight[] | null {
  const library = (globalThis as unknown as { TestingLibraryDom?: TestingLibrary }).TestingLibraryDom;
  if (!library) return null;

  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const matches = (words: Words, exact = false) => (text: string) => {
    if (typeof words !== "string") return new RegExp(words.source, words.flags).test(plain(text));
    return exact ? plain(text) === plain(words) : plain(text).toLowerCase().includes(plain(words).toLowerCase());
  };

  const walk = (within: HTMLElement, step: Step): HTMLElement[] => {
    switch (step.by) {
      case "role": {
        const { role, name, exact } = step;
        return library.queryAllByRole(within, role, name === undefined ? {} : { name: matches(name, exact) });
      }
      case "label":
        return library.queryAllByLabelText(within, matches(step.words));
      case "css":
        return [...within.querySelectorAll<HTMLElement>(step.selector)];
      case "having":
        return matches(step.words)(within.textContent ?? "") ? [within] : [];
      case "text": {
        const found = matches(step.words, step.exact);
        const all = [...within.querySelectorAll<HTMLElement>("*:not(script, style, noscript, template)")];
        const having = new Set(all.filter((element) => found(element.textContent ?? "")));
        // The smallest that has it.
        return [...having].filter((element) => ![...element.children].some((child) => having.has(child as HTMLElement)));
      }
    }
  };

  const see = (element: HTMLElement): Sight => {
    const shown = () => [...element.getClientRects()].find((box) => box.width > 0 && box.height > 0);
    const visible = shown() !== undefined && getComputedStyle(element).visibility === "visible";
    const inView = (box: DOMRect) => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    if (visible && scroll && !inView(shown()!)) element.scrollIntoView({ block: "center", behavior: "instant" });
    const box = shown();
    const [x, y] = box ? [Math.floor(box.x + box.width / 2), Math.floor(box.y + box.height / 2)] : [0, 0];
    const hit = visible ? document.elementFromPoint(x, y) : null;
    // While one page gives way to the next by a transition, all clicks are the document's own.
    const changes = hit === document.documentElement;
    return {
      visible,
      x,
      y,
      reachable: painted && hit !== null && !changes && (element.contains(hit) || hit.contains(element)),
      enabled: !element.matches(":disabled, [aria-disabled=true]"),
      focused: document.activeElement === element,
      text: plain(element.textContent ?? ""),
      value: "value" in element ? String(element.value) : null,
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    };
  };

  // What is clicked before the first frame, no person has seen: Chromium ignores it.
  const painted = performance.getEntriesByType("paint").length > 0;

  let found = [document.documentElement];
  for (const step of steps) found = [...new Set(found.flatMap((within) => walk(within, step)))];
  return found.map(see);
}

/** The words on the page, for those who read why a test has failed. */
export function words(): string {
  return document.body.innerText.replace(/\s+/g, " ").slice(0, 1_500);
}
