"""Where texts may be cut: between paragraphs, else sentences, clauses, words; never inside a word, a link or a letter.

`shorten` keeps the beginning, `split` and `split_html` keep everything: their parts joined are the text. Lengths are
those that Telegram counts, UTF-16 code units. An abbreviation that ends no sentence is a member of `ABBREVIATIONS`.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MESSAGE_LIMIT = 4096  # of a message's text after its entities are parsed (Bot API, sendMessage)
CLOSING = "»”’\"')\\]}）」』》】"
PARAGRAPH = re.compile(r"\n\s*\n\s*")
LINE = re.compile(r"\n\s*")
SENTENCE = re.compile(rf"(?:[.!?…؟۔]+[{CLOSING}]*(?=\s|$)|[。！？]+[{CLOSING}]*)\s*")
CLAUSE = re.compile(rf"(?:[،؛,;:—–]+[{CLOSING}]*\s+|[，；：、]+[{CLOSING}]*\s*)")
SPACE = re.compile(r"\s+")
# Where to cut, the best place first, and the least share of the limit that must be filled before it.
PLACES = ((PARAGRAPH, 0.5), (LINE, 0.5), (SENTENCE, 0.5), (CLAUSE, 0.7), (SPACE, 0.0))
# What stands before a full stop that ends no sentence; a lone letter, such as «د.» or the last of «U.S.», never does.
LAST_WORD = re.compile(r"[^\W\d_]+$")
LONGEST_ABBREVIATION = 12
ABBREVIATIONS = {
    "dr", "mr", "mrs", "ms", "prof", "st", "no", "vs", "etc", "inc", "ltd", "co", "corp", "gen", "gov", "sen", "rep",
    "mm", "mme", "mlle", "art", "av", "env", "تح", "هـ", "ص", "إلخ",
}  # fmt: skip
ZERO_WIDTH_JOINER = "\u200d"
MODIFIERS = range(0x1F3FB, 0x1F400)  # the colours of skin, which belong to the emoji before them
FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")  # two of them are a flag
FLAG_LETTERS_AT_END = re.compile("[\U0001f1e6-\U0001f1ff]+$")
TAG_OR_TEXT = re.compile(r"<(/?)([a-z][a-z0-9-]*)[^>]*>|[^<]+|<")
UNCUT = {"a", "code", "tg-time", "tg-emoji"}  # what says something as a whole only


def length(text: str) -> int:
    """Answer how long Telegram takes a text to be, in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def paragraphs(text: str) -> list[str]:
    """Answer the paragraphs of a text, each with the blank lines after it; joined they are the text."""
    return _cut_at(text, _places(PARAGRAPH, text, len(text)))


def sentences(text: str) -> list[str]:
    """Answer the sentences of a text, each with the space after it; joined they are the text."""
    return _cut_at(text, _places(SENTENCE, text, len(text)))


def _cut_at(text: str, places: Sequence[int]) -> list[str]:
    between = pairwise([0, *places, len(text)])
    return [text[start:end] for start, end in between if start < end]


def _places(pattern: re.Pattern[str], text: str, end: int) -> list[int]:
    """Answer where a text may be cut at or before `end`: after what the pattern finds and the space behind it."""
    found = (match for match in pattern.finditer(text[: end + 1]) if not _is_abbreviation(text, match))
    return [min(match.end(), end) for match in found if match.start() + len(match[0].rstrip()) <= end]


def _is_abbreviation(text: str, match: re.Match[str]) -> bool:
    """Tell whether a full stop belongs to the word before it, as in «د. أحمد», "U.S. trade" and "No. 5"."""
    if match[0].rstrip() != ".":
        return False
    word = LAST_WORD.search(text[max(0, match.start() - LONGEST_ABBREVIATION) : match.start()])
    return word is not None and (len(word[0]) == 1 or word[0].lower() in ABBREVIATIONS)


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, at the end of a sentence if one is near, never inside a word."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    if ends := [end for end in _places(SENTENCE, text, limit) if end >= limit // 2]:
        return text[: ends[-1]].rstrip()
    space = text.rfind(" ", 0, limit - 1)
    end = space if space > limit // 2 else letter_start(text, limit - 1)
    return text[:end].rstrip(" ،,؛;:-") + "…"


