// The strip of a stack: keys and buttons change the written plan, which is what is sent.
"use strict";

{
const strip = document.querySelector("[data-strip]");
const plan = document.getElementById("plan");
const sheets = new Map([...strip.children].map((one) => [Number(one.dataset.page), one]));
let pages = [];
let chosen = 0;

const read = () => {
  const found = [];
  for (const part of plan.value.split("|")) {
    let isStart = true;
    for (const word of part.split(/\s+/).filter(Boolean)) {
      const match = /^(-?)(\d+)(?:r(90|180|270))?$/.exec(word);
      if (!match || !sheets.has(Number(match[2]))) continue;
      const isOut = match[1] === "-";
      found.push({ number: Number(match[2]), turn: Number(match[3] || 0), isOut, isStart: isStart && !isOut });
      if (!isOut) isStart = false;
    }
  }
  // Dropped sheets are shown where they lay in the scan; the others keep the order of the plan.
  pages = found.filter((one) => !one.isOut);
  for (const one of found.filter((page) => page.isOut)) {
    const at = pages.findIndex((other) => other.number > one.number);
    pages.splice(at < 0 ? pages.length : at, 0, one);
  }
};
const write = () => {
  const parts = [];
  const out = [];
  for (const page of pages) {
    if (page.isOut) { out.push(`-${page.number}`); continue; }
    const word = page.turn ? `${page.number}r${page.turn}` : `${page.number}`;
    if (page.isStart || !parts.length) parts.push([word]);
    else parts[parts.length - 1].push(word);
  }
  plan.value = [...parts.map((part) => part.join(" ")), ...(out.length ? [out.join(" ")] : [])].join(" | ");
};
const show = () => {
  let document_ = 0;
  pages.forEach((page, place) => {
    const sheet = sheets.get(page.number);
    const isStart = !page.isOut && (page.isStart || document_ === 0);
    if (isStart) document_ += 1;
    sheet.classList.toggle("start", isStart);
    sheet.classList.toggle("out", page.isOut);
    for (const turn of [90, 180, 270]) sheet.classList.toggle(`turned${turn}`, page.turn === turn);
    sheet.querySelector("[data-of]").textContent = page.isOut ? strip.dataset.dropped
      : isStart ? `${strip.dataset.document} ${document_}` : "";
    sheet.querySelector(".sheet-face").setAttribute("aria-pressed", String(place === chosen));
    strip.append(sheet);
  });
};
const face = (place) => sheets.get(pages[place].number).querySelector(".sheet-face");
const choose = (place) => {
  if (place < 0 || place >= pages.length) return;
  chosen = place;
  show();
  face(place).focus();
};
const move = (step) => {
  const target = chosen + step;
  if (target < 0 || target >= pages.length) return;
  const [page] = pages.splice(chosen, 1);
  pages.splice(target, 0, page);
  chosen = target;
};
const deeds = {
  cut: (page) => { page.isStart = !page.isStart; },
  turn: (page) => { page.turn = (page.turn + 90) % 360; },
  drop: (page, place) => {
    const after = pages[place + 1];
    if (!page.isOut && page.isStart && after && !after.isOut) after.isStart = true;
    page.isOut = !page.isOut;
  },
  before: () => move(-1),
  after: () => move(1),
  zoom: (page) => sheets.get(page.number).classList.toggle("large"),
};
const act = (deed) => {
  deeds[deed](pages[chosen], chosen);
  write();
  show();
  face(chosen).focus();
};

read();
for (const one of document.querySelectorAll("[data-strip-tools]")) one.hidden = false;
show();
plan.addEventListener("input", () => { read(); chosen = Math.min(chosen, Math.max(0, pages.length - 1)); show(); });
for (const one of document.querySelectorAll("[data-do]")) one.addEventListener("click", () => act(one.dataset.do));
strip.addEventListener("click", (event) => {
  const sheet = event.target.closest("[data-page]");
  if (sheet) choose(pages.findIndex((one) => one.number === Number(sheet.dataset.page)));
});
strip.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const deed = { Enter: "cut", r: "turn", R: "turn", x: "drop", X: "drop", z: "zoom", Z: "zoom" }[event.key];
  if (step && event.altKey) act(step < 0 ? "before" : "after");
  else if (step) choose(chosen + step);
  else if (deed && !event.altKey) act(deed);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
}
