"""A broadcast in an editor's chat: found, shown, changed and drawn; what its cards' deeds have in common.

show    as readers get it, and a new card below      redraw    in the message that was pressed
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from telegram import Message

from bot.announcer import Announcer, write_previews
from bot.broadcasts import Sight, draw_card
from bot.callbacks import Act
from bot.keyboards import Row, make_button, make_keyboard
from bot.talk import Talk, echo
from bot.view import Screen
from db.store import broadcast_cards, broadcasts, prompts, staff
from newsroom.broadcasts import Broadcast, stamp
from newsroom.errors import Refusal
from newsroom.roles import Role, who_has
from newsroom.text import read_number

Taker = Callable[[Talk, Broadcast, Message], Awaitable[bool]]  # takes what is typed; tells whether it was that
THOUGHT = timedelta(seconds=30)  # for which counts do not draw over a question that a card asks
ALBUM = "album"  # waited for: more messages of one
PROMPT = "cast "  # begins what is waited for: what, the number of the draft, and its version where that counts


def announcer_of(talk: Talk) -> Announcer:
    """Answer what draws cards."""
    newsroom = talk.newsroom
    return Announcer(lambda: talk.visit.now, newsroom.language, newsroom.zone, newsroom.broadcasting, newsroom.topics)


async def find_broadcast(talk: Talk, said: str | int) -> Broadcast:
    """Answer a broadcast. Raises Refusal where there is none."""
    number = said if isinstance(said, int) else read_number(said)
    found = await broadcasts.find(talk.connection, number) if number else None
    if found is None:
        raise Refusal("broadcast.unknown", number=echo(str(said)))
    return found


async def show(talk: Talk, broadcast: Broadcast) -> None:
    """Show a broadcast exactly as readers get it, and its card below.

    The card that was there before goes.
    """
    announcer = announcer_of(talk)
    sight = await announcer.see(talk.connection, broadcast, talk.chat_id)
    known = await broadcast_cards.find(talk.connection, broadcast.id, talk.chat_id)
    told = stamp(broadcast, sight.standing.phase, sight.standing.progress)
    place = broadcast.id, talk.chat_id
    key = await broadcast_cards.begin(talk.connection, place, talk.visit.now, told, anew=True)
    for method, params in write_previews(talk.t, broadcast):
        talk.send(method, params)
    text, keyboard = draw_card(sight)
    talk.say(text, keyboard)
    talk.name_last(key)
    if known and known.message_id:
        talk.send("deleteMessage", {"message_id": known.message_id})


async def show_others(talk: Talk, broadcast: Broadcast) -> None:
    """Show a broadcast to the other editors, of whom one is to say yes."""
    editors = await staff.list_reachable(talk.connection, who_has(Role.EDITOR))
    await announcer_of(talk).show(talk.connection, broadcast, [who for who in editors if who != talk.chat_id])


async def redraw(talk: Talk, broadcast: Broadcast, draw: Callable[[Sight], Screen] = draw_card) -> None:
    """Show a broadcast as it is now in the message that was pressed."""
    sight = await announcer_of(talk).see(talk.connection, broadcast, talk.chat_id)
    talk.redraw(*draw(sight))
    card = await broadcast_cards.find(talk.connection, broadcast.id, talk.chat_id)
    if card:
        told = stamp(broadcast, sight.standing.phase, sight.standing.progress)
        drawn_at = talk.visit.now if draw is draw_card else talk.visit.now + THOUGHT
        await broadcast_cards.note_drawn(talk.connection, card, told, drawn_at)


async def change(talk: Talk, broadcast: Broadcast, **columns: Any) -> Broadcast:
    """Change a broadcast that is still as it was seen. Raises Refusal where somebody else was first."""
    if not await broadcasts.change(talk.connection, broadcast, **columns):
        raise Refusal("broadcast.changed")
    return await find_broadcast(talk, broadcast.id)


async def ask(talk: Talk, what: str, broadcast_id: int, offered: Sequence[Row] = ()) -> None:
    """Wait for what is typed for a draft, or for one of the buttons that are offered instead."""
    await wait_for(talk, f"{what} {broadcast_id}")
    drop = make_button(talk.t.plain("button.drop"), Act.DROP)
    talk.say(talk.t(f"broadcast.ask.{what.partition(':')[0]}"), make_keyboard([*offered, [drop]]))


async def wait_for(talk: Talk, what: str) -> None:
    """Let the next message be for a draft."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{what}", talk.visit.now)


async def note(talk: Talk, act: str, broadcast: Broadcast) -> None:
    """Put an act on the audit."""
    await staff.note(talk.connection, staff.Act(str(talk.user_id), act, str(broadcast.id)), talk.visit.now)
