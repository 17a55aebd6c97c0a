// @ts-check
// Keeps the parts of the desk's pages that say so as new as the shop is.
//
// `data-fresh` on an element with an id names what it shows, as `/live?seen=` wants it; where
// any of it has changed, the page is read again and the element replaced. `data-every` says
// after how many seconds it is read again anyway, for what nothing is told of. Nothing is
// replaced under somebody's hands: an element in which a field or button has the focus waits.

const SOON = 150;
const AGAIN_AFTER = 2_000;

/** @type {WebSocket | undefined} */
let socket;
let due = 0;
let reading = false;

const parts = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-fresh][id]")]);
const seen = () => parts().map((part) => part.dataset.fresh).filter(Boolean).join(",");

/** Reads the page again, soon and once. */
function freshen() {
  if (due) return;
  due = window.setTimeout(async () => {
    due = 0;
    if (reading) return freshen();
    reading = true;
    try {
      await read();
    } catch {
      window.setTimeout(freshen, AGAIN_AFTER);
    } finally {
      reading = false;
    }
  }, SOON);
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
      part.addEventListener("focusout", freshen, { once: true });
      continue;
    }
    if (fresh.outerHTML !== part.outerHTML) part.replaceWith(document.importNode(fresh, true));
  }
  if (socket?.readyState === WebSocket.OPEN && seen()) socket.send(JSON.stringify({ seen: seen() }));
}

function follow() {
  if (!seen()) return;
  const address = new URL(`/live?seen=${encodeURIComponent(seen())}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.stock || message.orders) freshen();
  };
  socket.onclose = () => {
    // With or without sockets: what has changed meanwhile is read, and then it is tried again.
    window.setTimeout(() => {
      freshen();
      follow();
    }, AGAIN_AFTER + Math.random() * AGAIN_AFTER);
  };
}

follow();
for (const part of parts()) {
  const every = Number(part.dataset.every);
  if (every > 0) {
    window.setInterval(() => {
      if (document.visibilityState === "visible") freshen();
    }, every * 1_000);
  }
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") freshen();
});
