// @ts-check
// Keeps the parts of the desk's pages that say so as new as the shop is.
//
// `data-fresh` on an element with an id names what it shows, as `/live?seen=` wants it; where
// any of it has changed, the page is read again and the element replaced. `data-every` says
// after how many seconds it is read again anyway, for what nothing is told of. Nothing is
// replaced under somebody's hands: an element in which a field or button has the focus waits.
// A page that nobody sees is not read; it is when it is looked at again.

const SOON = 150;
const AGAIN_AFTER = 2_000;
const LONGEST_WAIT = 30_000;
/** A page to which no socket gets through is read so often. */
const UNTOLD_EVERY = 5_000;

/** @type {WebSocket | undefined} */
let socket;
let closed = 0;
let due = 0;
let reading = false;
let unread = 0;

const parts = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-fresh][id]")]);
const seen = () => parts().map((part) => part.dataset.fresh).filter(Boolean).join(",");
const isOpen = () => socket?.readyState === WebSocket.OPEN;
const isSeen = () => document.visibilityState === "visible";

/**
 * After so many failures in a row: longer each time, and not all pages at once.
 * @param {number} failures
 */
const backoff = (failures) =>
  Math.min(LONGEST_WAIT, AGAIN_AFTER * 2 ** failures) * (1 - Math.random() / 2);

/** Reads the page again, soon and once. */
function freshen(after = SOON) {
  if (due) return;
  due = window.setTimeout(async () => {
    due = 0;
    if (!isSeen()) return;
    if (reading) return freshen();
    reading = true;
    try {
      await read();
      unread = 0;
    } catch {
      freshen(backoff(unread++));
    } finally {
      reading = false;
    }
  }, after);
}

async function read() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  // Signed out meanwhile: the page that says so.
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    if (part.contains(document.activeElement) && document.activeElement !== document.body) {
      part.addEventListener("focusout", () => freshen(), { once: true });
      continue;
    }
    if (fresh.outerHTML !== part.outerHTML) part.replaceWith(document.importNode(fresh, true));
  }
  if (isOpen() && seen()) socket?.send(JSON.stringify({ seen: seen() }));
}

function follow() {
  if (socket || !seen() || !isSeen()) return;
  const address = new URL(`/live?seen=${encodeURIComponent(seen())}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  socket.onopen = () => {
    // What has changed meanwhile, whatever it was.
    if (closed) freshen();
  };
  socket.onmessage = ({ data }) => {
    closed = 0;
    const message = JSON.parse(data);
    if (message.stock || message.orders) freshen();
  };
  socket.onclose = () => {
    socket = undefined;
    window.setTimeout(follow, backoff(closed++));
  };
}

function lookAgain() {
  if (!isSeen()) return;
  // Whoever looks does not wait until it is tried again.
  window.clearTimeout(due);
  due = 0;
  freshen();
  follow();
}

follow();
for (const part of parts()) {
  const every = Number(part.dataset.every);
  if (every > 0) window.setInterval(() => freshen(), every * 1_000);
}
if (seen()) {
  window.setInterval(() => {
    if (!isOpen()) freshen();
  }, UNTOLD_EVERY);
}
document.addEventListener("visibilitychange", lookAgain);
window.addEventListener("online", lookAgain);
