// The page: its bar, its phones, and what happens when the server tells of a change.

import { askPerson } from "./dialog.js";
import { el, toast } from "./dom.js";
import { act, listen, store, titleOf } from "./live.js";
import { Pane } from "./pane.js";
import { showStrip } from "./strip.js";
import { showTour } from "./tour.js";
import { NAMES, guess, language, say, speak } from "./words.js";

const THEMES = { auto: "◐", light: "☀", dark: "☾" };
const panes = [];
let shown = 0; // the phone that a narrow screen shows
let isDrawn = false;

function main() {
  const select = document.getElementById("language");
  select.append(...Object.entries(NAMES).map(([code, name]) => el("option", { value: code, lang: code }, name)));
  select.onchange = () => change(select.value);
  document.getElementById("theme").onclick = turnTheme;
  document.getElementById("add").onclick = addPerson;
  setTheme(localStorage.getItem("theme") ?? "auto");
  const code = localStorage.getItem("language") ?? guess();
  select.value = code;
  speak(code).then(() => listen(onChange, onState));
}

async function change(code) {
  localStorage.setItem("language", code);
  await speak(code);
  setTheme(document.documentElement.dataset.theme);
  draw();
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = THEMES[name];
}

function turnTheme() {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
  localStorage.setItem("theme", next);
  setTheme(next);
  toast(say(`theme.${next}`));
}

async function addPerson() {
  const told = await askPerson();
  const made = told && (await act("add person", {}, told));
  if (made) setTimeout(() => panes[shown].turn(made.person, null), 200);
}

function onState(isLive) {
  const live = document.getElementById("live");
  live.className = isLive ? "on" : "off";
  live.textContent = isLive ? "" : say("page.away");
}

function onChange(kind, told) {
  if (kind === "alert") panes.find((pane) => pane.person === told.person)?.hear(told.text);
  if (kind === "snapshot" && panes.length === 0) openPanes();
  plan();
}

// However much comes at once, it is drawn once a frame.
function plan() {
  if (isDrawn) return;
  isDrawn = true;
  setTimeout(() => { isDrawn = false; draw(); }, 30);
}

function openPanes() {
  const main = document.getElementById("panes");
  store.panes.forEach(({ person, chat }) => {
    const pane = new Pane(person, chat, showTabs);
    panes.push(pane);
    main.append(pane.element);
  });
  document.getElementById("title").textContent = store.bot.first_name;
  document.title = store.bot.first_name;
}

function draw() {
  showTabs(); // first: what is not shown has no height, and cannot be at its end
  showStrip();
  for (const pane of panes) pane.update();
  showTour(panes, turnTo);
}

function showTabs() {
  const tabs = document.getElementById("tabs");
  tabs.replaceChildren(...panes.map((pane, number) => el("button", {
    type: "button", "aria-pressed": String(number === shown), onclick: () => { shown = number; showTabs(); pane.toEnd(); plan(); },
  }, el("bdi", {}, store.people.get(pane.person)?.name ?? ""), el("small", {}, el("bdi", {}, pane.here ? titleOf(pane.here) : "")))));
  panes.forEach((pane, number) => pane.element.classList.toggle("chosen", number === shown));
}

function turnTo({ pane }) {
  if (!pane || panes[shown] === pane) return;
  shown = panes.indexOf(pane);
  showTabs();
  pane.toEnd();
}

main();
