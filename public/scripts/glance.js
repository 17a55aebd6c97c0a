// @ts-check
// Brings the desk's first page up to date every few seconds. Whichever instance answers is
// shown in a part of its own, so that no line jumps from one instance's pages to another's.

/** @typedef {{ id: string, now: string, range: string, about: string, line: string }} Figure */
/** @typedef {{ instance: string, figures: Figure[], refused: { id: string, count: number }[] }} Glance */

const glance = /** @type {HTMLElement} */ (document.getElementById("glance"));
/** @type {Record<string, string>} */
const words = JSON.parse(glance.dataset.words ?? "{}");
const said = /** @type {HTMLElement} */ (glance.querySelector(".glance-stale"));

const EVERY = 3_000;
const PATIENCE = 8_000;
/** An instance that has not answered for so long is taken to be gone. */
const FORGOTTEN_AFTER = 120_000;

/** When each instance answered last. @type {Map<string, number>} */
const answered = new Map();
let refreshed = new Date();

/**
 * The part of the page that is about an instance; a new one where there is none.
 * @param {string} instance
 */
function partOf(instance) {
  const parts = /** @type {HTMLElement[]} */ ([...glance.querySelectorAll("[data-instance]")]);
  const known = parts.find((part) => part.dataset.instance === instance);
  if (known) return known;
  const pattern = /** @type {HTMLElement} */ (parts[0]);
  const part = /** @type {HTMLElement} */ (pattern.cloneNode(true));
  part.dataset.instance = instance;
  const heading = part.querySelector(".glance-instance");
  if (heading) heading.textContent = (words.here ?? "").replace("{instance}", instance);
  parts.at(-1)?.after(part);
  return part;
}

/** Those that have long said nothing, except the last that is left. */
function forget() {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (glance.querySelectorAll("[data-instance]"))) {
    const at = answered.get(part.dataset.instance ?? "") ?? 0;
    const others = glance.querySelectorAll("[data-instance]").length > 1;
    if (others && Date.now() - at > FORGOTTEN_AFTER) part.remove();
  }
}

/** @param {Glance} now */
function show(now) {
  const part = partOf(now.instance);
  answered.set(now.instance, Date.now());
  for (const figure of now.figures) {
    const whole = glance.querySelector(`:scope > section:not([data-instance]) [data-figure=${figure.id}]`);
    const place = part.querySelector(`[data-figure=${figure.id}]`) ?? whole;
    const put = (/** @type {string} */ where, /** @type {string} */ text) => {
      const element = place?.querySelector(where);
      if (element && element.textContent !== text) element.textContent = text;
    };
    put(".glance-now", figure.now);
    put(".glance-range > span", figure.range);
    place?.querySelector("svg")?.setAttribute("aria-label", figure.about);
    place?.querySelector("path")?.setAttribute("d", figure.line);
  }
  for (const { id, count } of now.refused) {
    const cell = part.querySelector(`[data-reason=${id}]`);
    if (cell) cell.textContent = `${count}`;
  }
  forget();
}

/** Asks once; says whether there is any use in asking again. */
async function refresh() {
  try {
    const answer = await fetch("/desk/glance.json", {
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    // Whoever is no longer signed in is sent to where one signs in, or told so.
    if ([401, 403].includes(answer.status) || answer.type === "opaqueredirect") {
      said.textContent = words.signedOut ?? "";
      return false;
    }
    if (!answer.ok) throw new Error(`${answer.status}`);
    show(await answer.json());
    refreshed = new Date();
    said.textContent = "";
  } catch {
    const time = refreshed.toLocaleTimeString(document.documentElement.lang);
    said.textContent = (words.stale ?? "").replace("{time}", time);
  }
  return true;
}

/** A page that nobody sees asks for nothing. */
async function keep() {
  for (let goesOn = true; goesOn; ) {
    await new Promise((later) => setTimeout(later, EVERY));
    if (document.visibilityState === "visible") goesOn = await refresh();
  }
}

answered.set(/** @type {HTMLElement} */ (glance.querySelector("[data-instance]")).dataset.instance ?? "", Date.now());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void refresh();
});
void keep();
