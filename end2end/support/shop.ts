// A shop that is open, the ways to it, and the other shoppers in it: what every test has,
// whichever browser it opens.

import { test as base, type APIRequestContext } from "@playwright/test";
import { Proxy } from "./proxy.ts";
import { Server } from "./server.ts";

export const GUIDE = "/books/definitive-guide-to-the-internet";
/** The opening catalogue has one copy of this. */
export const LAST_COPY = "/books/birds-seen-from-a-desk";

/** What a book's page says where so many copies are left. */
export function count(copies: number): string {
  if (copies === 1) return "Last copy!";
  return copies <= 5 ? `Only ${copies} left!` : `${copies} in stock`;
}

/** What a page says of its connection. */
export type Connection = "Live" | "Live, polling" | "Live, but counts may be old" | "Reconnecting";

interface Fixtures {
  /** How the shop is run. */
  flags: string[];
  server: Server;
  /** The way to the shop that lets no WebSocket through. */
  blocked: Proxy;
  /** The way to the shop that only counts. */
  counted: Proxy;
  /** Takes copies of a book as so many other shoppers. Returns the status of each. */
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

  blocked: async ({ server }, use) => {
    const proxy = await Proxy.inFrontOf(server.url, { blocks: true });
    await use(proxy);
    await proxy.close();
  },

  counted: async ({ server }, use) => {
    const proxy = await Proxy.inFrontOf(server.url, { blocks: false });
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
