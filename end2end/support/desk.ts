// Somebody who works in the shop, at the desk.

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Browser, Page } from "@playwright/test";
import { binary, type Server } from "./server.ts";

const PASSWORD = "for the tests alone";

/** Makes an account, as the owner does: the password is typed twice. */
export async function employ(server: Server, name: string, role: "clerk" | "owner"): Promise<void> {
  const words = ["staff", "add", name, "--role", role, "--data-dir", server.data];
  const child = spawn(binary(), words, { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(`${PASSWORD}\n${PASSWORD}\n`);
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`staff add ${name}: ${code}`);
}

/** A browser of their own, signed in, at a page of the desk. */
export async function atDesk(
  browser: Browser,
  server: Server,
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
  await page.waitForURL(`**${path}`);
  return page;
}
