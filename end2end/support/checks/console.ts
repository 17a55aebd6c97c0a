// Console messages and uncaught errors of a page.

import type { Page } from "@playwright/test";

/**
 * Records console messages from now on, for a page with this HTTP status.
 *
 * Leaves out what the browser itself logs about error responses: to the page, and to its WebSocket
 * and long poll, which fail for the same reason.
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
