// Uploads: files that are chosen in a form, or dropped on it.

import type { Locator } from "@playwright/test";

/** Waits until the page's script handles files. */
async function isReady(target: Locator): Promise<void> {
  await target.page().locator(".import-receive[data-live]").first().waitFor();
}

/** Chooses files or a folder, which the script uploads at once. */
export async function choose(input: Locator, files: Parameters<Locator["setInputFiles"]>[0]): Promise<void> {
  await isReady(input);
  await input.setInputFiles(files);
}

/** Drops files on an element, as from the desktop, with real drag events. */
export async function drop(target: Locator, ...files: string[]): Promise<void> {
  await isReady(target);
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error("the drop target is not visible");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const page = target.page();
  // During a view transition the drop would hit the document element.
  await page.waitForFunction(([x, y]) => document.elementFromPoint(x, y) !== document.documentElement, [x, y] as const);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await session.detach();
}

/** Drops a file that is not on disk, as an attachment from a mail program. */
export async function dropAttachment(target: Locator, name: string, text: string): Promise<void> {
  await isReady(target);
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
