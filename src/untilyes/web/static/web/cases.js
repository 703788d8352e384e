// What the keyboard and the mouse add to the queue and to one case. Both pages work without this file.
"use strict";

// -- The queue: choosing cases ------------------------------------------------------------------------------------
const boxes = () => [...document.querySelectorAll("[data-many] tbody input[name=n]")];
const rowNow = () => document.querySelector("[data-queue] tbody tr[data-at]");
let lastChosen = null;

function tellChosen() {
  const count = document.querySelector("[data-count]");
  if (!count) return;
  const n = boxes().filter((box) => box.checked).length;
  count.textContent = n ? `${n} chosen` : "";
}

function choose(box, checked, { between = false } = {}) {
  const all = boxes();
  const from = between && lastChosen !== null ? all.findIndex((one) => one.value === lastChosen) : -1;
  const to = all.indexOf(box);
  const reach = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of reach) one.checked = checked;
  lastChosen = box.value;
  tellChosen();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-many] tbody input[name=n]");
  if (box) choose(box, box.checked, { between: event.shiftKey });
});

// A verb for the chosen cases, or for the one the reader is at: puts them where they choose what exactly.
function reachFor(key) {
  const field = document.querySelector(`[data-many] [data-focus="${key}"]`);
  if (!field) return document.querySelector(`#case [data-focus="${key}"]`);
  const box = rowNow()?.querySelector("input[name=n]");
  if (!boxes().some((one) => one.checked) && box) choose(box, true);
  return boxes().some((one) => one.checked) ? field : null;
}

function reach(key) {
  const field = reachFor(key);
  if (!field) return false;
  const drawer = field.closest("details");
  if (drawer) drawer.open = true;
  field.focus();
  return true;
}

// Enter does what stands beside the field, not what happens to be the first button of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-many] [data-focus]")) return;
  event.preventDefault();
  event.target.parentElement.querySelector("button").click();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented && event.key !== "r") return;
  if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
  const field = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (field) return;
  const link = rowNow()?.querySelector("th a");
  const box = rowNow()?.querySelector("input[name=n]");
  const pressed = {
    "x": () => { if (!box) return false; choose(box, !box.checked); return true; },
    "o": () => { if (!link) return false; link.click(); return true; },
    "r": () => { if (!link || document.querySelector("[data-reply]")) return false; window.location.assign(`${link.href}#reply`); return true; },
    "a": () => reach("a"),
    "z": () => reach("z"),
    "p": () => reach("p"),
    "m": () => reach("m"),
  }[event.key];
  if (pressed?.()) event.preventDefault();
});

// -- One case: prepared replies, dropped in where the writer is ----------------------------------------------------
function insert(words) {
  const reply = document.querySelector("[data-reply]");
  if (!reply) return;
  const before = reply.value.slice(0, reply.selectionStart).replace(/\/$/, "");
  const after = reply.value.slice(reply.selectionEnd);
  reply.value = before + words + after;
  reply.focus();
  reply.setSelectionRange(before.length + words.length, before.length + words.length);
  reply.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const prepared = event.target.closest?.("[data-inserts]");
  if (!prepared) return;
  event.preventDefault();
  insert(prepared.querySelector("[data-words]").textContent);
  const drawer = prepared.closest("details");
  if (drawer) drawer.open = false;
});

document.addEventListener("input", (event) => {
  const reply = event.target.closest?.("[data-reply]");
  if (!reply || event.data !== "/") return;
  const line = reply.value.slice(0, reply.selectionStart).split("\n").pop();
  const drawer = document.getElementById("replies");
  if (line !== "/" || !drawer) return;
  drawer.open = true;
  drawer.querySelector("input[type=search]")?.focus();
});

document.addEventListener("keydown", (event) => {
  const drawer = event.target.closest?.("#replies");
  if (!drawer) return;
  const offered = [...drawer.querySelectorAll("[data-inserts]")];
  const at = offered.indexOf(document.activeElement);
  if (event.key === "Escape") { drawer.open = false; document.querySelector("[data-reply]")?.focus(); }
  if (event.key === "ArrowDown") { event.preventDefault(); offered[Math.min(offered.length - 1, at + 1)]?.focus(); }
  if (event.key === "ArrowUp") { event.preventDefault(); (offered[at - 1] ?? drawer.querySelector("input"))?.focus(); }
  if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); offered[0]?.click(); }
});

// What arrives while nothing is being written has been read; what arrives beside a begun answer has to be looked at.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.target.id === "read-until" && document.querySelector("[data-reply]")?.value.trim()) event.preventDefault();
});
document.addEventListener("htmx:afterSwap", tellChosen);
if (window.location.hash === "#reply") document.getElementById("reply")?.focus();
tellChosen();
