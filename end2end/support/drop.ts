// Files that are handed to a page: chosen in it, or dragged from elsewhere and dropped.

import type { Locator } from "@playwright/test";

/** Nobody hands over a file before the page takes it: what comes earlier its script does not see. */
async function alive(target: Locator): Promise<void> {
  await target.page().locator(".import-receive[data-live]").first().waitFor();
}

/** Chooses files, or a folder, where the script sends them at once. */
export async function choose(input: Locator, files: Parameters<Locator["setInputFiles"]>[0]): Promise<void> {
  await alive(input);
  await input.setInputFiles(files);
}

/** Drops files on a part of the page, as from the desktop: the browser is told of a real drag. */
export async function drop(target: Locator, ...files: string[]): Promise<void> {
  await alive(target);
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error("there is nothing to drop it on");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const page = target.page();
  // While one page gives way to the next by a transition, what is dropped is the document's own.
  await page.waitForFunction(([x, y]) => document.elementFromPoint(x, y) !== document.documentElement, [x, y] as const);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await session.detach();
}

/** Drops what is in no folder, as an attachment out of a mail program. */
export async function dropAttachment(target: Locator, name: string, text: string): Promise<void> {
  await alive(target);
  const dataTransfer = await target.page().evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      return transfer;
    },
    [name, text] as const,
  );
  for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer });
}
