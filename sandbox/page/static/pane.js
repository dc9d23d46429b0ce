// A phone: a person's, with one chat open in it.

import { Composer } from "./composer.js";
import { direction, el, icon, toast } from "./dom.js";
import { ask, choose } from "./dialog.js";
import { act, chatsOf, isMember, openTo, pending, store, titleOf } from "./live.js";
import { avatar, row } from "./message.js";
import { NAMES, day, language, say } from "./words.js";

const NEAR = 120; // pixels from the bottom within which a chat follows what comes
const TOGETHER = 5 * 60; // seconds within which messages of one sender stand together
const REACTIONS = ["👍", "❤", "🔥", "👏", "😁", "🤔", "😢"];
const PRESSED_FOR = 10_000; // milliseconds after which a press is no longer shown to wait

export class Pane {
  constructor(person, chat, onChange) {
    Object.assign(this, { person, chat, onChange, rows: new Map(), voted: new Set() });
    this.list = el("div", { class: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions", tabindex: "0" });
    this.who = el("select", { class: "who", onchange: () => this.turn(Number(this.who.value), null) });
    this.where = el("select", { class: "where", onchange: () => this.turn(this.person, Number(this.where.value)) });
    this.face = el("span", { class: "face" });
    this.state = el("small", { class: "state" });
    this.options = el("button", { type: "button", class: "round quiet", onclick: () => this.open() }, icon("⋮"));
    this.down = el("button", { type: "button", class: "down", hidden: true, onclick: () => this.toEnd() }, icon("↓"));
    this.intro = el("div", { class: "intro" });
    this.composer = new Composer(this);
    this.notices = el("div", { class: "notices", role: "status" });
    this.body = el("div", { class: "body" }, this.intro, this.list, this.notices, this.down);
    this.head = el("header", { class: "head" }, this.face, el("div", { class: "names" }, this.who, el("div", { class: "line" }, this.where, this.state)), this.options);
    this.element = el("section", { class: "pane" }, this.head, this.body, this.composer.element);
    this.follows = true;
    this.list.addEventListener("scroll", () => {
      this.follows = this.isNearEnd();
      this.down.hidden = this.follows;
    });
    new ResizeObserver(() => this.follows && this.toEnd()).observe(this.list);
    this.hands = this.makeHands();
  }

  get place() { return { person: this.person, chat: this.chat }; }
  get here() { return store.chats.get(this.chat); }

  turn(person, chat) {
    this.person = person;
    this.chat = chat ?? person;
    this.rows.clear();
    this.list.replaceChildren();
    this.composer.leave();
    this.update();
    this.toEnd();
    this.onChange();
  }

  update() {
    const chat = this.here;
    const person = store.people.get(this.person);
    if (!chat || !person) return;
    this.element.setAttribute("aria-label", say("pane.of", { name: person.name, chat: titleOf(chat) }));
    this.showHead(chat, person);
    this.showIntro(chat, person);
    this.showMessages(chat);
    this.composer.update(chat, person);
    if (this.follows) this.toEnd();
  }

  showHead(chat, person) {
    this.face.replaceChildren(avatar({ id: person.id, name: person.name }));
    fill(this.who, [...store.people.values()].map((one) => [one.id, one.name]), this.person, say("pane.person"));
    const places = chatsOf(this.person).map((one) => [one.id, titleOf(one)]);
    if (!places.some(([id]) => id === this.chat)) places.push([this.chat, titleOf(chat)]);
    fill(this.where, places, this.chat, say("pane.chat"));
    this.state.textContent = chat.typing ? say("pane.typing") : this.describe(chat);
    this.state.classList.toggle("typing", chat.typing);
    this.options.setAttribute("aria-label", say("pane.options"));
    this.down.setAttribute("aria-label", say("pane.end"));
    this.list.setAttribute("aria-label", say("pane.messages", { chat: titleOf(chat) }));
  }

  describe(chat) {
    if (chat.kind === "private") return say("pane.bot");
    return chat.kind === "channel" ? say("pane.channel") : say("pane.members", { n: Object.keys(chat.members).length + 1 });
  }

  showIntro(chat, person) {
    const isNew = chat.kind === "private" && person.standing === "stranger" && chat.messages.size === 0;
    const about = store.bot.about?.[person.language] || store.bot.about?.[""] || "";
    this.intro.hidden = !isNew;
    if (isNew) this.intro.replaceChildren(el("div", { dir: direction(about) }, el("strong", {}, say("pane.what")), el("p", {}, about)));
  }

  // Rows keep their elements as long as they look the same, so that focus and scrolling stay where they are.
  showMessages(chat) {
    const messages = [...chat.messages.values()].sort((one, other) => one.id - other.id);
    const groups = gather(messages);
    const kept = new Map();
    const wanted = [];
    let shownDay = "";
    groups.forEach((group, number) => {
      const date = day(group[0].at);
      if (date !== shownDay) wanted.push(this.keep(kept, `day ${date}`, date, () => el("div", { class: "day" }, el("span", {}, date))));
      shownDay = date;
      wanted.push(this.drawGroup(kept, chat, groups, number));
    });
    this.rows = kept;
    settle(this.list, wanted);
  }

  drawGroup(kept, chat, groups, number) {
    const group = groups[number];
    const [first] = group;
    const shape = {
      viewer: this.person, group: chat.id < 0, replied: chat.messages.get(first.reply_to),
      isFirst: !areTogether(groups[number - 1], group), isLast: !areTogether(group, groups[number + 1]),
    };
    const sign = JSON.stringify([group, shape, this.voted.has(first.id), this.hands.language(), language()]);
    return this.keep(kept, first.id, sign, () => row(group, { ...shape, hands: this.hands, voted: this.voted }));
  }

  keep(kept, key, sign, draw) {
    const known = this.rows.get(key);
    const shown = known?.sign === sign ? known : { sign, element: replace(known?.element, draw()) };
    kept.set(key, shown);
    return shown.element;
  }

  // What the bot says to a press, to the person alone.
  hear(text) { toast(text, true, this.notices); }

  isNearEnd() { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR; }
  toEnd() { this.list.scrollTop = this.list.scrollHeight; }

  makeHands() {
    return {
      write: (text) => act("write", this.place, { text }),
      link: (url, inner) => this.link(url, inner),
      language: () => store.people.get(this.person)?.language || language(),
      reply: (message) => this.composer.answer(message),
      show: (id) => this.point(id),
      menu: (message, isMine) => this.offer(message, isMine),
      press: (message, button, row, column, key) => this.press(message, button, row, column, key),
      react: (message, emoji) => this.react(message, emoji),
      vote: async (message, option) => {
        if (await act("vote", this.place, { message: message.id, option })) this.voted.add(message.id);
        this.update();
      },
    };
  }

  link(url, inner) {
    const isOurs = () => this.follow(url);
    return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link",
      onclick: (event) => { if (isOurs()) event.preventDefault(); } }, inner);
  }

