"""Following, muting, and no longer: by command, by word, by link, or by a choice among several topics meant."""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act
from bot.handlers.views import look
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.screens import draw
from bot.talk import Keyboard, Talk
from db.store import follows, prompts
from locales import Html
from newsroom.names import split_names
from newsroom.taxonomy import Topic

MOST_NAMES = 10  # in one command
COMMANDS = ("follow", "unfollow", "mute", "unmute")


async def follow(_update: Update, talk: Talk) -> None:
    """Follow topics by name."""
    await carry_out(talk, "follow")


async def unfollow(_update: Update, talk: Talk) -> None:
    """Follow topics no longer."""
    await carry_out(talk, "unfollow")


async def mute(_update: Update, talk: Talk) -> None:
    """Mute topics: nothing about them comes, whatever else is followed."""
    await carry_out(talk, "mute")


async def unmute(_update: Update, talk: Talk) -> None:
    """Mute topics no longer."""
    await carry_out(talk, "unmute")


async def show_following(_update: Update, talk: Talk) -> None:
    """Show what is followed and muted."""
    talk.say(*draw("following", await look(talk)))


async def carry_out(talk: Talk, command: str) -> None:
    """Do a command for each name that was said; one that may mean several is asked back, one unknown is told."""
    await talk.reader()
    names = list(split_names(talk.argument))[:MOST_NAMES]
    if not names:
        await ask_for_name(talk, command)
        return
    found = {name: talk.newsroom.directory.find(name) for name in names}
    certain = [topics[0] for topics in found.values() if len(topics) == 1]
    if certain:
        await apply(talk, command, certain)
    for name, topics in found.items():
        if len(topics) > 1:
            talk.say(talk.t("follow.which", name=name), choice(talk, command, topics))
        elif not topics:
            propose(talk, command, name)


async def ask_for_name(talk: Talk, command: str) -> None:
    """Wait for the name of a topic."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, command, talk.visit.now)
    buttons = [
        make_button(talk.t.plain("button.topics"), Act.GO, "subjects"),
        make_button(talk.t.plain("button.drop"), Act.DROP),
    ]
    talk.say(talk.t(f"prompt.{command}"), make_keyboard([buttons]))


def propose(talk: Talk, command: str, name: str) -> None:
    """Say that nothing has this name, and offer what is near to it."""
    near = talk.newsroom.directory.propose(name)
    key = "follow.near" if near else "follow.unknown"
    picker = [make_button(talk.t.plain("button.topics"), Act.GO, "subjects")]
    talk.say(talk.t(key, name=name), choice(talk, command, near) if near else make_keyboard([picker]))


def choice(talk: Talk, command: str, topics: list[Topic]) -> Keyboard:
    """Answer a button for each topic that may be meant."""
    buttons = (
        make_button(f"➕ {talk.taxonomy.name(topic.tag, talk.t.language)}", Act.COMMAND, topic.tag, command)
        for topic in topics
    )
    return make_keyboard(in_columns(buttons))


async def choose_meant(talk: Talk, command: str, tag: str) -> None:
    """Do a command for the topic that was meant."""
    if command in COMMANDS and tag in talk.taxonomy.topics:
        await talk.reader()
        await apply(talk, command, [talk.taxonomy.topics[tag]], redraw=True)
    talk.nod()


async def follow_tag(talk: Talk, tag: str) -> None:
    """Follow a topic that a link named."""
    await apply(talk, "follow", [talk.taxonomy.topics[tag]])


async def apply(talk: Talk, command: str, topics: list[Topic], *, redraw: bool = False) -> None:
    """Do a command for topics and say so."""
    reader = await talk.reader()
    tags = [topic.tag for topic in topics]
    if command in {"follow", "mute"}:
        await follows.put(talk.connection, reader.id, tags, muted=command == "mute")
        key = f"{command}.done"
    else:
        gone = await follows.drop(talk.connection, reader.id, tags, muted=command == "unmute")
        key = f"{command}.done" if gone else f"{command}.nothing"
    comma = talk.t.plain("list.comma")
    names = Html(comma.join(talk.t("list.item", name=talk.taxonomy.name(tag, talk.t.language)) for tag in tags))
    answer = talk.redraw if redraw else talk.say
    answer(
        talk.t(key, topics=names), make_keyboard([[make_button(talk.t.plain("button.following"), Act.GO, "following")]])
    )


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("follow", follow),
    CommandHandler("unfollow", unfollow),
    CommandHandler("mute", mute),
    CommandHandler("unmute", unmute),
    CommandHandler("following", show_following),
]
