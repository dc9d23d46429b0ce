// Elements from plain data. Text is always text: nothing here, or anywhere on the page, reads HTML.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const icon = (sign) => el("span", { "aria-hidden": "true" }, sign);

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LETTER = /\p{L}/u;

// The direction of a text by its first letter, as Telegram takes it; that of the page where there is none.
export function direction(text) {
  const first = text?.match(LETTER)?.[0];
  return first ? (RIGHT_TO_LEFT.test(first) ? "rtl" : "ltr") : document.documentElement.dir;
}


// A word that passes: over the page, or in a box of a phone's.
export function toast(text, isAlert = false, box = document.getElementById("toasts")) {
  const shown = el("div", { class: "toast", dir: direction(text) }, text);
  box.append(shown);
  setTimeout(() => { shown.remove(); }, isAlert ? 6000 : 4000);
}
