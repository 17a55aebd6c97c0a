// The checks applied to every page find errors where there are some.

import { violationsOf } from "../support/checks/axe.ts";
import { htmlErrors } from "../support/checks/html.ts";
import { overflowing } from "../support/checks/width.ts";
import { NARROW } from "../support/looks.ts";
import { expect, test } from "../support/test.ts";

test("accessibility errors and overflow are found", async ({ page }) => {
  await page.setViewportSize(NARROW);
  await page.setContent(
    `<!DOCTYPE html><html><head><title>T</title><style>p { width: 40rem; color: #aaa }</style></head>
     <body><main><h1>T</h1><p>Grey</p><input></main></body></html>`,
  );
  const found = (await violationsOf(page)).map((violation) => violation.split(":")[0]);
  expect(found.sort()).toEqual(["color-contrast", "html-has-lang", "label"]);
  expect(await overflowing(page)).not.toEqual([]);
});

test("invalid HTML is found", async () => {
  const page = (body: string) => `<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>${body}</body></html>`;
  expect(await htmlErrors(page("<h1>Title</h1>"))).toEqual([]);
  for (const wrong of [
    page('<p id="a">A</p><p id="a">B</p>'),
    page("<p><div>A</div></p>"),
    page("<ul><p>A</p></ul>"),
    page('<img src="a.png">'),
    page("<button>A<button>B</button></button>"),
    `${page("")}<script>1</script>`,
  ]) {
    expect(await htmlErrors(wrong), wrong).not.toEqual([]);
  }
});
