// Several tabs of one browser, on the same page.

import type { Connection } from "./shop.ts";

interface Tab<Self> {
  openTab(path: string): Promise<Self>;
  says(connection: Connection): Promise<void>;
  showsLeft(copies: number): Promise<void>;
}

/** Opens more tabs on a page, one after another, and waits until each is connected. Returns all tabs. */
export async function openTabs<T extends Tab<T>>(
  first: T,
  more: number,
  path: string,
  connection: Connection = "Live",
): Promise<T[]> {
  await first.says(connection);
  const tabs = [first];
  for (let i = 0; i < more; i++) {
    const tab = await first.openTab(path);
    await tab.says(connection);
    tabs.push(tab);
  }
  return tabs;
}

/** Waits until all tabs show this count. */
export async function allShow<T extends Tab<T>>(tabs: T[], copies: number): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.showsLeft(copies)));
}
