// What the keyboard and the clock add. Every page works without this file.
"use strict";

const editing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// -- Keyboard ---------------------------------------------------------------------------------------------------
let waitingForPlace = 0;

function moveInQueue(step) {
  const rows = all("[data-queue] tbody tr");
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.hasAttribute("data-at"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  rows[now]?.removeAttribute("data-at");
  next.setAttribute("data-at", "");
  next.querySelector("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const find = document.getElementById("find");
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k" && find) {
    event.preventDefault();
    find.focus();
    find.select();
    return;
  }
  if (event.key === "Escape" && event.target === find) find.blur();
  if ((event.metaKey || event.ctrlKey) && event.key === "Enter" && event.target.form) event.target.form.requestSubmit();
  if (event.metaKey || event.ctrlKey || event.altKey || editing(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - waitingForPlace < 1200) {
    waitingForPlace = 0;
    const place = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (place) { event.preventDefault(); place.click(); }
    return;
  }
  const pressed = {
    "/": () => find?.focus(),
    "g": () => { waitingForPlace = Date.now(); },
    "?": () => document.getElementById("keys")?.showModal(),
    "j": () => moveInQueue(1),
    "k": () => moveInQueue(-1),
    "n": () => document.querySelector("[data-next]")?.click(),
    "r": () => document.querySelector("[data-reply]")?.focus(),
  }[event.key];
  if (pressed) { event.preventDefault(); pressed(); }
});

// -- A map: arrow keys go to the nearest step that way -------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.("[data-map] a");
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  if (!here || !way) return;
  event.preventDefault();
  const middle = (step) => { const box = step.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const [x, y] = middle(here);
  const far = (step) => {
    const [dx, dy] = [middle(step)[0] - x, middle(step)[1] - y];
    const along = dx * way[0] + dy * way[1];
    return along > 1 ? along + 3 * Math.abs(dx * way[1] + dy * way[0]) : Infinity;
  };
  const steps = all("a", here.closest("[data-map]")).filter((step) => far(step) < Infinity);
  steps.sort((one, other) => far(one) - far(other))[0]?.focus();
});

// -- Dialogs, menus, toasts -------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) { event.preventDefault(); document.getElementById(opener.dataset.opens)?.showModal(); }
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast")?.remove();
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.matches("[data-copies]")) event.target.select();
  for (const menu of all("details.you[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// -- Times that grow older, in words ----------------------------------------------------------------------------
function age(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
function tellAges() {
  for (const time of all("time[data-age]")) time.textContent = age((Date.now() - Date.parse(time.dateTime)) / 1000);
}
setInterval(tellAges, 1000);

// -- Charts: drawn by the server; drawn live, with every value to point at, once somebody reaches for one ---------
let bundle;
function loadBundle(address) {
  bundle ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  return bundle;
}
async function drawLive(figure) {
  if (figure.dataset.live) return;
  figure.dataset.live = "yes";
  await loadBundle(figure.dataset.bundle);
  for (const place of all("[data-spec]", figure)) {
    if (!place.offsetParent) continue;
    const canvas = document.createElement("div");
    const spec = JSON.parse(document.getElementById(place.dataset.spec).textContent);
    await window.vegaEmbed(canvas, spec, { ast: true, actions: false, renderer: "svg" });
    const drawn = canvas.querySelector("svg");
    drawn.setAttribute("viewBox", `0 0 ${drawn.getAttribute("width")} ${drawn.getAttribute("height")}`);
    place.replaceChildren(canvas);
  }
}
for (const happening of ["pointerover", "focusin"]) {
  document.addEventListener(happening, (event) => {
    const figure = event.target.closest?.("figure[data-bundle]");
    if (figure) drawLive(figure).catch(() => { /* the drawing of the server stays */ });
  });
}

// -- Pickers apply themselves: a click at once, keys once one presses Enter or goes on, for arrows only look around ----
let byKeys = false;
function apply(form, next) {
  delete form.dataset.waits;
  const stays = form.hasAttribute("hx-get");
  if (!stays) sessionStorage.setItem("focus", JSON.stringify([location.pathname, next]));
  form.requestSubmit();
}
document.addEventListener("pointerdown", () => { byKeys = false; }, true);
document.addEventListener("keydown", (event) => {
  byKeys = true;
  const form = event.key === "Enter" && event.target.closest?.("form[data-waits]");
  if (form) { event.preventDefault(); apply(form, event.target.id); }
}, true);
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-applies]");
  if (form && byKeys && event.target.matches("select")) form.dataset.waits = "yes";
  else if (form) apply(form, event.target.id);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-waits]");
  if (form && event.relatedTarget) apply(form, event.relatedTarget.id || event.target.id);
});
const [left, focused] = JSON.parse(sessionStorage.getItem("focus") ?? "[]");
sessionStorage.removeItem("focus");
if (left === location.pathname && focused) document.getElementById(focused)?.focus();

// -- htmx: silent while nobody looks, and after a swap the ages are told again -------------------------------------
document.addEventListener("htmx:beforeRequest", (event) => {
  const polls = event.detail.elt.hasAttribute("data-polls");
  const busy = (elt) => elt.contains(document.activeElement?.closest("details, form:not([data-many])")) || elt.querySelector("[data-many] input:checked");
  if (polls && (document.hidden || busy(event.detail.elt))) event.preventDefault();
});
document.addEventListener("htmx:afterSwap", tellAges);
tellAges();
