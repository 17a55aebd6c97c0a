// @ts-check
/**
 * Sends a list of books over a socket, piece by piece, and shows how far an import is. The
 * page works without it: a form sends a small file whole, and the page can be loaded again.
 *
 * Nothing of the file is held here but the pieces that are under way. What the shop has
 * acknowledged it has; after a lost connection it says from which byte on.
 */
import { Sha256 } from "./sha256.js";

/** The shop's reasons to close, as in `docs/import.md`. */
const DONE = 1000;
const SIGNED_OUT = 4401;
const OVER = 4404;
const TAKEN_OVER = 4409;
const SPOILT = 4422;

const LONGEST_WAIT = 10_000;
const LOOK_EVERY = 700;
/** Speed is what has come within so many milliseconds. */
const SPEED_OF = 5_000;

/**
 * A sentence of the page's, with its parts.
 * @param {HTMLElement} root
 * @param {string} name
 * @param {Record<string, string>} parts
 */
function say(root, name, parts = {}) {
  const sentence = root.dataset[name] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, part) => parts[part] ?? whole);
}

/**
 * Says what somebody should know at once. It is read aloud, which how far a file has come is
 * not: that is another with each piece.
 * @param {HTMLElement} root
 * @param {string} words
 */
function tell(root, words) {
  const told = /** @type {HTMLElement} */ (root.querySelector("[data-told]"));
  told.textContent = words;
}

const lang = document.documentElement.lang;
const megabytes = new Intl.NumberFormat(lang, {
  style: "unit",
  unit: "megabyte",
  maximumFractionDigits: 1,
});
/** @param {"second" | "minute"} unit */
const time = (unit) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" });
const [inSeconds, inMinutes] = [time("second"), time("minute")];
const inTime = (/** @type {number} */ seconds) =>
  seconds < 90 ? inSeconds.format(seconds) : inMinutes.format(Math.round(seconds / 60));
const inMegabytes = (/** @type {number} */ bytes) => megabytes.format(bytes / 1_000_000);

/** One file on its way. */
class Upload {
  /** @type {WebSocket | null} */
  #socket = null;
  #acked = 0;
  #sent = 0;
  #window = 0;
  #piece = 0;
  #paused = false;
  #lost = false;
  #pumping = false;
  #over = false;
  #digestSent = false;
  #failures = 0;
  #hash = new Sha256();
  #hashed = 0;
  /** @type {string | undefined} */
  #digest;
  /** @type {{ at: number, acked: number }[]} */
  #lately = [];

  /**
   * @param {HTMLElement} root
   * @param {File} file
   * @param {string} page
   */
  constructor(root, file, page) {
    this.root = root;
    this.file = file;
    this.page = page;
    this.progress = /** @type {HTMLProgressElement} */ (root.querySelector("progress"));
    this.words = /** @type {HTMLElement} */ (root.querySelector("[data-words]"));
    this.button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-pause]"));
    this.progress.max = file.size;
    this.progress.hidden = false;
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.#pauseOrGoOn());
    addEventListener("online", () => this.#connect());
    this.#connect();
  }

