// The order's page: what is shown at the counter, and what becomes of it.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

async function order(mine: Visitor, javaScriptEnabled: boolean): Promise<string> {
  if (javaScriptEnabled) await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart");
  await mine.reserve();
  return mine.path();
}

const picture = (mine: Visitor) => mine.byRole("img", "QR code");

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";

  test(`an order has its picture, its date and its code (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    const code = (await order(mine, javaScriptEnabled)).split("/").at(-1);
    await picture(mine).isShown();
    await mine.byText(/Set aside for you until \w+day, \d+ \w+ 20\d\d, \d\d:\d\d UTC\./).isShown();
    await mine.byText("no mail is sent").isShown();
    await mine.showsHeading(`Order ${code}`);
    expect(await mine.tab.evaluate(() => document.documentElement.outerHTML)).not.toContain("ann@example.org");

    await mine.byRole("button", "Cancel this order").click();
    await mine.byText("Cancelled.").isShown();
    await picture(mine).isGone();
  });
}

test("an order's page tells by itself what becomes of it", { tag: "@quick" }, async ({ visit }) => {
  const mine = await visit(GUIDE);
  const elsewhere = await visit(await order(mine, true));
  await elsewhere.says("Live");
  await elsewhere.byText("Placed.").isShown();
  await mine.byRole("button", "Cancel this order").click();
  await elsewhere.byText("Cancelled.").isShown();
  await elsewhere.wasNotReloaded();
});
