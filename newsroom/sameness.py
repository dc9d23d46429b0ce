"""When two broadcasts say the same: by their words and files, for whoever has no language of his own.

Not by how it is formatted, by what a language has of its own, nor by what Telegram numbers anew each time, as the group
of an album. A new part of a content that makes it another is a name here.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from newsroom.text import fold

WORDS = ("text", "caption", "question", "description", "explanation")
FILES = ("photo", "video", "animation", "document", "audio", "voice", "media")


def mark_of(content: Mapping[str, Any]) -> str:
    """Answer what tells a request of the Bot API from all that say something else, in a few letters."""
    told = json.dumps([*_tell_apart(content["params"])], ensure_ascii=False)
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _tell_apart(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the words of a message, folded and with single spaces, and its files; of an album those of each."""
    for name in WORDS:
        if words := " ".join(fold(params.get(name) or "").split()):
            yield name, words
    for option in params.get("options", ()):
        yield "option", " ".join(fold(option["text"]).split())
    for name in FILES:
        if isinstance(file := params.get(name), str):
            yield name, file
    if isinstance(album := params.get("media"), list | tuple):
        for item in album:
            yield from _tell_apart(item)
