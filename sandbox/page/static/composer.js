// Where a person writes: commands, answers, edits, the keyboard of the bot; or what must be pressed before writing.

import { askPoll, choose } from "./dialog.js";
import { direction, el, icon } from "./dom.js";
import { act, isMember, mayWrite, store } from "./live.js";
import { say } from "./words.js";

const TALLEST = 160; // pixels
const THINKING = 300; // milliseconds without a key until what was typed after the bot's name is asked

export class Composer {
  constructor(pane) {
    Object.assign(this, { pane, reply: null, amended: null, hidden: 0, forced: 0 });
    this.text = el("textarea", { rows: "1", dir: "auto", onkeydown: (event) => this.key(event), oninput: () => this.grow() });
    this.menu = el("button", { type: "button", class: "menu", "aria-expanded": "false", onclick: () => this.toggle() }, icon("☰"));
    this.photo = el("button", { type: "button", class: "round quiet", onclick: () => this.attach() }, icon("📎"));
    this.keys = el("button", { type: "button", class: "round quiet", onclick: () => this.toggleKeys() }, icon("⌨"));
    this.send = el("button", { type: "button", class: "send", onclick: () => this.submit() }, icon("➤"));
    this.commands = el("ul", { class: "commands", hidden: true });
    this.offers = el("ul", { class: "commands offers", hidden: true });
    this.note = el("div", { class: "note", hidden: true });
    this.below = el("div", { class: "below", hidden: true });
    this.gate = el("button", { type: "button", class: "gate", hidden: true });
    this.line = el("div", { class: "writing" }, this.menu, this.photo, this.text, this.keys, this.send);
    this.element = el("footer", { class: "composer" }, this.commands, this.offers, this.note, this.line, this.gate, this.below);
  }

  update(chat, person) {
    const gate = this.findGate(chat, person);
    this.gate.hidden = !gate;
    this.line.hidden = Boolean(gate);
    if (gate) {
      this.gate.textContent = gate[0];
      this.gate.disabled = !gate[1];
      this.gate.onclick = gate[1];
    }
    this.showCommands(chat.menus[this.pane.person] ?? []);
    this.showBelow(chat.below, Boolean(gate));
    this.showOffers(person.offer);
    this.label();
  }

  // What has to be pressed before anything can be written, if something has.
  findGate(chat, person) {
    const { place } = this.pane;
    if (chat.kind === "private" && person.standing === "stranger") return [say("start"), () => act("write", place, { text: "/start" })];
    if (chat.kind === "private" && person.standing === "blocked") return [say("person.unblock"), () => act("unblock", place)];
    if (chat.id < 0 && !isMember(chat, person.id)) return [say("join"), () => act("join", place)];
    return mayWrite(chat, person.id) ? null : [say("pane.readonly"), null];
  }

  label() {
    this.text.placeholder = this.hint || say("write.hint");
    this.text.setAttribute("aria-label", say("write.hint"));
    for (const [button, text] of [[this.menu, say("write.menu")], [this.photo, say("write.attach")], [this.keys, say("write.keys")], [this.send, say("write.send")]]) {
      button.setAttribute("aria-label", text);
      button.title = text;
    }
    this.photo.hidden = this.pane.here?.kind === "channel";
  }

  showCommands(commands) {
    this.menu.hidden = commands.length === 0;
    const sign = JSON.stringify(commands);
    if (this.sign === sign) return;
    this.sign = sign;
    this.commands.replaceChildren(...commands.map(({ command, description }) => el("li", { "data-command": command },
      el("button", { type: "button", onclick: () => this.run(command) }, el("b", { dir: "ltr" }, `/${command}`), el("bdi", {}, description)))));
  }

  run(command) {
    const isPrivate = this.pane.chat > 0;
    this.close();
    this.say(`/${command}${isPrivate ? "" : `@${store.bot.username}`}`);
  }

  showBelow(told, isShut) {
    const isThere = Boolean(told.rows?.length) && !isShut;
    this.keys.hidden = !isThere;
    this.below.hidden = !isThere || this.hidden === told.message;
    this.hint = told.hint;
    if (isThere) {
      this.below.replaceChildren(...told.rows.map((row) => el("div", { class: "keyrow" }, row.map((text) =>
        el("button", { type: "button", class: "key", onclick: () => { if (told.once) this.hidden = told.message; this.say(text); } }, el("bdi", {}, text))))));
    }
    const forced = told.forced && this.pane.here.messages.get(told.message);
    if (forced && this.forced !== told.message) {
      this.forced = told.message;
      this.answer(forced, false);
    }
  }

