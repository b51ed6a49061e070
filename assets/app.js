// What the browser must do by itself: before a state arrives, or faster than a server can answer.

document.documentElement.classList.add(
  { light: "light", dark: "dark" }[localStorage.getItem("theme")] ??
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
);

// After the next paint: what a handler changed stands by then.
const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));

const coach = {
  open(id) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const first = () => dialog.querySelector(".dialog-body :is(input:not([type=hidden], [type=radio]), textarea, select)");
    painted(() => first()?.focus());
  },
  // A form that is made anew must not take away what was typed into the one before it.
  openChanged(id) {
    painted(() => coach.open(id));
  },
  close(id) {
    document.getElementById(id)?.close();
  },
  focus(id) {
    painted(() => document.getElementById(id)?.focus());
  },
  focusFirstError() {
    painted(() => {
      const field = document.querySelector("[aria-invalid='true'], .field-error, .banner.is-bad");
      field?.scrollIntoView({ block: "center" });
      field?.focus();
    });
  },
  // What is pending (ui/pending.py) once the server has answered one tap on the row.
  settled(pending, id) {
    const { [id]: tap, ...rest } = pending ?? {};
    return tap?.waiting > 1 ? { ...rest, [id]: { ...tap, waiting: tap.waiting - 1 } } : rest;
  },
  // What the navigation leads to, once this page stands and has nothing left to fetch.
  fetchAhead() {
    const idle = window.requestIdleCallback ?? setTimeout;
    setTimeout(() => idle(() => document.querySelectorAll(".places a").forEach(fetchCode)), 1000);
  },
  // What was typed into a form that went away, put into the one that took its place; gives the times of its reminders.
  putBack(id) {
    const { path, fields } = left.get(id) ?? {};
    left.delete(id);
    if (path !== location.pathname) return null;
    painted(() => fields.forEach((field) => fill(document.getElementById(id), field)));
    return fields.filter(({ name }) => name.startsWith("reminder-")).map(({ value }) => value);
  },
  // To where the person came from, or to `otherwise` when they came from outside.
  back(otherwise) {
    if (history.state?.idx > 0) history.back();
    else location.assign(otherwise);
  },
};
window.coach = coach;

// Forms: what only the browser knows, read when it is needed. What a mail carried stands behind `#`, which is sent to
// no server by itself; it stays with the address, so that a form that was refused can be sent again.
document.addEventListener("submit", (event) => {
  const token = event.target.elements?.namedItem("token");
  if (token?.dataset.fromAddress) {
    token.value = location.hash.slice(1);
    event.target.action += location.hash;
  }
  const next = event.target.elements?.namedItem("next");
  if (next?.type === "hidden") next.value = new URLSearchParams(location.search).get("next") ?? "";
  const zone = event.target.elements?.namedItem("timezone");
  if (zone?.type === "hidden") zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
}, true);

// What is typed outlives a server that starts anew: a page that connects to it empties itself and fills again, and each
// form (with `data-keeps`) is another one then. Of a form that its page took away, nothing is kept.
const touched = new WeakMap(); // form: the path on which somebody last did something in it
const left = new Map(); // id of a form: its path and its fields, as they went away
for (const kind of ["input", "click"]) {
  document.addEventListener(kind, ({ target }) => {
    const form = target.closest?.("form[data-keeps]");
    if (form) touched.set(form, location.pathname);
  });
}
new MutationObserver((changes) => {
  const path = location.pathname;
  const gone = changes.flatMap(({ removedNodes }) => [...removedNodes]).filter((node) => node instanceof Element);
  for (const form of gone.flatMap((node) => [node, ...node.querySelectorAll("form")])) {
    if (form.isConnected || touched.get(form) !== path) continue;
    const fields = [...form.elements].map(({ name, type, value, checked }) => ({ name, type, value, checked }));
    left.set(form.id, { path, fields });
  }
}).observe(document.documentElement, { childList: true, subtree: true });

// As if somebody had typed it, so that the page hears of it.
function fill(form, { name, type, value, checked }) {
  const chosen = type === "radio" || type === "checkbox";
  const fields = [...(form?.elements ?? [])].filter((one) => name && one.name === name && one.type === type);
  const field = fields.find((one) => !chosen || one.value === value);
  if (chosen && field && field.checked !== checked && (checked || type === "checkbox")) field.click();
  if (chosen || !field || field.value === value) return;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
  for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
}

// Dialogs and menus.
document.addEventListener("click", (event) => {
  const { target } = event;
  const opener = target.closest("[data-opens]");
  if (opener) coach.open(opener.dataset.opens);
  if (target.closest("[data-closes]") || target.matches("dialog.dialog")) target.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target) || target.closest(".menu-item")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A password, shown while its button is pressed in.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveals]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveals);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
});

