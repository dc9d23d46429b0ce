"""What editors do with a broadcast by its card, and `/broadcasts`. The role is looked up at the act.

    a draft     who, when, how ─▶ 🚀 ─▶ ✅ ─▶ the number, above 10,000 ─▶ a second editor, where the owner wants one
    under way   ⏸ ▶️ ⏹          afterwards   🧹, and ✏️ (`mending.py`)

A draft is changed by whoever saw it as it is; of ⏸ and ▶️ the first counts; ⏹ always does. What was pressed shows how
things are afterwards, also for the second who presses it. A new deed is a function here and a line of `DEEDS`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.broadcasts import draw_card
from bot.callbacks import Press
from bot.crowds import draw_crowd, draw_trait
from bot.handlers.casting import announcer_of, ask, change, find_broadcast, note, redraw, show
from bot.handlers.mending import agree, amend, leave, put_right, require_undo
from bot.handlers.sending import approve, be_sure, press_send, recall, refuse
from bot.handlers.templating import copy, drop_name, use
from bot.handlers.topicwords import require_editor
from bot.history import PAGE, draw_history
from bot.manners import MINUTES, draw_how, draw_languages, draw_when
from bot.talk import Talk
from bot.view import Screen
from db.store import broadcast_cards, broadcasts, pushes, queue, staff
from locales import LANGUAGES
from newsroom.broadcasts import Broadcast, Do, State, Step, flip
from newsroom.crowds import Trait, join_by, turn
from newsroom.errors import Refusal
from newsroom.pushes import PushState
from newsroom.roles import Role, who_has
from newsroom.text import read_number

Deed = Callable[[Talk, Broadcast, str], Awaitable[None]]


async def list_broadcasts(_update: Update, talk: Talk) -> None:
    """List the broadcasts, the newest first, or show one again."""
    await require_editor(talk)
    if talk.argument:
        await show(talk, await find_broadcast(talk, talk.argument))
    else:
        talk.say(*await _draw_history(talk, 0))


async def _draw_history(talk: Talk, page: int) -> Screen:
    found = await broadcasts.list_newest(talk.connection, PAGE, page * PAGE)
    now, every = talk.visit.now, await broadcasts.count_all(talk.connection)
    standing = {one.id: await broadcasts.read_standing(talk.connection, one, now) for one in found}
    return draw_history(talk.t, found, standing, (page, every), talk.newsroom.zone)


async def press_broadcast(talk: Talk, press: Press) -> None:
    """Do what a button of a card says, as far as its broadcast is still as it was seen; then show how things are."""
    await require_editor(talk)
    name, _, value = press.screen.partition(":")
    if name == "list":
        talk.redraw(*await _draw_history(talk, press.page))
        return
    broadcast = await find_broadcast(talk, press.what)
    if name == "use":
        await use(talk, broadcast)
        return
    await _meet_card(talk, broadcast)
    is_same = press.page == broadcast.version and not talk.visit.is_late
    if name in ANY_TIME and (name in HALTS or not talk.visit.is_late):
        await ANY_TIME[name](talk, broadcast, value)
    elif is_same and name in DEEDS and broadcast.state in DEEDS[name][0]:
        await DEEDS[name][1](talk, broadcast, value)
    else:
        talk.nod(talk.t.plain("broadcast.changed"))
        await redraw(talk, broadcast)


async def _meet_card(talk: Talk, broadcast: Broadcast) -> None:
    """Let what was pressed be the card; the one that was it before goes."""
    if not talk.pressed:
        return
    former = await broadcast_cards.note_pressed(
        talk.connection, broadcast.id, talk.chat_id, talk.pressed, talk.visit.now
    )
    if former:
        talk.send("deleteMessage", {"message_id": former})


# Looking


async def go_home(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Show the card."""
    await redraw(talk, broadcast)


