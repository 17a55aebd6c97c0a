// Somebody who works in the shop, at the desk.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type APIRequestContext, type Browser, expect, type Page } from "@playwright/test";
import { binary, type Server } from "./server.ts";

const PASSWORD = "for the tests alone";

/** Makes an account, as the owner does, beside the running shop: the password is not on the command line. */
export async function employ(server: Server, name: string, role: "clerk" | "owner"): Promise<void> {
  const words = ["staff", "add", name, "--role", role, "--data-dir", server.data];
  const child = spawn(binary(), words, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk));
  child.stdin.end(`${PASSWORD}\n`);
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`staff add ${name}: ${code}: ${said}`);
}

/** A browser of their own, signed in, at a page of the desk. */
export async function atDesk(
  browser: Browser,
  server: Pick<Server, "url">,
  name: string,
  path: string,
  javaScriptEnabled = true,
): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(server.url + path);
  return page;
}

/** Signs somebody new in, in the browser that this request belongs to. */
export async function signIn(server: Server, request: APIRequestContext, role: "clerk" | "owner" = "clerk"): Promise<void> {
  await employ(server, "claude", role);
  const answer = await request.post(`${server.url}/desk/sign-in`, {
    form: { name: "claude", password: PASSWORD },
    headers: { accept: "text/html" },
  });
  expect(new URL(answer.url()).pathname).toBe("/desk");
}
