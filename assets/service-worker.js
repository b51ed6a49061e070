// The app without a line: its shell, and nothing of anybody's. And what is pushed to this browser.

// The build writes its own name here, so that each deploy brings a worker, and a shell, of its own.
const SHELL = "shell-unbuilt";
// Pages as the build made them, the same for everybody; what a person has in them comes over the websocket.
const PAGES = ["/today", "/habits", "/insights", "/report", "/settings"];
const PARTS = /(?:href|src|from|import)[=\s(]*["'](\/[\w./-]+\.(?:js|css|svg|woff2))["']/g;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (pathname.startsWith("/assets/")) event.respondWith(kept(request));
  else if (/^\/[\w./-]+\.(css|js|svg|png|woff2)$/.test(pathname) && !pathname.startsWith("/api/")) event.respondWith(fresh(request));
});

async function keepShell() {
  const shell = await caches.open(SHELL);
  const parts = new Set();
  for (const path of PAGES) {
    const answer = await fetch(path, { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    for (const [, part] of (await answer.clone().text()).matchAll(PARTS)) parts.add(part);
    await shell.put(path, answer);
  }
  await shell.addAll(parts);
}

async function forgetOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
}

// Always the newest page; the one that was kept, or Today, when there is no line.
async function page(request, path) {
  try {
    return await fetch(request);
  } catch (error) {
    const shell = await caches.open(SHELL);
    if (PAGES.includes(path)) return (await shell.match(path)) ?? Response.error();
    return (await shell.match(PAGES[0])) ? Response.redirect(PAGES[0]) : Response.error();
  }
}

// Files whose name holds their content's digest never change.
async function kept(request) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) shell.put(request, answer.clone());
  return answer;
}

async function fresh(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await (await caches.open(SHELL)).match(request)) ?? Response.error();
  }
}

// Shows what is pushed, with as many answers as this browser has room for; they work without opening the app.
self.addEventListener("push", (event) => {
  const said = event.data.json();
  const answers = (said.answers ?? []).slice(0, Notification.maxActions ?? 2);
  const actions = answers.map(({ action, title }) => ({ action, title }));
  event.waitUntil(
    self.registration.showNotification(said.title, { body: said.body, tag: said.tag, icon: "/icon-192.png", data: said, actions }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const said = event.notification.data;
  const answer = (said.answers ?? []).find(({ action }) => action === event.action);
  event.waitUntil(answer ? fetch(answer.url, { method: "POST" }) : open(said.url));
});

async function open(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.length ? windows[0].navigate(url).then((page) => page.focus()) : self.clients.openWindow(url);
}
