// The HTML of every page in every state, as it is sent, is what the standard says it is.

import { HtmlValidate } from "html-validate";
import { expect, test } from "../support/test.ts";
import { states } from "../support/states.ts";

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

/** What is wrong with a document, a line for each. */
async function faults(html: string): Promise<string[]> {
  const report = await validate.validateString(html);
  const faults = report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message} at “${html.slice(offset - 40, offset + 60)}”`),
  );
  // A parser would put it into the body, silently.
  const behind = html.split("</html>").at(-1)?.trim();
  if (behind) faults.push(`behind the end: ${behind}`);
  return faults;
}

for (const { name, flags = [], status = 200, reach } of states) {
  test.describe(name, () => {
    test.use({ flags });

    test("is valid HTML", async ({ server, request, othersTake }) => {
      const path = await reach({ request, server, othersTake });
      const answer = await request.get(server.url + path, { headers: { accept: "text/html" } });
      expect(answer.status()).toBe(status);
      expect(answer.headers()["content-type"]).toBe("text/html; charset=utf-8");
      expect(await faults(await answer.text())).toEqual([]);
    });
  });
}

test("what is wrong would be found", async () => {
  const page = (body: string) => `<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>${body}</body></html>`;
  expect(await faults(page("<h1>Title</h1>"))).toEqual([]);
  for (const wrong of [
    page('<p id="a">A</p><p id="a">B</p>'),
    page("<p><div>A</div></p>"),
    page("<ul><p>A</p></ul>"),
    page('<img src="a.png">'),
    page("<button>A<button>B</button></button>"),
    `${page("")}<script>1</script>`,
  ]) {
    expect(await faults(wrong), wrong).not.toEqual([]);
  }
});
