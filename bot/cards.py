"""How a moderator's card looks: a reply with all that helps to decide on it, or what became of it. Pure.

    📝 state · pen
    article, the reply that it answers, the text, what changed, flags with reasons
    what the pen had published and refused, since when it waits, who holds it
    ✅ approve · ✏️ edit · ↩️ return · ❌ reject / 🗂 the pen · ⏭ next / 🚫 ban · 🗑 spam

Nobody is named: an author is a pen, a moderator a number. What a card asks stands in place of its first buttons; a new
question is a member of `Ask`, a line of `ROWS` (`bot/ways.py`) and its text `card.ask.…`.
"""

import html
from collections.abc import Mapping
from typing import Any

from bot.articles import write_command, write_moment
from bot.facts import Facts, Light, Line
from bot.keyboards import make_keyboard
from bot.view import Screen
from bot.ways import ASKING, ROWS, first_rows, make_deed, question_of
from db.store.pending import Card as Reading
from locales import Html, Label, Texts
from newsroom.cards import BAN_DAYS, Ask
from newsroom.cutting import shorten
from newsroom.direction import direct, is_rtl
from newsroom.replies import QUEUE, State
from newsroom.wording import Change, compare

PARENT_SHOWN, EXCERPT, TITLE, CHANGES_SHOWN, SAID = 160, 90, 120, 600, 60  # characters, so that all has room
MOST_FLAGS = 6
TAGS = {Change.OUT: "s", Change.IN: "u"}
MACHINES = frozenset({"screen", "clock", "worker"})
MARKS = {
    State.APPROVED: "✅", State.PUBLISHED: "✅", State.PUBLISHING: "✅", State.REJECTED: "❌", State.RETURNED: "↩️",
    State.SPAM: "🗑", State.WITHDRAWN: "🧹", State.EXPIRED: "⌛", State.QUARANTINED: "🚫", State.FAILED: "⚠️",
    State.REMOVING: "🧹", State.REMOVED: "🧹", State.ERASED: "▫️", State.APPEALED: "⚖️",
}  # fmt: skip


def draw(facts: Facts, light: Light) -> Screen:
    """A reply as it stands, and what may be done with it."""
    t, reply = light.t, facts.reply
    if light.asks in {Ask.PEN, Ask.BULK}:
        parts = [t("card.wrote", pen=name_pen(t, facts.reading)), *(_write_excerpt(t, one) for one in facts.wrote)]
    else:
        parts = [
            _head(facts, light),
            _about(facts, t),
            _quote(facts.reading.text),
            t("card.photo") if facts.reading.photo else "",
            _changes(facts, t),
            _facts(facts, light),
        ]
    waiting = len(facts.undecided) if light.asks == Ask.BULK else facts.waiting
    told = {"waiting": waiting, "days": BAN_DAYS.get(light.asks, 0)}
    question = t(f"card.ask.{question_of(light.asks)}", **told) if light.asks in ASKING else ""
    noted = t("card.ask.noted") if light.asks.endswith("+") else ""
    text = "\n\n".join(filter(None, [*parts, question, noted]))
    rows = ROWS.get(light.asks, first_rows)(facts, light)
    return text, make_keyboard(rows if reply.author_key is not None else [])


def draw_over(facts: Facts | None, light: Light) -> Screen:
    """What became of a reply, without a word of it."""
    t = light.t
    if facts is None or facts.article is None or facts.reply.state is State.ERASED:
        return t("card.gone"), None
    mark = MARKS.get(facts.reply.state, "▫️")
    told = f"{mark} {_write_line(facts, facts.last, light)}" if facts.last else mark
    about = write_brief(t, facts)
    rows = [[make_deed(t, facts, "show"), *([make_deed(t, facts, "next")] if light.is_private else [])]]
    return f"{told}\n{about}", make_keyboard(rows)


def write_brief(t: Texts, facts: Facts) -> str:
    """Answer whose a reply is, and to which article."""
    command = Html(write_command(facts.article)) if facts.article else Html("")
    return t("card.brief", pen=name_pen(t, facts.reading), command=command)


def name_pen(t: Texts, reading: Reading) -> str:
    """Answer the pen of a reply: its number, and the name that it is signed by."""
    if reading.pen_number is None:
        return t.plain("card.pen.gone")
    number = t.plain("pens.number", number=Label(reading.pen_number))
    return t.plain("card.pen.named", name=reading.signed, pen=number) if reading.signed else number


def name_actor(t: Texts, actor: str, numbers: Mapping[str, int]) -> str:
    """Answer who did something, in plain words."""
    if actor == "author":
        return t.plain("who.author")
    if actor in MACHINES:
        return t.plain("who.machine")
    return t.plain("who.staff", number=Label(numbers[actor])) if actor in numbers else t.plain("who.gone")


