// Keeps one page, for navigations without a network. Nothing else is kept or touched.
const PAGE = "/offline";
const KEPT = "offline-1";
oninstall = (event) => {
  const page = new Request(PAGE, { cache: "reload", credentials: "omit" });
  event.waitUntil(caches.open(KEPT).then((kept) => kept.add(page)).then(() => skipWaiting()));
};
onactivate = (event) => {
  // Firefox shows its own error page where a preload fails, and an earlier worker had preloads.
  event.waitUntil(Promise.all([registration.navigationPreload?.disable(), clients.claim()]));
};
onfetch = (event) => {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
};
