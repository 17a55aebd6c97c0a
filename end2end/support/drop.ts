// What is dragged from elsewhere and dropped on a page.

import type { Locator } from "@playwright/test";

/** Nobody lets go of a file before the page takes it. */
async function alive(target: Locator): Promise<void> {
  await target.page().locator(".import-receive[data-live]").first().waitFor();
}

/** Drops files on a part of the page, as from the desktop: the browser is told of a real drag. */
export async function drop(target: Locator, ...files: string[]): Promise<void> {
  await alive(target);
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error("there is nothing to drop it on");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const page = target.page();
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