def link_actor(t: Texts, actor: str, numbers: Mapping[str, int]) -> Html:
    """Answer who did something; a moderator's number leads to his profile."""
    name = html.escape(name_actor(t, actor, numbers))
    return Html(f'<a href="tg://user?id={actor}">{name}</a>' if actor in numbers else name)


def _write_line(facts: Facts, line: Line, light: Light) -> str:
    t = light.t
    when = Html(write_moment(line.at, t, light.zone))
    told = t("card.line", what=t.plain(f"done.{line.action}"), who=link_actor(t, line.actor, facts.numbers), time=when)
    return f"{told} · {t(f'reason.{line.code}')}" if line.code else told


def _head(facts: Facts, light: Light) -> str:
    t, state = light.t, facts.reply.state
    lines = [t("card.head", state=Html(t(f"card.state.{state}")), pen=name_pen(t, facts.reading))]
    if facts.rejection and state is State.APPEALED:
        lines.append(f"❌ {_write_line(facts, facts.rejection, light)}")
    elif facts.last and state not in QUEUE:
        lines.append(f"{MARKS.get(state, '▫️')} {_write_line(facts, facts.last, light)}")
    return "\n".join(lines)


def _about(facts: Facts, t: Texts) -> str:
    if facts.article is None:
        return ""
    command = Html(write_command(facts.article))
    lines = [t("card.article", title=shorten(facts.article.title, TITLE), command=command)]
    if facts.closed:
        lines.append(t("card.closed"))
    if facts.parent:
        said = shorten(facts.parent.public or facts.parent.text, PARENT_SHOWN)
        lines.append(t("card.parent", pen=name_pen(t, facts.parent), text=said))
    return "\n".join(lines)


def _quote(text: str) -> str:
    return f"<blockquote>{html.escape(text, quote=False)}</blockquote>" if text else ""


def _changes(facts: Facts, t: Texts) -> str:
    """What is proposed, or what the author changed since it was public or sent before."""
    reading = facts.reading
    if reading.proposed:
        return f"{t('card.proposed')}\n{write_changes(reading.text, reading.proposed)}"
    before = reading.public if reading.public and reading.public != reading.text else facts.earlier
    key = "card.changed.public" if before == reading.public else "card.changed"
    return f"{t(key)}\n{write_changes(before, reading.text)}" if before and before != reading.text else ""


def write_changes(before: str, after: str) -> str:
    """Answer as HTML what is out and what is in; the end of a long one is left out."""
    written, room = [], CHANGES_SHOWN
    for change, said in compare(before, after):
        cut = said if len(said) <= room else f"{said[:room]}…"
        room -= len(said)
        escaped = html.escape(cut, quote=False)
        written.append(f"<{TAGS[change]}>{escaped}</{TAGS[change]}>" if change in TAGS else escaped)
        if room <= 0:
            break
    return "".join(written)


def _facts(facts: Facts, light: Light) -> str:
    t, reply, reading = light.t, facts.reply, facts.reading
    lines = [_write_flag(t, flag) for flag in reading.flags[:MOST_FLAGS]]
    if facts.reports or reply.is_hidden:
        lines.append(t("card.hidden" if reply.is_hidden else "card.reports", reports=facts.reports))
    lines.append(t("card.record", published=facts.published, refused=facts.refused, waiting=facts.waiting))
    if reply.state in QUEUE:
        lines.append(t("card.since", time=Html(write_moment(reply.since, t, light.zone))))
        if light.rules.quorum > 1:
            lines.append(t("card.votes", votes=len(reading.voted), quorum=light.rules.quorum))
    if reply.is_held(light.now) and reply.claimed_until:
        until = Html(write_moment(reply.claimed_until, t, light.zone))
        lines.append(t("card.held", who=link_actor(t, reply.claimed_by or "", facts.numbers), time=until))
    return "\n".join(lines)


def _write_flag(t: Texts, flag: Mapping[str, Any]) -> str:
    """Say what the screen saw, and where; a kind without words of its own by its name."""
    kind, said, times = str(flag.get("kind", "")), flag.get("said") or flag.get("why") or "", flag.get("times", 1)
    shown = shorten(said if isinstance(said, str) else " · ".join(map(str, said)), SAID)
    known = t.knows(f"flag.{kind}")
    told = t(f"flag.{kind}", said=shown, times=int(times)) if known else t("flag.other", kind=kind, said=shown)
    return f"🚩 {told}"


def _write_excerpt(t: Texts, reading: Reading) -> str:
    mark = MARKS.get(reading.reply.state, "🕓")
    said = shorten(reading.text, EXCERPT)
    line = f"{mark} {t(f'card.state.{reading.reply.state}')}: {t('list.item', name=said)}"
    return direct(line, rtl=is_rtl(t.language))
