// Those who work in the shop: their accounts, made as the owner makes them, and how they sign in.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type APIRequestContext, expect } from "@playwright/test";
import { binary, type Server } from "./server.ts";

const PASSWORD = "correct horse battery";

/** Makes an account, beside the running shop; the first one is the owner's. */
async function add(server: Server, name: string, role: "clerk" | "owner"): Promise<void> {
  const words = ["staff", "add", name, "--role", role, "--data-dir", server.data];
  const child = spawn(binary(), words, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk));
  // Asked for, and once more.
  child.stdin.end(`${PASSWORD}\n${PASSWORD}\n`);
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`staff add ${name}: ${code}: ${said}`);
}

/** Signs a clerk in, in the browser that this request belongs to. */
export async function signInAsClerk(server: Server, request: APIRequestContext): Promise<void> {
  await add(server, "olive", "owner");
  await add(server, "claude", "clerk");
  const answer = await request.post(`${server.url}/desk/sign-in`, {
    form: { name: "claude", password: PASSWORD },
    headers: { accept: "text/html" },
  });
  expect(new URL(answer.url()).pathname).toBe("/desk");
}
