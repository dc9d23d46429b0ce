"""Following, muting, and no longer: by command, by word, by link, or by a choice among several topics meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act
from bot.handlers.views import list_follows, look
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.screens import draw
from bot.talk import Keyboard, Talk, echo
from bot.view import CHOSEN, MUTED, NOT_CHOSEN, name_topics
from db.store import follows, prompts
from locales import Html
from newsroom.errors import Refusal
from newsroom.names import split_names
from newsroom.taxonomy import ALL, CHINA, Topic

MOST_NAMES = 10  # in one command


@dataclass(frozen=True, slots=True)
class Deed:
    """What a command does to a topic."""

    name: str
    mark: str  # before the topics that it may be about
    muted: bool
    puts: bool  # else it takes away

    @property
    def texts(self) -> tuple[str, str]:
        """The keys of what is said where something changed and where nothing did."""
        return f"{self.name}.done", f"{self.name}.{'already' if self.puts else 'nothing'}"


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("follow", NOT_CHOSEN, muted=False, puts=True),
        Deed("unfollow", "➖", muted=False, puts=False),
        Deed("mute", MUTED, muted=True, puts=True),
        Deed("unmute", "🔔", muted=True, puts=False),
    )
}


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
    talk.require_right()
    talk.say(*draw("following", await look(talk)))


async def carry_out(talk: Talk, command: str) -> bool:
    """Do a command for each name that was said: one that may mean several is asked back, an unknown one is told.

    Tells whether any of the names was understood.
    """
    talk.require_right()
    names = split_names(talk.argument)
    if not names:
        await ask_for_name(talk, command)
        return False
    meant = {name: await find_meant(talk, DEEDS[command], name) for name in names[:MOST_NAMES]}
    lines = await apply(talk, DEEDS[command], [topics[0] for topics in meant.values() if len(topics) == 1])
    if len(names) > MOST_NAMES:
        lines.append(talk.t("follow.too_many"))
    if lines:
        talk.say("\n".join(lines), list_button(talk))
    for name, topics in meant.items():
        if len(topics) > 1:
            talk.say(talk.t("follow.which", name=echo(name)), await choice(talk, command, topics))
    await tell_unknown(talk, command, [name for name, topics in meant.items() if not topics])
    return any(meant.values())


async def find_meant(talk: Talk, deed: Deed, name: str) -> list[Topic]:
    """Answer the topics that a name may mean; what is to end is among what is there, if anything of it is."""
    found = talk.newsroom.directory.find(name)
    if deed.puts or len(found) < 2:  # noqa: PLR2004  (several)
        return found
    known = await list_follows(talk)
    return [topic for topic in found if known.get(topic.tag) is deed.muted] or found[:1]


async def ask_for_name(talk: Talk, command: str) -> None:
    """Wait for the name of a topic; what is to end is shown instead, to be ended by a tap."""
    if not talk.is_private:
        raise Refusal("groups.how", command=f"/{command}")
    if not DEEDS[command].puts:
        talk.say(*draw("following", await look(talk)))
        return
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, command, talk.visit.now)
    buttons = [topics_button(talk)] if command == "follow" else []
    buttons.append(make_button(talk.t.plain("button.drop"), Act.DROP))
    talk.say(talk.t(f"prompt.{command}"), make_keyboard([buttons]))


async def tell_unknown(talk: Talk, command: str, names: Sequence[str]) -> None:
    """Say that nothing has these names; for a single one, offer what is near to it."""
    echoed = [echo(name) for name in names]
    near = talk.newsroom.directory.propose(names[0]) if len(names) == 1 else []
    if near:
        talk.say(talk.t("follow.near", name=echoed[0]), await choice(talk, command, near))
    elif len(names) == 1:
        talk.say(talk.t("follow.unknown", name=echoed[0]), make_keyboard([[topics_button(talk)]]))
    elif names:
        listed = Html(talk.t.plain("list.comma").join(talk.t("list.item", name=name) for name in echoed))
        talk.say(talk.t("follow.unknown_many", names=listed), make_keyboard([[topics_button(talk)]]))


async def choice(
    talk: Talk, command: str, topics: Iterable[Topic], more: Sequence[InlineKeyboardButton] = ()
) -> Keyboard:
    """Answer a button for each topic that may be meant, and others below them."""
    known = await list_follows(talk)
    deed = DEEDS[command]
    buttons = (
        make_button(
            f"{CHOSEN if command == 'follow' and known.get(topic.tag) is False else deed.mark} "
            f"{talk.taxonomy.name(topic.tag, talk.t.language)}",
            Act.COMMAND,
            topic.tag,
            command,
        )
        for topic in topics
    )
    return make_keyboard([*in_columns(buttons), list(more)])


async def choose_meant(talk: Talk, command: str, tag: str) -> None:
    """Do a command for the topic that was meant."""
    if command in DEEDS and tag in talk.taxonomy.topics:
        lines = await apply(talk, DEEDS[command], [talk.taxonomy.topics[tag]])
        talk.redraw("\n".join(lines), list_button(talk))


async def follow_topic(talk: Talk, topic: Topic) -> None:
    """Follow a topic that a link named."""
    lines = await apply(talk, DEEDS["follow"], [topic])
    talk.say("\n".join(lines), list_button(talk))


async def apply(talk: Talk, deed: Deed, topics: Iterable[Topic]) -> list[str]:
    """Do a command for topics, and answer the lines that say what came of it. Doing it twice changes nothing more."""
    tags = list(dict.fromkeys(topic.tag for topic in topics))
    if not tags:
        return []
    if deed.name == "mute" and ALL in tags:
        raise Refusal("mute.everything")
    reader = await talk.reader()
    known = await list_follows(talk)
    held = [tag for tag in tags if known.get(tag) is deed.muted]
    others = [tag for tag in tags if tag not in held]
    done, unchanged = (others, held) if deed.puts else (held, others)
    if deed.puts:
        await follows.put(talk.connection, reader.id, done, muted=deed.muted)
    else:
        await follows.drop(talk.connection, reader.id, done, muted=deed.muted)
    told = zip(deed.texts, (done, unchanged), strict=True)
    lines = [talk.t(key, topics=name_topics(talk.taxonomy, talk.t, these)) for key, these in told if these]
    if deed.name == "follow":
        lines += [talk.t("follow.inside")] if CHINA in done else []
        lines += [talk.t("start.resumed")] if await talk.resume() else []
    return lines


def topics_button(talk: Talk) -> InlineKeyboardButton:
    """Answer the way to the picker."""
    return make_button(talk.t.plain("button.topics"), Act.GO, "subjects")


def list_button(talk: Talk) -> Keyboard:
    """Answer the way to what is followed."""
    return make_keyboard([[make_button(talk.t.plain("button.following"), Act.GO, "following")]])


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("follow", follow),
    CommandHandler("unfollow", unfollow),
    CommandHandler("mute", mute),
    CommandHandler("unmute", unmute),
    CommandHandler("following", show_following),
]
