// What the page says, in the language that was chosen: its own words and those of the panel.

export const NAMES = { ar: "العربية", en: "English", zh: "中文", fr: "Français" };
const RIGHT_TO_LEFT = ["ar"];
let words = {};
let spoken = "en";

export const language = () => spoken;

export async function speak(code) {
  const answer = await fetch(`/words/${code}`);
  words = await answer.json();
  spoken = code;
  document.documentElement.lang = code;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(code) ? "rtl" : "ltr";
  dress(document);
}

// Put the words into what index.html has marked.
export function dress(root) {
  for (const node of root.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
    if (node.matches("button, select")) node.title = say(node.dataset.label);
  }
}

export const say = (key, values = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? `\u2068${values[name]}\u2069` : whole));

export const knows = (key) => key in words;

// The panel's words; the page cannot know their names.
export const tell = (key) => words[key] ?? key.split(".").pop();

const locale = () => (spoken === "ar" ? "ar-u-nu-latn" : spoken);
export const clock = (at) =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hour12: false }).format(at * 1000);
export const day = (at) =>
  new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(at * 1000);
export const moment = (at) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(at * 1000);

export function guess() {
  const wanted = navigator.languages.map((one) => one.split("-")[0]);
  return wanted.find((one) => one in NAMES) ?? "en";
}
