// Finds elements by role and name, by label or by text. It runs in the page, the same in every
// engine, so that no flow depends on how one engine computes roles and names.

export type TextPattern = string | { source: string; flags: string };

export type Step =
  | { by: "role"; role: string; name?: TextPattern; exact?: boolean }
  | { by: "label"; pattern: TextPattern }
  | { by: "text"; pattern: TextPattern; exact?: boolean }
  | { by: "css"; selector: string }
  | { by: "having"; pattern: TextPattern };

/** The state of an element at one moment. */
export interface ElementState {
  visible: boolean;
  /** The element's centre, in the viewport. */
  x: number;
  y: number;
  /** Whether a click there hits the element: it is painted, and nothing covers it. */
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

/** Finds the elements that match all steps. Returns `null` if Testing Library is not in the page yet. */
export function locate({ steps, scroll }: { steps: Step[]; scroll: boolean }): ElementState[] | null {
  const library = (globalThis as unknown as { TestingLibraryDom?: TestingLibrary }).TestingLibraryDom;
  if (!library) return null;

  const normalize = (text: string) => text.replace(/\s+/g, " ").trim();
  const matches = (pattern: TextPattern, exact = false) => (text: string) => {
    if (typeof pattern !== "string") return new RegExp(pattern.source, pattern.flags).test(normalize(text));
    return exact ? normalize(text) === normalize(pattern) : normalize(text).toLowerCase().includes(normalize(pattern).toLowerCase());
  };

  const select = (within: HTMLElement, step: Step): HTMLElement[] => {
    switch (step.by) {
      case "role": {
        const { role, name, exact } = step;
        return library.queryAllByRole(within, role, name === undefined ? {} : { name: matches(name, exact) });
      }
      case "label":
        return library.queryAllByLabelText(within, matches(step.pattern));
      case "css":
        return [...within.querySelectorAll<HTMLElement>(step.selector)];
      case "having":
        return matches(step.pattern)(within.textContent ?? "") ? [within] : [];
      case "text": {
        const found = matches(step.pattern, step.exact);
        const all = [...within.querySelectorAll<HTMLElement>("*:not(script, style, noscript, template)")];
        const having = new Set(all.filter((element) => found(element.textContent ?? "")));
        // Keep only the innermost elements.
        return [...having].filter((element) => ![...element.children].some((child) => having.has(child as HTMLElement)));
      }
    }
  };

  const stateOf = (element: HTMLElement): ElementState => {
    const firstBox = () => [...element.getClientRects()].find((box) => box.width > 0 && box.height > 0);
    const visible = firstBox() !== undefined && getComputedStyle(element).visibility === "visible";
    const inView = (box: DOMRect) => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    if (visible && scroll && !inView(firstBox()!)) element.scrollIntoView({ block: "center", behavior: "instant" });
    const box = firstBox();
    const [x, y] = box ? [Math.floor(box.x + box.width / 2), Math.floor(box.y + box.height / 2)] : [0, 0];
    const hit = visible ? document.elementFromPoint(x, y) : null;
    // During a view transition every click hits the document element.
    const inTransition = hit === document.documentElement;
    return {
      visible,
      x,
      y,
      reachable: painted && hit !== null && !inTransition && (element.contains(hit) || hit.contains(element)),
      enabled: !element.matches(":disabled, [aria-disabled=true]"),
      focused: document.activeElement === element,
      text: normalize(element.textContent ?? ""),
      value: "value" in element ? String(element.value) : null,
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    };
  };

  // Chromium ignores clicks before the first paint.
  const painted = performance.getEntriesByType("paint").length > 0;

  let found = [document.documentElement];
  for (const step of steps) found = [...new Set(found.flatMap((within) => select(within, step)))];
  return found.map(stateOf);
}

/** The page's visible text, for failure messages. */
export function visibleText(): string {
  return document.body.innerText.replace(/\s+/g, " ").slice(0, 1_500);
}