  // A link to the bot starts it, one that shares asks where to; any other is the browser's.
  follow(url) {
    const link = new URL(url, location.href);
    if (link.hostname !== "t.me") return false;
    if (link.pathname === "/share/url") this.share(link.searchParams);
    else if (link.searchParams.has("start")) this.visitBot(url);
    else return false;
    return true;
  }

  async visitBot(url) {
    const where = { person: this.person, chat: this.person };
    if (this.chat !== this.person) this.turn(this.person, null);
    await act("follow", where, { link: url });
  }

  async share(words) {
    const places = chatsOf(this.person).map((chat) => [String(chat.id), titleOf(chat)]);
    const chosen = await choose(say("share.title"), places);
    if (!chosen) return;
    const text = [words.get("text"), words.get("url")].filter(Boolean).join("\n");
    await act("write", { person: this.person, chat: Number(chosen) }, { text });
    this.turn(this.person, Number(chosen));
  }

  async press(message, button, row, column, key) {
    switch (button.action) {
      case "url": if (!this.follow(button.value)) window.open(button.value, "_blank", "noopener,noreferrer"); return;
      case "web_app": toast(say("key.app")); return;
      case "copy_text": await navigator.clipboard?.writeText(button.value); toast(say("key.copied")); return;
      case "switch_inline_query": case "switch_inline_query_current_chat":
        this.composer.put(`@${store.bot.username} ${button.value}`); return;
      default: await this.call(message, button, row, column, key);
    }
  }

