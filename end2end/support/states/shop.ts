// What a shopper meets.

import { truncateSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { signIn } from "../desk.ts";
import { Provider, talk } from "../provider.ts";
import { GUIDE, LAST_COPY } from "../test.ts";
import { act, atDesk, NOBODY, order, put, slugOf, type State, withdraw, type Visitor } from "./ways.ts";

/** Waits until no line of the cart is held any more. */
async function untilLapsed({ request, server }: Visitor): Promise<void> {
  await expect
    .poll(async () => {
      const cart = (await (await request.get(`${server.url}/api/cart`)).json()) as { lines: { held: boolean }[] };
      return cart.lines.some(({ held }) => held);
    })
    .toBe(false);
}

export const ofTheShop: State[] = [
  { name: "the shelf", reach: () => "/" },
  { name: "a search that finds", reach: () => "/?q=the" },
  { name: "a search that finds nothing", reach: () => "/?q=zzzz%20%3Cb%3E%26&sort=title&in_stock=1" },
  { name: "a page beyond the last", status: 404, reach: () => "/?page=99" },
  {
    name: "only what is in stock, by price",
    reach: async ({ othersTake }) => {
      await othersTake(slugOf(LAST_COPY), 1);
      return "/?sort=price_up&in_stock=1";
    },
  },
  { name: "a shelf with a sold out book and a notice", reach: () => "/?notice=sold_out" },
  { name: "a book in stock", reach: () => GUIDE },
  {
    name: "a book with few copies left",
    reach: async ({ othersTake }) => {
      await othersTake(slugOf(GUIDE), 7);
      return GUIDE;
    },
  },
  { name: "a book's last copy", reach: () => LAST_COPY },
  {
    name: "a book that is sold out",
    reach: async ({ othersTake }) => {
      await othersTake(slugOf(LAST_COPY), 1);
      return LAST_COPY;
    },
  },
  {
    name: "a book that is sold out, and what a form was told",
    reach: async ({ othersTake }) => {
      await othersTake(slugOf(LAST_COPY), 1);
      return `${LAST_COPY}?notice=sold_out`;
    },
  },
  {
    name: "a book that is waited for",
    reach: async (visitor) => {
      await visitor.othersTake(slugOf(LAST_COPY), 1);
      await act(visitor, "wait_for_copy", { book: slugOf(LAST_COPY) });
      return LAST_COPY;
    },
  },
  {
    name: "a book that is offered to whoever waited",
    // The other's time runs out, and whoever can be written to counts as there.
    flags: ["--hold-minutes", "0.02", "--smtp-url", "smtp://127.0.0.1:9/?tls=off", "--mail-from", "shop@example.org"],
    reach: async (visitor) => {
      await visitor.othersTake(slugOf(LAST_COPY), 1);
      await act(visitor, "wait_for_copy", { book: slugOf(LAST_COPY), email: "ann@example.org" });
      const page = async () => (await visitor.request.get(visitor.server.url + LAST_COPY)).text();
      await expect.poll(page).toContain("/api/accept_offer");
      return LAST_COPY;
    },
  },
  {
    name: "a book whose sale has not begun",
    reach: async ({ server }) => {
      await server.stop();
      const opens = new Date(Date.now() + 3_600_000).toISOString();
      await server.command("drop", "--book", slugOf(GUIDE), "--opens", opens, "--limit", "2");
      await server.start();
      return GUIDE;
    },
  },
  {
    name: "a book that is withdrawn",
    reach: async (visitor) => {
      await withdraw(visitor, GUIDE);
      return GUIDE;
    },
  },
  {
    name: "a book that is withdrawn and in the cart",
    reach: async (visitor) => {
      await put(visitor, GUIDE);
      await withdraw(visitor, GUIDE);
      return GUIDE;
    },
  },
  {
    name: "a book in the cart",
    reach: async (visitor) => {
      await put(visitor, GUIDE);
      return GUIDE;
    },
  },
  { name: "an empty cart", reach: () => "/cart" },
  {
    name: "a full cart",
    reach: async (visitor) => {
      await put(visitor, GUIDE, 3);
      await put(visitor, LAST_COPY);
      return "/cart";
    },
  },
  {
    name: "a cart, and what a form was told",
    reach: async (visitor) => {
      await put(visitor, GUIDE);
      return "/cart?notice=over_limit";
    },
  },
  {
    name: "a cart that soon runs out",
    flags: ["--hold-minutes", "2"],
    reach: async (visitor) => {
      await put(visitor, GUIDE);
      return "/cart";
    },
  },
  {
    name: "a cart whose time ran out",
    flags: ["--hold-minutes", "0.02"],
    reach: async (visitor) => {
      await put(visitor, GUIDE);
      await untilLapsed(visitor);
      return "/cart";
    },
  },
  {
    name: "a cart from which the shop has taken something back",
    reach: async (visitor) => {
      const { request, server } = visitor;
      await put(visitor, GUIDE, 2);
      await put(visitor, LAST_COPY);
      await signIn(server, request);
      const book = `stock/${slugOf(GUIDE)}`;
      const html = await (await request.get(`${server.url}/desk/${book}`)).text();
      const hold = html.match(/name="hold" value="(\d+)"/)?.[1] ?? "";
      await atDesk(visitor, `${book}/take-back`, { hold, reason: "damaged" }, "taken_back");
      return "/cart";
    },
  },
  { name: "an order that is placed", reach: order },
  {
    name: "an order that is cancelled",
    reach: async (visitor) => {
      const path = await order(visitor);
      await act(visitor, "cancel_order", { code: path.replace("/orders/", "") });
      return path;
    },
  },
  { name: "an address that leads nowhere", status: 404, reach: () => "/no/such/page" },
  { name: "a book that is not there", status: 404, reach: () => "/books/no-such-book" },
  { name: "an order that is not there", status: 404, reach: () => "/orders/ABCD-EFGH-JKMN" },
  {
    name: "a page that cannot be shown",
    status: 503,
    // What the file held is gone, as after a fault of the disk.
    reach: ({ server }) => {
      for (const file of ["shop.sqlite-wal", "shop.sqlite"]) truncateSync(join(server.data, file));
      return GUIDE;
    },
  },
  { name: "an action that is none", status: 404, reach: () => "/api/no_such_action" },
  { name: "an action that is asked for as a page", status: 405, reach: () => "/api/add_to_cart" },
  { name: "the connection check", reach: () => "/connection" },
  {
    name: "a book and all that the shop can say to everybody at once",
    reach: async ({ server, request }) => {
      await signIn(server, request, "owner");
      for (const text of ["Signing starts in ten minutes", "茶点已备好", "a long sentence ".repeat(12)]) {
        const form = { text, end: "30", key: `announcement-${text.length}` };
        const answer = await request.post(`${server.url}/desk/news`, { form });
        expect(answer.url()).toContain("notice=announced");
      }
      return GUIDE;
    },
  },
  { name: "the question what is talked about", flags: ["--buzz-url", NOBODY], reach: () => "/buzz" },
  { name: "a question that is none", flags: ["--buzz-url", NOBODY], status: 400, reach: () => "/buzz?q=" },
  {
    name: "what is being talked about",
    reach: async ({ server }) => {
      const provider = await Provider.start();
      provider.said.set("pants", [{ ago: 5, title: "<b>Pants</b> & more", by: "ann" }, ...talk(40, 86_400, true)]);
      await server.stop();
      await server.start(["--buzz-url", provider.url]);
      return "/buzz?q=pants";
    },
  },
  { name: "a question that nobody answers", flags: ["--buzz-url", NOBODY], reach: () => "/buzz?q=%3Cb%3Epants%20%26" },
  { name: "a book of which it can be asked how often it is talked about", flags: ["--buzz-url", NOBODY], reach: () => GUIDE },
  { name: "no connection", reach: () => "/offline" },
];