  #connect() {
    if (this.#over || this.#socket) return;
    const address = new URL(`${this.page}/upload`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("message", (event) => {
      if (this.#socket === socket) this.#hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#closed(event.code);
    });
  }

  /** @param {{ offset?: number, window?: number, piece?: number, acked?: number, state?: string }} told */
  #hear(told) {
    if (told.offset !== undefined && told.window && told.piece) {
      this.#failures = 0;
      this.#digestSent = false;
      this.#lately = [];
      [this.#window, this.#piece] = [told.window, told.piece];
      this.#acked = this.#sent = told.offset;
      this.#setLost(false);
    }
    if (told.acked !== undefined) this.#acked = told.acked;
    if (told.state) this.#leave();
    this.#show();
    this.#pump();
  }

  /** Sends as much as may be under way; reads the file no further than that. */
  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (await this.#step());
    } catch {
      // The file cannot be read any more: it was changed, or its disk is gone.
      this.#stop("otherFile");
    } finally {
      this.#pumping = false;
    }
  }

  /** Whether there is more to do at once. */
  async #step() {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN || this.#paused || !this.#piece) return false;
    if (this.#hashed < this.#sent) {
      // What was sent before this page was loaded is part of the whole, too.
      await this.#read(this.#hashed, this.#sent);
      return true;
    }
    const under = this.#sent - this.#acked;
    if (this.#sent < this.file.size && under < this.#window * this.#piece) {
      const start = this.#sent;
      const bytes = await this.#read(start, this.file.size);
      if (this.#socket !== socket || this.#sent !== start) return true;
      const frame = new Uint8Array(8 + bytes.length);
      new DataView(frame.buffer).setBigUint64(0, BigInt(start));
      frame.set(bytes, 8);
      socket.send(frame);
      this.#sent = start + bytes.length;
      return true;
    }
    if (this.#acked === this.file.size && this.#hashed === this.file.size && !this.#digestSent) {
      this.#digestSent = true;
      this.#digest ??= this.#hash.digest();
      socket.send(JSON.stringify({ sha256: this.#digest }));
    }
    return false;
  }

  /**
   * A piece of the file; what of it was not hashed before is.
   * @param {number} start
   * @param {number} end
   */
  async #read(start, end) {
    const slice = this.file.slice(start, Math.min(end, start + this.#piece));
    const bytes = new Uint8Array(await slice.arrayBuffer());
    const ahead = this.#hashed - start;
    if (ahead >= 0 && ahead < bytes.length) {
      this.#hash.update(bytes.subarray(ahead));
      this.#hashed = start + bytes.length;
    }
    return bytes;
  }

  /** @param {number} code */
  async #closed(code) {
    if (this.#over) return;
    if (code === DONE || code === OVER || code === SPOILT) return this.#leave();
    if (code === SIGNED_OUT) return this.#stop("signedOut");
    if (code === TAKEN_OVER) return this.#stop("elsewhere");
    this.#setLost(true);
    const most = Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures++);
    await new Promise((soon) => setTimeout(soon, 100 + Math.random() * most));
    // A socket that was refused does not say why; this does.
    const standing = await fetch(`${this.page}/standing`).catch(() => null);
    if (standing?.status === 401 || standing?.status === 403) return this.#stop("signedOut");
    if (standing?.status === 404) return this.#leave();
    this.#connect();
  }

  #pauseOrGoOn() {
    this.#paused = !this.#paused;
    this.#lately = [];
    this.button.textContent = say(this.root, this.#paused ? "resume" : "pause");
    this.#tell();
    this.#show();
    this.#pump();
  }

  /** @param {boolean} lost */
  #setLost(lost) {
    if (this.#over || lost === this.#lost) return;
    this.#lost = lost;
    this.root.dataset.connection = lost ? "lost" : "open";
    this.#lately = [];
    this.#tell();
    this.#show();
  }

  /** Whether it goes on, and why not. */
  #tell() {
    tell(this.root, say(this.root, this.#lost ? "lost" : this.#paused ? "paused" : "goesOn"));
  }

  #show() {
    if (this.#over) return;
    this.progress.value = this.#acked;
    const now = performance.now();
    this.#lately.push({ at: now, acked: this.#acked });
    this.#lately = this.#lately.filter((one) => now - one.at <= SPEED_OF);
    const first = this.#lately[0] ?? { at: now, acked: this.#acked };
    const parts = { got: inMegabytes(this.#acked), all: inMegabytes(this.file.size) };
    const speed = ((this.#acked - first.acked) / (now - first.at)) * 1000;
    if (speed > 0 && Number.isFinite(speed) && !this.#paused) {
      const left = inTime(Math.ceil((this.file.size - this.#acked) / speed));
      const more = { ...parts, speed: inMegabytes(speed), left };
      this.words.textContent = say(this.root, "ofBytesAtSpeed", more);
    } else {
      this.words.textContent = say(this.root, "ofBytes", parts);
    }
  }

  /** @param {string} why */
  #stop(why) {
    this.#over = true;
    this.#socket?.close();
    this.button.hidden = true;
    this.words.textContent = "";
    tell(this.root, say(this.root, why));
  }

  /** To the page that shows what comes next. */
  #leave() {
    this.#over = true;
    location.assign(this.page);
  }
}

/**
 * The pictures of a folder in one file, as the shop takes them: nothing is read here, the
 * pieces are the files themselves. In one order, so that the same folder is the same file.
 * @param {{ path: string, file: File }[]} files
 * @returns {File | null}
 */
function pack(files) {
  const pictures = files.filter(({ path }) => /\.(png|jpe?g|webp)$/i.test(path));
  if (!pictures.length) return null;
  pictures.sort((a, b) => (a.path < b.path ? -1 : 1));
  /** @type {BlobPart[]} */
  const parts = ["BURTS COVERS 1\n"];
  const length = (/** @type {number} */ bytes) => {
    const four = new Uint8Array(4);
    new DataView(four.buffer).setUint32(0, bytes);
    return four;
  };
  for (const { path, file } of pictures) {
    const name = new TextEncoder().encode(path);
    parts.push(length(name.length), name, length(file.size), file);
  }
  const folder = pictures[0]?.path.match(/^[^/]+(?=\/)/);
  return new File(parts, folder?.[0] ?? "covers");
}

/**
 * What was dropped: files, and those of folders.
 * @param {DataTransfer | null} transfer
 */
async function dropped(transfer) {
  // To be asked for before anything is waited for: then they are gone. What another program
  // hands over, as an attachment of a mail, is a file that is in no folder.
  const given = Array.from(transfer?.items ?? [], (item) => item.webkitGetAsEntry() ?? item.getAsFile());
  /** @type {{ path: string, file: File }[]} */
  const found = [];
  const visit = async (/** @type {FileSystemEntry} */ entry) => {
    if (entry.isFile) {
      const one = /** @type {FileSystemFileEntry} */ (entry);
      const file = await new Promise((got, failed) => one.file(got, failed));
      found.push({ path: entry.fullPath.replace(/^\//, ""), file });
      return;
    }
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (;;) {
      // It tells a part at a time, and nothing at the end.
      const some = await new Promise((got, failed) => reader.readEntries(got, failed));
      if (!some.length) return;
      for (const one of some) await visit(one);
    }
  };
  for (const one of given) {
    if (one instanceof File) found.push({ path: one.name, file: one });
    else if (one) await visit(one);
  }
  return found;
}

/** @param {HTMLElement} root */
function receive(root) {
  const input = /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"));
  const chooser = /** @type {HTMLElement} */ (input.closest(".import-file"));
  let begun = false;
  root.dataset.live = "";

  /** @param {File} file */
  const begin = async (file) => {
    if (begun) return;
    const { name, size } = root.dataset;
    if (name !== undefined && (file.name !== name || String(file.size) !== size)) {
      tell(root, say(root, "otherFile"));
      return;
    }
    begun = true;
    tell(root, "");
    const kind = root.dataset.kind ?? "books";
    const body = new URLSearchParams({ name: file.name, size: String(file.size), kind });
    const answer = await fetch("/desk/imports", {
      method: "POST",
      headers: { accept: "application/json" },
      body,
    }).catch(() => null);
    if (!answer?.ok) {
      begun = false;
      const refusal = await answer?.json().catch(() => null);
      tell(root, answer?.status === 401 ? say(root, "signedOut") : (refusal?.error ?? say(root, "lost")));
      return;
    }
    const { page } = await answer.json();
    chooser.hidden = true;
    new Upload(root, file, page);
  };

  const covers = root.dataset.kind === "covers";
  input.webkitdirectory = covers;

  /** @param {{ path: string, file: File }[]} files */
  const take = (files) => {
    if (!covers) {
      if (files[0]) begin(files[0].file);
      return;
    }
    const packed = pack(files);
    if (packed) begin(packed);
    else tell(root, say(root, "noPictures"));
  };
  const chosen = () => {
    const files = Array.from(input.files ?? []);
    if (files.length) take(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  };

  input.addEventListener("change", chosen);
  input.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen();
  });
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.dataset.over = "";
  });
  root.addEventListener("dragleave", () => delete root.dataset.over);
  root.addEventListener("drop", async (event) => {
    event.preventDefault();
    delete root.dataset.over;
    take(await dropped(event.dataTransfer));
  });
}

/**
 * Follows what is done with an import, until it is another's turn.
 * @param {HTMLElement} root
 */
async function follow(root) {
  const progress = /** @type {HTMLProgressElement} */ (root.querySelector("progress"));
  const words = /** @type {HTMLElement} */ (root.querySelector("[data-words]"));
  const begun = root.dataset.follow;
  for (;;) {
    await new Promise((soon) => setTimeout(soon, LOOK_EVERY));
    const answer = await fetch(`${location.pathname}/standing`).catch(() => null);
    if (answer?.status === 401 || answer?.status === 404) return location.reload();
    if (!answer?.ok) continue;
    const now = await answer.json();
    if (now.state !== begun) {
      // Without what the last form said: that is over.
      location.replace(location.pathname);
      return;
    }
    const all = now.last_row;
    if (all) [progress.max, progress.value] = [all, now.upto];
    words.textContent = all
      ? say(root, "rowsOf", { row: String(now.upto), all: String(all) })
      : say(root, "rowsDone", { row: String(now.upto) });
  }
}

for (const root of document.querySelectorAll("[data-receive]")) {
  receive(/** @type {HTMLElement} */ (root));
}
for (const root of document.querySelectorAll("[data-follow]")) {
  follow(/** @type {HTMLElement} */ (root));
}
