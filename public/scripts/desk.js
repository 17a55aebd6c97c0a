// @ts-check
// Keeps the parts of the desk's pages that say so as new as the shop is.
//
// `data-fresh` on an element with an id names what it shows, as `/live?seen=` wants it; where
// any of it has changed, the page is read again and the element replaced. `data-every` says
// after how many seconds it is read again anyway, for what nothing is told of. Nothing is
// replaced under somebody's hands: an element in which a field, a button or a link has the focus
// waits. A wide table has the focus as soon as somebody clicks on it: that keeps nothing waiting,
// and the new one has the focus then, and is scrolled as far as the old one was.
// A page that nobody sees is not read; it is when it is looked at again.

const SOON = 150;
const AGAIN_AFTER = 2_000;
const LONGEST_WAIT = 30_000;
/** A page to which no socket gets through is read so often. */
const UNTOLD_EVERY = 5_000;
/** What is about to be typed into, pressed or followed when it has the focus. */
const IN_HAND = "input,textarea,select,button,a,summary";

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
/** @param {HTMLElement} part */
const wide = (part) => /** @type {HTMLElement[]} */ ([...part.querySelectorAll(".desk-wide")]);

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
    if (isInHand(part)) {
      part.addEventListener("focusout", () => freshen(), { once: true });
      continue;
    }
    if (fresh.outerHTML !== part.outerHTML) replace(part, document.importNode(fresh, true));
  }
  if (isOpen() && seen()) socket?.send(JSON.stringify({ seen: seen() }));
}

/** @param {HTMLElement} part */
function isInHand(part) {
  const focused = document.activeElement;
  return focused !== null && part.contains(focused) && focused.matches(IN_HAND);
}

/**
 * What a browser keeps of a table is lost with it, and given to the one that takes its place.
 * @param {HTMLElement} part
 * @param {HTMLElement} fresh
 */
function replace(part, fresh) {
  const kept = wide(part).map((table) => ({
    left: table.scrollLeft,
    top: table.scrollTop,
    focused: table === document.activeElement,
  }));
  part.replaceWith(fresh);
  for (const [at, table] of wide(fresh).entries()) {
    const before = kept[at];
    if (!before) continue;
    table.scrollTo({ left: before.left, top: before.top, behavior: "instant" });
    if (before.focused) table.focus({ preventScroll: true });
  }
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
