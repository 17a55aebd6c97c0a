// What somebody meets who works in the shop.

import { expect } from "@playwright/test";
import { signIn } from "../desk.ts";
import { GUIDE, LAST_COPY } from "../test.ts";
import { atDesk, NOBODY, order, slugOf, type State, withdraw, type Visitor } from "./ways.ts";

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

export const ofTheDesk: State[] = [
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
    name: "announcements at the desk, and one that is in force",
    reach: async ({ server, request }) => {
      await signIn(server, request, "owner");
      const form = { text: "Signing starts in ten minutes", end: "30", key: "the-first-of-today" };
      const answer = await request.post(`${server.url}/desk/news`, { form });
      expect(answer.url()).toContain("notice=announced");
      return "/desk/news";
    },
  },
  {
    name: "what runs out, at the desk",
    flags: ["--buzz-url", NOBODY],
    reach: async ({ server, request, othersTake }) => {
      await othersTake(slugOf(GUIDE), 8);
      await signIn(server, request);
      return "/desk/buzz";
    },
  },
];
