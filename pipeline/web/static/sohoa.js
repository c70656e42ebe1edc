// Small help for the page: it works without, only slower. No library, nothing from elsewhere.
"use strict";

const POLL_MS = 3000;

// Fresh list: ask for a stamp, fetch the changed part only when the stamp differs.
const pulse = document.querySelector("[data-pulse]");
const note = document.querySelector("[data-live-note]");
const noteText = note ? note.textContent : "";
let stamp = null;

function isBusy(area) {
  const here = document.activeElement;
  return area.contains(here) && here.matches("summary, input, textarea");
}

async function beat() {
  if (document.hidden) return;
  try {
    const answer = await fetch(pulse.dataset.pulse, { cache: "no-store" });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const now = (await answer.json()).stamp;
    if (note) { note.classList.remove("lost"); note.textContent = noteText; }
    if (stamp !== null && now !== stamp) {
      if (pulse.dataset.live && !(await swap())) return;
      if ("reload" in pulse.dataset) location.reload();
    }
    stamp = now;
  } catch {
    if (note) { note.classList.add("lost"); note.textContent = note.dataset.lost; }
  }
}

// Returns false while someone reads or types in the part that would be changed.
async function swap() {
  if (isBusy(pulse) || pulse.querySelector("details[open]")) return false;
  const answer = await fetch(pulse.dataset.live, { cache: "no-store" });
  if (!answer.ok) return false;
  const focused = document.activeElement && document.activeElement.getAttribute("href");
  pulse.innerHTML = await answer.text();
  if (focused) {
    const again = [...pulse.querySelectorAll("a")].find((one) => one.getAttribute("href") === focused);
    if (again) again.focus({ preventScroll: true });
  }
  return true;
}

if (pulse) {
  beat();
  setInterval(beat, POLL_MS);
  document.addEventListener("visibilitychange", beat);
}

// Keys: "/" to search, j and k along the rows.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "/") {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.indexOf(document.activeElement);
    const next = rows[event.key === "j" ? at + 1 : Math.max(0, at - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
});

// Review: Enter accepts a box and goes on; in the last one it confirms.
const review = document.querySelector("[data-review]");
if (review) {
  const boxes = [...review.querySelectorAll("[data-value]")];
  review.addEventListener("keydown", (event) => {
    const at = boxes.indexOf(event.target);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || at < 0) return;
    event.preventDefault();
    if (at + 1 < boxes.length) { boxes[at + 1].focus(); boxes[at + 1].select(); }
    else review.requestSubmit();
  });
  review.addEventListener("click", (event) => {
    const other = event.target.closest("[data-fill]");
    if (!other) return;
    const box = document.getElementById(other.dataset.for);
    box.value = other.dataset.fill;
    box.focus();
  });
}

// Review: the scan beside the boxes shows where the value at hand was read; Alt and + or - zoom.
const sheets = document.querySelector("[data-sheets]");
if (review && sheets) {
  const steps = [1, 1.5, 2, 3];
  let step = 0;
  const bar = sheets.querySelector("[data-zoom]");
  bar.hidden = false;
  const show = (box) => {
    const place = box && sheets.querySelector(`[data-of="${box.id}"]`);
    for (const one of sheets.querySelectorAll(".met")) one.classList.toggle("here", one === place);
    if (!place) return;
    for (const one of sheets.querySelectorAll("[data-sheet]")) one.hidden = !one.contains(place);
    const sheet = place.closest("[data-sheet]");
    const frame = sheet.getBoundingClientRect(), at = place.getBoundingClientRect();
    sheet.scrollTop += at.top - frame.top - frame.height / 3;
    sheet.scrollLeft += at.left - frame.left - Math.max(20, (frame.width - at.width) / 2);
  };
  let box = review.querySelector("[data-value]");
  const zoom = (by) => {
    step = Math.min(steps.length - 1, Math.max(0, step + by));
    for (const one of sheets.querySelectorAll("svg")) one.style.width = `${steps[step] * 100}%`;
    show(box);
  };
  bar.addEventListener("click", (event) => {
    const by = event.target.closest("[data-by]");
    if (by) zoom(Number(by.dataset.by));
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["+", "=", "-"].includes(event.key)) return;
    event.preventDefault();
    zoom(event.key === "-" ? -1 : 1);
  });
  review.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-value]")) { box = event.target; show(box); }
  });
  show(document.activeElement.matches("[data-value]") ? document.activeElement : box);
}

// Files dropped on the page, or chosen, go into a drop folder, one after the other.
const send = document.querySelector("[data-send]");
if (send) {
  send.hidden = false;
  const csrf = document.querySelector("script[data-csrf]").dataset.csrf;
  const list = send.querySelector("[data-send-list]");
  const folder = send.querySelector("[data-send-folder]");
  const one = async (file) => {
    const line = document.createElement("li");
    const tell = (text, kind) => { line.textContent = `${file.name}: ${text}`; line.className = kind; };
    tell(send.dataset.going, "");
    list.append(line);
    const query = new URLSearchParams({ folder: folder.value, name: file.name });
    try {
      const answer = await fetch(`/api/send?${query}`, { method: "POST", body: file, headers: { "X-CSRF": csrf } });
      if (answer.ok) { tell(send.dataset.sent, "sent"); return; }
      const error = (await answer.json().catch(() => ({}))).error || {};
      tell(error[`message_${send.dataset.lang}`] || `${send.dataset.failed} (${answer.status})`, "fault");
    } catch {
      tell(send.dataset.failed, "fault");
    }
  };
  const all = async (files) => { for (const file of [...files]) await one(file); };
  const chosen = send.querySelector("[data-send-files]");
  chosen.addEventListener("change", async () => { await all(chosen.files); chosen.value = ""; });
  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    send.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) send.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    send.classList.remove("over");
    all(event.dataTransfer.files);
  });
}

for (const one of document.querySelectorAll("[data-submit]")) {
  one.addEventListener("change", () => one.form.requestSubmit());
}
for (const one of document.querySelectorAll("[data-print]")) {
  one.hidden = false;
  one.addEventListener("click", () => window.print());
}

// A sample: one key gives the verdict and the next unit comes; arrows turn the page.
const verdicts = document.querySelector("[data-verdicts]");
if (verdicts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.matches("input, textarea, select")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const meant = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (meant) { event.preventDefault(); meant.click(); }
  });
}

// Structure: mark the whole page at once.
const marks = document.querySelector("[data-marks]");
const markAll = marks && marks.querySelector("[data-mark-all]");
if (markAll) {
  markAll.hidden = false;
  markAll.querySelector("input").addEventListener("change", (event) => {
    for (const one of marks.querySelectorAll("tbody input[type=checkbox]")) one.checked = event.target.checked;
  });
}
