"""Keywords: read from what was typed, offered for a name that no topic has, and shown with the newest that has them.

An offer says the word in quotes, and its buttons carry the word's fingerprint alone, for Telegram leaves them 64 bytes.
A press reads the word on the message again: so nothing is kept of what somebody typed and did not follow, and nobody
finds out what others follow by making up presses.
"""

from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton

from bot.articles import write_line
from bot.callbacks import Act
from bot.handlers.reading import look_of
from bot.keyboards import make_button
from bot.talk import LATELY, Talk
from db.store import articles, keywords
from newsroom.errors import Refusal
from newsroom.keywords import MOST_KEYWORDS, Keyword, is_keyword, read_keyword, tag_of
from newsroom.names import read_names

OFFERED = "w:"  # begins what the button of an offer carries, before the fingerprint


async def find_tag(talk: Talk, phrase: str) -> str | None:
    """Answer the tag of a folded phrase; None where nobody follows it."""
    number = await keywords.find(talk.connection, phrase)
    return None if number is None else tag_of(number)


async def make_tag(talk: Talk, keyword: Keyword, taken: Iterable[str]) -> str:
    """Answer the tag of a keyword that is going to be followed or muted beside what is taken already.

    Raises Refusal where those are as many as a reader may have.
    """
    known = await find_tag(talk, keyword.phrase)
    if len({*filter(is_keyword, taken), known or keyword.phrase}) > MOST_KEYWORDS:
        raise Refusal("keyword.too_many", most=MOST_KEYWORDS)
    now = talk.visit.now
    return tag_of(await keywords.put(talk.connection, keyword, now - LATELY, now))


def can_be_offered(name: str) -> Keyword | None:
    """Answer the keyword that a name may be which no topic has, or None."""
    try:
        return read_keyword(name)
    except Refusal:
        return None


def offer_buttons(talk: Talk, command: str, keyword: Keyword) -> list[InlineKeyboardButton]:
    """Answer the buttons that follow and mute a keyword, first the one for what was asked."""
    both = (("follow", "button.follow_word"), ("mute", "button.mute_word"))
    ordered = sorted(both, key=lambda pair: pair[0] != command)
    what = f"{OFFERED}{keyword.fingerprint}"
    return [make_button(talk.t.plain(key), Act.COMMAND, what, name) for name, key in ordered]


def read_offer(talk: Talk, what: str) -> Keyword | None:
    """Answer the keyword that was offered by a message; None where it can no longer be read there."""
    quoted = (said.name for said in read_names(talk.pressed_text) if said.quoted)
    offered = filter(None, map(can_be_offered, quoted))
    return next((keyword for keyword in offered if what == f"{OFFERED}{keyword.fingerprint}"), None)


async def tell_newest(talk: Talk, tags: Sequence[str]) -> list[str]:
    """Answer what will come for keywords, with the newest article that has one of them if there is any."""
    if not tags:
        return []
    newest = [article for tag in tags for article in await articles.list_latest(talk.connection, tag, 1)]
    lines = [talk.t("keyword.what")]
    if newest:
        article = max(newest, key=lambda one: (one.published_at or one.seen_at, one.id))
        lines += ["", talk.t("keyword.newest"), write_line(article, talk.t, look_of(talk))]
    return lines