// Copying, also where the page came over plain HTTP and the browser offers it no clipboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
  const copied = navigator.clipboard?.writeText(source.value ?? source.innerText) ?? Promise.reject();
  button.dataset.copied = await copied.then(() => true, () => document.execCommand("copy"));
});

// Today by keyboard. The focus is the cursor: space then presses what is focused, as everywhere.
const rowKeys = {
  "+": '[data-step="up"]',
  "=": '[data-step="up"]',
  "-": '[data-step="down"]',
  e: ".stepper-number, .menu-item",
};

function move(by) {
  const stops = [...document.querySelectorAll("[data-primary]")].filter((one) => one.offsetParent);
  const row = document.activeElement?.closest("[data-habit]");
  const here = stops.findIndex((one) => row?.contains(one));
  const next = here < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(here + by, 0), stops.length - 1);
  stops[next]?.focus();
  stops[next]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const typing = target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const named = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (rowKeys[key]) document.activeElement?.closest("[data-habit]")?.querySelector(rowKeys[key])?.click();
  else if (named) named.click();
  else return;
  event.preventDefault();
});

// A new page takes the place of the one with the focus: it goes on at the new page's beginning, not at the window's.
let shown = { main: null, path: location.pathname };
new MutationObserver(() => {
  const main = document.getElementById("main");
  if (!main || main === shown.main) return;
  const another = shown.path !== location.pathname;
  shown = { main, path: location.pathname };
  if (another && document.activeElement === document.body) main.focus({ preventScroll: true });
}).observe(document.documentElement, { childList: true, subtree: true });

// The code of the page that a link leads to, so that a tap shows its frame without waiting for the line. The router's own
// `prefetch` runs what it fetches, and loads this page anew, with all that was typed, when that is gone with a deploy.
function fetchCode(link) {
  const routes = Object.values(window.__reactRouterManifest?.routes ?? {}).filter(({ path }) => path && path !== "*");
  const leadsTo = ({ path }) => new RegExp(`^/${path.replace(/:\w+/g, "[^/]+")}$`).test(link.pathname);
  const route = routes.find(({ path }) => `/${path}` === link.pathname) ?? routes.find(leadsTo);
  for (const href of route ? [route.module, ...route.imports] : []) {
    if (document.querySelector(`link[href="${href}"]`)) continue;
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  }
}
for (const pointed of ["pointerover", "focusin", "touchstart"]) {
  document.addEventListener(pointed, ({ target }) => {
    const link = target.closest?.("a[href^='/']");
    if (link) fetchCode(link);
  }, { passive: true });
}

// Where a tap was going when its page's script turned out to be gone with a deploy: the router loads the old page anew.
const GOING = "going";
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    sessionStorage.setItem(GOING, JSON.stringify({ from: location.href, to: link.href, at: Date.now() }));
  }
}, true);
{
  const { from, to, at } = JSON.parse(sessionStorage.getItem(GOING) ?? "{}");
  sessionStorage.removeItem(GOING);
  const reloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
  if (reloaded && from === location.href && Date.now() - at < 10_000) location.replace(to);
}

// Grids of many buttons are one stop of the Tab key: arrows move inside, by one or by a column (data-roving) at a time.
document.addEventListener("keydown", (event) => {
  const grid = event.target.closest?.("[data-roving]");
  if (!grid) return;
  const cells = [...grid.children].filter((cell) => !cell.disabled);
  const column = Number(grid.dataset.roving);
  const at = cells.indexOf(event.target);
  const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -column, ArrowRight: column, Home: -at, End: cells.length }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = cells[Math.max(0, Math.min(cells.length - 1, at + step))];
  for (const cell of cells) cell.tabIndex = cell === next ? 0 : -1;
  next.focus();
});

// The service worker: the shell without a line, installation, and what is pushed. A page from before a deploy speaks to
// a server that it does not know: it loads itself anew as soon as nobody is typing in it.
if ("serviceWorker" in navigator) {
  const known = navigator.serviceWorker.controller;
  const idle = () => !document.querySelector("dialog[open]") && !document.activeElement?.closest("input, textarea, select");
  let outdated = false;
  const renew = () => outdated && idle() && location.reload();
  addEventListener("load", async () => {
    const worker = await navigator.serviceWorker.register("/service-worker.js");
    const look = () => document.visibilityState === "visible" && worker?.update().catch(() => {});
    const turn = () => renew() || look();
    document.addEventListener("visibilitychange", turn);
    setInterval(turn, 60_000);
  });
  if (known) {
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      outdated = true;
      renew();
    });
    document.addEventListener("focusout", () => setTimeout(renew, 0));
  }
}
