"""Telegram's HTML: text with tags in, plain text and entities out (td, parse_html in MessageEntity.cpp).

Errors and leniencies are td's: unknown attributes are ignored, `</>` closes any tag, an unknown `&name;` stays as it
is, a wrong link loses its entity and keeps its text. Offsets in errors count bytes of UTF-8. A new tag is a line in
STYLES or in DESCRIBERS.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.entities import Entity
from sandbox.links import check_link, find_person

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

SPACE = " \t\r\n\v\0"
SPACES = re.compile(f"[{SPACE}]*")
TOKEN_ENDS = {"", ">", *SPACE}
REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*));?")
TAG_NAME = re.compile(rf"[^{SPACE}>]*")
END_TAG = re.compile(rf"(?P<name>[^{SPACE}>]*)[{SPACE}]*")
ATTRIBUTE = re.compile(rf"[{SPACE}]*(?P<name>[^{SPACE}=>/\"']*)[{SPACE}]*(?P<equals>=?)[{SPACE}]*")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
WHEN = re.compile(r"r|w?[dD]?[tT]?")
LONGEST_NUMBER = 9  # characters of "&#…" without the semicolon
LAST_CODE = 0x10FFFF
LATEST = 2**31 - 1  # unix seconds
DIGITS = re.compile(r"[0-9]*")

Attributes = dict[str, str]
Described = tuple[str | None, dict[str, Any]]  # the type of an entity, None for none, and its fields


class MarkupError(ValueError):
    """What is wrong with the HTML, in td's words."""


@dataclass(slots=True)
class OpenTag:
    """A tag that waits for its end; `start` and `piece` tell where its text begins in the output."""

    name: str
    start: int
    piece: int
    attributes: Attributes = field(default_factory=dict)


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Answer the text and its entities, in the order in which their tags end."""
    return _Parser(html).parse()


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        position = 0
        while (bracket := self.html.find("<", position)) >= 0:
            self.add(self.html[position:bracket])
            ends = self.html.startswith("/", bracket + 1)
            position = self.read_end(bracket) if ends else self.read_start(bracket)
        self.add(self.html[position:])
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.pieces), [_without_language(entity) for entity in self.entities]

    def add(self, raw: str) -> None:
        text = decode(raw)
        self.pieces.append(text)
        self.length += len(text)

    def fail(self, what: str, at: int, after: str = "") -> MarkupError:
        return MarkupError(f"{what} at byte offset {len(self.html[:at].encode())}{after}")

    def read_start(self, begin: int) -> int:
        """Take the start tag at `begin`, and answer the position after it."""
        name = _take(TAG_NAME, self.html, begin + 1)
        if name.end() == len(self.html):
            raise self.fail("Unclosed start tag", begin)
        tag = OpenTag(name[0].lower(), self.length, len(self.pieces))
        if tag.name not in STYLES and tag.name not in DESCRIBERS:
            raise self.fail(f'Unsupported start tag "{tag.name}"', begin)
        end = self.read_attributes(tag, begin, name.end())
        if tag.name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise self.fail('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(tag)
        return end

    def read_attributes(self, tag: OpenTag, begin: int, position: int) -> int:
        while True:
            position = _take(SPACES, self.html, position).end()
            if self.html.startswith(">", position):
                return position + 1
            attribute = _take(ATTRIBUTE, self.html, position)
            if not attribute["name"]:
                raise self.fail(f'Empty attribute name in the tag "{tag.name}"', begin)
            position = attribute.end()
            if position == len(self.html):
                raise self.fail(f'Unclosed start tag "{tag.name}"', begin)
            value = ""
            if attribute["equals"]:
                value, position = self.read_value(begin, position)
            tag.attributes[attribute["name"]] = value

    def read_value(self, begin: int, position: int) -> tuple[str, int]:
        """Answer the value of an attribute and the position after it."""
        quote = self.html[position]
        if quote in "'\"":
            end = self.html.find(quote, position + 1)
            value, after = decode(self.html[position + 1 : end]), end + 1
        else:
            token = _take(TOKEN, self.html, position)
            value, after, end = token[0].lower(), token.end(), token.end()
            if self.html[after : after + 1] not in TOKEN_ENDS:
                raise self.fail("Unexpected end of name token", position)
        if end < 0 or after == len(self.html):
            raise self.fail("Unclosed start tag", begin)
        return value, after

    def read_end(self, begin: int) -> int:
        """Take the end tag at `begin`, and answer the position after it."""
        if not self.open:
            raise self.fail("Unexpected end tag", begin)
        found = _take(END_TAG, self.html, begin + 2)
        if not self.html.startswith(">", found.end()):
            raise self.fail("Unclosed end tag", begin)
        tag, name = self.open[-1], found["name"].lower()
        if name not in {"", tag.name}:
            raise self.fail("Unmatched end tag", begin, f', expected "</{tag.name}>", found "</{name}>"')
        self.open.pop()
        if self.length > tag.start:
            self.entities += self.make_entities(tag)
        return found.end() + 1

    def make_entities(self, tag: OpenTag) -> Iterator[Entity]:
        """Answer the entity of a tag, or none; code with a language and pre of one range become one."""
        text = "".join(self.pieces[tag.piece :]) if tag.name == "a" else ""
        kind, fields = DESCRIBERS[tag.name](tag.attributes, text) if tag.name in DESCRIBERS else (STYLES[tag.name], {})
        last = self.entities[-1] if self.entities else None
        twin = last if last and (last.start, last.end) == (tag.start, self.length) else None
        if kind == "pre" and twin and twin.type == "code" and twin.fields:
            kind, fields = "pre", dict(self.entities.pop().fields)
        elif kind == "code" and fields and twin and twin.type == "pre" and not twin.fields:
            kind = self.entities.pop().type
        if kind:
            yield Entity(kind, tag.start, self.length, fields)


def decode(raw: str) -> str:
    """Answer the text with its character references resolved; what is none of Telegram's stays as it is."""
    return REFERENCE.sub(_resolve, raw) if "&" in raw else raw


