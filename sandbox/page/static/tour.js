// The guided tour that the panel tells of: one step at a time, over when what it is about has happened.

import { el } from "./dom.js";
import { store } from "./live.js";
import { language, say, tell } from "./words.js";

const KEPT = "tour"; // in this tab: how often each step had been done when the tour began
const SHOWN = "sought"; // the class of where to press

let begun = JSON.parse(sessionStorage.getItem(KEPT));
let drawn = "";
let last = "";

const box = () => document.getElementById("tour");
const steps = () => store.panel?.tour ?? [];
const isDone = (step) => step.count > (step.is_lasting ? 0 : Math.min(step.count, begun[step.name] ?? 0));

export function showTour(panes, turnTo) {
  const all = steps();
  const button = document.getElementById("guide");
  button.hidden = all.length === 0;
  button.setAttribute("aria-expanded", String(Boolean(begun)));
  button.onclick = () => { if (begun) leave(); else begin(); showTour(panes, turnTo); };
  for (const shown of document.querySelectorAll(`.${SHOWN}`)) shown.classList.remove(SHOWN);
  box().hidden = !begun || all.length === 0;
  if (box().hidden) return;
  const number = countDone(all);
  const place = all[number] && find(all[number], panes);
  mark(place, panes);
  draw(all, number, place, () => { turnTo(place); go(place, all[number]); }, () => showTour(panes, turnTo));
}

// Those that are done in a row: what was done ahead of its time is passed over when its turn comes.
function countDone(all) {
  const number = all.findIndex((step) => !isDone(step));
  return number < 0 ? all.length : number;
}

function begin() {
  begun = Object.fromEntries(steps().map((step) => [step.name, step.count]));
  sessionStorage.setItem(KEPT, JSON.stringify(begun));
  last = "";
}

function leave() {
  begun = null;
  drawn = "";
  sessionStorage.removeItem(KEPT);
}

// The first place of a step that is on the page: its element, and the phone that it is on.
function find(step, panes) {
  for (const point of step.points) {
    const element = findOn(panes[point.pane].element, point);
    if (element) return { element, pane: point.control ? null : panes[point.pane], point };
  }
  return null;
}

function findOn(phone, point) {
  const sets = [...phone.querySelectorAll(".messages .keys")];
  const newest = sets.at(-1);
  const begins = (key, sign) => key.textContent.trim().startsWith(sign);
  const keysOf = (keys) => [...(keys?.querySelectorAll(".key:not(:disabled)") ?? [])];
  if (point.after && !keysOf(newest).some((key) => begins(key, point.after))) return null;
  if (point.control) return document.querySelector(`[data-control="${point.control}"]`);
  if (point.gate) return phone.querySelector(".gate:not([hidden]):not(:disabled)");
  if (point.write) return phone.querySelector(".writing:not([hidden]) textarea");
  const places = point.is_newest ? [newest] : sets.reverse();
  return places.flatMap(keysOf).find((key) => begins(key, point.key));
}

function mark(place, panes) {
  if (!place) return;
  (place.point.write ? place.element.parentElement : place.element).classList.add(SHOWN);
  if (place.pane) document.getElementById("tabs").children[panes.indexOf(place.pane)]?.classList.add(SHOWN);
}

function go(place, step) {
  const words = [place.point.command, tell(`tour.${step.name}.text`)];
  if (place.point.write) place.pane.composer.put(words.filter(Boolean).join(" "));
  place.element.scrollIntoView({ block: "nearest" }); // a chat at its end goes on following what comes
  place.element.focus();
}

function draw(all, number, place, onShow, onChange) {
  const step = all[number];
  const sign = JSON.stringify([number, Boolean(place), place?.point, language()]);
  if (sign === drawn) { box().querySelector(".show")?.replaceWith(showButton(place, onShow)); return; }
  const spot = box().contains(document.activeElement) && document.activeElement.className;
  drawn = sign;
  const title = step ? tell(`tour.${step.name}`) : say("tour.over");
  const how = step ? tell(`tour.${step.name}.how`) : say("tour.over.how");
  const again = el("button", { type: "button", class: "again", onclick: () => { begin(); onChange(); } }, say("tour.again"));
  const stop = el("button", { type: "button", class: "stop", onclick: () => { leave(); onChange(); document.getElementById("guide").focus(); } }, say("tour.leave"));
  box().replaceChildren(dots(all, number),
    el("div", { class: "told" }, step ? el("small", {}, say("tour.step", { n: number + 1, all: all.length })) : null, el("h2", {}, title),
      el("p", {}, how, step ? el("span", { class: "unseen-text" }, ` ${say("tour.waits")}`) : null)),
    el("div", { class: "ways" }, place ? showButton(place, onShow) : null, step ? null : again, stop));
  if (spot) box().querySelector(`[class="${spot}"]`)?.focus();
  announce(all, number, title, how);
}

const showButton = (place, onShow) =>
  el("button", { type: "button", class: "main show", onclick: onShow }, place.point.write ? say("tour.write") : say("tour.show"));

const dots = (all, number) => el("ol", { class: "dots", "aria-hidden": "true" },
  all.map((_, position) => el("li", { class: position < number ? "done" : position === number ? "now" : "" })));

// A screen reader hears once of each step, with what was done before it.
function announce(all, number, title, how) {
  if (last === title) return;
  last = title;
  const done = number > 0 ? `${say("tour.done", { step: tell(`tour.${all[number - 1].name}`) })}. ` : "";
  document.getElementById("told").textContent = `${done}${title}. ${how}`;
}
