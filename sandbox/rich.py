"""Rich messages: their HTML in, blocks out (Bot API 10.1, InputRichMessage and RichMessage).

Modelled are headings, paragraphs, footers and pictures by URL, with the inline tags of `markup.py`; a tag more is a
line of BLOCKS. What Telegram has besides is named in `Sandbox.problems`, never taken in silence.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.entities import Entity
from sandbox.errors import StrictError, bad_request
from sandbox.links import check_link
from sandbox.markup import MarkupError, parse_html
from sandbox.spec import Params

LONGEST, MOST_BLOCKS = 32_768, 500  # characters and blocks of one message
BLOCK = re.compile(
    r"\s*(?:<(?P<tag>[a-z][a-z0-9]*)>(?P<inner>.*?)</(?P=tag)>|<img src=\"(?P<url>[^\"]*)\"/>)", re.DOTALL
)
Json = dict[str, Any]
BLOCKS: dict[str, Json] = {  # what each tag is, but for its text
    "p": {"type": "paragraph"},
    "footer": {"type": "footer"},
    **{f"h{size}": {"type": "heading", "size": size} for size in range(1, 7)},
}
NAMES = {"text_link": "url", "text_mention": "text_mention"}  # of entities, where a rich text has another


def read_rich(given: Params) -> Json:
    """Answer the content that a rich message makes."""
    if "html" not in given:
        raise StrictError("of rich messages, HTML is modelled")
    blocks = list(_read_blocks(given["html"]))
    if not any(plain(block).strip() for block in blocks):
        raise bad_request("message text is empty")
    if len(blocks) > MOST_BLOCKS or sum(len(plain(block)) for block in blocks) > LONGEST:
        raise bad_request("message is too long")
    return {"rich_message": {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})}


def _read_blocks(html: str) -> Iterator[Json]:
    position = 0
    while html[position:].strip():
        found = BLOCK.match(html, position)
        if found is None or (found["tag"] or "p") not in BLOCKS:
            raise StrictError(f"this part of a rich message is not modelled: {html[position : position + 40]}")
        yield (
            _read_picture(found["url"])
            if found["tag"] is None
            else BLOCKS[found["tag"]] | {"text": _read_text(found["inner"])}
        )
        position = found.end()


def _read_picture(url: str) -> Json:
    try:
        check_link(url)
    except ValueError:
        raise bad_request("wrong HTTP URL specified") from None
    size = {"file_id": url[-40:], "file_unique_id": url[-40:], "width": 800, "height": 450}
    return {"type": "photo", "photo": [size]}


def _read_text(html: str) -> Any:
    try:
        text, entities = parse_html(html)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    return _nest(text, 0, len(text), entities[::-1])  # as their tags end, so the outermost first now


def _nest(text: str, start: int, end: int, entities: Sequence[Entity]) -> Any:
    """Answer a stretch of text as RichText: a string, or a list of strings and of what is written in a way."""
    pieces: list[Any] = []
    position = start
    for entity in sorted(entities, key=lambda one: (one.start, -one.end)):
        if entity.start < position:
            continue  # inside the one before
        inner = [one for one in entities if one is not entity and entity.start <= one.start and one.end <= entity.end]
        nested = _nest(text, entity.start, entity.end, inner)
        kind = NAMES.get(entity.type, entity.type)
        pieces += [text[position : entity.start], {"type": kind, "text": nested, **entity.fields}]
        position = entity.end
    pieces = [piece for piece in [*pieces, text[position:end]] if piece]
    return pieces[0] if len(pieces) == 1 else pieces


def plain(part: Any) -> str:
    """Answer the words of a message, of a block or of a RichText."""
    if isinstance(part, list):
        return "".join(map(plain, part))
    if isinstance(part, dict):
        return "\n\n".join(map(plain, part["blocks"])) if "blocks" in part else plain(part.get("text", ""))
    return str(part)
