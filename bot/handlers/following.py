"""Following, muting, and no longer: by command, by word, by link, or by a choice among several topics meant.

What is said in quotes is a keyword at once; a name that nothing has is offered as one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardButton, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Act
from bot.handlers.keywords import OFFERED, can_be_offered, find_tag, make_tag, offer_buttons, read_offer, tell_newest
from bot.handlers.views import find_schedule, list_follows, look
from bot.keyboards import Row, in_columns, make_button, make_keyboard, make_link, share_link
from bot.screens import draw
from bot.standing import describe_schedule
from bot.talk import Keyboard, Talk, echo
from bot.view import CHOSEN, MUTED, NOT_CHOSEN, name_topics
from db.store import follows, keywords, prompts
from locales import Html
from newsroom.errors import Refusal
from newsroom.keywords import fold_phrase, is_keyword, read_keyword, spell
from newsroom.names import Said, read_names
from newsroom.taxonomy import ALL, CHINA, Topic

MOST_NAMES = 10  # in one command
SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")  # that a link can carry


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


@dataclass(slots=True)
class Asked:
    """What a list of names asks for, beside what is followed and muted already."""

    known: Mapping[str, bool]
    tags: list[str] = field(default_factory=list)
    several: dict[str, list[Topic]] = field(default_factory=dict)  # what a name may mean
    unknown: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # what cannot be, and why


async def carry_out(talk: Talk, command: str) -> bool:
    """Do a command for each name that was said: one that may mean several is asked back, an unknown one is told.

    Tells whether any of the names was understood.
    """
    talk.require_right()
    names = read_names(talk.argument)
    if not names:
        await ask_for_name(talk, command)
        return False
    asked = Asked(await list_follows(talk))
    for said in names[:MOST_NAMES]:
        await understand(talk, DEEDS[command], said, asked)
    lines = [*await apply(talk, DEEDS[command], asked.tags), *dict.fromkeys(asked.told)]
    if len(names) > MOST_NAMES:
        lines.append(talk.t("follow.too_many"))
    if lines:
        talk.say("\n".join(lines), ways_after(talk, command, asked.tags))
    for name, topics in asked.several.items():
        talk.say(talk.t("follow.which", name=echo(name)), await choice(talk, command, topics))
    await tell_unknown(talk, command, asked.unknown)
    return bool(asked.tags or asked.several)


async def understand(talk: Talk, deed: Deed, said: Said, asked: Asked) -> None:
    """Find out what a name means: a topic, several, or a keyword where it is quoted or ends what is there."""
    topics = find_meant(talk, deed, said, asked.known)
    if len(topics) == 1:
        asked.tags.append(topics[0].tag)
    elif topics:
        asked.several[said.name] = topics
    elif not deed.puts and (tag := await find_tag(talk, fold_phrase(said.name))) in asked.known:
        asked.tags.append(str(tag))
    elif not said.quoted:
        asked.unknown.append(said.name)
    elif not deed.puts:
        name = talk.t("list.item", name=talk.t.plain("list.quoted", name=echo(spell(said.name))))
        asked.told.append(talk.t(deed.texts[1], topics=Html(name)))
    else:
        await _take_keyword(talk, said.name, asked)


async def _take_keyword(talk: Talk, name: str, asked: Asked) -> None:
    try:
        asked.tags.append(await make_tag(talk, read_keyword(name), [*asked.known, *asked.tags]))
    except Refusal as refusal:
        asked.told.append(talk.t(refusal.key, **refusal.values))


def find_meant(talk: Talk, deed: Deed, said: Said, known: Mapping[str, bool]) -> list[Topic]:
    """Answer the topics that a name may mean; what is to end is among what is there, if anything of it is."""
    directory = talk.newsroom.directory
    found = directory.find_shown(said.name) if said.quoted else directory.find(said.name)
    if deed.puts or len(found) < 2:  # noqa: PLR2004  (several)
        return found
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
    """Say that no topic has these names; for a single one, offer what is near to it, and to look for the word."""
    if len(names) == 1:
        await _tell_unknown(talk, command, names[0])
    elif names:
        listed = Html(talk.t.plain("list.comma").join(talk.t("list.item", name=echo(name)) for name in names))
        talk.say(talk.t("follow.unknown_many", names=listed), make_keyboard([[topics_button(talk)]]))


async def _tell_unknown(talk: Talk, command: str, name: str) -> None:
    keyword = can_be_offered(name) if DEEDS[command].puts else None
    told = keyword.said if keyword else echo(name)
    buttons = offer_buttons(talk, command, keyword) if keyword else []
    if near := talk.newsroom.directory.propose(name):
        talk.say(talk.t("follow.near", name=told), await choice(talk, command, near, buttons))
    elif keyword:
        talk.say(talk.t("keyword.offer", name=told), make_keyboard([buttons, [topics_button(talk)]]))
    else:
        talk.say(talk.t("follow.unknown", name=told), make_keyboard([[topics_button(talk)]]))


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


async def choose_meant(talk: Talk, command: str, what: str) -> None:
    """Do a command for the topic that was meant, or for the word that was offered."""
    if command not in DEEDS:
        return
    tag = what if what in talk.taxonomy.topics else ""
    if what.startswith(OFFERED) and (keyword := read_offer(talk, what)):
        tag = await make_tag(talk, keyword, await list_follows(talk))
    if tag:
        lines = await apply(talk, DEEDS[command], [tag])
        talk.redraw("\n".join(lines), ways_after(talk, command, [tag]))
    else:
        talk.nod(talk.t.plain("button.old"))


async def follow_topic(talk: Talk, topic: Topic) -> None:
    """Follow a topic that a link named."""
    lines = await apply(talk, DEEDS["follow"], [topic.tag])
    talk.say("\n".join(lines), ways_after(talk, "follow", [topic.tag]))


async def apply(talk: Talk, deed: Deed, asked: Iterable[str]) -> list[str]:
    """Do a command for tags, and answer the lines that say what came of it. Doing it twice changes nothing more."""
    tags = list(dict.fromkeys(asked))
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
    said = await keywords.list_said(talk.connection, tags)
    told = zip(deed.texts, (done, unchanged), strict=True)
    lines = [talk.t(key, topics=name_topics(talk.taxonomy, talk.t, these, said)) for key, these in told if these]
    return [*lines, *await tell_more(talk, done)] if deed.name == "follow" else lines


async def tell_more(talk: Talk, followed: Sequence[str]) -> list[str]:
    """Answer what else there is to say to who follows something: what that brings, and that sending goes on."""
    lines: list[str] = [describe_schedule(talk.t, await find_schedule(talk))] if followed else []
    lines += [talk.t("follow.inside")] if CHINA in followed else []
    lines += [talk.t("start.resumed")] if await talk.resume() else []
    return [*lines, *await tell_newest(talk, list(filter(is_keyword, followed)))]


def topics_button(talk: Talk) -> InlineKeyboardButton:
    """Answer the way to the picker."""
    return make_button(talk.t.plain("button.topics"), Act.GO, "subjects")


def ways_after(talk: Talk, command: str, tags: Sequence[str]) -> Keyboard:
    """Answer the way to what is followed, and to who may follow the same where a single topic is."""
    following = make_button(talk.t.plain("button.following"), Act.GO, "following")
    share = share_button(talk, tags[0]) if command == "follow" and len(tags) == 1 else []
    return make_keyboard([[following, *share]])


def share_button(talk: Talk, tag: str) -> Row:
    """Answer what shares a topic: a link that follows it, if a link can carry it (Bot API: 64 characters)."""
    topic = talk.taxonomy.topics.get(tag)
    if topic is None or not SLUG.fullmatch(topic.slug):
        return []
    link = f"https://t.me/{talk.bot.username}?start=t_{topic.slug}"
    return [make_link(talk.t.plain("button.share"), share_link(talk.taxonomy.name(tag, talk.t.language), link))]


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("follow", follow),
    CommandHandler("unfollow", unfollow),
    CommandHandler("mute", mute),
    CommandHandler("unmute", unmute),
    CommandHandler("following", show_following),
]
