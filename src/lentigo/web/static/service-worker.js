// Keeps the folder, so that the page opens without a network. What is here is what was exported, all of one version.

const VERSION = 'VERSION';
const FILES = ['FILES'];
const HEADERS = {
  "Content-Security-Policy": 'POLICY',
  // only so do browsers let a page compute on several threads
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

addEventListener("install", (event) => event.waitUntil(keep()));

async function keep() {
  const cache = await caches.open(VERSION);
  await cache.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" })));
}

addEventListener("activate", (event) => event.waitUntil(forgetOthers()));

async function forgetOthers() {
  const scope = `lentigo-`;
  for (const name of await caches.keys()) if (name.startsWith(scope) && name !== VERSION) await caches.delete(name);
}

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(answered(event.request));
});

async function answered(request) {
  const cache = await caches.open(VERSION);
  const kept = await cache.match(request, { ignoreSearch: true }) ?? await fetched(cache, request);
  if (!kept.body && kept.status !== 200) return kept;
  return new Response(kept.body, { status: kept.status, statusText: kept.statusText, headers: { ...Object.fromEntries(kept.headers), ...HEADERS } });
}

/** What only some browsers need (the runtime for graphics cards) is kept once it was asked for. */
async function fetched(cache, request) {
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
