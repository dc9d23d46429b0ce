"""What Telegram finds in a text by itself: commands, mentions, tags, links and addresses (td, find_entities).

A new kind is a line of PATTERNS. Bare domains are known by a few common endings, not by the whole list of them; card
numbers are not looked for.
"""

import re
from collections.abc import Iterator

from sandbox.entities import Entity

ENDINGS = (
    "com|org|net|edu|gov|info|biz|app|dev|news|site|online|tv|me|io|ai|co|eu|uk|fr|de|ru|cn|sa|ae|eg|qa|kw|jo|ma|tn|dz"
)
PATH = r"[/?#][^\s<>\"«»]*"

# What must be in the text for there to be one (a search for it is much cheaper), the type, and the pattern.
PATTERNS = tuple(
    (mark, kind, re.compile(pattern))
    for mark, kind, pattern in (
        ("@", "mention", r"(?<![\w])@[A-Za-z0-9_]{4,32}(?!\w)"),
        ("/", "bot_command", r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"),
        ("#", "hashtag", r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}(?:@[A-Za-z0-9_]{3,32})?(?![\w#])"),
        ("$", "cashtag", r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])"),
        ("@", "email", r"(?<![\w.+@-])[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![\w@-])"),
        ("://", "url", rf"(?<!\w)(?:https?|ftp|tg|ton)://[^\s/?#<>\"«»]+(?:{PATH})?"),
        (".", "url", rf"(?<![\w@./:-])(?:[\w-]+\.)+(?:{ENDINGS})(?![\w.@-]*\w)(?::[0-9]{{1,5}})?(?:{PATH})?"),
    )
)
LOOSE_ENDS = ".:;,('?!`"


def find_entities(text: str) -> list[Entity]:
    """Answer what is found in `text`, in order and apart from each other."""
    found: list[Entity] = []
    for entity in sorted(_search(text), key=lambda entity: (entity.start, -entity.end)):
        if not found or entity.start >= found[-1].end:
            found.append(entity)
    return found


def _search(text: str) -> Iterator[Entity]:
    for mark, kind, pattern in PATTERNS:
        if mark in text:
            for match in pattern.finditer(text):
                end = _trim_link(match) if kind == "url" else match.end()
                yield Entity(kind, match.start(), end)


def _trim_link(match: re.Match[str]) -> int:
    """Answer where the link ends: not with punctuation, nor with a bracket that it does not open."""
    link = match[0].rstrip(LOOSE_ENDS)
    while link.endswith((")", "]")) and link.count(link[-1]) > link.count({")": "(", "]": "["}[link[-1]]):
        link = link[:-1].rstrip(LOOSE_ENDS)
    return match.start() + len(link)
