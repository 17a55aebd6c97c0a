const all = [...document.querySelectorAll('leptos-island')], sent = all.map(island => island.innerHTML);
const fields = root => [...root.querySelectorAll('input:not([type=hidden]),textarea')];
const isTyped = () => fields(document).some(field => field.value !== field.defaultValue);
const restore = (island, html) => {
  if (island.innerHTML === html) return;
  const typed = fields(island).map(field => field.value);
  island.innerHTML = html;
  fields(island).forEach((field, at) => field.value = typed[at] ?? field.value) };
const gone = file => { if (file.status == 404) throw 404 }, task = () => new Promise(next => setTimeout(next));
const inTab = act => { try { return act(sessionStorage) } catch { return true } };
const within = (time, it) => Promise.race([it, new Promise((_, fail) => setTimeout(fail, time))]);
const start = async (script, wasm, failures = 0, query = '') => {
  if (!all.length) return;
  const note = document.getElementById('not-live'), slow = setTimeout(() => note.hidden = false, 15e3);
  let began = false, stop = new AbortController();
  try {
    const file = fetch(wasm, { signal: stop.signal }), headers = within(6e4, file);
    headers.catch(() => {});
    const islands = await within(6e4, import(script + query)).catch(async why => {
      query = '?' + Date.now();
      gone(await within(6e4, fetch(script)));
      throw why });
    gone(await headers);
    await within(3e5, islands.default({ module_or_path: file }));
    began = true; clearTimeout(slow); islands.hydrate();
    for (const [at, island] of all.entries()) {
      const hydrate = islands[island.dataset.component];
      if (hydrate) { await task(); restore(island, sent[at]); hydrate(island) } }
    await task(); islands.connect(); note.hidden = true;
    inTab(tab => tab.removeItem('again'))
  } catch (why) {
    stop.abort(); clearTimeout(slow);
    if (why === 404 && !isTyped() && !inTab(tab => tab.getItem('again')))
      return inTab(tab => tab.setItem('again', 1)), location.reload();
    note.hidden = false;
    if (began) throw why;
    const next = () => { clearTimeout(timer); removeEventListener('online', next); start(script, wasm, failures + 1, query) };
    const timer = setTimeout(next, Math.min(6e4, 5e3 * 2 ** failures) * (.5 + Math.random() / 2));
    addEventListener('online', next) } };
const there = new Promise(there => (setTimeout(there, 1000),
  document.readyState == 'complete' ? there() : addEventListener('load', there)));
const soon = window.requestIdleCallback ?? (start => setTimeout(start));