def paginate(text: str, limit: int) -> list[str]:
    """Cut a text into pages of at most `limit`, without the space between them."""
    return [page for part in split(text, limit) if (page := part.strip())]


def split(text: str, limit: int, whole: Sequence[tuple[int, int]] = ()) -> list[str]:
    """Cut a text into parts of at most `limit` that joined are the text.

    A word is cut only where it alone exceeds the limit, and so is what is `whole`, given as its start and end.
    """
    parts, start = [], 0
    while length(text[start:]) > limit:
        end = start + _best_place(text[start:], _fitting(text[start : start + limit], limit))
        while inside := [first for first, last in whole if start < first < end < last]:
            end = start + _best_place(text[start:], min(inside) - start)
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]] if start < len(text) else parts


def _fitting(text: str, limit: int) -> int:
    """Answer how many characters of a text are within the limit; one at least."""
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "replace")
    return max(1, len(head) - (text[: len(head)] != head))  # half of a character may have been left at the end


def _best_place(text: str, end: int) -> int:
    """Answer where to cut a text at or before `end`: at the best place that leaves the part well filled."""
    for pattern, share in PLACES:
        fitting = [place for place in _places(pattern, text, end) if place and place >= end * share]
        if fitting:
            return fitting[-1]
    return letter_start(text, end)


def letter_start(text: str, at: int) -> int:
    """Answer where the letter that holds this place starts: one with its marks, or an emoji with all that is joined."""
    start = at
    while 0 < start < len(text) and _is_inside(text, start):
        start -= 1
    return start or at  # one that is longer than all there is room for is cut all the same


def _is_inside(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if ZERO_WIDTH_JOINER in {before, after} or ord(after) in MODIFIERS:
        return True
    if FLAG_LETTER.match(after) and FLAG_LETTER.match(before):
        return len(FLAG_LETTERS_AT_END.findall(text[:at])[0]) % 2 == 1
    return unicodedata.category(after) in {"Mn", "Me", "Mc"} or "\U000e0020" <= after <= "\U000e007f"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a text, and before which character of it it stands."""

    place: int
    name: str
    written: str
    closes: bool


def split_html(source: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Cut Telegram's HTML into parts, each balanced and of at most `limit`, whose texts joined are the text.

    Tags that are open at a cut are closed and opened again; links and times are not cut. It is for what the desk writes
    and nobody can foresee the length of: digests and broadcasts.
    """
    text, tags = _read_html(source)
    parts, opened, place = [], list[Tag](), 0
    for part in split(text, limit, _find_whole(tags)):
        end = place + len(part)
        written = [tag.written for tag in opened]
        while tags and (tags[0].place < end or (tags[0].place == end and (tags[0].closes or end == len(text)))):
            tag = tags.pop(0)
            written += [html.escape(text[place : tag.place], quote=False), tag.written]
            place = tag.place
            opened = opened[:-1] if tag.closes else [*opened, tag]
        written += [html.escape(text[place:end], quote=False), *(f"</{tag.name}>" for tag in reversed(opened))]
        parts.append("".join(written))
        place = end
    return parts


def _read_html(source: str) -> tuple[str, list[Tag]]:
    """Answer the text of HTML, and its tags."""
    pieces, tags, place = [], [], 0
    for match in TAG_OR_TEXT.finditer(source):
        if match[2]:
            tags.append(Tag(place, match[2], match[0], match[1] == "/"))
        else:
            pieces.append(html.unescape(match[0]))
            place += len(pieces[-1])
    return "".join(pieces), tags


def _find_whole(tags: Sequence[Tag]) -> list[tuple[int, int]]:
    """Answer where those stretches of a text start and end that are not to be cut."""
    starts, found = [], []
    for tag in tags:
        if not tag.closes:
            starts.append(tag.place)
        elif starts:
            start = starts.pop()
            if tag.name in UNCUT:
                found.append((start, tag.place))
    return found
