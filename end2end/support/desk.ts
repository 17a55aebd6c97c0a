// Staff: accounts, and browsers that are signed in at the desk.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type APIRequestContext, type Browser, expect, type Page } from "@playwright/test";
import { binary, type Server } from "./server.ts";

const PASSWORD = "for the tests alone";

/** Creates an account with the command `staff add`, which reads the password from its input. */
export async function addStaff(server: Server, name: string, role: "clerk" | "owner"): Promise<void> {
  const args = ["staff", "add", name, "--role", role, "--data-dir", server.data];
  const child = spawn(binary(), args, { stdio: ["pipe", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk));
  child.stdin.end(`${PASSWORD}\n`);
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`staff add ${name}: ${code}: ${output}`);
}

/** Signs a member of staff in, in a new browser context, and returns a page of the desk. */
export async function openDesk(
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

/** Creates an account and signs it in, in the browser context of this request. */
export async function signIn(server: Server, request: APIRequestContext, role: "clerk" | "owner" = "clerk"): Promise<void> {
  await addStaff(server, "clare", role);
  const answer = await request.post(`${server.url}/desk/sign-in`, {
    form: { name: "clare", password: PASSWORD },
    headers: { accept: "text/html" },
  });
  expect(new URL(answer.url()).pathname).toBe("/desk");
}

/** Invites somebody, as the owner whose browser context this is. Returns the path of the link. */
export async function invite(server: Server, request: APIRequestContext, name: string): Promise<string> {
  const answer = await request.post(`${server.url}/desk/people`, {
    form: { name, role: "clerk" },
    headers: { accept: "text/html" },
  });
  expect(answer.status()).toBe(200);
  const [path] = /\/desk\/invitation\/[0-9a-f]+/.exec(await answer.text()) ?? [];
  if (path === undefined) throw new Error("the page shows no link");
  return path;
}
