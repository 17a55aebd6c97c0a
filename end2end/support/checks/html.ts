// Valid HTML, checked in documents as they are sent.

import { HtmlValidate } from "html-validate";

const validate = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
  // The elements that Leptos puts around islands.
  elements: [
    "html5",
    {
      "leptos-island": { flow: true, phrasing: true, transparent: true, attributes: { "data-component": {} } },
      "leptos-children": { flow: true, phrasing: true, transparent: true },
    },
  ],
  rules: {
    // Matters of style: Leptos writes `<!DOCTYPE html>`, `disabled` with or without a value, and no
    // white space.
    "doctype-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "long-title": "off",
    // Search suggestions are a list box, which a `select` cannot replace.
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // A button without a type submits its form, which is intended.
    "no-implicit-button-type": "off",
  },
});

/** The errors in a document, one line each. */
export async function htmlErrors(html: string): Promise<string[]> {
  const report = await validate.validateString(html);
  const errors = report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message} at “${html.slice(offset - 40, offset + 60)}”`),
  );
  // A parser would silently move text after the end into the body.
  const trailing = html.split("</html>").at(-1)?.trim();
  if (trailing) errors.push(`after the end: ${trailing}`);
  return errors;
}
