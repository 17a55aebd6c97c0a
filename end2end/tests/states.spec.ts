// Every page in every state can be used by everyone: axe finds nothing, the HTML is valid, nothing
// has to be scrolled sideways, and the console is silent.
//
// Each state is visited once, in one of the four looks; which one changes from state to state. The
// other looks, and most visits without script, are tagged @long.

import type { Browser, Page, Response } from "@playwright/test";
import { objections, still } from "../support/checks/axe.ts";
import { complaints } from "../support/checks/console.ts";
import { faults } from "../support/checks/html.ts";
import { tooWide } from "../support/checks/width.ts";
import { type Look, LOOKS, NARROW, named, TWICE } from "../support/looks.ts";
import { states } from "../support/states.ts";
import type { State, Visitor } from "../support/states/ways.ts";
import { expect, test } from "../support/test.ts";

/** One state in so many is visited without script, too. */
const WITHOUT_SCRIPT = 8;

/** Waits until the page is connected, if there is anything on it that could change. */
async function alive(page: Page): Promise<void> {
  const follows = page.locator("leptos-island:not([data-component=connection_badge], [data-component=search_field])");
  if (await follows.count()) {
    await expect(page.locator(".connection")).not.toHaveAttribute("data-state", "connecting");
  }
}

async function isValid(answer: Response | null, status: number): Promise<void> {
  expect(answer?.status()).toBe(status);
  expect(answer?.headers()["content-type"]).toBe("text/html; charset=utf-8");
  expect(await faults((await answer?.text()) ?? "")).toEqual([]);
}

type Around = Omit<Visitor, "request"> & { browser: Browser };

/** Loads a state once, and checks it in these looks. */
async function check({ reach, status = 200 }: State, looks: readonly Look[], script: boolean, around: Around): Promise<void> {
  const { browser, server, othersTake } = around;
  const context = await browser.newContext({ javaScriptEnabled: script, ...looks[0] });
  const path = await reach({ request: context.request, server, othersTake });
  const page = await context.newPage();
  const said = complaints(page, server.url, status);
  await isValid(await page.goto(server.url + path), status);
  if (script) await alive(page);

  const looked = script ? page : await still(page, browser);
  for (const look of looks) {
    await looked.emulateMedia({ colorScheme: look.colorScheme });
    await looked.setViewportSize(look.viewport);
    expect(await objections(looked), named(look)).toEqual([]);
  }
  if (looked !== page) await looked.context().close();
  for (const size of [NARROW, TWICE]) {
    await page.setViewportSize(size);
    expect(await tooWide(page), `${size.width} px`).toEqual([]);
  }
  expect(said).toEqual([]);
  await context.close();
}

for (const [number, state] of states.entries()) {
  const first = number % LOOKS.length;
  const [look, ...others] = [...LOOKS.slice(first), ...LOOKS.slice(0, first)] as [Look, ...Look[]];

  test.describe(state.name, () => {
    test.use({ flags: state.flags ?? [] });

    for (const script of [true, false]) {
      const how = script ? "with script" : "without script";
      const once = script || number % WITHOUT_SCRIPT === 0;

      if (once) {
        test(`is for everyone (${how}, ${named(look)})`, async ({ server, browser, othersTake }) => {
          await check(state, [look], script, { server, browser, othersTake });
        });
      }
      test(`is for everyone (${how}, in ${once ? "the other looks" : "every look"})`, { tag: "@long" }, async ({
        server,
        browser,
        othersTake,
      }) => {
        await check(state, once ? others : LOOKS, script, { server, browser, othersTake });
      });
    }
  });
}
