// @ts-check
// The connection check: tries each way to the shop and says what it has found, in the page's
// own sentences. Whoever wrote the page (app/src/connection/page.rs) hides what needs this.

/** @typedef {"unchecked" | "through" | "hindered" | "blocked" | "underWay"} Verdict */
/** @typedef {{ verdict: Verdict, found: string[] }} Finding */
/** @typedef {"requests" | "socket" | "stream" | "wait"} Way */

const page = /** @type {HTMLElement} */ (document.getElementById("check"));
/** @type {Record<string, string>} */
const words = JSON.parse(page.dataset.words ?? "{}");
const longest = Number(page.dataset.longestMs);

/** Somebody is there who does not answer within this many milliseconds: nobody is. */
const PATIENCE = 8_000;
/** A piece may come late; what comes in less than this part of its time came at once. */
const AT_ONCE = 0.5;
/** How many words are kept on the page. */
const MOST_HEARD = 20;

/** @type {<T extends HTMLElement = HTMLElement>(id: string) => T} */
const element = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * A sentence with its parts filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [parts]
 */
const say = (key, parts = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => `${parts[name] ?? whole}`);

/** Sentences, one after the other. @param {string[]} found */
const sentences = (found) =>
  found.filter(Boolean).reduce((first, second) => (first ? say("sentences", { first, second }) : second), "");

/** Milliseconds as a person reads them. @param {number} ms */
const shown = (ms) => (ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));

/** What is known of each way. @type {Map<Way, Finding>} */
const findings = new Map();
/** What the server sees of the socket. @type {unknown} */
let seenOfSocket;

/**
 * Shows what is known of a way, and puts it into the text for the shop.
 * @param {Way} way
 * @param {Verdict} verdict
 * @param {...string} found
 */
function show(way, verdict, ...found) {
  findings.set(way, { verdict, found });
  const row = page.querySelector(`[data-way=${way}]`);
  if (!(row instanceof HTMLElement)) return;
  row.dataset.state = verdict;
  const [said, more] = [row.querySelector(".check-verdict"), row.querySelector(".check-found")];
  if (said) said.textContent = say(verdict);
  if (more) more.textContent = sentences(found);
  const text = /** @type {HTMLTextAreaElement} */ (element("check-text"));
  text.value = report();
}

/** All that was found, as text. */
function report() {
  const lines = [`${document.title}`, new Date().toISOString(), location.href, ""];
  for (const row of page.querySelectorAll("[data-way]")) {
    const finding = findings.get(/** @type {Way} */ (row.getAttribute("data-way")));
    const said = finding ? [say(finding.verdict), sentences(finding.found)] : [say("unchecked")];
    const name = row.querySelector("h3")?.textContent ?? "";
    lines.push(say("line", { name, found: said.filter(Boolean).join(" – ") }));
  }
  lines.push("");
  for (const term of page.querySelectorAll("dt")) {
    const found = term.parentElement?.querySelector("dd")?.textContent ?? "";
    lines.push(say("line", { name: term.textContent ?? "", found }));
  }
  if (seenOfSocket) lines.push(`WebSocket: ${JSON.stringify(seenOfSocket)}`);
  lines.push(navigator.userAgent);
  return lines.join("\n");
}

/**
 * An answer of the shop's, or an error that says why there is none.
 * @param {string} path
 * @param {number} within
 */
async function ask(path, within = PATIENCE) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(within) });
  } catch {
    throw new Error(say("noAnswer"));
  }
  if (answer.ok) return answer;
  throw new Error(answer.status === 429 ? say("tooOften") : say("status", { status: answer.status }));
}

/** Plain questions, three of them: the quickest tells how long the way is. */
async function checkRequests() {
  const took = [];
  for (let asked = 0; asked < 3; asked += 1) {
    const begun = performance.now();
    try {
      await (await ask("/connection/wait?ms=0")).text();
    } catch (error) {
      return show("requests", "blocked", say("requestsNo"), message(error));
    }
    took.push(performance.now() - begun);
  }
  show("requests", "through", say("requestsOk", { ms: shown(Math.min(...took)) }));
}