def _resolve(found: re.Match[str]) -> str:
    if found["name"] is not None:
        return REFERENCES.get(found["name"], found[0])
    code = int(found["decimal"] or "0") if found["hex"] is None else int(found["hex"] or "0", 16)
    if not 0 < code < LAST_CODE or len(found[0].removesuffix(";")) > LONGEST_NUMBER:
        return found[0]
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 (the surrogates of Unicode)
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code)


def _describe_link(given: Attributes, text: str) -> Described:
    """Answer the link; the first name of a mentioned person is not known here and stays empty."""
    link = given.get("href") or text
    if person := find_person(link):
        return "text_mention", {"user": {"id": person, "is_bot": False, "first_name": ""}}
    try:
        return "text_link", {"url": check_link(link)}
    except ValueError:
        return None, {}


def _describe_code(given: Attributes, _text: str) -> Described:
    before, _, language = given.get("class", "").partition("language-")
    return "code", {"language": language} if language and not before else {}


def _describe_quote(given: Attributes, _text: str) -> Described:
    return "expandable_blockquote" if "expandable" in given else "blockquote", {}


def _describe_emoji(given: Attributes, _text: str) -> Described:
    identifier = given.get("emoji-id", "")
    if not identifier.isdecimal() or not int(identifier):
        raise MarkupError("Invalid custom emoji identifier specified")
    return "custom_emoji", {"custom_emoji_id": identifier}


def _describe_time(given: Attributes, _text: str) -> Described:
    """Answer the time; the format is what the documents allow, not the wider set that td takes."""
    when = given.get("format", "")
    if not WHEN.fullmatch(when):
        raise MarkupError("Invalid date format used")
    time = int(_take(DIGITS, given.get("unix", ""), 0)[0] or 0)
    if not 0 < time <= LATEST:
        return None, {}
    return "date_time", {"unix_time": time} | ({"date_time_format": when} if when else {})


DESCRIBERS: dict[str, Callable[[Attributes, str], Described]] = {
    "a": _describe_link,
    "pre": lambda _given, _text: ("pre", {}),
    "code": _describe_code,
    "blockquote": _describe_quote,
    "tg-emoji": _describe_emoji,
    "tg-time": _describe_time,
}


def _without_language(entity: Entity) -> Entity:
    """Drop the language of code that is not inside pre, as Telegram does."""
    return Entity(entity.type, entity.start, entity.end) if entity.type == "code" else entity


def _take(pattern: re.Pattern[str], html: str, position: int) -> re.Match[str]:
    """Match one of the patterns that take the empty text too, so that there is always a match."""
    found = pattern.match(html, position)
    if found is None:
        raise AssertionError(pattern)
    return found
