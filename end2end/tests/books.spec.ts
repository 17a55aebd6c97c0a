// Books at the desk: added, edited, and given a cover, with what shoppers see of it.

import { htmlErrors } from "../support/checks/html.ts";
import { addStaff, openDesk } from "../support/desk.ts";
import { png } from "../support/png.ts";
import { expect, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`a clerk adds a book, and shoppers see what is edited (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
  }) => {
    await addStaff(server, "clare", "clerk");
    const desk = await openDesk(browser, server, "clare", "/desk/stock", script);
    await desk.getByRole("link", { name: "Add a book" }).click();
    await desk.getByLabel("Title").fill("Small <Rivers>");
    await desk.getByLabel("ISBN").fill("9780306406158");
    await desk.getByLabel("Price").fill("12.50");
    await desk.getByLabel("Copies in stock").fill("4");
    const answer = desk.waitForResponse((response) => response.request().method() === "POST");
    await desk.getByRole("button", { name: "Add book" }).click();
    const refused = await answer;
    expect(refused.status()).toBe(422);
    await expect(desk.getByLabel("ISBN")).toHaveAccessibleDescription(/a digit is wrong/);
    await expect(desk.getByLabel("Title")).toHaveValue("Small <Rivers>");
    expect(await htmlErrors(await refused.text())).toEqual([]);

    await desk.getByLabel("ISBN").fill("0-306-40615-2");
    await desk.getByRole("button", { name: "Add book" }).click();
    await expect(desk.getByRole("status").first()).toHaveText("Book added. It is on sale now.");
    await expect(desk).toHaveURL(/\/desk\/stock\/small-rivers\?/);

    // A page that is open reads the book again.
    const shopper = await (await browser.newContext({ locale: "en-GB" })).newPage();
    await shopper.goto(`${server.url}/books/small-rivers`);
    await expect(shopper.getByRole("heading", { level: 1 })).toHaveText("Small <Rivers>");
    await desk.getByRole("link", { name: "Edit description" }).click();
    await desk.getByLabel("Publisher").fill("Owl & Daughters");
    await desk.getByLabel("Format").selectOption("Paperback");
    await desk.getByRole("button", { name: "Save" }).click();
    await expect(desk.getByRole("status").first()).toHaveText("Saved. Open pages of the book show it now.");
    await expect(shopper.getByText("Publisher: Owl & Daughters")).toBeVisible();
    await expect(shopper.getByText("Format: Paperback")).toBeVisible();

    const file = { name: "cover.png", mimeType: "image/png", buffer: Buffer.from(png(60, 90, [200, 30, 40])) };
    await desk.getByLabel("Picture (PNG, JPEG or WebP, up to 8 MB)").setInputFiles(file);
    await desk.getByRole("button", { name: "Upload cover" }).click();
    await expect(desk.getByRole("status").first()).toContainText("Cover saved.");
    await expect(shopper.locator("img.cover")).toHaveAttribute("src", /\/covers\/small-rivers\.svg\?v=\d+/);
  });
}

test("the second of two clerks sees what the first has saved", async ({ browser, server }) => {
  await addStaff(server, "clare", "clerk");
  await addStaff(server, "dan", "clerk");
  const path = "/desk/stock/small-hours/edit";
  const clare = await openDesk(browser, server, "clare", path);
  const dan = await openDesk(browser, server, "dan", path);
  await clare.getByLabel("Subtitle").fill("A Night");
  await clare.getByRole("textbox", { name: "Pages" }).fill("320");
  await clare.getByRole("button", { name: "Save" }).click();
  await expect(clare.getByRole("status").first()).toContainText("Saved.");
  await dan.getByLabel("Subtitle").fill("A Day");
  const answer = dan.waitForResponse((response) => response.request().method() === "POST");
  await dan.getByRole("button", { name: "Save" }).click();
  const refused = await answer;
  expect(refused.status()).toBe(409);
  expect(await htmlErrors(await refused.text())).toEqual([]);
  await expect(dan.getByRole("alert")).toContainText("Somebody else has changed this book");
  await expect(dan.getByLabel("Subtitle")).toHaveValue("A Day");
  await expect(dan.getByLabel("Subtitle")).toHaveAccessibleDescription("Saved in the meantime: A Night");
  await expect(dan.getByRole("textbox", { name: "Pages" })).toHaveValue("320");
  await dan.getByRole("button", { name: "Save" }).click();
  await expect(dan.getByRole("status").first()).toContainText("Saved.");
});

test("a scanned ISBN opens its book", async ({ browser, server }) => {
  await addStaff(server, "clare", "clerk");
  const desk = await openDesk(browser, server, "clare", "/desk/stock");
  await desk.getByLabel("Title, author or ISBN").fill("9799999000214");
  await desk.getByLabel("Title, author or ISBN").press("Enter");
  await expect(desk).toHaveURL(`${server.url}/desk/stock/small-hours`);
});