/** @param {unknown} error */
const message = (error) => (error instanceof Error ? error.message : `${error}`);

/** A socket on which everything that is said comes back. */
class Line {
  /** What was said and has not come back. @type {{ said: string | Uint8Array, back: () => void }[]} */
  #expected = [];
  /** Whoever waits for the server's ping. @type {((ms: number) => void) | undefined} */
  #onPing;
  /** How long it took, once it is known. @type {number | undefined} */
  #ping;
  #socket;

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(data));
  }

  /** @returns {Promise<Line>} */
  static open() {
    const address = `${location.origin.replace(/^http/, "ws")}/connection?report`;
    return new Promise((opened, failed) => {
      const socket = new WebSocket(address);
      socket.binaryType = "arraybuffer";
      const line = new Line(socket);
      const late = setTimeout(() => socket.close(), PATIENCE);
      socket.addEventListener("open", () => {
        clearTimeout(late);
        opened(line);
      });
      socket.addEventListener("close", ({ code }) => {
        clearTimeout(late);
        failed(new Error(`${code}`));
        if (line === current && code !== 1000) heard(say("echoClosed", { code }));
      });
    });
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  close() {
    this.#socket.close(1000);
  }

  /**
   * Says something; resolves with the milliseconds until it comes back, or with nothing.
   * @param {string | Uint8Array<ArrayBuffer>} said
   * @returns {Promise<number | undefined>}
   */
  say(said) {
    const begun = performance.now();
    return new Promise((told) => {
      setTimeout(told, PATIENCE, undefined);
      this.#expected.push({ said, back: () => told(performance.now() - begun) });
      this.#socket.send(said);
    });
  }

  /** How long the server's own ping took, if it is known in time. @returns {Promise<number | undefined>} */
  ping() {
    return new Promise((told) => {
      if (this.#ping !== undefined) return told(this.#ping);
      setTimeout(told, PATIENCE / 2, undefined);
      this.#onPing = told;
    });
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    const [first] = this.#expected;
    if (first && same(first.said, data)) {
      this.#expected.shift();
      return first.back();
    }
    if (typeof data !== "string") return;
    try {
      const { seen, ping_ms: ping } = JSON.parse(data);
      if (seen) seenOfSocket = seen;
      if (typeof ping === "number") {
        this.#ping = ping;
        this.#onPing?.(ping);
      }
    } catch {
      // Nobody has said that here: something on the way has.
    }
  }
}

/**
 * @param {string | Uint8Array} said
 * @param {string | ArrayBuffer} data
 */
function same(said, data) {
  if (typeof said === "string" || typeof data === "string") return said === data;
  const bytes = new Uint8Array(data);
  return bytes.length === said.length && bytes.every((byte, at) => byte === said[at]);
}

/** The socket on which one types. @type {Line | undefined} */
let current;

async function checkSocket() {
  current?.close();
  current = undefined;
  let line;
  try {
    line = await Line.open();
  } catch {
    return show("socket", "blocked", say("socketNo"));
  }
  current = line;
  const ms = await line.say("check");
  if (ms === undefined) {
    line.close();
    return show("socket", "blocked", say("socketSilent"));
  }
  const [binary, ping] = await Promise.all([
    line.say(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
    line.ping(),
  ]);
  show(
    "socket",
    binary === undefined || ping === undefined ? "hindered" : "through",
    say("socketOk", { ms: shown(ms) }),
    say(binary === undefined ? "socketNoBinary" : "socketBinary"),
    ping === undefined ? say("socketNoPing") : say("socketPing", { ms: shown(ping) }),
  );
}

async function checkStream() {
  const begun = performance.now();
  /** When each piece came, and what it says. @type {{ at: number, of: number, sent_ms: number }[]} */
  const pieces = [];
  try {
    const answer = await ask("/connection/stream", 2 * PATIENCE);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop() ?? "";
      const at = performance.now();
      for (const line of lines) pieces.push({ ...JSON.parse(line), at });
    }
  } catch (error) {
    // What came before it broke off is looked at below.
    if (pieces.length === 0) return show("stream", "blocked", say("streamNo"), message(error));
  }
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (!first || !last) return show("stream", "blocked", say("streamNo"), say("noAnswer"));
  const parts = { pieces: pieces.length, all: first.of, ms: shown(last.at - begun) };
  if (pieces.length < first.of) return show("stream", "hindered", say("streamShort", parts));
  const inOneLump = last.at - first.at < AT_ONCE * (last.sent_ms - first.sent_ms);
  if (inOneLump) show("stream", "hindered", say("streamLump", parts));
  else show("stream", "through", say("streamOk", parts));
}

/** @param {number} length */
async function checkWait(length) {
  const begun = performance.now();
  const passed = () => shown(performance.now() - begun);
  let head = 0;
  let answer;
  try {
    answer = await ask(`/connection/wait?ms=${length}`, length + PATIENCE);
    head = passed();
    const { waited_ms: waited } = await answer.json();
    const ms = passed();
    // Accepted after a second: what comes with the answer itself was held back.
    const heldBack = ms - head < AT_ONCE * (length - 1_000);
    if (heldBack) show("wait", "hindered", say("waitLate", { ms }));
    else show("wait", "through", say("waitOk", { head, ms, waited }));
  } catch (error) {
    const why = answer ? "" : message(error);
    show("wait", "blocked", say("waitNo", { ms: passed() }), why);
  }
}

/** What was said and came back. @param {string} line */
function heard(line) {
  const list = element("check-heard");
  const item = document.createElement("p");
  item.textContent = line;
  list.prepend(item);
  while (list.children.length > MOST_HEARD) list.lastElementChild?.remove();
}

const again = /** @type {HTMLButtonElement} */ (element("check-again"));
const long = /** @type {HTMLButtonElement} */ (element("check-long"));

/** Does one thing at a time. @param {() => Promise<unknown>} work */
async function alone(work) {
  if (again.disabled) return;
  [again.disabled, long.disabled] = [true, true];
  await work();
  [again.disabled, long.disabled] = [false, false];
}

async function checkAll() {
  for (const way of /** @type {Way[]} */ (["requests", "socket", "stream", "wait"])) show(way, "underWay");
  // First alone, so that nothing stands in its way.
  await checkRequests();
  await Promise.all([checkSocket(), checkStream(), checkWait(Math.min(2_000, longest))]);
}

again.addEventListener("click", () => alone(checkAll));
long.addEventListener("click", () =>
  alone(() => {
    show("wait", "underWay");
    return checkWait(longest);
  }),
);

element("check-say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (element("check-word"));
  const text = field.value;
  field.value = "";
  try {
    if (!current?.isOpen) current = await Line.open();
    const ms = await current.say(text);
    heard(ms === undefined ? say("echoLost", { text }) : say("echoBack", { text, ms: shown(ms) }));
  } catch {
    heard(say("echoLost", { text }));
  }
});

element("check-copy").addEventListener("click", async () => {
  const text = /** @type {HTMLTextAreaElement} */ (element("check-text"));
  const told = element("check-copied");
  try {
    await navigator.clipboard.writeText(text.value);
    told.textContent = say("copied");
  } catch {
    // No clipboard on plain http, or it was not allowed.
    text.select();
    told.textContent = say("notCopied");
  }
});

// A page that is left holds no place here, and may be kept by the browser.
addEventListener("pagehide", () => current?.close());

for (const part of page.querySelectorAll("[data-script]")) part.removeAttribute("hidden");
void alone(checkAll);
