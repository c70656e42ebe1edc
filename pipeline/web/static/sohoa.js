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

for (const one of document.querySelectorAll("[data-submit]")) {
  one.addEventListener("change", () => one.form.requestSubmit());
}
for (const one of document.querySelectorAll("[data-print]")) {
  one.hidden = false;
  one.addEventListener("click", () => window.print());
}
