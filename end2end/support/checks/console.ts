// Console messages and uncaught errors of a page.

import type { Page } from "@playwright/test";

/**
 * Records console messages from now on, for a page with this HTTP status.
 *
 * The browser itself logs error responses: that to the page, and those to the WebSocket and long
 * poll, which fail for the same reason. These messages are left out.
 */
export function recordConsole(page: Page, shop: string, status: number): string[] {
  const messages: string[] = [];
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("console", (message) => {
    const { url } = message.location();
    const live = message.text().startsWith("WebSocket connection to") || url.startsWith(`${shop}/live?`);
    const ofStatus = (url === page.url() || live) && message.text().includes(`${status}`);
    if (status === 200 || !ofStatus) messages.push(message.text());
  });
  return messages;
}
