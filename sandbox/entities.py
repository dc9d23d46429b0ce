"""Entities: the parts of a text that mean something, and how they may lie to each other.

Inside the sandbox they count in code points; the Bot API counts in UTF-16 units (Bot API, MessageEntity), so they are
turned at the edge by `read_entities` and `write_entities`. A new type of entity: its place in PRIORITY, and its fields.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Any

from sandbox.errors import ApiError, bad_request
from sandbox.links import check_link

# Of two entities with one range, the outer has the smaller number (td, MessageEntity::get_type_priority).
PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "mention": 50,
    "hashtag": 50,
    "cashtag": 50,
    "bot_command": 50,
    "url": 50,
    "email": 50,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = {"blockquote", "expandable_blockquote"}
SEALED = {"pre", "code", "date_time"}  # nothing lies inside them
FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email"}  # Telegram finds these itself
FIELDS = {
    "pre": ("language",),
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time", "date_time_format"),
}
FARTHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Entity:
    """A range of code points, from `start` up to `end`, and what it is."""

    type: str
    start: int
    end: int
    fields: Mapping[str, Any] = field(default_factory=dict)


def settle(entities: Iterable[Entity]) -> list[Entity]:
    """Answer the entities as Telegram lets them stand: nested or apart (td, fix_entities).

    Of two links, codes and the like that overlap, the first stays; nothing lies inside code. A style is cut at the
    edges of all those, and where another style begins.
    """
    ordered = sorted((entity for entity in entities if entity.start < entity.end), key=_order)
    quotes = _drop_overlaps(entity for entity in ordered if entity.type in QUOTES)
    solid = _drop_overlaps(entity for entity in ordered if entity.type not in QUOTES and entity.type not in STYLES)
    solid = [entity for entity in solid if not any(_crosses(entity, quote) for quote in quotes)]
    runs = [run for style in STYLES for run in _join(entity for entity in ordered if entity.type == style)]
    edges = {edge for entity in (*quotes, *solid) for edge in (entity.start, entity.end)}
    edges |= {run.start for run in runs}
    sealed = [entity for entity in solid if entity.type in SEALED]
    pieces = [
        piece
        for run in runs
        for piece in _cut(run, sorted(edges))
        if not any(other.start <= piece.start < other.end for other in sealed)
    ]
    return sorted((*quotes, *solid, *pieces), key=_order)


def read_entities(given: list[dict[str, Any]], text: str) -> list[Entity]:
    """Answer the entities of a call's `entities`, whose offsets count UTF-16 units of `text`."""
    offsets = _utf16_offsets(text)
    index = {offset: place for place, offset in enumerate(offsets)}
    read = (_read_entity(item, index, offsets[-1]) for item in given if item["type"] not in FOUND)
    return [entity for entity in read if entity]


def write_entities(entities: Iterable[Entity], text: str) -> list[dict[str, Any]]:
    """Answer the entities as MessageEntity objects."""
    offsets = _utf16_offsets(text)
    return [
        {
            "offset": offsets[entity.start],
            "length": offsets[entity.end] - offsets[entity.start],
            "type": entity.type,
            **entity.fields,
        }
        for entity in entities
    ]


def _read_entity(item: dict[str, Any], index: Mapping[int, int], size: int) -> Entity | None:
    kind, offset, end = item["type"], item["offset"], item["offset"] + item["length"]
    if kind not in PRIORITY:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    for name, value in (("offset", offset), ("length", item["length"])):
        if not 0 <= value <= FARTHEST:
            raise bad_request(f"receive an entity with incorrect {name} {value}")
    if offset > size or end > size:
        raise _beyond_the_end(offset, end, size)
    if offset not in index or end not in index:
        raise bad_request(f"entity beginning at UTF-16 offset {offset} begins or ends in a middle of a UTF-16 symbol")
    entity = Entity(
        kind, index[offset], index[end], {name: item[name] for name in FIELDS.get(kind, ()) if name in item}
    )
    return _with_checked_link(entity) if kind == "text_link" else entity


def _beyond_the_end(offset: int, end: int, size: int) -> ApiError:
    if offset > size:
        return bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    return bad_request(
        f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
    )


def _with_checked_link(entity: Entity) -> Entity | None:
    """Answer the link as Telegram writes it; a wrong link is dropped and its text stays."""
    try:
        return replace(entity, fields={"url": check_link(entity.fields.get("url", ""))})
    except ValueError:
        return None


def _utf16_offsets(text: str) -> Sequence[int]:
    """Answer where each code point starts, and the whole length at last, in UTF-16 units."""
    if len(text.encode("utf-16-le")) == 2 * len(text):
        return range(len(text) + 1)
    return list(accumulate((1 + (character > "\uffff") for character in text), initial=0))


def _order(entity: Entity) -> tuple[int, int, int]:
    return entity.start, -entity.end, PRIORITY[entity.type]


def _drop_overlaps(ordered: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in ordered:
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept


def _crosses(entity: Entity, quote: Entity) -> bool:
    return entity.start < quote.start < entity.end or quote.start <= entity.start < quote.end < entity.end


def _join(ordered: Iterable[Entity]) -> Iterator[Entity]:
    """Answer runs of one style: what overlaps or touches is one."""
    run: Entity | None = None
    for entity in ordered:
        if run and entity.start <= run.end:
            run = replace(run, end=max(run.end, entity.end))
            continue
        if run:
            yield run
        run = entity
    if run:
        yield run


def _cut(run: Entity, edges: list[int]) -> Iterator[Entity]:
    inside = [edge for edge in edges if run.start < edge < run.end]
    for start, end in pairwise((run.start, *inside, run.end)):
        yield replace(run, start=start, end=end)
