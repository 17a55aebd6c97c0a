// The states that shoppers see.

import { truncateSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { signIn } from "../desk.ts";
import { mentions, Provider } from "../provider.ts";
import { GUIDE, LAST_COPY } from "../test.ts";
import { addToCart, CLOSED_PORT, placeOrder, placeOrderElsewhere, slugOf, type State, submit, submitAtDesk, withdraw, type Visitor } from "./actions.ts";

/** Waits until every hold in the cart has expired. */
async function allHoldsExpire({ request, server }: Visitor): Promise<void> {
  await expect
    .poll(async () => {
      const cart = (await (await request.get(`${server.url}/api/cart`)).json()) as { lines: { held: boolean }[] };
      return cart.lines.some(({ held }) => held);
    })
    .toBe(false);
}

export const shopStates: State[] = [
  { name: "the shelf", arrange: () => "/" },
  { name: "a search with results", arrange: () => "/?q=the" },
  { name: "a search without results", arrange: () => "/?q=zzzz%20%3Cb%3E%26&sort=title&in_stock=1" },
  { name: "a page of the shelf beyond the last", status: 404, arrange: () => "/?page=99" },
  {
    name: "the books in stock, by price",
    arrange: async ({ othersTake }) => {
      await othersTake(slugOf(LAST_COPY), 1);
      return "/?sort=price_up&in_stock=1";
    },
  },
  { name: "the shelf with a notice", arrange: () => "/?notice=sold_out" },
  { name: "a book in stock", arrange: () => GUIDE },
  {
    name: "a book with few copies left",
    arrange: async ({ othersTake }) => {
      await othersTake(slugOf(GUIDE), 7);
      return GUIDE;
    },
  },
  { name: "a book's last copy", arrange: () => LAST_COPY },
  {
    name: "a sold-out book",
    arrange: async ({ othersTake }) => {
      await othersTake(slugOf(LAST_COPY), 1);
      return LAST_COPY;
    },
  },
  {
    name: "a sold-out book, with a notice",
    arrange: async ({ othersTake }) => {
      await othersTake(slugOf(LAST_COPY), 1);
      return `${LAST_COPY}?notice=sold_out`;
    },
  },
  {
    name: "a book whose waitlist the shopper is on",
    arrange: async (visitor) => {
      await visitor.othersTake(slugOf(LAST_COPY), 1);
      await submit(visitor, "wait_for_copy", { book: slugOf(LAST_COPY) });
      return LAST_COPY;
    },
  },
  {
    name: "a book that is offered from the waitlist",
    // The other shopper's hold expires; a waiting shopper with an e-mail address counts as present.
    flags: ["--hold-minutes", "0.02", "--smtp-url", "smtp://127.0.0.1:9/?tls=off", "--mail-from", "shop@example.org"],
    arrange: async (visitor) => {
      await visitor.othersTake(slugOf(LAST_COPY), 1);
      await submit(visitor, "wait_for_copy", { book: slugOf(LAST_COPY), email: "ann@example.org" });
      const page = async () => (await visitor.request.get(visitor.server.url + LAST_COPY)).text();
      await expect.poll(page).toContain("/api/accept_offer");
      return LAST_COPY;
    },
  },
  {
    name: "a book that is not on sale yet",
    arrange: async ({ server }) => {
      await server.stop();
      const opens = new Date(Date.now() + 3_600_000).toISOString();
      await server.command("drop", "--book", slugOf(GUIDE), "--opens", opens, "--limit", "2");
      await server.start();
      return GUIDE;
    },
  },
  {
    name: "a withdrawn book",
    arrange: async (visitor) => {
      await withdraw(visitor, GUIDE);
      return GUIDE;
    },
  },
  {
    name: "a withdrawn book that is in the cart",
    arrange: async (visitor) => {
      await addToCart(visitor, GUIDE);
      await withdraw(visitor, GUIDE);
      return GUIDE;
    },
  },
  {
    name: "a book in the cart",
    arrange: async (visitor) => {
      await addToCart(visitor, GUIDE);
      return GUIDE;
    },
  },
  { name: "an empty cart", arrange: () => "/cart" },
  {
    name: "a full cart",
    arrange: async (visitor) => {
      await addToCart(visitor, GUIDE, 3);
      await addToCart(visitor, LAST_COPY);
      return "/cart";
    },
  },
  {
    name: "a cart with a notice",
    arrange: async (visitor) => {
      await addToCart(visitor, GUIDE);
      return "/cart?notice=over_limit";
    },
  },
  {
    name: "a cart that expires soon",
    flags: ["--hold-minutes", "2"],
    arrange: async (visitor) => {
      await addToCart(visitor, GUIDE);
      return "/cart";
    },
  },
  {
    name: "a cart that has expired",
    flags: ["--hold-minutes", "0.02"],
    arrange: async (visitor) => {
      await addToCart(visitor, GUIDE);
      await allHoldsExpire(visitor);
      return "/cart";
    },
  },
  {
    name: "a cart from which the shop has taken a hold back",
    arrange: async (visitor) => {
      const { request, server } = visitor;
      await addToCart(visitor, GUIDE, 2);
      await addToCart(visitor, LAST_COPY);
      await signIn(server, request);
      const book = `stock/${slugOf(GUIDE)}`;
      const html = await (await request.get(`${server.url}/desk/${book}`)).text();
      const hold = html.match(/name="hold" value="(\d+)"/)?.[1] ?? "";
      await submitAtDesk(visitor, `${book}/take-back`, { hold, reason: "damaged" }, "taken_back");
      return "/cart";
    },
  },
  { name: "a placed order", arrange: placeOrder },
  {
    name: "a cancelled order",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await submit(visitor, "cancel_order", { code: path.replace("/orders/", "") });
      return path;
    },
  },
  { name: "the orders of a browser that has none", arrange: () => "/orders" },
  {
    name: "the orders of a browser",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await submit(visitor, "cancel_order", { code: path.replace("/orders/", "") });
      await placeOrder(visitor);
      return "/orders";
    },
  },
  { name: "the orders, with a code that is unknown", status: 404, arrange: () => "/orders?code=ABCD-EFGH-JKMN" },
  { name: "an order that was placed in another browser", arrange: ({ server }) => placeOrderElsewhere(server) },
  { name: "an unknown address", status: 404, arrange: () => "/no/such/page" },
  { name: "an unknown book", status: 404, arrange: () => "/books/no-such-book" },
  { name: "an unknown order", status: 404, arrange: () => "/orders/ABCD-EFGH-JKMN" },
  {
    name: "a page of a shop whose database fails",
    status: 503,
    // The database is lost, as after a disk fault.
    arrange: ({ server }) => {
      for (const file of ["shop.sqlite-wal", "shop.sqlite"]) truncateSync(join(server.data, file));
      return GUIDE;
    },
  },
  { name: "an unknown action", status: 404, arrange: () => "/api/no_such_action" },
  { name: "an action requested as a page", status: 405, arrange: () => "/api/add_to_cart" },
  { name: "the connection check", arrange: () => "/connection" },
  {
    name: "a book's page with several announcements",
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      for (const text of ["Signing starts in ten minutes", "茶点已备好", "a long sentence ".repeat(12)]) {
        const form = { text, end: "30", key: `announcement-${text.length}` };
        const answer = await request.post(`${server.url}/desk/news`, { form });
        expect(answer.url()).toContain("notice=announced");
      }
      return GUIDE;
    },
  },
  { name: "the buzz form", flags: ["--buzz-url", CLOSED_PORT], arrange: () => "/buzz" },
  { name: "an invalid buzz query", flags: ["--buzz-url", CLOSED_PORT], status: 400, arrange: () => "/buzz?q=" },
  {
    name: "a buzz result",
    arrange: async ({ server }) => {
      const provider = await Provider.start();
      provider.mentions.set("pants", [{ secondsAgo: 5, title: "<b>Pants</b> & more", by: "ann" }, ...mentions(40, 86_400, true)]);
      await server.stop();
      await server.start(["--buzz-url", provider.url]);
      return "/buzz?q=pants";
    },
  },
  { name: "a buzz query without an answer", flags: ["--buzz-url", CLOSED_PORT], arrange: () => "/buzz?q=%3Cb%3Epants%20%26" },
  { name: "a book's page in a shop with a buzz provider", flags: ["--buzz-url", CLOSED_PORT], arrange: () => GUIDE },
  { name: "the offline page", arrange: () => "/offline" },
];
