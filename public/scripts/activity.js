// @ts-check
// The desk's page of everything that moves, while it is open.
//
// The server sends no more than two pages ahead of what is acknowledged here, and a page is
// acknowledged when it is on the screen: a browser that is slow, hidden or paused is told
// less, and misses nothing. After a lost connection it goes on behind the last row that it
// shows.

/**
 * @typedef {{ place: string, at: string, book: string, version: number, kind: string,
 *   on_hand: number, held: number, allocated: number, order?: string, reason?: string }} Row
 * @typedef {{ rows?: Row[], next?: string, behind?: number, rewound?: boolean,
 *   retry_ms?: number, error?: string }} Told
 */

/** Rows that stay in the page. */
const MOST_ROWS = 500;
/** Two heartbeats of the server's, and a little. */
const SILENCE = 45_000;
const LONGEST_WAIT = 30_000;
/** The session is over. */
const SESSION_OVER = 4401;

class Activity {
  /** @type {WebSocket | undefined} */
  #socket;
  /** What was told and is not shown yet. @type {Told[]} */
  #told = [];
  #paused = false;
  #failures = 0;
  #behind = 0;
  #drawing = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  #bar;
  #body;
  #words;
  /** Everything up to here is shown. */
  #place;

  /**
   * @param {HTMLElement} bar
   * @param {HTMLTableSectionElement} body
   */
  constructor(bar, body) {
    this.#bar = bar;
    this.#body = body;
    this.#words = JSON.parse(bar.dataset.words ?? "{}");
    this.#place = bar.dataset.after ?? "0-0";
    this.#button.addEventListener("click", () => this.#pause(!this.#paused));
    bar.hidden = false;
    this.#pause(false);
    this.#connect();
    // A page that comes back from the browser's cache has lost its connection.
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.#socket?.close();
    });
    document.addEventListener("visibilitychange", () => this.#draw());
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.#bar.querySelector("button"));
  }

  get #address() {
    const address = new URL("/desk/activity/stream", location.href);
    address.search = this.#bar.dataset.query ?? "";
    address.searchParams.set("after", this.#place);
    return address;
  }

  #connect() {
    const address = this.#address;
    const plain = address.href;
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    let retry = 0;
    /** @param {number} code */
    const ended = (code) => {
      clearTimeout(this.#silence);
      socket.onclose = socket.onmessage = null;
      // What was not shown is told again.
      this.#told = [];
      if (code === SESSION_OVER) this.#over();
      else this.#comeBack(plain, retry);
    };
    const listen = () => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => {
        // Nobody is there to say goodbye to, and a browser would wait for that.
        socket.close();
        ended(0);
      }, SILENCE);
    };
    listen();
    socket.onmessage = ({ data }) => {
      listen();
      /** @type {Told} */
      const told = JSON.parse(data);
      retry = told.retry_ms ?? retry;
      if (told.rewound) location.reload();
      if (told.next === undefined) return;
      this.#failures = 0;
      this.#behind = told.behind ?? 0;
      // While it is paused it is told of nothing else than how far behind it is.
      const last = this.#told.at(-1);
      if (told.rows || told.next !== (last?.next ?? this.#place)) {
        // Where the ledger was looked through and nothing found, the latest place is enough.
        if (last && !last.rows) this.#told.pop();
        this.#told.push(told);
      }
      this.#draw();
    };
    socket.onclose = ({ code }) => ended(code);
  }

  /**
   * @param {string} address
   * @param {number} retry
   */
  async #comeBack(address, retry) {
    this.#socket = undefined;
    this.#say();
    const longest = Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures);
    this.#failures += 1;
    await new Promise((wait) => setTimeout(wait, retry + Math.random() * longest));
    // A refused socket does not say why. A session that is over is not waited for.
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.status === 401) this.#over();
    else this.#connect();
  }

  #over() {
    this.#socket = undefined;
    this.#button.hidden = true;
    this.#status(this.#words.over, "");
  }

  /** @param {boolean} paused */
  #pause(paused) {
    this.#paused = paused;
    this.#button.textContent = paused ? this.#words.goOn : this.#words.pause;
    this.#button.setAttribute("aria-pressed", String(paused));
    this.#say();
    this.#draw();
  }

  /** Shows what was told, when the browser paints the next time. */
  #draw() {
    this.#say();
    if (this.#drawing || this.#paused || this.#told.length === 0) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      const told = this.#paused ? undefined : this.#told.shift();
      if (told === undefined) return;
      this.#show(told.rows ?? []);
      this.#place = told.next ?? this.#place;
      if (told.rows?.length && this.#socket?.readyState === WebSocket.OPEN) {
        this.#socket.send(JSON.stringify({ next: told.next }));
      }
      this.#draw();
    });
  }

  /** @param {Row[]} rows the oldest first */
  #show(rows) {
    if (rows.length === 0) return;
    const newest = rows.slice(-MOST_ROWS).reverse();
    const heads = this.#body.closest("table")?.tHead?.rows[0]?.cells;
    const made = newest.map((row) => this.#row(row, heads));
    this.#body.prepend(...made);
    while (this.#body.rows.length > MOST_ROWS) this.#body.deleteRow(-1);
    document.querySelector(".movements-none")?.remove();
  }

  /**
   * The same as the server makes.
   * @param {Row} row
   * @param {HTMLCollectionOf<HTMLTableCellElement> | undefined} heads
   */
  #row(row, heads) {
    const line = document.createElement("tr");
    line.dataset.place = row.place;
    const time = document.createElement("time");
    time.dateTime = row.at;
    time.textContent = `${row.at.slice(0, 10)} ${row.at.slice(11, 19)}`;
    const numbers = [change(row.on_hand), change(row.held), change(row.allocated), String(row.version)];
    line.insertCell().append(time);
    line.insertCell().append(link(`/desk/stock/${row.book}`, row.book));
    line.insertCell().append(this.#words.kinds[row.kind] ?? row.kind);
    for (const [at, number] of numbers.entries()) {
      const cell = line.insertCell();
      cell.className = "number";
      cell.dataset.label = heads?.[at + 3]?.textContent ?? "";
      cell.textContent = number;
    }
    const why = line.insertCell();
    if (row.order) why.append(link(`/desk/orders/${row.order}`, row.order), " ");
    why.append(row.reason ?? "");
    return line;
  }

  /** How the page is connected, and how far behind it is. */
  #say() {
    if (this.#button.hidden) return;
    const waiting = this.#told.reduce((sum, told) => sum + (told.rows?.length ?? 0), 0);
    const behind = this.#behind + waiting;
    const { live, catching, paused, lost, behind: words } = this.#words;
    // A few are always on their way on a busy day.
    const state = !this.#socket ? lost : this.#paused ? paused : behind > MOST_ROWS ? catching : live;
    const number = behind.toLocaleString(document.documentElement.lang);
    this.#status(state, behind > 0 ? words.replace("{number}", number) : "");
  }

  /**
   * @param {string} state
   * @param {string} behind
   */
  #status(state, behind) {
    const [status, number] = this.#bar.querySelectorAll("span");
    // Said aloud only where it changes.
    if (status && status.textContent !== state) status.textContent = state;
    if (number) number.textContent = behind;
  }
}

/** @param {number} by */
function change(by) {
  if (by === 0) return "";
  return by > 0 ? `+${by}` : `\u2212${-by}`;
}

/**
 * @param {string} address
 * @param {string} words
 */
function link(address, words) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = words;
  return link;
}

const bar = document.getElementById("movements-live");
const body = document.getElementById("movements");
if (bar && body instanceof HTMLTableSectionElement) new Activity(bar, body);