  async call(message, button, row, column, key) {
    key.classList.add("waiting");
    key.setAttribute("aria-busy", "true");
    const told = await act("press", this.place, { message: message.id, row, column, label: button.text });
    const end = () => { key.classList.remove("waiting"); key.removeAttribute("aria-busy"); };
    if (!told) { end(); return; }
    pending.add(told.query);
    const began = Date.now();
    const timer = setInterval(() => {
      if (pending.has(told.query) && Date.now() - began < PRESSED_FOR) return;
      clearInterval(timer);
      end();
    }, 100);
  }

  point(id) {
    const shown = this.rows.get(id)?.element;
    if (!shown) return;
    shown.scrollIntoView({ block: "center" });
    shown.classList.add("pointed");
    setTimeout(() => shown.classList.remove("pointed"), 1500);
  }

  async offer(message, isMine) {
    const all = [["reply", say("message.reply")], ["copy", say("message.copy")]];
    if (isMine && message.text) all.push(["edit", say("message.edit")]);
    if (isMine || this.chat > 0) all.push(["delete", say("message.delete")]);
    const chosen = await choose(say("message.more"), all, REACTIONS);
    if (REACTIONS.includes(chosen)) await this.react(message, chosen);
    if (chosen === "reply") this.composer.answer(message);
    if (chosen === "copy") await navigator.clipboard?.writeText(message.text);
    if (chosen === "edit") this.composer.amend(message);
    if (chosen === "delete") await act("delete", this.place, { message: message.id });
  }

  // The one that she has given already is taken back.
  react(message, emoji) {
    const has = message.reactions.some((one) => one.emoji === emoji && one.by.includes(this.person));
    return act("react", this.place, { message: message.id, emoji: has ? "" : emoji });
  }

  async open() {
    const person = store.people.get(this.person);
    const isBlocked = person.standing === "blocked";
    const all = [
      isBlocked ? ["unblock", say("person.unblock")] : ["block", say("person.block")],
      ["language", say("person.language")], ["group", say("person.group")], ["channel", say("person.channel")],
      ...openTo(this.person).map((chat) => [`join ${chat.id}`, say("person.join", { chat: chat.title })]),
    ];
    if (this.chat < 0 && isMember(this.here, this.person)) all.push(["leave", say("person.leave", { chat: this.here.title })]);
    const chosen = await choose(person.name, all);
    if (chosen) await this.do(chosen);
  }

  async do(chosen) {
    const own = { person: this.person, chat: this.person };
    if (chosen === "block" || chosen === "unblock") await act(chosen, own);
    if (chosen === "leave") await act("leave", this.place);
    if (chosen.startsWith("join ")) {
      const chat = Number(chosen.slice(5));
      if (await act("join", { person: this.person, chat })) this.turn(this.person, chat);
    }
    if (chosen === "language") {
      const code = await choose(say("person.language"), Object.entries(NAMES));
      if (code) await act("speak", own, { language: code });
    }
    if (chosen === "group" || chosen === "channel") await this.found(chosen, own);
  }

  async found(kind, own) {
    const title = await ask(say(`person.${kind}`), say("person.title"));
    const made = title && (await act(`found ${kind}`, own, { title }));
    if (made) setTimeout(() => this.turn(this.person, made.chat), 200);
  }
}

function gather(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (message.album && last?.[0].album === message.album) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function areTogether(one, other) {
  if (!one || !other || one[0].service || other[0].service) return false;
  return one[0].by.id === other[0].by.id && other[0].at - one[0].at < TOGETHER && !one[0].keyboard.length;
}

// The element that takes another's place takes its focus, too.
function replace(old, fresh) {
  const spot = old?.contains(document.activeElement) && document.activeElement.dataset.spot;
  if (spot) queueMicrotask(() => fresh.querySelector(`[data-spot="${spot}"]`)?.focus({ preventScroll: true }));
  return fresh;
}

function settle(list, wanted) {
  const stays = new Set(wanted);
  for (const child of [...list.children]) if (!stays.has(child)) child.remove();
  wanted.forEach((element, number) => {
    if (list.children[number] !== element) list.insertBefore(element, list.children[number] ?? null);
  });
}

function fill(select, entries, value, label) {
  const sign = JSON.stringify(entries);
  if (select.dataset.sign !== sign) {
    select.dataset.sign = sign;
    select.replaceChildren(...entries.map(([id, name]) => el("option", { value: String(id) }, name)));
  }
  select.value = String(value);
  select.setAttribute("aria-label", label);
}
