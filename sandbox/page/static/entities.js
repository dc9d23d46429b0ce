// A text with its entities as nodes. Offsets are UTF-16 units, as those of JavaScript's strings.
// A new kind of entity is a line of KINDS.

import { el } from "./dom.js";
import { moment, say } from "./words.js";

const plain = (tag, cls) => (_, inner) => el(tag, { class: cls }, inner);

const KINDS = {
  bold: plain("strong"),
  italic: plain("em"),
  underline: plain("u"),
  strikethrough: plain("s"),
  code: plain("code"),
  pre: plain("pre"),
  blockquote: plain("blockquote"),
  expandable_blockquote: plain("blockquote", "long"),
  spoiler: (_, inner) => {
    const show = () => cover.classList.add("shown");
    const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", title: say("message.spoiler"), onclick: show }, inner);
    cover.addEventListener("keydown", (event) => event.key === "Enter" && show());
    return cover;
  },
  date_time: (entity, inner, hands) => el("time", {}, moment(entity.unix_time, entity.date_time_format, hands.language())),
  mention: plain("span", "tag"),
  hashtag: plain("span", "tag"),
  cashtag: plain("span", "tag"),
  email: plain("span", "tag"),
  text_mention: plain("span", "tag"),
  url: (entity, inner, hands, text) => hands.link(text, inner),
  text_link: (entity, inner, hands) => hands.link(entity.url, inner),
  // A link and not a button: what is atomic would take the slash out of the direction that marks around it give.
  bot_command: (entity, inner, hands, text) =>
    el("a", { href: "#", class: "link", onclick: (event) => { event.preventDefault(); hands.write(text); } }, inner),
};

export function write(text, entities, hands) {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return stretch(text, 0, text.length, sorted, hands);
}

function stretch(text, start, end, entities, hands) {
  const nodes = [];
  let at = start;
  for (let number = 0; number < entities.length; number += 1) {
    const entity = entities[number];
    const until = entity.offset + entity.length;
    if (entity.offset < at || entity.offset >= end) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = entities.slice(number + 1).filter((one) => one.offset + one.length <= until);
    const inner = stretch(text, entity.offset, until, inside, hands);
    const draw = KINDS[entity.type];
    nodes.push(...(draw ? [draw(entity, inner, hands, text.slice(entity.offset, until))] : inner));
    at = until;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

// The rich text of rich messages: a string, a list, or what is written in a way.
const RICH = { url: "text_link" };
export function writeRich(part, hands) {
  if (typeof part === "string") return [part];
  if (Array.isArray(part)) return part.flatMap((one) => writeRich(one, hands));
  const inner = writeRich(part.text ?? "", hands);
  const draw = KINDS[RICH[part.type] ?? part.type];
  return draw ? [draw(part, inner, hands, "")] : inner;
}
