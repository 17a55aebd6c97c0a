// What the states of the desk's pages send: forms, and the steps that several states share.

import { expect } from "@playwright/test";
import { signIn } from "../desk.ts";
import { GUIDE } from "../test.ts";
import { slugOf, submitAtDesk, type Visitor } from "./actions.ts";

/** Gives a book a start of sale in five days, and a limit. Returns its page. */
export async function setStart(visitor: Visitor): Promise<string> {
  await signIn(visitor.server, visitor.request);
  const date = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
  const form = { date, time: "10:00", limit: "2", seen_opens_at: "", seen_limit: "" };
  const book = `stock/${slugOf(GUIDE)}`;
  await submitAtDesk(visitor, `${book}/sale`, form, "sale_stopped");
  return `/desk/${book}`;
}

/** Uploads a list with new, known and invalid rows. Returns its page once it has been checked. */
export async function uploadList({ request, server }: Visitor): Promise<string> {
  await signIn(server, request, "owner");
  const rows = ["slug,title,author,price,stock", "new-here,New Here,Ann O’Neil,12.50,+3", "small-hours,,,9.00,"];
  const buffer = Buffer.from([...rows, '<b>bold</b>,"=HYPERLINK(""x"")",,1,', ",,,,", ",No price,,,", ""].join("\n"));
  const file = { name: "spring & summer, a rather long name of a list.csv", mimeType: "text/csv", buffer };
  const answer = await request.post(`${server.url}/desk/imports/file`, {
    multipart: { file },
    headers: { accept: "text/html" },
  });
  const page = new URL(answer.url()).pathname;
  const state = async () => {
    const standing = await request.get(`${server.url}${page}/standing`);
    return ((await standing.json()) as { state: string }).state;
  };
  await expect.poll(state).toBe("ready");
  return page;
}

/** The form of the settings before anything was set. */
export const NO_SETTINGS = {
  version: "0",
  name: "Burt’s Books",
  address: "",
  telephone: "",
  email: "",
  website: "",
  time_zone: "",
  currency: "",
  price_label: "",
  monday: "",
  tuesday: "",
  wednesday: "",
  thursday: "",
  friday: "",
  saturday: "",
  sunday: "",
  closed_days: "",
  footer: "",
};

export const ALL_SETTINGS = {
  ...NO_SETTINGS,
  name: "Owl & Daughters",
  address: "1 High Street\nLittle Hay",
  telephone: "+44 20 7946 0000",
  email: "shop@books.example",
  website: "https://books.example/a-rather-long-address-of-the-main-site",
  time_zone: "Asia/Kolkata",
  price_label: "incl. 7% VAT",
  monday: "09:00–12:30, 13:30–18:00",
  saturday: "10:00–16:00",
  closed_days: "2999-12-25 Christmas Day",
  footer: "Come in out of the rain.",
};

/** The form of the legal pages, with terms in English and an imprint in Chinese. */
export const LEGAL_TEXTS = {
  version: "0",
  "imprint.en": "",
  "imprint.zh-Hans": "猫头鹰书店\n\n高街 1 号",
  "privacy.en": "",
  "privacy.zh-Hans": "",
  "terms.en": `# Orders

An order is reserved for **collection**. ${"a-very-long-word-".repeat(12)}

1. Place it at <https://books.example/${"long".repeat(20)}>.
2. Collect it:
   - in the shop
   - within a week

## Payment

> Pay when you collect.

    1 High Street
    Little Hay

---

Write to <shop@books.example>.`,
  "terms.zh-Hans": "",
};

/** Flags for a server whose mail cannot be sent. */
export const UNREACHABLE_MAIL = ["--smtp-url", "smtp://127.0.0.1:9/?tls=off", "--mail-from", "shop@example.org"];

/** The form for the description of “Small Hours” before anything was edited. */
export const NO_FACTS = {
  version: "0",
  title: "Small Hours",
  subtitle: "",
  author: "Tomas Verhoeven",
  editor: "",
  translator: "",
  illustrator: "",
  photographer: "",
  foreword: "",
  narrator: "",
  isbn: "9799999000214",
  publisher: "",
  published: "",
  format: "",
  language: "",
  pages: "",
  subjects: "",
  description: "One night in one city.",
  cover_alt: "A lone walker in a red coat",
};

export const ALL_FACTS = {
  ...NO_FACTS,
  subtitle: "A Night in One City, Told by Everyone Who Is Awake in It",
  editor: "Ann O’Neil",
  translator: "Jane Doe; 林小明",
  illustrator: "John Roe",
  photographer: "Mary Major",
  foreword: "Richard Miles",
  narrator: "Ines Calloway",
  publisher: "Owl & Daughters",
  published: "2026-05-12",
  format: "paperback",
  language: "nl",
  pages: "320",
  subjects: "Cities; Nights; Bakers",
};

/** Edits a book that a list has named. Returns the page of the form, which says so. */
export async function editImported(visitor: Visitor): Promise<string> {
  const page = await uploadList(visitor);
  await submitAtDesk(visitor, `${page.replace("/desk/", "")}/apply`, {}, "import_begun");
  const html = async () => (await visitor.request.get(visitor.server.url + page)).text();
  await expect.poll(html).toContain("Imported");
  const form = "stock/new-here/edit";
  const texts = { ...NO_FACTS, title: "Newer Here", author: "Ann O’Neil", isbn: "", description: "", cover_alt: "" };
  await submitAtDesk(visitor, form, texts, "book_saved");
  return `/desk/${form}`;
}
