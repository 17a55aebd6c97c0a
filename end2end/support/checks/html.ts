// Whether a document, as it is sent, is the HTML of the standard.

import { HtmlValidate } from "html-validate";

const validate = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
  // What Leptos writes around an island, which is no element of HTML's.
  elements: [
    "html5",
    {
      "leptos-island": { flow: true, phrasing: true, transparent: true, attributes: { "data-component": {} } },
      "leptos-children": { flow: true, phrasing: true, transparent: true },
    },
  ],
  rules: {
    // Of the house's style, not of the standard: Leptos writes `<!DOCTYPE html>`, `disabled`
    // with a value or without, and no white space at all.
    "doctype-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "long-title": "off",
    // What is found while somebody types is a list, which no `select` can show.
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // A button in a form sends it, as the standard has it.
    "no-implicit-button-type": "off",
  },
});

/** What is wrong with a document, a line for each fault. */
export async function faults(html: string): Promise<string[]> {
  const report = await validate.validateString(html);
  const faults = report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message} at “${html.slice(offset - 40, offset + 60)}”`),
  );
  // A parser would put it into the body, silently.
  const behind = html.split("</html>").at(-1)?.trim();
  if (behind) faults.push(`behind the end: ${behind}`);
  return faults;
}
