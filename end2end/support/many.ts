// Many books and many orders, for lists that fill a window.

import { type APIRequest, type APIRequestContext, expect } from "@playwright/test";
import type { Server } from "./server.ts";

/** Books of the sample catalogue, with the copies that it has of each. */
const COPIES = [
  ["definitive-guide-to-the-internet", 10],
  ["small-hours", 14],
  ["the-lighthouse-keepers-almanac", 6],
] as const;

/** Has a shopper each order one copy. Returns the orders' codes. */
export async function placeOrders(server: Server, requests: APIRequest, names: readonly string[]): Promise<string[]> {
  const books = COPIES.flatMap(([book, copies]) => Array.from({ length: copies }, () => book));
  if (names.length > books.length) throw new Error("the sample catalogue has too few copies");
  const codes: string[] = [];
  // One after the other, so that they are in this order.
  for (const [number, name] of names.entries()) {
    const shopper = await requests.newContext({ baseURL: server.url });
    const added = await shopper.post("/api/add_to_cart", { form: { book: books[number] ?? "" } });
    expect(added.ok()).toBe(true);
    const cart = (await (await shopper.get("/api/cart")).json()) as { order_key: string };
    const form = { key: cart.order_key, name, reach: "someone@example.org" };
    const placed = await shopper.post("/api/place_order", { form });
    expect(placed.ok()).toBe(true);
    codes.push(((await placed.json()) as { code: string }).code);
    await shopper.dispose();
  }
  return codes;
}

/** Imports new books, as the owner whose browser context this is. */
export async function importBooks(server: Server, request: APIRequestContext, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, number) => `new-${number},New Book ${number},Somebody,9.50,+2`);
  const buffer = Buffer.from(["slug,title,author,price,stock", ...rows, ""].join("\n"));
  const headers = { accept: "text/html" };
  const sent = await request.post(`${server.url}/desk/imports/file`, {
    multipart: { file: { name: "new.csv", mimeType: "text/csv", buffer } },
    headers,
  });
  const page = server.url + new URL(sent.url()).pathname;
  const state = async () => ((await (await request.get(`${page}/standing`)).json()) as { state: string }).state;
  await expect.poll(state).toBe("ready");
  await request.post(`${page}/apply`, { headers });
  await expect.poll(state).toBe("applied");
}
