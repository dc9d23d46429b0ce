// Questions that stand above the page: one of several, or a few words.

import { direction, el } from "./dom.js";
import { NAMES, language, say } from "./words.js";

const box = () => document.getElementById("dialog");

function open(title, fill) {
  return new Promise((resolve) => {
    const dialog = box();
    let answer = null;
    const done = (value) => { answer = value; dialog.close(); };
    dialog.onclose = () => resolve(answer);
    dialog.onclick = (event) => { if (event.target === dialog) done(null); };
    dialog.setAttribute("aria-label", title);
    dialog.replaceChildren(el("div", { class: "sheet" }, el("h2", { dir: direction(title) }, title), fill(done),
      el("button", { type: "button", class: "quiet", onclick: () => done(null) }, say("dialog.cancel"))));
    dialog.showModal();
  });
}

// One of the options, or of the signs in a row above them.
export const choose = (title, options, signs = []) => open(title, (done) => el("div", { class: "choices" },
  signs.length ? el("div", { class: "signs" }, signs.map((sign) => el("button", { type: "button", onclick: () => done(sign) }, sign))) : null,
  options.map(([value, text]) => el("button", { type: "button", onclick: () => done(value) }, el("bdi", {}, text)))));

export const ask = (title, label) => open(title, (done) => {
  const input = el("input", { type: "text", maxlength: "64", dir: "auto", autofocus: true });
  return form(() => done(input.value.trim() || null), el("label", {}, label, input));
});

export const askPerson = () => open(say("people.add"), (done) => {
  const input = el("input", { type: "text", maxlength: "64", dir: "auto", autofocus: true });
  const select = el("select", {}, Object.entries(NAMES).map(([code, name]) => el("option", { value: code }, name)));
  select.value = language();
  const give = () => done(input.value.trim() ? { name: input.value.trim(), language: select.value } : null);
  return form(give, el("label", {}, say("people.name"), input), el("label", {}, say("person.language"), select));
});

export const askPoll = () => open(say("write.poll"), (done) => {
  const question = el("input", { type: "text", maxlength: "300", dir: "auto", autofocus: true });
  const options = el("textarea", { rows: "4", dir: "auto" });
  const give = () => done({ question: question.value.trim(), options: options.value.split("\n") });
  return form(give, el("label", {}, say("poll.question"), question), el("label", {}, say("poll.options"), options));
});

function form(onSubmit, ...parts) {
  const submit = (event) => { event.preventDefault(); onSubmit(); };
  return el("form", { onsubmit: submit }, parts, el("button", { class: "main" }, say("dialog.ok")));
}
