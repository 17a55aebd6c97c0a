// What the console says of a page, and what was thrown there.

import type { Page } from "@playwright/test";

/**
 * Writes down what the console says from now on, of a page that comes with this status.
 *
 * A browser reports an answer that is an error by itself: the page's own, and those to the socket
 * and the poll, which the shop refuses for the same reason. These reports are left out.
 */
export function complaints(page: Page, shop: string, status: number): string[] {
  const said: string[] = [];
  page.on("pageerror", (error) => said.push(error.message));
  page.on("console", (message) => {
    const { url } = message.location();
    const live = message.text().startsWith("WebSocket connection to") || url.startsWith(`${shop}/live?`);
    const ofStatus = (url === page.url() || live) && message.text().includes(`${status}`);
    if (status === 200 || !ofStatus) said.push(message.text());
  });
  return said;
}