async def preview(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Show it again as readers get it, its card below."""
    await show(talk, broadcast)


async def look_at_crowd(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Show whom it is for, or the values of a trait."""
    trait = Trait(value) if value in set(Trait) else None
    await redraw(talk, broadcast, (lambda sight: draw_trait(sight, trait)) if trait else draw_crowd)


async def look_at_time(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Show when it leaves."""
    await redraw(talk, broadcast, draw_when)


async def look_at_manner(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Show how it arrives."""
    await redraw(talk, broadcast, draw_how)


# Changing a draft


async def turn_value(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Want a value of a trait, leave it out, or neither."""
    name, _, value = value.partition(":")
    trait = Trait(name)
    changed = await change(talk, broadcast, crowd=turn(broadcast.crowd, trait, value))
    await redraw(talk, changed, lambda sight: draw_trait(sight, trait))


async def want_all(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Want all that is chosen of a trait at once."""
    await _join(talk, broadcast, Trait(value), both=True)


async def want_any(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Want any of what is chosen of a trait."""
    await _join(talk, broadcast, Trait(value), both=False)


async def _join(talk: Talk, broadcast: Broadcast, trait: Trait, *, both: bool) -> None:
    changed = await change(talk, broadcast, crowd=join_by(broadcast.crowd, trait, both=both))
    await redraw(talk, changed, lambda sight: draw_trait(sight, trait))


async def want_everybody(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Choose nobody in particular."""
    await redraw(talk, await change(talk, broadcast, crowd=broadcast.crowd.unchosen), draw_crowd)


async def set_time(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Let it leave at a moment that was offered."""
    due_at = datetime.fromtimestamp(read_number(value) or 0, UTC)
    if due_at <= talk.visit.now:
        raise Refusal("broadcast.past")
    await redraw(talk, await change(talk, broadcast, due_at=due_at))


async def set_delay(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Let it leave so many minutes from now."""
    minutes = read_number(value)
    due_at = talk.visit.now + timedelta(minutes=minutes if minutes in MINUTES else MINUTES[0])
    await redraw(talk, await change(talk, broadcast, due_at=due_at))


async def set_now(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Let it leave as soon as it is sent."""
    await redraw(talk, await change(talk, broadcast, due_at=None))


async def flip_switch(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Let it arrive otherwise."""
    await redraw(talk, await change(talk, broadcast, manner=flip(broadcast.manner, value)), draw_how)


async def drop_links(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Let it have no links; it looks otherwise then, so it is shown."""
    await show(talk, await change(talk, broadcast, manner=replace(broadcast.manner, buttons=())))


def ask_for(what: str) -> Deed:
    """Answer the deed that waits for what is typed."""

    async def wait(talk: Talk, broadcast: Broadcast, _value: str) -> None:
        await ask(talk, what, broadcast.id)

    return wait


async def look_at_languages(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Show which languages have words of their own."""
    await redraw(talk, broadcast, draw_languages)


async def ask_for_language(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Wait for the words of a language."""
    if value in LANGUAGES:
        await ask(talk, f"lang:{value}", broadcast.id)


async def drop_language(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Let a language have no words of its own."""
    contents = {language: said for language, said in broadcast.contents.items() if language != value or not value}
    await redraw(talk, await change(talk, broadcast, contents=contents), draw_languages)


TO_STAFF = "staff"  # for whom a test is, as its button says


async def test(talk: Talk, broadcast: Broadcast, value: str) -> None:
    """Send it to whoever presses or to all editors, as readers would get it, each in his language."""
    every = value == TO_STAFF
    editors = await staff.list_reachable(talk.connection, who_has(Role.EDITOR)) if every else [talk.chat_id]
    told = await announcer_of(talk).test(talk.connection, broadcast, editors)
    talk.nod(talk.t.plain("broadcast.tested", n=told) if every else "", alert=every)


async def drop(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Throw a draft away."""
    dropped = await change(talk, broadcast, state=State.DROPPED)
    await redraw(talk, dropped)
    await broadcast_cards.close(talk.connection, broadcast.id)


# Under way


async def pause(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Claim nothing more of it until it is resumed."""
    await _set(talk, broadcast, "pause broadcast", PushState.PAUSED, PushState.RUNNING)


async def stop(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Send nothing more of it, ever; what is in flight arrives."""
    await _set(talk, broadcast, "stop broadcast", PushState.CANCELLED, PushState.RUNNING, PushState.PAUSED)


async def _set(talk: Talk, broadcast: Broadcast, act: str, state: PushState, *among: PushState) -> None:
    number, now = broadcast.push_id or 0, talk.visit.now
    if await pushes.set_state(talk.connection, number, state, among, now):
        await note(talk, act, broadcast)
    await redraw(talk, broadcast)


async def resume(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Let what is paused or held go on; whatever else it is stays so."""
    push = await pushes.find(talk.connection, broadcast.push_id or 0)
    if push and push.state == PushState.PAUSED and await queue.resume(talk.connection, push.id, talk.visit.now):
        await note(talk, "resume broadcast", broadcast)
    await redraw(talk, broadcast)


# Afterwards


async def withdraw(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Ask whether it is really to be taken back."""
    require_undo(talk, broadcast)
    await redraw(talk, broadcast, lambda sight: draw_card(sight, Step.WITHDRAW))


async def take_back(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Delete it from every chat that has it, and send it to nobody else."""
    require_undo(talk, broadcast)
    manner = replace(broadcast.manner, better={})
    if not await broadcasts.do_to_sent(talk.connection, broadcast, Do.DELETE, talk.visit.now, manner=manner):
        raise Refusal("broadcast.changed")
    await note(talk, "withdraw broadcast", broadcast)
    await redraw(talk, await find_broadcast(talk, broadcast.id))


# What needs not be as it was seen: it only shows, or whoever does it means it whatever others did.
ANY_TIME: dict[str, Deed] = {
    "home": go_home,
    "preview": preview,
    "pause": pause,
    "resume": resume,
    "stop": stop,
    "copy": copy,
}
HALTS = frozenset({"pause", "stop"})  # that count however late they are handled: who pressed has waited long enough
DRAFT, WAITING, STARTED = (State.DRAFT,), (State.ASKED, State.SCHEDULED), (State.STARTED,)
DEEDS: dict[str, tuple[tuple[State, ...], Deed]] = {
    "who": (DRAFT, look_at_crowd),
    "turn": (DRAFT, turn_value),
    "all": (DRAFT, want_all),
    "any": (DRAFT, want_any),
    "everybody": (DRAFT, want_everybody),
    "find": (DRAFT, ask_for("topic")),
    "when": (DRAFT, look_at_time),
    "at": (DRAFT, set_time),
    "in": (DRAFT, set_delay),
    "now": (DRAFT, set_now),
    "type": (DRAFT, ask_for("when")),
    "how": (DRAFT, look_at_manner),
    "flip": (DRAFT, flip_switch),
    "links": (DRAFT, ask_for("links")),
    "nolinks": (DRAFT, drop_links),
    "edit": (DRAFT, ask_for("edit")),
    "drop": (DRAFT, drop),
    "send": (DRAFT, press_send),
    "sure": (DRAFT, be_sure),
    "approve": ((State.ASKED,), approve),
    "refuse": ((State.ASKED,), refuse),
    "recall": (WAITING, recall),
    "langs": (DRAFT, look_at_languages),
    "lang": (DRAFT, ask_for_language),
    "unlang": (DRAFT, drop_language),
    "test": (DRAFT, test),
    "name": (DRAFT + STARTED, ask_for("name")),
    "unname": (DRAFT + STARTED, drop_name),
    "amend": (STARTED, amend),
    "right": (STARTED, put_right),
    "agree": (STARTED, agree),
    "leave": (STARTED, leave),
    "withdraw": (STARTED, withdraw),
    "withdrawn": (STARTED, take_back),
}
HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("broadcasts", list_broadcasts),
]