  toggleKeys() {
    const { message } = this.pane.here.below;
    this.hidden = this.hidden === message ? 0 : message;
    this.pane.update();
  }

  toggle(isOpen = this.commands.hidden) {
    this.commands.hidden = !isOpen;
    this.menu.setAttribute("aria-expanded", String(isOpen));
    for (const item of this.commands.children) item.hidden = false;
    if (isOpen) this.commands.querySelector("button")?.focus();
  }

  close() {
    this.commands.hidden = true;
    this.menu.setAttribute("aria-expanded", "false");
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    }
    if (event.key === "Escape") this.leave(false);
    if (event.key === "ArrowUp" && !this.commands.hidden) {
      event.preventDefault();
      [...this.commands.querySelectorAll("li:not([hidden]) button")].at(-1)?.focus();
    }
  }

  // Grows with what is written, and offers the commands that begin so.
  grow() {
    this.text.style.blockSize = "auto";
    this.text.style.blockSize = `${Math.min(this.text.scrollHeight, TALLEST)}px`;
    const begun = this.text.value.match(/^\/(\w*)$/);
    let any = false;
    for (const item of this.commands.children) {
      item.hidden = !begun || !item.dataset.command.startsWith(begun[1]);
      any ||= !item.hidden;
    }
    this.commands.hidden = !any;
    this.think();
  }

  // What follows the bot's name is asked of its inline mode, which offers something to send.
  get typed() {
    const name = `@${store.bot.username} `;
    return this.text.value.startsWith(name) && this.pane.chat > 0 ? this.text.value.slice(name.length) : null;
  }

  think() {
    clearTimeout(this.thinking);
    const { typed } = this;
    if (typed === null) this.offers.hidden = true;
    else this.thinking = setTimeout(() => act("type", this.pane.place, { text: typed }), THINKING);
  }

  showOffers({ number, results }) {
    if (this.offered === number) return;
    this.offered = number;
    this.offers.hidden = this.typed === null || results.length === 0;
    this.offers.replaceChildren(...results.map((result) => el("li", {}, el("button", { type: "button", onclick: () => this.pick(result.id) },
      el("span", { class: "offer", dir: direction(result.title) }, el("b", {}, result.title), el("small", {}, result.description))))));
  }

  async pick(result) {
    this.leave();
    await act("pick", this.pane.place, { result });
  }

  put(text) {
    this.text.value = text;
    this.text.focus();
    this.grow();
  }

  answer(message, takesFocus = true) {
    this.reply = message;
    this.amended = null;
    this.showNote(say("write.answer", { name: message.by.name }), message.text || say("message.photo"));
    if (takesFocus) this.text.focus();
  }

  amend(message) {
    this.amended = message;
    this.reply = null;
    this.showNote(say("write.amend"), message.text);
    this.put(message.text);
  }

  showNote(title, text) {
    this.note.hidden = false;
    this.note.replaceChildren(el("div", { dir: direction(text) }, el("b", {}, title), el("span", {}, text.slice(0, 100))),
      el("button", { type: "button", class: "round quiet", "aria-label": say("write.drop"), onclick: () => this.leave() }, icon("✕")));
  }

  leave(clears = true) {
    this.reply = null;
    this.amended = null;
    this.note.hidden = true;
    this.close();
    if (clears) this.text.value = "";
    this.grow();
  }

  async submit() {
    const text = this.text.value.trim();
    if (!text) return;
    const { amended } = this;
    if (amended) {
      this.leave();
      await act("edit", this.pane.place, { message: amended.id, text });
    } else await this.say(text);
  }

  async say(text) {
    const told = this.reply ? { text, reply_to: this.reply.id } : { text };
    this.leave();
    if (!(await act("write", this.pane.place, told))) this.put(text);
    this.pane.toEnd();
  }

  async attach() {
    const kinds = [["photo", say("write.photo")], ["album", say("write.album")], ["poll", say("write.poll")]];
    const kind = await choose(say("write.attach"), kinds);
    const asked = kind && (await this.askAbout(kind));
    if (!asked) return;
    const told = { text: this.text.value.trim(), reply_to: this.reply?.id ?? 0, ...asked };
    this.leave(kind !== "poll");
    await act(kind, this.pane.place, told);
    this.pane.toEnd();
  }

  // What has to be known before it can be sent; nothing where that was left.
  async askAbout(kind) {
    if (kind === "poll") return askPoll();
    if (kind === "photo") return {};
    const count = await choose(say("write.count"), [2, 3, 4, 6, 10].map((number) => [number, String(number)]));
    return count && { count };
  }
}
