// What stands between the page and the shop: blocked sockets, a server that goes and comes.

import { expect, GUIDE, test } from "../support/test.ts";

test("where sockets are blocked the page goes on by long poll, and says so", async ({ visit, blocked, othersTake }) => {
  const mine = await visit(GUIDE, { through: blocked });
  await mine.says("Live, polling");
  expect(blocked.refused).toBeGreaterThan(0);

  await othersTake("definitive-guide-to-the-internet", 1);
  await mine.showsLeft(9);
  await othersTake("definitive-guide-to-the-internet", 1);
  await mine.showsLeft(8);
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(7);
  expect(mine.loads).toBe(1);
});

test("a page goes from the socket to the long poll and back, as the way to the shop allows", async ({
  visit,
  counted,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  counted.blockSockets();
  await othersTake("definitive-guide-to-the-internet", 1);
  await mine.showsLeft(9);
  await mine.says("Live, polling");
  counted.letSocketsThrough();
  await mine.says("Live");
  await othersTake("definitive-guide-to-the-internet", 1);
  await mine.showsLeft(8);
  await expect.poll(() => [counted.sockets.size, counted.waits.size]).toEqual([1, 0]);
  expect(mine.loads).toBe(1);
});

for (const way of ["socket", "long poll"] as const) {
  test(`when the server goes the page says so, and is right again soon after (${way})`, async ({
    visit,
    server,
    blocked,
    othersTake,
  }) => {
    const connected = way === "socket" ? "Live" : "Live, polling";
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blocked });
    await mine.says(connected);

    await server.stop("SIGKILL");
    await mine.says("Reconnecting");
    await mine.showsLeft(10);

    // A copy goes before the page is back: it must not be missed.
    await server.start();
    await othersTake("definitive-guide-to-the-internet", 1);
    await mine.showsLeft(9);
    await mine.says(connected);

    await othersTake("definitive-guide-to-the-internet", 1);
    await mine.showsLeft(8);
    expect(mine.loads).toBe(1);
  });
}

test("an action while the server is away is refused with a sentence, and works afterwards", async ({ visit, server }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await server.stop();
  await mine.says("Reconnecting");
  await mine.add().click();
  await expect(mine.page.getByText("The shop cannot be reached just now.")).toBeVisible();
  await mine.showsInCart(false);
  await server.start();
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
});

test("a page that was left and is come back to shows what happened meanwhile", async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.goto("about:blank");
  await othersTake("definitive-guide-to-the-internet", 4);
  await mine.page.goBack();
  await mine.showsLeft(6);
  await mine.says("Live");
});
