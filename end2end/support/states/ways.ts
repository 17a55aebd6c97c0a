// The ways into states: the shop's own actions, sent as forms are. A state does not hang on what
// its buttons are called.

import { type APIRequestContext, expect } from "@playwright/test";
import { signIn } from "../desk.ts";
import type { Server } from "../server.ts";
import { GUIDE } from "../test.ts";

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
export const NOBODY = "http://127.0.0.1:9/";

export const slugOf = (path: string) => path.replace("/books/", "");

/** What a form does, for a program. */
export async function act({ request, server }: Visitor, action: string, form: Record<string, string>): Promise<void> {
  const answer = await request.post(`${server.url}/api/${action}`, { form });
  expect(answer.ok(), `${action}: ${await answer.text()}`).toBe(true);
}

export const put = (visitor: Visitor, path: string, quantity = 1) =>
  act(visitor, "add_to_cart", { book: slugOf(path), quantity: `${quantity}` });

export async function order(visitor: Visitor): Promise<string> {
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
export async function atDesk(
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
  await atDesk(visitor, `${book}/withdraw`, { withdrawn: "yes", reason: "misprinted" }, "book_withdrawn");
  return `/desk/${book}`;
}
