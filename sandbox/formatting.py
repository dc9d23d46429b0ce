"""A text as a bot or a person gives it, made into what Telegram keeps: characters cleaned, markup read, ends trimmed.

The order is td's (get_formatted_text, then fix_formatted_text in MessageEntity.cpp): markup or entities, cleaning,
trimming, what Telegram finds by itself, limits. Lengths are code points; only the text before parsing counts bytes.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from typing import Any

from sandbox.entities import QUOTES, STYLES, Entity, read_entities, settle, write_entities
from sandbox.errors import StrictError, bad_request
from sandbox.finding import find_entities
from sandbox.markup import MarkupError, parse_html

LONGEST_TEXT = 4096  # code points, after parsing (Bot API, sendMessage)
LONGEST_SOURCE = 32768  # bytes of UTF-8, before parsing (Client.cpp, get_formatted_text)
MOST_ENTITIES = 100  # the server ignores the rest
REMEMBERED_TEXTS = 256  # a broadcast sends few texts to many: they are parsed once, and kept in memory once

CONTROL = dict.fromkeys([*range(10), 11, 12, *range(14, 32)], " ")
REMOVED = "\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a"
DIRTY = re.compile(f"[{REMOVED}]")
MARKS = re.compile("[\u200e\u200f]{2,}")
AT_ODDS = re.compile("\u200e\u200f|\u200f\u200e")
BLANK = re.compile("[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc]*")


Content = dict[str, Any]  # "text" and, if there are some, "entities"; shared between messages: never change it


def format_text(text: str, mode: str = "", given: list[dict[str, Any]] | None = None) -> Content:
    """Answer what a bot's text becomes; `given` are explicit entities, which a mode outdoes (Bot API, sendMessage)."""
    if not text:
        raise bad_request("message text is empty")
    if len(text.encode()) > LONGEST_SOURCE:
        raise bad_request("text is too long")
    if AT_ODDS.search(text):
        raise StrictError("of direction marks in a row Telegram keeps the last one")
    match mode.lower():
        case "html":
            return _format_html(text)
        case "" | "none":
            return _finish(text, read_entities(given, text)) if given else format_plain(text)
        case "markdown" | "markdownv2":
            raise StrictError(f"parse_mode {mode} is not modelled, HTML is")
        case _:
            raise bad_request("unsupported parse_mode")


@lru_cache(REMEMBERED_TEXTS)
def format_plain(text: str) -> Content:
    """Answer what a plain text becomes, a person's too."""
    return _finish(text, ())


@lru_cache(REMEMBERED_TEXTS)
def _format_html(html: str) -> Content:
    try:
        text, entities = parse_html(html)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    return _finish(text, entities)


def _finish(text: str, given: Iterable[Entity]) -> Content:
    text, kept = _trim(*_clean(text, settle(given)[:MOST_ENTITIES]))
    if BLANK.fullmatch(text):
        raise bad_request("text must be non-empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    entities = write_entities(_with_found(text, kept), text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Make control characters spaces, drop what Telegram drops, and thin out runs of direction marks."""
    text = MARKS.sub(lambda run: "\u200c" * (len(run[0]) - 1) + run[0][-1], text.translate(CONTROL))
    if not DIRTY.search(text):
        return text, entities
    place = list(accumulate((character not in REMOVED for character in text), initial=0))
    moved = [replace(entity, start=place[entity.start], end=place[entity.end]) for entity in entities]
    return DIRTY.sub("", text), [entity for entity in moved if entity.start < entity.end]


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop spaces and line ends around the text, but none at its start that an entity covers."""
    end = len(text.rstrip(" \n"))
    kept = [replace(entity, end=min(entity.end, end)) for entity in entities if entity.start < end]
    start = min([len(text) - len(text.lstrip(" \n")), *(entity.start for entity in kept)])
    if start:
        kept = [replace(entity, start=entity.start - start, end=entity.end - start) for entity in kept]
    return text[start:end], kept


def _with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what Telegram finds by itself, where nothing but styles and quotes lies already."""
    solid = [entity for entity in entities if entity.type not in QUOTES and entity.type not in STYLES]
    found = [
        new for new in find_entities(text) if not any(new.start < old.end and old.start < new.end for old in solid)
    ]
    return settle([*entities, *found])
