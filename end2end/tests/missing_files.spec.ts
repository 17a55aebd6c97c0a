// A page whose script files are gone from the server.

import { expect, GUIDE, test } from "../support/test.ts";

test("a page of an older build, whose files are gone, is reloaded once", async ({ server, visit }) => {
  const mine = await visit("/cart");
  await mine.says("Live");
  await mine.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }), { times: 1 });
  const loads = mine.loads;
  await mine.page.goto(server.url + GUIDE);
  await mine.says("Live");
  expect(mine.loads - loads).toBe(2);

  // If they stay missing, the page works as without JavaScript, and is not reloaded again.
  await mine.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }));
  let refused = 0;
  mine.page.on("response", (response) => (refused += Number(response.status() === 404)));
  await mine.page.goto(server.url + GUIDE);
  await expect.poll(() => refused).toBe(2);
  await mine.page.waitForLoadState("networkidle");
  expect(mine.loads - loads).toBe(4);
  await mine.add().click();
  await mine.showsInCart(true);
});
