// Every page in every state is accessible: axe finds no violation, the HTML is valid, nothing has to be
// scrolled sideways, and the console is silent.
//
// Each state is checked in one of the four looks, which changes from state to state. The other
// looks, and most checks without JavaScript, are tagged @long.

import type { Browser, Page, Response } from "@playwright/test";
import { openWithoutOwnScripts, violationsOf } from "../support/checks/axe.ts";
import { recordConsole } from "../support/checks/console.ts";
import { htmlErrors } from "../support/checks/html.ts";
import { overflowing } from "../support/checks/width.ts";
import { describeLook, type Look, LOOKS, NARROW, ZOOMED } from "../support/looks.ts";
import { states } from "../support/states.ts";
import type { State, Visitor } from "../support/states/actions.ts";
import { expect, test } from "../support/test.ts";

/** Every eighth state is also checked without JavaScript. */
const WITHOUT_SCRIPT = 8;

/** Waits until the page is alive and connected, if anything on it can change. */
async function isConnected(page: Page): Promise<void> {
  const follows = page.locator("leptos-island:not([data-component=connection_badge], [data-component=search_field])");
  if ((await follows.count()) === 0) return;
  const badge = page.locator(".connection");
  // The desk's pages have no badge.
  if (await badge.count()) await expect(badge).not.toHaveAttribute("data-state", "connecting");
  else await page.waitForLoadState("networkidle");
}

async function isValid(answer: Response | null, status: number): Promise<void> {
  expect(answer?.status()).toBe(status);
  expect(answer?.headers()["content-type"]).toBe("text/html; charset=utf-8");
  expect(await htmlErrors((await answer?.text()) ?? "")).toEqual([]);
}

type Fixtures = Omit<Visitor, "request"> & { browser: Browser };

/** Brings a state about, and checks its page in these looks. */
async function check({ arrange, status = 200 }: State, looks: readonly Look[], script: boolean, fixtures: Fixtures): Promise<void> {
  const { browser, server, othersTake } = fixtures;
  const context = await browser.newContext({ javaScriptEnabled: script, ...looks[0] });
  const path = await arrange({ request: context.request, server, othersTake });
  const page = await context.newPage();
  const messages = recordConsole(page, server.url, status);
  await isValid(await page.goto(server.url + path), status);
  if (script) await isConnected(page);

  const checked = script ? page : await openWithoutOwnScripts(page, browser);
  for (const look of looks) {
    await checked.emulateMedia({ colorScheme: look.colorScheme });
    await checked.setViewportSize(look.viewport);
    expect(await violationsOf(checked), describeLook(look)).toEqual([]);
  }
  if (checked !== page) await checked.context().close();
  for (const size of [NARROW, ZOOMED]) {
    await page.setViewportSize(size);
    expect(await overflowing(page), `${size.width} px`).toEqual([]);
  }
  expect(messages).toEqual([]);
  await context.close();
}

for (const [number, state] of states.entries()) {
  const first = number % LOOKS.length;
  const [look, ...others] = [...LOOKS.slice(first), ...LOOKS.slice(0, first)] as [Look, ...Look[]];

  test.describe(state.name, () => {
    test.use({ flags: state.flags ?? [] });

    for (const script of [true, false]) {
      const how = script ? "with JavaScript" : "without JavaScript";
      const inEveryRun = script || number % WITHOUT_SCRIPT === 0;

      if (inEveryRun) {
        test(`is accessible (${how}, ${describeLook(look)})`, async ({ server, browser, othersTake }) => {
          await check(state, [look], script, { server, browser, othersTake });
        });
      }
      test(`is accessible (${how}, in ${inEveryRun ? "the other looks" : "every look"})`, { tag: "@long" }, async ({
        server,
        browser,
        othersTake,
      }) => {
        await check(state, inEveryRun ? others : LOOKS, script, { server, browser, othersTake });
      });
    }
  });
}
