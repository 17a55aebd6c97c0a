// The connection check reports which connections work, on networks with various faults.

import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

const WAYS = ["requests", "socket", "stream", "wait"] as const;

/** The verdict on one kind of connection. */
const verdict = (page: Page, way: (typeof WAYS)[number]) => page.locator(`[data-way=${way}] .check-verdict`);
const detail = (page: Page, way: (typeof WAYS)[number]) => page.locator(`[data-way=${way}] .check-found`);

test("on a good network everything gets through, and typed text is echoed", async ({ visit }) => {
  const { page, consoleErrors } = await visit("/connection");
  for (const way of WAYS) await expect(verdict(page, way)).toHaveText("Working");
  await expect(detail(page, "requests")).toHaveText(/^Round trip: [\d.]+ ms\.$/);
  await expect(detail(page, "socket")).toHaveText(
    /^Round trip: [\d.]+ ms\. Binary data comes back intact\. The shop’s own ping came back after [\d.]+ ms\.$/,
  );
  await expect(detail(page, "stream")).toHaveText(/^10 pieces arrived one by one in \d+ ms\.$/);
  await expect(detail(page, "wait")).toHaveText(/^Accepted after \d+ ms, answered after \d+ ms, of which the shop waited \d+ ms\.$/);

  await page.getByLabel("Message (it comes back over the WebSocket)").fill("<b>hello</b> 你好");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toHaveText(/^“<b>hello<\/b> 你好” came back after [\d.]+ ms$/);

  const report = page.getByLabel("Results as text");
  for (const part of [/^WebSocket: Working/m, /^Your address: 127\.0\.0\.1$/m, /^WebSocket: \{"address":"127\.0\.0\.1"/m]) {
    await expect(report).toHaveValue(part);
  }
  expect(consoleErrors).toEqual([]);
});

test("the result can be copied as text", async ({ visit }) => {
  const { page } = await visit("/connection");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await expect(verdict(page, "wait")).toHaveText("Working");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("Copied", { exact: true })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("Long polling: Working");
});

test("a blocked WebSocket is reported, and the rest gets through", async ({ visit, blockingProxy }) => {
  const { page } = await visit("/connection", { through: blockingProxy });
  await expect(verdict(page, "socket")).toHaveText("Blocked");
  await expect(detail(page, "socket")).toHaveText(/^The connection can’t be opened/);
  for (const way of ["requests", "stream", "wait"] as const) await expect(verdict(page, way)).toHaveText("Working");
  await page.getByLabel("Message (it comes back over the WebSocket)").fill("hello");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("log")).toHaveText("“hello” did not come back");

  blockingProxy.allowSockets();
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(verdict(page, "socket")).toHaveText("Working");
});

test("a proxy that drops WebSocket frames is detected", async ({ visit, countingProxy }) => {
  countingProxy.dropsFrames = true;
  const { page } = await visit("/connection", { through: countingProxy });
  await expect(verdict(page, "socket")).toHaveText("Blocked");
  await expect(detail(page, "socket")).toHaveText(/nothing sent over it comes back/);
});

test("a proxy that buffers responses is detected", async ({ visit, countingProxy }) => {
  countingProxy.buffersResponses = true;
  const { page } = await visit("/connection", { through: countingProxy });
  await expect(verdict(page, "stream")).toHaveText("Partly working");
  await expect(detail(page, "stream")).toHaveText(/^All 10 pieces arrived together after \d+ ms/);
  await expect(verdict(page, "wait")).toHaveText("Partly working");
  await expect(detail(page, "wait")).toHaveText(/but not accepted before/);
  await expect(verdict(page, "socket")).toHaveText("Working");
});

test.describe("the longest wait", () => {
  test.use({ flags: ["--wait-seconds", "4"] });

  test("is as long as the shop's own, and a proxy with a shorter timeout is detected", async ({ visit, countingProxy }) => {
    const { page } = await visit("/connection", { through: countingProxy });
    await expect(verdict(page, "wait")).toHaveText("Working");
    const longest = page.getByRole("button", { name: "Try the longest wait" });
    await expect(longest).toBeEnabled();
    await expect(longest).toHaveAccessibleDescription(/^This takes 4 seconds/);
    await longest.click();
    await expect(detail(page, "wait")).toHaveText(/of which the shop waited 4\d{3} ms/);

    countingProxy.idleTimeoutMs = 2_000;
    await expect(longest).toBeEnabled();
    await longest.click();
    await expect(verdict(page, "wait")).toHaveText("Blocked");
    await expect(detail(page, "wait")).toHaveText(/does not wait long enough/);
  });
});

test("without JavaScript the page shows what the shop sees, and says what needs JavaScript", async ({ visit }) => {
  const { page } = await visit("/", { javaScriptEnabled: false });
  await page.getByRole("link", { name: "Something not working? Check your connection" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Connection check");
  await expect(page.getByText("127.0.0.1", { exact: true })).toBeVisible();
  await expect(page.getByText("HTTP/1.1", { exact: true })).toBeVisible();
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.locator("noscript p")).toContainText("Without JavaScript, this page can only show");
  await expect(page.getByRole("button", { name: "Check again" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Send" })).toBeHidden();
});

test("the check is in Chinese for a Chinese reader", async ({ visit }) => {
  const { page } = await visit("/connection", { locale: "zh-CN" });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("连接检查");
  for (const way of WAYS) await expect(verdict(page, way)).toHaveText("正常");
  await expect(detail(page, "stream")).toHaveText(/^10 段依次送达，共 \d+ 毫秒。$/);
});
