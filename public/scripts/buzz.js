// @ts-check
// How often this book is being talked about: asked when the page is there, and said in the place
// of the question. Where there is no answer the question stays, and leads to the page about it.

/** @param {HTMLElement} link */
async function tell(link) {
  try {
    const answer = await fetch(`/api/buzz?book=${encodeURIComponent(link.dataset.book ?? "")}`);
    const { words } = await answer.json();
    if (words) link.textContent = words;
  } catch {
    // It is no more than a line.
  }
}

const link = document.getElementById("buzz");
if (link) void tell(link);
