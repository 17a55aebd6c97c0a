// The states that staff see.

import { expect } from "@playwright/test";
import { addStaff, invite, signIn } from "../desk.ts";
import { GUIDE, LAST_COPY } from "../test.ts";
import { CLOSED_PORT, placeOrder, slugOf, type State, submitAtDesk, withdraw, type Visitor } from "./actions.ts";

/** Gives a book a start of sale in five days, and a limit. Returns its page. */
async function setStart(visitor: Visitor): Promise<string> {
  await signIn(visitor.server, visitor.request);
  const date = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
  const form = { date, time: "10:00", limit: "2", seen_opens_at: "", seen_limit: "" };
  const book = `stock/${slugOf(GUIDE)}`;
  await submitAtDesk(visitor, `${book}/sale`, form, "sale_stopped");
  return `/desk/${book}`;
}

/** Uploads a list with new, known and invalid rows. Returns its page once it has been checked. */
async function uploadList({ request, server }: Visitor): Promise<string> {
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
const NO_SETTINGS = {
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

const ALL_SETTINGS = {
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
const LEGAL_TEXTS = {
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
const UNREACHABLE_MAIL = ["--smtp-url", "smtp://127.0.0.1:9/?tls=off", "--mail-from", "shop@example.org"];
/** The form for the description of “Small Hours” before anything was edited. */
const NO_FACTS = {
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

const ALL_FACTS = {
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
async function editImported(visitor: Visitor): Promise<string> {
  const page = await uploadList(visitor);
  await submitAtDesk(visitor, `${page.replace("/desk/", "")}/apply`, {}, "import_begun");
  const html = async () => (await visitor.request.get(visitor.server.url + page)).text();
  await expect.poll(html).toContain("Imported");
  const form = "stock/new-here/edit";
  const texts = { ...NO_FACTS, title: "Newer Here", author: "Ann O’Neil", isbn: "", description: "", cover_alt: "" };
  await submitAtDesk(visitor, form, texts, "book_saved");
  return `/desk/${form}`;
}

export const deskStates: State[] = [
  {
    name: "today, without anything to do",
    arrange: async ({ request, server }) => {
      await signIn(server, request);
      return "/desk";
    },
  },
  {
    name: "today, with an order, a sale to come, an announcement and an import",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await uploadList(visitor);
      const date = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
      const sale = { date, time: "10:00", limit: "2", seen_opens_at: "", seen_limit: "" };
      await submitAtDesk(visitor, `stock/${slugOf(LAST_COPY)}/sale`, sale, "sale_stopped");
      const news = { text: "Signing starts in ten minutes", end: "30", key: "the-first-of-today" };
      await submitAtDesk(visitor, "news", news, "announced");
      return "/desk";
    },
  },
  {
    name: "the figures of operations",
    arrange: async ({ request, server, othersTake }) => {
      await othersTake(slugOf(GUIDE), 3);
      await signIn(server, request, "owner");
      return "/desk/operations";
    },
  },
  { name: "the sign-in page", arrange: () => "/desk/sign-in?notice=wrong_password" },
  {
    name: "the list of orders",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders";
    },
  },
  {
    name: "the list of orders, sorted",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders?of=all&sort=placed&dir=desc";
    },
  },
  {
    name: "the pick list",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return "/desk/orders/pick-list";
    },
  },
  {
    name: "an order on paper",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return `/desk${path}/receipt`;
    },
  },
  {
    name: "an order at the desk",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      return `/desk${path}`;
    },
  },
  {
    name: "the counter with nothing scanned yet",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/counter";
    },
  },
  {
    name: "the counter with promised copies, and a scan that names no book",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await visitor.othersTake(slugOf(GUIDE), 2);
      await signIn(visitor.server, visitor.request);
      return `/desk/counter?copies.${slugOf(GUIDE)}=8&copies.small-hours=x&scan=9780306406158&notice=not_sold`;
    },
  },
  {
    name: "a return at the counter, refused",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/counter/return?book=small-hours&copies=0&reason=not+wanted&damaged=yes&notice=wrong_copies";
    },
  },
  {
    name: "the receipt of a sale at the counter",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      const form = { key: "key-of-a-sale", [`copies.${slugOf(GUIDE)}`]: "2", "copies.small-hours": "1" };
      const answer = await request.post(`${server.url}/desk/counter/sell`, { form, headers: { accept: "text/html" } });
      expect(answer.url()).toContain("notice=copies_sold");
      return `/desk/counter/receipts/${new URL(answer.url()).searchParams.get("receipt")}`;
    },
  },
  {
    name: "an order at the desk, with a mail that waits",
    flags: UNREACHABLE_MAIL,
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      await submitAtDesk(visitor, `${path.slice(1)}/ready`, {}, "order_ready");
      return `/desk${path}`;
    },
  },
  {
    name: "an order at the desk whose contact was erased",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request);
      const form = { reason: "asked for by telephone" };
      await submitAtDesk(visitor, `${path.slice(1)}/erase`, form, "contact_erased");
      return `/desk${path}?notice=contact_erased`;
    },
  },
  {
    name: "the stock at the desk",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/stock?sort=available&dir=asc";
    },
  },
  {
    name: "a book at the desk, and its holds",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await visitor.othersTake(slugOf(GUIDE), 2);
      await signIn(visitor.server, visitor.request);
      return `/desk/stock/${slugOf(GUIDE)}?notice=promised`;
    },
  },
  {
    name: "a book at the desk whose sale opens later",
    arrange: async (visitor) => `${await setStart(visitor)}?notice=sale_stopped`,
  },
  {
    name: "the stock at the desk, with a sale that opens later",
    arrange: async (visitor) => {
      await setStart(visitor);
      return "/desk/stock";
    },
  },
  {
    name: "a withdrawn book at the desk",
    arrange: async (visitor) => `${await withdraw(visitor, GUIDE)}?notice=book_withdrawn`,
  },
  {
    name: "the stock at the desk, with a withdrawn book",
    arrange: async (visitor) => {
      await withdraw(visitor, GUIDE);
      return "/desk/stock";
    },
  },
  {
    name: "the form for a new book",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/books/new?isbn=9780306406157";
    },
  },
  { name: "the form for a book’s description, partly from a catalogue file", arrange: editImported },
  {
    name: "the page of a book of which everything is known",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request);
      await submitAtDesk(visitor, "stock/small-hours/edit", ALL_FACTS, "book_saved");
      return "/books/small-hours";
    },
  },
  {
    name: "the stock at the desk, with a book to reorder",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request);
      await submitAtDesk(visitor, "stock/small-hours/reorder", { copies: "20" }, "reorder_point_set");
      return "/desk/stock";
    },
  },
  {
    name: "the activity page",
    arrange: async (visitor) => {
      await placeOrder(visitor);
      await withdraw(visitor, LAST_COPY, "owner");
      return "/desk/activity";
    },
  },
  {
    name: "the journal",
    arrange: async (visitor) => {
      await withdraw(visitor, LAST_COPY, "owner");
      return "/desk/journal";
    },
  },
  {
    name: "the journal without an entry, for a filter that it does not understand",
    status: 400,
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      return "/desk/journal?by=clare&from=yesterday";
    },
  },
  {
    name: "the figures, with a sale",
    arrange: async (visitor) => {
      const path = await placeOrder(visitor);
      await signIn(visitor.server, visitor.request, "owner");
      await submitAtDesk(visitor, `${path.slice(1)}/collect`, {}, "order_collected");
      return "/desk/figures?period=week";
    },
  },
  {
    name: "the figures of a period that cannot be",
    status: 400,
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      return "/desk/figures?from=2026-11-20&until=2026-11-19";
    },
  },
  {
    name: "the list of imports",
    arrange: async (visitor) => {
      await uploadList(visitor);
      return "/desk/imports";
    },
  },
  { name: "an import that is ready to apply", arrange: uploadList },
  {
    name: "an import that has been applied",
    arrange: async (visitor) => {
      const page = await uploadList(visitor);
      await submitAtDesk(visitor, `${page.replace("/desk/", "")}/apply`, {}, "import_begun");
      const html = async () => (await visitor.request.get(visitor.server.url + page)).text();
      await expect.poll(html).toContain("Imported");
      return page;
    },
  },
  {
    name: "the announcements page, with one in force",
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      const form = { text: "Signing starts in ten minutes", end: "30", key: "the-first-of-today" };
      const answer = await request.post(`${server.url}/desk/news`, { form });
      expect(answer.url()).toContain("notice=announced");
      return "/desk/news";
    },
  },
  {
    name: "the list of people, with an unused link",
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      await invite(server, request, "ben");
      return "/desk/people";
    },
  },
  {
    name: "an account at the desk",
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      await addStaff(server, "ben", "clerk");
      return "/desk/people/ben?notice=last_owner";
    },
  },
  {
    name: "one’s own account",
    arrange: async ({ server, request }) => {
      await signIn(server, request);
      return "/desk/account?notice=wrong_current_password";
    },
  },
  {
    name: "an invitation",
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      return invite(server, request, "ben");
    },
  },
  {
    name: "the sign-in page of a shop with staff",
    arrange: async ({ server }) => {
      await addStaff(server, "clare", "owner");
      return "/desk/sign-in";
    },
  },
  { name: "the page of the set-up link", arrange: async ({ server }) => new URL(await server.setUpLink()).pathname },
  { name: "a set-up link that does not work", status: 404, arrange: () => "/desk/set-up/0" },
  { name: "an invitation that does not work", status: 404, arrange: () => "/desk/invitation/0" },
  {
    name: "the settings at the desk",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      await submitAtDesk(visitor, "settings", { ...NO_SETTINGS, name: "Owl & Daughters", monday: "09:00–18:00" }, "settings_saved");
      return "/desk/settings?notice=settings_saved";
    },
  },
  {
    name: "the mails to customers, one of them switched off",
    flags: UNREACHABLE_MAIL,
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      const form = { mail: "ready", version: "0", "preface-en": "Dear <reader>,", "preface-zh-Hans": "您好：" };
      await submitAtDesk(visitor, "settings/mail", form, "mail_saved");
      return "/desk/settings/mail?notice=mail_saved";
    },
  },
  {
    name: "the mails to customers of a shop without a mail server",
    arrange: async ({ server, request }) => {
      await signIn(server, request, "owner");
      return "/desk/settings/mail";
    },
  },
  {
    name: "a book's page in another currency, with a label",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      const dinar = { ...NO_SETTINGS, currency: "KWD", price_label: "incl. 7% VAT", keep_numbers: "yes" };
      await submitAtDesk(visitor, "settings", dinar, "settings_saved");
      return `/books/${slugOf(GUIDE)}`;
    },
  },
  {
    name: "the page about a shop whose owner has set everything",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      await submitAtDesk(visitor, "settings", ALL_SETTINGS, "settings_saved");
      return "/about";
    },
  },
  {
    name: "the legal pages at the desk",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      await submitAtDesk(visitor, "settings/legal", LEGAL_TEXTS, "legal_pages_saved");
      return "/desk/settings/legal?notice=legal_pages_saved";
    },
  },
  {
    name: "a legal page",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      await submitAtDesk(visitor, "settings/legal", LEGAL_TEXTS, "legal_pages_saved");
      return "/terms";
    },
  },
  {
    name: "a legal page in another language",
    arrange: async (visitor) => {
      await signIn(visitor.server, visitor.request, "owner");
      await submitAtDesk(visitor, "settings/legal", LEGAL_TEXTS, "legal_pages_saved");
      return "/imprint";
    },
  },
  {
    name: "the buzz page at the desk",
    flags: ["--buzz-url", CLOSED_PORT],
    arrange: async ({ server, request, othersTake }) => {
      await othersTake(slugOf(GUIDE), 8);
      await signIn(server, request);
      return "/desk/buzz";
    },
  },
];
