// What there is, kept as the server tells it: a snapshot at each beginning, then every change.

import { toast } from "./dom.js";
import { say } from "./words.js";

export const store = { bot: {}, panes: [], people: new Map(), chats: new Map(), panel: null };
export const pending = new Set(); // queries that the bot has not answered

const byNumber = (list) => new Map(list.map((one) => [one.id, one]));

const TAKE = {
  snapshot(told) {
    Object.assign(store, { bot: told.bot, panes: told.panes, panel: told.panel, people: byNumber(told.people) });
    store.chats = byNumber(told.chats);
    for (const chat of store.chats.values()) chat.messages = byNumber(told.messages[chat.id] ?? []);
    pending.clear();
  },
  person: (told) => store.people.set(told.id, told),
  chat(told) {
    told.messages = store.chats.get(told.id)?.messages ?? new Map();
    store.chats.set(told.id, told);
  },
  message: (told) => store.chats.get(told.chat)?.messages.set(told.message.id, told.message),
  gone: (told) => store.chats.get(told.chat)?.messages.delete(told.id),
  alert: () => {},
  answered: (told) => pending.delete(told.query),
  panel: (told) => { store.panel = told; },
};

export function listen(onChange, onState) {
  const stream = new EventSource("/events");
  stream.onopen = () => onState(true);
  stream.onerror = () => onState(false);
  for (const [kind, take] of Object.entries(TAKE)) {
    stream.addEventListener(kind, (event) => {
      const told = JSON.parse(event.data);
      take(told);
      onChange(kind, told);
    });
  }
}

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return await answer.json();
    toast(say("page.refused"));
  } catch {
    toast(say("page.away"));
  }
  return null;
}

export const act = (name, where, told = {}) => post("/acts", { act: name, ...where, ...told });
export const pressControl = (name) => post("/panel", { name });

// The chats that a person has on the phone: the one with the bot, then those of many; and those that can be joined.
export const chatsOf = (person) =>
  [...store.chats.values()].filter((chat) => chat.id === person || (chat.id < 0 && isMember(chat, person)));
export const openTo = (person) =>
  [...store.chats.values()].filter((chat) => chat.id < 0 && !isMember(chat, person));
export const isMember = (chat, person) => String(person) in chat.members;
export const mayWrite = (chat, person) =>
  chat.kind !== "channel" || ["creator", "administrator"].includes(chat.members[person]);
export const titleOf = (chat) => chat.title || store.bot.first_name;
