// Counts that may be old: the page keeps them, and says so.

import { expect, GUIDE, test } from "../support/test.ts";

test("what the shop says of its counts is said in every tab, and no longer when it is over", async ({
  visit,
  othersTake,
}) => {
  // A shop on SQLite never loses its data: here somebody on the way says so for it.
  let say = (_stale: boolean): void => {
    throw new Error("no socket is open");
  };
  const mine = await visit("/");
  await mine.page.context().routeWebSocket("**/live?**", (socket) => {
    socket.connectToServer();
    say = (stale) => socket.send(JSON.stringify({ stale }));
  });
  await mine.page.goto(mine.page.url() + GUIDE.slice(1));
  await mine.says("Live");
  const other = await mine.openTab("/");
  await other.says("Live");

  say(true);
  await mine.says("Live, but counts may be old");
  await other.says("Live, but counts may be old");
  await expect(mine.page.getByRole("status").filter({ hasText: "may be old" })).toBeVisible();
  await mine.showsLeft(10);

  say(false);
  await mine.says("Live");
  await other.says("Live");
  await othersTake("definitive-guide-to-the-internet", 1);
  await mine.showsLeft(9);
});

test("a page that finds no way to the shop for a while says what that means", async ({ visit, server }) => {
  const mine = await visit("/healthz");
  await mine.page.clock.install();
  await mine.page.goto(server.url + GUIDE);
  await mine.says("Live");
  await server.stop("SIGKILL");
  await mine.says("Reconnecting");
  await mine.page.clock.runFor(10_000);
  await expect(mine.page.getByText("Reconnecting, counts may be old", { exact: true })).toBeVisible();
  await mine.showsLeft(10);
  await server.start();
  await mine.says("Live");
});
