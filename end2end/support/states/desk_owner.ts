// The states of the desk's other pages: records, figures, imports, people and settings.

import { expect } from "@playwright/test";
import { addStaff, invite, signIn } from "../desk.ts";
import { GUIDE, LAST_COPY } from "../test.ts";
import { CLOSED_PORT, placeOrder, slugOf, type State, submitAtDesk, withdraw } from "./actions.ts";
import { ALL_SETTINGS, LEGAL_TEXTS, NO_SETTINGS, UNREACHABLE_MAIL, uploadList } from "./desk_forms.ts";

export const ownerStates: State[] = [
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
      const dinar = { ...NO_SETTINGS, currency: "KWD", price_label: "incl. 7% VAT", prices: "keep" };
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
