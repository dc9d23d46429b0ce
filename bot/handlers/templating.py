"""Broadcasts after the model of others: ♻️ makes a new draft of the same, and what has a name is a template.

    📑 on a card ─▶ its name is typed ─▶ /broadcast offers it ─▶ a new draft of the same words, crowd and manner

A template is a broadcast like any other, so it is changed and looked at by its card. What else is written after a model
goes here.
"""

from dataclasses import replace

from telegram import Message

from bot.callbacks import Act
from bot.handlers.casting import change, find_broadcast, redraw, show
from bot.keyboards import Row, in_columns, make_button
from bot.talk import Talk
from db.store import broadcasts, prompts
from newsroom.broadcasts import LONGEST_NAME, Broadcast, read_name

MOST = 8  # templates that are offered


async def copy(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Make a new draft of the same words, for the same crowd and in the same manner."""
    number = await broadcasts.add(talk.connection, dict(broadcast.contents), str(talk.user_id), talk.visit.now)
    manner = replace(broadcast.manner, name="", better={})
    draft = await find_broadcast(talk, number)
    await show(talk, await change(talk, draft, crowd=broadcast.crowd, manner=manner))


async def offer(talk: Talk) -> list[Row]:
    """Answer a button for each template."""
    found = await broadcasts.list_templates(talk.connection, MOST)
    labels = ((one, talk.t.plain("button.cast.template", name=one.manner.name)) for one in found)
    return in_columns(make_button(label, Act.CAST, str(one.id), "use", one.version) for one, label in labels)


async def use(talk: Talk, broadcast: Broadcast) -> None:
    """Make a draft after a template, instead of the message that was asked for."""
    await prompts.end(talk.connection, talk.chat_id, talk.user_id)
    await copy(talk, broadcast, "")


async def take_name(talk: Talk, broadcast: Broadcast, message: Message) -> bool:
    """Let it be a template by the name that is typed; tells whether it was one."""
    name = read_name(message.text or "")
    if not name:
        talk.say(talk.t("broadcast.no_name", most=LONGEST_NAME))
        return False
    await show(talk, await change(talk, broadcast, manner=replace(broadcast.manner, name=name)))
    return True


async def drop_name(talk: Talk, broadcast: Broadcast, _value: str) -> None:
    """Let it be no template any more."""
    await redraw(talk, await change(talk, broadcast, manner=replace(broadcast.manner, name="")))
