// Keeps the page and its files on the phone: the network's answer where there is one, else the kept.
"use strict";
const CACHE = "onebook-field-1";
const SHELL = [
  "/read/",
  "/static/infra/icon.svg",
  "/static/infra/onebook.css",
  "/static/billing/field/field.css",
  "/static/billing/field/page.js",
  "/static/billing/field/rules.js",
  "/static/billing/field/send.js",
  "/static/billing/field/store.js",
];
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const isKept = address.origin === self.location.origin && SHELL.includes(address.pathname);
  if (event.request.method === "GET" && isKept) event.respondWith(answered(event.request, address.pathname));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })));
  await self.skipWaiting();
}

async function answered(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  try {
    const answer = await Promise.race([fetch(request), ...(kept ? [patience()] : [])]);
    if (answer.ok && !answer.redirected && answer.type === "basic") await cache.put(path, answer.clone());
    // A server that is being started again answers with an error; what is kept works meanwhile.
    return answer.status >= 500 && kept ? kept : answer;
  } catch (lost) {
    if (kept) return kept;
    throw lost;
  }
}

function patience() {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE_MS); });
}
