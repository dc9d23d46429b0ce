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

const locale = (code = spoken) => (code === "ar" ? "ar-u-nu-latn" : code);
export const clock = (at) =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hour12: false }).format(at * 1000);
export const day = (at) =>
  new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(at * 1000);
// A moment as <tg-time> wants it: w weekday, d or D date, t or T time, r how long ago.
const SHAPES = { w: { weekday: "long" }, d: { dateStyle: "short" }, D: { dateStyle: "long" }, t: { timeStyle: "short" }, T: { timeStyle: "medium" } };
export function moment(at, shape = "", code = spoken) {
  if (shape === "r") return ago(at, code);
  const parts = [...(shape || "Dt")].filter((sign) => sign in SHAPES);
  return parts.map((sign) => new Intl.DateTimeFormat(locale(code), { ...SHAPES[sign] }).format(at * 1000)).join(" ");
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
function ago(at, code) {
  const seconds = at - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale(code), { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

export function guess() {
  const wanted = navigator.languages.map((one) => one.split("-")[0]);
  return wanted.find((one) => one in NAMES) ?? "en";
}
