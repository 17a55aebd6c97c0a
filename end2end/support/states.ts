// Every page in every state that a person can meet, each with the way into it.
//
// The ways are the shop's own actions, sent as forms are: a state does not hang on what
// its buttons are called.

import { truncateSync } from "node:fs";
import { join } from "node:path";
import { type APIRequestContext, expect } from "@playwright/test";
import { Provider, talk } from "./provider.ts";
import type { Server } from "./server.ts";
import { signIn } from "./desk.ts";
import { GUIDE, LAST_COPY } from "./test.ts";

/** Who meets it, and what they find around them. */
export interface Visitor {
  /** Has the visitor's cookie. */
  request: APIRequestContext;
  server: Server;
  othersTake: (slug: string, shoppers: number) => Promise<number[]>;
}

export interface State {
  name: string;
  /** How the shop is run. */
  flags?: string[];
  /** What the page's answer says, where it is not 200. */
  status?: number;
  /** Brings it about, and says where it is to be seen. */
  reach: (visitor: Visitor) => Promise<string> | string;
}

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:9/";

const slugOf = (path: string) => path.replace("/books/", "");

/** What a form does, for a program. */
async function act({ request, server }: Visitor, action: string, form: Record<string, string>): Promise<void> {
  const answer = await request.post(`${server.url}/api/${action}`, { form });
  expect(answer.ok(), `${action}: ${await answer.text()}`).toBe(true);
}

const put = (visitor: Visitor, path: string, quantity = 1) =>
  act(visitor, "add_to_cart", { book: slugOf(path), quantity: `${quantity}` });

/** Waits until no line of the cart is held any more. */
async function untilLapsed({ request, server }: Visitor): Promise<void> {
  await expect
    .poll(async () => {
      const cart = (await (await request.get(`${server.url}/api/cart`)).json()) as { lines: { held: boolean }[] };
      return cart.lines.some(({ held }) => held);
    })
    .toBe(false);
}

async function order(visitor: Visitor): Promise<string> {
  const { request, server } = visitor;
  await put(visitor, GUIDE, 2);
  await put(visitor, "/books/small-hours");
  const cart = (await (await request.get(`${server.url}/api/cart`)).json()) as { order_key: string };
  const form = { key: cart.order_key, name: "Ann O’Neil", reach: "ann@example.org" };
  const answer = await request.post(`${server.url}/api/place_order`, { form, headers: { accept: "text/html" } });
  expect(new URL(answer.url()).pathname).toMatch(/^\/orders\//);
  return new URL(answer.url()).pathname;
}

/** What a form of the desk does, for a program. */
async function atDesk(
  { request, server }: Visitor,
  path: string,
  form: Record<string, string>,
  notice: string,
): Promise<void> {
  const answer = await request.post(`${server.url}/desk/${path}`, { form, headers: { accept: "text/html" } });
  expect(answer.url()).toContain(`notice=${notice}`);
}

async function withdraw(visitor: Visitor, path: string, role: "clerk" | "owner" = "clerk"): Promise<string> {
  const book = `stock/${slugOf(path)}`;
  await signIn(visitor.server, visitor.request, role);
  await atDesk(visitor, `${book}/withdraw`, { withdrawn: "yes", reason: "misprinted" }, "book_withdrawn");
  return `/desk/${book}`;
}

/** Sends a list with something new, something known and something wrong in it; its page, once it was looked at. */
async function sendList({ request, server }: Visitor): Promise<string> {
  await signIn(server, request, "owner");
  const rows = ["slug,title,author,price,stock", "new-here,New Here,Ann O’Neil,12.50,+3", "small-hours,,,9.00,"];
  const buffer = Buffer.from([...rows, '<b>bold</b>,"=HYPERLINK(""x"")",,1,', ",,,,", ",No price,,,", ""].join("\n"));
  const file = { name: "spring & summer, a rather long name of a list.csv", mimeType: "text/csv", buffer };
  const answer = await request.post(`${server.url}/desk/imports/file`, {
    multipart: { file },
    headers: { accept: "text/html" },
  });
  const page = new URL(answer.url()).pathname;
  const state = async () => {
    const standing = await request.get(`${server.url}${page}/standing`);
    return ((await standing.json()) as { state: string }).state;
  };
  await expect.poll(state).toBe("ready");
  return page;
}

export const states: State[] = [
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
    name: "the desk at a glance",
    reach: async ({ request, server, othersTake }) => {
      await othersTake(slugOf(GUIDE), 3);
      await signIn(server, request);
      return "/desk";
    },
  },
  { name: "the way in to the desk", reach: () => "/desk/sign-in?notice=wrong_password" },
  {
    name: "the orders at the desk",
    reach: async (visitor) => {
      await order(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders";
    },
  },
  {
    name: "an order at the desk",
    reach: async (visitor) => {
      const path = await order(visitor);
      await signIn(visitor.server, visitor.request);
      return `/desk${path}`;
    },
  },
  {
    name: "the stock at the desk",
    reach: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/stock";
    },
  },
  {
    name: "a book at the desk, and who holds it",
    reach: async (visitor) => {
      await order(visitor);
      await visitor.othersTake(slugOf(GUIDE), 2);
      await signIn(visitor.server, visitor.request);
      return `/desk/stock/${slugOf(GUIDE)}?notice=promised`;
    },
  },
  {
    name: "a book at the desk that is withdrawn",
    reach: async (visitor) => `${await withdraw(visitor, GUIDE)}?notice=book_withdrawn`,
  },
  {
    name: "the stock at the desk, with a book that is withdrawn",
    reach: async (visitor) => {
      await withdraw(visitor, GUIDE);
      return "/desk/stock";
    },
  },
  {
    name: "all that has moved, at the desk",
    reach: async (visitor) => {
      await order(visitor);
      await withdraw(visitor, LAST_COPY, "owner");
      return "/desk/activity";
    },
  },
  {
    name: "the imports, and one of them",
    reach: async (visitor) => {
      await sendList(visitor);
      return "/desk/imports";
    },
  },
  { name: "an import that is ready to be taken in", reach: sendList },
  {
    name: "an import that was taken in",
    reach: async (visitor) => {
      const page = await sendList(visitor);
      await atDesk(visitor, `${page.replace("/desk/", "")}/apply`, {}, "import_begun");
      const html = async () => (await visitor.request.get(visitor.server.url + page)).text();
      await expect.poll(html).toContain("Taken in");
      return page;
    },
  },
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
  {
    name: "announcements at the desk, and one that is in force",
    reach: async ({ server, request }) => {
      await signIn(server, request, "owner");
      const form = { text: "Signing starts in ten minutes", end: "30", key: "the-first-of-today" };
      const answer = await request.post(`${server.url}/desk/news`, { form });
      expect(answer.url()).toContain("notice=announced");
      return "/desk/news";
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
  {
    name: "what runs out, at the desk",
    flags: ["--buzz-url", NOBODY],
    reach: async ({ server, request, othersTake }) => {
      await othersTake(slugOf(GUIDE), 8);
      await signIn(server, request);
      return "/desk/buzz";
    },
  },
  { name: "no connection", reach: () => "/offline" },
];
