// Counts that may be stale: the page keeps showing them, and says so.

import { expect, GUIDE, test } from "../support/test.ts";

test("when the server reports stale counts the page says so, until they are current again", async ({
  visit,
  othersTake,
}) => {
  // A server on SQLite never reports stale counts, so the test adds the message.
  let report = (_stale: boolean): void => {
    throw new Error("no WebSocket is open");
  };
  const mine = await visit("/");
  await mine.page.context().routeWebSocket("**/live?**", (socket) => {
    socket.connectToServer();
    report = (stale) => socket.send(JSON.stringify({ stale }));
  });
  await mine.page.goto(mine.page.url() + GUIDE.slice(1));
  await mine.says("Live");

  report(true);
  await mine.says("Live, but counts may be out of date");
  await expect(mine.page.getByRole("status").filter({ hasText: "may be out of date" })).toBeVisible();
  await mine.showsLeft(10);

  report(false);
  await mine.says("Live");
  await othersTake("definitive-guide-to-the-internet", 1);
  await mine.showsLeft(9);
});

test("a page that cannot reconnect for a while says that counts may be old", async ({ visit, server }) => {
  const mine = await visit(GUIDE, { clock: true });
  await mine.says("Live");
  await server.stop("SIGKILL");
  await mine.says("Reconnecting");
  await mine.page.clock.runFor(10_000);
  await expect(mine.page.getByText("Reconnecting: counts may be out of date", { exact: true })).toBeVisible();
  await mine.showsLeft(10);
  await server.start();
  await mine.says("Live");
});
