// What stands beside the chats: the controls and figures that the panel tells of.

import { el } from "./dom.js";
import { pressControl, store } from "./live.js";
import { language, tell } from "./words.js";

let drawn = "";
const values = new Map();

export function showStrip() {
  const strip = document.getElementById("strip");
  strip.hidden = !store.panel;
  if (!store.panel) return;
  const { controls, figures } = store.panel;
  const sign = JSON.stringify([controls.map(({ name, group }) => [name, group]), figures.map(({ name }) => name), language()]);
  if (sign !== drawn) build(strip, controls, figures);
  drawn = sign;
  for (const control of controls) {
    const button = strip.querySelector(`[data-control="${control.name}"]`);
    if (control.is_on !== null) button.setAttribute("aria-pressed", String(control.is_on));
  }
  for (const figure of figures) {
    const shown = values.get(figure.name);
    if (shown.textContent !== figure.value) shown.textContent = figure.value;
    shown.parentElement.className = `figure ${figure.mood}`;
  }
}

function build(strip, controls, figures) {
  const groups = [...new Set(controls.map((control) => control.group))];
  values.clear();
  strip.replaceChildren(
    el("div", { class: "all" }, groups.map((group) => el("div", { class: "tools", role: "group", "aria-label": tell(`group.${group}`) },
      el("span", { class: "label" }, tell(`group.${group}`)),
      controls.filter((control) => control.group === group).map((control) => el("button", {
        type: "button", "data-control": control.name, onclick: () => pressControl(control.name) }, tell(`control.${control.name}`)))))),
    el("dl", { class: "figures", tabIndex: 0 }, figures.map((figure) => {
      const value = el("dd", { dir: "auto" });
      values.set(figure.name, value);
      return el("div", { class: "figure" }, el("dt", {}, tell(`figure.${figure.name}`)), value);
    })));
}
