// A message, or the messages of an album, as a row of the chat: its bubble and the buttons under it.

import * as content from "./content.js";
import { direction, el, icon } from "./dom.js";
import { write } from "./entities.js";
import { clock, knows, say } from "./words.js";

const SIGNS = { url: "↗", web_app: "▣", copy_text: "⧉", switch_inline_query: "↪", switch_inline_query_current_chat: "@" };

export function row(messages, { viewer, group, replied, isLast, isFirst, hands, voted }) {
  const [first] = messages;
  if (first.service) return service(first);
  const isMine = first.by.id === viewer;
  const told = messages.find((one) => one.text) ?? first;
  const sides = `row ${isMine ? "mine" : "theirs"}${isLast ? " last" : ""}${isFirst ? " first" : ""}`;
  const bubble = el("div", { class: bubbleClass(messages, told), dir: direction(plainOf(told)) },
    head(first, group && !isMine && isFirst, replied, hands),
    body(messages, told, hands, voted.has(first.id)),
    reactions(first, viewer, hands),
    meta(messages.at(-1), isMine));
  const more = el("button", { type: "button", class: "more", "aria-label": say("message.more"), title: say("message.more"),
    onclick: (event) => hands.menu(told, isMine, event.currentTarget) }, icon("⋯"));
  const whole = el("div", { class: "stack", ondblclick: () => hands.reply(told) }, el("div", { class: "held" }, bubble, more));
  if (first.keyboard.length) whole.append(keyboard(first, hands));
  return el("div", { class: sides, role: "article", "data-key": first.id, "aria-label": `${first.by.name}, ${clock(first.at)}` },
    group && !isMine ? avatar(first.by, isLast) : null, whole);
}

const plainOf = (message) => message.text || message.poll?.question || message.file?.name || "";

function bubbleClass(messages, told) {
  const isBare = messages[0].file && messages[0].file.kind === "photo" && !told.text;
  return `bubble${messages[0].file ? " with-media" : ""}${isBare ? " bare" : ""}`;
}

export function avatar(who, isShown = true) {
  const shown = el("span", { class: `avatar tone${Math.abs(who.id) % 7}${isShown ? "" : " unseen"}`, "aria-hidden": "true" },
    [...who.name][0] ?? "?");
  return shown;
}

function head(message, isNamed, replied, hands) {
  const parts = [];
  if (isNamed) parts.push(el("div", { class: `sender tone${Math.abs(message.by.id) % 7}` }, el("bdi", {}, message.by.name)));
  if (message.origin) parts.push(el("div", { class: "origin" }, say("message.forwarded", { name: message.origin })));
  if (message.via) parts.push(el("div", { class: "origin" }, say("message.via", { name: message.via })));
  if (replied) {
    const quoted = plainOf(replied) || say("message.photo");
    parts.push(el("button", { type: "button", class: "quote", dir: direction(quoted), onclick: () => hands.show(replied.id) },
      el("span", { class: "unseen-text" }, say("message.answers")), el("b", {}, el("bdi", {}, replied.by.name)), el("span", {}, quoted.slice(0, 120))));
  }
  return parts;
}

function body(messages, told, hands, hasVoted) {
  const [first] = messages;
  const parts = [];
  const shown = told.preview && content.preview(told.preview, hands);
  if (messages.length > 1) parts.push(content.album(messages));
  else if (first.file) parts.push(content.picture(first));
  if (shown && told.preview.above) parts.push(shown);
  if (first.poll) parts.push(content.poll(first, hands, hasVoted));
  if (first.rich) parts.push(content.rich(first.rich, hands));
  if (told.text) parts.push(el("div", { class: "text" }, write(told.text, told.entities, hands), shown && !told.preview.above ? null : spacer(told)));
  if (shown && !told.preview.above) parts.push(shown, el("div", { class: "under" }));
  if (first.rich || first.poll) parts.push(el("div", { class: "under" }));
  return parts;
}

function reactions(message, viewer, hands) {
  if (!message.reactions.length) return null;
  return el("div", { class: "reactions", role: "group", "aria-label": say("message.reactions") }, message.reactions.map(({ emoji, by }) =>
    el("button", { type: "button", class: "reaction", "aria-pressed": String(by.includes(viewer)), "data-spot": emoji,
      onclick: () => hands.react(message, emoji) }, `${emoji} ${by.length}`)));
}

// Leaves room for the time at the end of the last line.
const spacer = (message) => el("span", { class: message.edited ? "spacer wide" : "spacer", "aria-hidden": "true" });

function meta(message, isMine) {
  return el("span", { class: "meta" },
    message.silent ? el("span", { title: say("message.silent"), "aria-label": say("message.silent") }, "🔕 ") : null,
    message.edited ? el("span", { title: say("message.edited") }, icon("✎ "), el("span", { class: "unseen-text" }, say("message.edited"))) : null,
    el("time", {}, clock(message.at)), isMine ? el("span", { class: "ticks", "aria-hidden": "true" }, "✓✓") : null);
}

function keyboard(message, hands) {
  return el("div", { class: "keys" }, message.keyboard.map((buttons, row) => el("div", { class: "keyrow" },
    buttons.map((button, column) => el("button", {
      type: "button", class: `key ${button.style}`, "data-spot": `${row}.${column}`, disabled: button.action === "disabled",
      onclick: (event) => hands.press(message, button, row, column, event.currentTarget) },
      el("bdi", {}, button.text), SIGNS[button.action] ? el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[button.action]) : null)))));
}

function service(message) {
  const { what, names } = message.service;
  const known = say(`service.${what}`, { who: message.by.name, names: names.join("، ") });
  const text = knows(`service.${what}`) ? known : say("service.other", { who: message.by.name, what });
  return el("div", { class: "service", "data-key": message.id }, el("span", {}, text));
}
