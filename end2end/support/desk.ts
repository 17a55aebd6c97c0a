// Whoever works in the shop: an account, and a window that is signed in.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Browser, type Page, expect } from "@playwright/test";
import { binary, type Server } from "./server.ts";

export const PASSWORD = "correct horse battery staple";

/** Makes an account, as the owner does: the password is asked for, and not on the command line. */
export async function hire(server: Server, name: string): Promise<void> {
  const child = spawn(binary(), ["staff", "add", name, "--data-dir", server.data], { stdio: ["pipe", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk));
  child.stdin.end(`${PASSWORD}\n${PASSWORD}\n`);
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`staff add ${name}: ${code}: ${log}`);
}

/** A browser of its own, at a page of the desk. */
export async function atDesk(
  browser: Browser,
  server: Server,
  name: string,
  path: string,
  options: { javaScriptEnabled?: boolean; locale?: string } = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  await page.goto(`${server.url}/desk/sign-in?next=${encodeURIComponent(path)}`);
  await page.locator("input[name=name]").fill(name);
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.locator("form[action='/desk/sign-in'] button").click();
  await expect(page).toHaveURL(server.url + path);
  return page;
}
