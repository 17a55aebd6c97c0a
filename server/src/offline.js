// Keeps one page, for navigations without a network. Nothing else is kept or touched.
const PAGE = "/offline";
const KEPT = "offline-1";
oninstall = (event) => {
  const page = new Request(PAGE, { cache: "reload", credentials: "omit" });
  event.waitUntil(caches.open(KEPT).then((kept) => kept.add(page)).then(() => skipWaiting()));
};
onactivate = (event) => {
  event.waitUntil(Promise.all([registration.navigationPreload?.enable(), clients.claim()]));
};
onfetch = (event) => {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  const answer = async () => (await event.preloadResponse) ?? fetch(event.request);
  event.respondWith(answer().catch(() => caches.match(PAGE)));
};
