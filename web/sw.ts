/**
 * Keeps the phone's pages at hand, and nothing else: what people did lies in the tables, and every request of the
 * API passes by. A new version is fetched whole beside the old one, and takes over when somebody says so.
 */
export {};

declare const self: ServiceWorkerGlobalScope;

/** Written by the build: the page and everything that it can come to need. */
const FILES: readonly string[] = JSON.parse("__FILES__");
const PAGE = "/m";
const PREFIX = "doorstep-pages-";
const OWN = PREFIX + __BUILD__;

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(OWN).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clearOthers().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  const wanted = mode === "navigate" && pathname === PAGE ? PAGE : pathname;
  if (FILES.includes(wanted)) event.respondWith(kept(wanted, event.request));
});

async function kept(file: string, request: Request): Promise<Response> {
  // Not opened: that would make it anew on a phone that was told to forget everything.
  return (await caches.match(file, { cacheName: OWN })) ?? fetch(request);
}

async function clearOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== OWN);
  await Promise.all(old.map((name) => caches.delete(name)));
}
