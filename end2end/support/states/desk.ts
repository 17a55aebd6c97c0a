// The states of the pages that clerks work with.

import { expect } from "@playwright/test";
import { signIn } from "../desk.ts";
import { GUIDE, LAST_COPY } from "../test.ts";
import { placeOrder, slugOf, type State, submitAtDesk, withdraw } from "./actions.ts";
import { ALL_FACTS, editImported, setStart, UNREACHABLE_MAIL, uploadList } from "./desk_forms.ts";

export const deskStates: State[] = [
  {
    name: "today, without anything to do",
    arrange: async ({ request, server }) => {
      await signIn(server, request);
      return "/desk";
    },
  },
  {
    name: "today, with an order, a sale to come, an announcement and an import",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await uploadList(visitor);
      const date = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
      const sale = { date, time: "10:00", limit: "2", seen_opens_at: "", seen_limit: "" };
      await submitAtDesk(visitor, `stock/${slugOf(LAST_COPY)}/sale`, sale, "sale_stopped");
      const news = { text: "Signing starts in ten minutes", end: "30", key: "the-first-of-today" };
      await submitAtDesk(visitor, "news", news, "announced");
      return "/desk";
    },
  },
  {
    name: "the figures of operations",
    arrange: async ({ request, server, othersTake }) => {
      await othersTake(slugOf(GUIDE), 3);
      await signIn(server, request, "owner");
      return "/desk/operations";
    },
  },
  { name: "the sign-in page", arrange: () => "/desk/sign-in?notice=wrong_password" },
  {
    name: "the list of orders",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders";
    },
  },
  {
    name: "the list of orders, sorted",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders?of=all&sort=placed&dir=desc";
    },
  },
  {
    name: "the pick list",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders/pick-list";
    },
  },
  {
    name: "an order on paper",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return `/desk${path}/receipt`;
    },
  },
  {
    name: "an order at the desk",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return `/desk${path}`;
    },
  },
  {
    name: "the counter with nothing scanned yet",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/counter";
    },
  },
  {
    name: "the counter with promised copies, and a scan that names no book",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await visitor.othersTake(slugOf(GUIDE), 2);
      await signIn(visitor.server, visitor.request);
      return `/desk/counter?copies.${slugOf(GUIDE)}=8&copies.small-hours=x&scan=9780306406158&notice=not_sold`;
    },
  },
  {
    name: "a return at the counter, refused",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/counter/return?book=small-hours&copies=0&reason=not+wanted&damaged=yes&notice=wrong_copies";
    },
  },
  {
    name: "the receipt of a sale at the counter",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      const form = { key: "key-of-a-sale", [`copies.${slugOf(GUIDE)}`]: "2", "copies.small-hours": "1" };
      const answer = await request.post(`${server.url}/desk/counter/sell`, { form, headers: { accept: "text/html" } });
      expect(answer.url()).toContain("notice=copies_sold");
      return `/desk/counter/receipts/${new URL(answer.url()).searchParams.get("receipt")}`;
    },
  },
  {
    name: "an order at the desk, with a mail that waits",
    flags: UNREACHABLE_MAIL,
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      await submitAtDesk(visitor, `${path.slice(1)}/ready`, {}, "order_ready");
      return `/desk${path}`;
    },
  },
  {
    name: "an order at the desk whose contact was erased",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      const form = { reason: "asked for by telephone" };
      await submitAtDesk(visitor, `${path.slice(1)}/erase`, form, "contact_erased");
      return `/desk${path}?notice=contact_erased`;
    },
  },
  {
    name: "the stock at the desk",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/stock?sort=available&dir=asc";
    },
  },
  {
    name: "a book at the desk, and its holds",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await visitor.othersTake(slugOf(GUIDE), 2);
      await signIn(visitor.server, visitor.request);
      return `/desk/stock/${slugOf(GUIDE)}?notice=promised`;
    },
  },
  {
    name: "a book at the desk whose sale opens later",
    arrange: async (visitor) => `${await setStart(visitor)}?notice=sale_stopped`,
  },
  {
    name: "the stock at the desk, with a sale that opens later",
    arrange: async (visitor) => {
      await setStart(visitor);
      return "/desk/stock";
    },
  },
  {
    name: "a withdrawn book at the desk",
    arrange: async (visitor) => `${await withdraw(visitor, GUIDE)}?notice=book_withdrawn`,
  },
  {
    name: "the stock at the desk, with a withdrawn book",
    arrange: async (visitor) => {
      await withdraw(visitor, GUIDE);
      return "/desk/stock";
    },
  },
  {
    name: "the form for a new book",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/books/new?isbn=9780306406157";
    },
  },
  { name: "the form for a book’s description, partly from a catalogue file", arrange: editImported },
  {
    name: "the page of a book of which everything is known",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request);
      await submitAtDesk(visitor, "stock/small-hours/edit", ALL_FACTS, "book_saved");
      return "/books/small-hours";
    },
  },
  {
    name: "the stock at the desk, with a book to reorder",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request);
      await submitAtDesk(visitor, "stock/small-hours/reorder", { copies: "20" }, "reorder_point_set");
      return "/desk/stock";
    },
  },
];
