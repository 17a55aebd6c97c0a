// The fixtures of every test, whatever its browser: an open shop, proxies in front of it, and other
// shoppers.

import { test as base, type APIRequestContext } from "@playwright/test";
import { Proxy } from "./proxy.ts";
import { Server } from "./server.ts";

export const GUIDE = "/books/definitive-guide-to-the-internet";
/** The sample catalogue has one copy of this book. */
export const LAST_COPY = "/books/birds-seen-from-a-desk";

/** The text on a book's page for this many copies. */
export function count(copies: number): string {
  if (copies === 1) return "Last copy!";
  return copies <= 5 ? `Only ${copies} left!` : `${copies} in stock`;
}

/** The text of the connection badge. */
export type Connection = "Live" | "Live, polling" | "Live, but counts may be out of date" | "Reconnecting";

interface Fixtures {
  /** Command-line flags for the server. */
  flags: string[];
  server: Server;
  /** A proxy that refuses WebSockets. */
  blockingProxy: Proxy;
  /** A proxy that only counts connections. */
  countingProxy: Proxy;
  /** Has other shoppers each add one copy of a book to their carts. Returns the HTTP statuses. */
  othersTake: (slug: string, shoppers: number) => Promise<number[]>;
}

export const shop = base.extend<Fixtures>({
  flags: [[], { option: true }],

  server: async ({ flags }, use) => {
    const server = new Server(flags);
    await server.start();
    await use(server);
    await server.dispose();
  },

  blockingProxy: async ({ server }, use) => {
    const proxy = await Proxy.inFrontOf(server.url, { blocksSockets: true });
    await use(proxy);
    await proxy.close();
  },

  countingProxy: async ({ server }, use) => {
    const proxy = await Proxy.inFrontOf(server.url, { blocksSockets: false });
    await use(proxy);
    await proxy.close();
  },

  othersTake: async ({ server, playwright }, use) => {
    const others: APIRequestContext[] = [];
    await use(async (slug, shoppers) => {
      const requests = Array.from({ length: shoppers }, async () => {
        const other = await playwright.request.newContext({ baseURL: server.url });
        others.push(other);
        const answer = await other.post("/api/add_to_cart", { form: { book: slug } });
        return answer.status();
      });
      return Promise.all(requests);
    });
    await Promise.all(others.map((other) => other.dispose()));
  },
});
