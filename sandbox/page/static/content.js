// What a message holds beside its text: pictures, files, albums, polls, previews of links, rich messages.

import { direction, el, icon } from "./dom.js";
import { writeRich } from "./entities.js";
import { say } from "./words.js";

const SIGNS = { document: "📄", audio: "🎵", voice: "🎤", video: "▶", animation: "GIF" };
const VISIBLE = ["photo", "video", "animation"];

// A picture that nobody uploaded is only a number here: a scene is drawn from it, the same wherever it is shown.
function scene(number) {
  let seed = 7;
  for (const sign of number) seed = (seed * 31 + sign.charCodeAt(0)) % 360;
  const drawn = el("div", { class: "scene", role: "img", "aria-label": say("message.photo") });
  drawn.style.setProperty("--hue", seed);
  drawn.style.setProperty("--far", `${30 + (seed % 40)}%`);
  return drawn;
}

export function picture(message) {
  const { file } = message;
  if (!VISIBLE.includes(file.kind)) return attachment(file);
  const drawn = file.is_there ? el("img", { src: `/pictures/${file.id}`, alt: say("message.photo") }) : scene(file.id);
  const shown = el("figure", { class: "media" }, drawn);
  if (file.kind !== "photo") shown.append(el("span", { class: "play" }, SIGNS[file.kind]));
  return shown;
}

function attachment(file) {
  const size = file.size ? `${Math.max(1, Math.round(file.size / 1024))} KB` : "";
  return el("div", { class: "file" }, el("span", { class: "sign" }, icon(SIGNS[file.kind] ?? "📄")),
    el("span", {}, el("bdi", {}, file.name || file.kind), el("small", {}, size)));
}

export const album = (messages) =>
  el("div", { class: `album n${Math.min(messages.length, 4)}` }, messages.map(picture));

export function preview(told, hands) {
  const title = el("strong", {}, told.title);
  const card = hands.link(told.url, [el("small", {}, told.site ?? ""), title, el("span", {}, told.description ?? "")]);
  card.classList.add("preview");
  card.dir = direction(told.title);
  return card;
}

export function poll(message, hands, hasVoted) {
  const { poll: told } = message;
  const isOver = told.is_closed || hasVoted;
  const options = told.options.map((option, number) => {
    const share = told.total_voter_count ? Math.round((100 * option.voter_count) / told.total_voter_count) : 0;
    const bar = el("span", { class: "share" });
    bar.style.inlineSize = isOver ? `${share}%` : "0";
    return el("button", { type: "button", disabled: isOver, onclick: () => hands.vote(message, number) },
      el("span", { class: "percent" }, isOver ? `${share}%` : "○"), el("bdi", {}, option.text), bar);
  });
  const kind = told.is_anonymous ? say("poll.anonymous") : say("poll.public");
  return el("div", { class: "poll" }, el("strong", { dir: "auto" }, told.question), el("small", {}, kind), options,
    el("small", { class: "votes" }, say("poll.votes", { n: told.total_voter_count })));
}

const BLOCKS = {
  heading: (block, hands) => el(`h${Math.min(6, block.size + 2)}`, {}, writeRich(block.text, hands)),
  paragraph: (block, hands) => el("p", {}, writeRich(block.text, hands)),
  footer: (block, hands) => el("p", { class: "foot" }, writeRich(block.text, hands)),
  photo: (block) => el("figure", { class: "media" }, scene(block.photo.at(-1).file_unique_id)),
};

export const rich = (told, hands) =>
  el("div", { class: "rich", dir: told.is_rtl ? "rtl" : "auto" },
    told.blocks.map((block) => BLOCKS[block.type]?.(block, hands)));
