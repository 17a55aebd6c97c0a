// The actions that lead to a state. They post forms directly, so that states do not depend on the
// buttons' names.

import { type APIRequestContext, expect, request } from "@playwright/test";
import { signIn } from "../desk.ts";
import type { Server } from "../server.ts";
import { GUIDE } from "../test.ts";

/** The shopper or member of staff who sees a state. */
export interface Visitor {
  /** Sends the visitor's cookie. */
  request: APIRequestContext;
  server: Server;
  othersTake: (slug: string, shoppers: number) => Promise<number[]>;
}

export interface State {
  name: string;
  /** Command-line flags for the server. */
  flags?: string[];
  /** The page's HTTP status, by default 200. */
  status?: number;
  /** Brings the state about, and returns the page's path. */
  arrange: (visitor: Visitor) => Promise<string> | string;
}

/** An address that refuses connections. */
export const CLOSED_PORT = "http://127.0.0.1:9/";

export const slugOf = (path: string) => path.replace("/books/", "");

/** Sends a form of the shop. */
export async function submit({ request, server }: Visitor, action: string, form: Record<string, string>): Promise<void> {
  const answer = await request.post(`${server.url}/api/${action}`, { form });
  expect(answer.ok(), `${action}: ${await answer.text()}`).toBe(true);
}

export const addToCart = (visitor: Visitor, path: string, quantity = 1) =>
  submit(visitor, "add_to_cart", { book: slugOf(path), quantity: `${quantity}` });

export async function placeOrder(visitor: Visitor): Promise<string> {
  const { request, server } = visitor;
  await addToCart(visitor, GUIDE, 2);
  await addToCart(visitor, "/books/small-hours");
  const cart = (await (await request.get(`${server.url}/api/cart`)).json()) as { order_key: string };
  const form = { key: cart.order_key, name: "Ann O’Neil", reach: "ann@example.org" };
  const answer = await request.post(`${server.url}/api/place_order`, { form, headers: { accept: "text/html" } });
  expect(new URL(answer.url()).pathname).toMatch(/^\/orders\//);
  return new URL(answer.url()).pathname;
}

/** Places an order in another browser. Returns the path of its page. */
export async function placeOrderElsewhere(server: Server): Promise<string> {
  const other = await request.newContext();
  const path = await placeOrder({ request: other, server, othersTake: async () => [] });
  await other.dispose();
  return path;
}

/** Sends a form of the desk. */
export async function submitAtDesk(
  { request, server }: Visitor,
  path: string,
  form: Record<string, string>,
  notice: string,
): Promise<void> {
  const answer = await request.post(`${server.url}/desk/${path}`, { form, headers: { accept: "text/html" } });
  expect(answer.url()).toContain(`notice=${notice}`);
}

export async function withdraw(visitor: Visitor, path: string, role: "clerk" | "owner" = "clerk"): Promise<string> {
  const book = `stock/${slugOf(path)}`;
  await signIn(visitor.server, visitor.request, role);
  await submitAtDesk(visitor, `${book}/withdraw`, { withdrawn: "yes", reason: "misprinted" }, "book_withdrawn");
  return `/desk/${book}`;
}
