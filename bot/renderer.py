"""What the delivery loop sends, rendered: an article or a digest in each shape that readers of it have.

A rendering is made once for each shape and for as long as nothing in it changed: readers of one shape get the same
bytes. What was written is kept packed, for a hundred thousand sets of articles may fall due in one hour. How articles
and digests look is `bot/articles.py` and `bot/digests.py`.
"""

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from telegram import InlineKeyboardMarkup

from bot.articles import Look, article_buttons, preview_of, write_news
from bot.contents import choose_content, write, write_deed
from bot.digests import draw_digest
from bot.keyboards import make_keyboard
from db.engine import Database
from db.store import articles, broadcasts, digests, pending, quotes
from db.store.writing import PublicReply
from locales import texts
from newsroom.articles import Article
from newsroom.broadcasts import Broadcast, next_deed
from newsroom.digests import Digest, Entry
from newsroom.pacing import LONG
from newsroom.work import Rendering, Shape

MOST_KEPT = 64 * 1024 * 1024  # bytes of what was rendered; a digest of five articles has some 700, packed
BESIDE = 200  # bytes that Python has for each
READ = 2_048  # articles and sets of articles that are remembered as they were read
FRESH = timedelta(seconds=1)  # how long an article is taken for unchanged without looking
Told = tuple[Article, list[str], int]  # an article, its topics, and how many replies it has


@dataclass(frozen=True, slots=True)
class Written:
    """What is written for a shape: the JSON of a request but for the chat."""

    body: bytes
    is_long: bool


@dataclass(slots=True)
class Shelf:
    """What was written last, packed: as much as `most` bytes hold."""

    most: int = MOST_KEPT
    size: int = 0  # bytes
    _kept: "OrderedDict[bytes, tuple[bytes, bool]]" = field(default_factory=OrderedDict)

    def find(self, key: bytes) -> Written | None:
        """Answer what was written under this key; None where it is not kept."""
        kept = self._kept.get(key)
        return Written(zlib.decompress(kept[0]), kept[1]) if kept else None

    def put(self, key: bytes, written: Written) -> None:
        """Keep what was written under a key that is not there, and let the oldest go."""
        packed = zlib.compress(written.body, 1)
        self._kept[key] = packed, written.is_long
        self.size += len(packed) + BESIDE
        while self.size > self.most:
            _, (oldest, _) = self._kept.popitem(last=False)
            self.size -= len(oldest) + BESIDE


@dataclass(slots=True)
class Renderer:
    """Renders what the delivery loop sends; a rendering is made once for each version and shape."""

    database: Database
    look: Callable[[], Awaitable[Look]]  # asked anew for each rendering: editors change what topics are called
    now: Callable[[], datetime]
    paid: bool = False  # broadcasts may be paid for
    _stories: dict[int, tuple[datetime, Told]] = field(default_factory=dict)
    _broadcasts: dict[int, tuple[datetime, Broadcast]] = field(default_factory=dict)  # by push
    _sets: dict[int, list[int]] = field(default_factory=dict)  # the stories of digests, which stay the same
    _quoted: dict[int, list[str]] = field(default_factory=dict)  # the replies that digests bring, chosen once
    shelf: Shelf = field(default_factory=Shelf)

    async def render(self, shape: Shape) -> Rendering:
        """Answer the newest version of the story in this shape, or of the stories.

        Raises LookupError where it is not there.
        """
        if not (shape.story_id or shape.digest_id):
            return await self._render_broadcast(shape)
        look = await self.look()
        told = [await self._read(story_id, shape.wanted) for story_id in await self._list_stories(shape)]
        said = await self._list_quotes(shape, told)
        spoken = tuple((reply.id, reply.revision) for reply in said)
        key = _name(shape, (*(_facts(one, shape, look) for one in told), *spoken))
        if (written := self.shelf.find(key)) is None:
            written = _write_digest(told, said, shape, look) if shape.digest_id else _write_news(told, shape, look)
            self.shelf.put(key, written)
        return _make(shape, told, written)

    async def _render_broadcast(self, shape: Shape) -> Rendering:
        """Answer what editors send by themselves, read anew as seldom as an article."""
        known = self._broadcasts.get(shape.push_id)
        if known is None or known[1].wanted < shape.wanted or self.now() - known[0] >= FRESH:
            async with self.database.read() as connection:
                broadcast = await broadcasts.find_by_push(connection, shape.push_id)
            if broadcast is None:
                raise LookupError(f"push {shape.push_id} brings nothing")
            if len(self._broadcasts) > READ:
                self._broadcasts.clear()
            known = self._broadcasts[shape.push_id] = (self.now(), broadcast)
        broadcast = known[1]
        content = choose_content(broadcast.contents, shape.language)
        if shape.is_edit:
            do, version = next_deed(broadcast, shape.wanted)
            method, params = write_deed(do, content, broadcast.manner)
            return Rendering(method, orjson.dumps(params), version=version)
        method, params = write(content, broadcast.manner, silent=shape.silent, paid=self.paid)
        is_long = len(params.get("text", "")) > LONG
        return Rendering(method, orjson.dumps(params), version=broadcast.sent_version, is_long=is_long)

    async def _list_stories(self, shape: Shape) -> list[int]:
        if not shape.digest_id:
            return [shape.story_id]
        if shape.digest_id not in self._sets:
            async with self.database.read() as connection:
                stories = await digests.find(connection, shape.digest_id)
            if not stories:
                raise LookupError(f"digest {shape.digest_id} is not there")
            if len(self._sets) > READ:
                self._sets.clear()
            self._sets[shape.digest_id] = stories
        return self._sets[shape.digest_id]

    async def _list_quotes(self, shape: Shape, told: list[Told]) -> list[PublicReply]:
        """Answer what readers say of a digest's articles; a post quotes nobody, for not all have agreed to that.

        Which replies that is, is found out at the first rendering of a set and stays so.
        """
        if not shape.digest_id or shape.public:
            return []
        if shape.digest_id not in self._quoted or shape.is_edit:
            if len(self._quoted) > READ:
                self._quoted.clear()
            self._quoted[shape.digest_id] = await self._choose(shape, told)
        ids = self._quoted[shape.digest_id]
        if not ids:
            return []
        async with self.database.read() as connection:
            said = await quotes.list_public(connection, ids)
        gone = {article.id for article, _, _ in told if article.retracted is not None}
        return [reply for reply in said if reply.article_id not in gone]

    async def _choose(self, shape: Shape, told: list[Told]) -> list[str]:
        if shape.is_edit:
            async with self.database.read() as connection:
                return await quotes.list_chosen(connection, shape.digest_id)
        if not any(replies for _, _, replies in told):
            return []
        async with self.database.write() as connection:
            stories = [article.id for article, _, _ in told]
            return await quotes.choose(connection, shape.digest_id, stories, self.now())

    async def _read(self, story_id: int, wanted: int) -> Told:
        known = self._stories.get(story_id)
        if known and known[1][0].version >= wanted and self.now() - known[0] < FRESH:
            return known[1]
        async with self.database.read() as connection:
            article = await articles.find(connection, story_id)
            tags = await articles.list_topics(connection, story_id)
            replies = await pending.count_public(connection, story_id)
        if article is None:
            raise LookupError(f"article {story_id} is not there")
        if len(self._stories) > READ:
            self._stories.clear()
        self._stories[story_id] = (self.now(), (article, tags, replies))
        return self._stories[story_id][1]


def _facts(told: Told, shape: Shape, look: Look) -> tuple[Any, ...]:
    """Answer what tells whether an article is to be rendered anew."""
    article, tags, replies = told
    named = tuple(look.taxonomy.name(tag, shape.language) for tag in tags)
    told_by = (article.source, article.label, article.others)  # editors may label a source at any time
    count = 0 if shape.digest_id else replies  # a digest does not say it
    return article.id, article.version, article.retracted, named, told_by, look.bot, count


def _name(shape: Shape, facts: tuple[Any, ...]) -> bytes:
    """Answer what tells a rendering from all others."""
    return hashlib.blake2b(repr((shape, facts)).encode(), digest_size=16).digest()


def _write_news(told: list[Told], shape: Shape, look: Look) -> Written:
    t, (article, tags, replies) = texts(shape.language, shape.digits), told[0]
    keyboard = make_keyboard(
        article_buttons(article, t, public=shape.public, bot=look.bot, replies=replies, openings=look.openings)
    )
    return _write(shape, write_news(article, tags, t, _in(shape, look)), keyboard, preview_of(article))


def _write_digest(told: list[Told], said: list[PublicReply], shape: Shape, look: Look) -> Written:
    t = texts(shape.language, shape.digits)
    digest = Digest(shape.digest_id, [Entry.of(article, tags) for article, tags, _ in told])
    text, keyboard = draw_digest(digest, t, _in(shape, look), public=shape.public, said=said)
    return _write(shape, text, keyboard, {"is_disabled": True})


def _in(shape: Shape, look: Look) -> Look:
    return replace(look, is_public=shape.public)


def _write(shape: Shape, text: str, keyboard: InlineKeyboardMarkup | None, preview: dict[str, Any]) -> Written:
    """Answer the parameters that bring a text."""
    payload = {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": preview,
        **({} if shape.is_edit else {"disable_notification": shape.silent}),
        **({"reply_markup": keyboard.to_dict()} if keyboard else {}),
    }
    return Written(orjson.dumps(payload), len(text) > LONG)


def _make(shape: Shape, told: list[Told], written: Written) -> Rendering:
    """Answer the request, and what it shows."""
    method = "editMessageText" if shape.is_edit else "sendMessage"
    shown = tuple((article.id, article.version) for article, _, _ in told)
    if shape.digest_id:
        return Rendering(method, written.body, is_long=written.is_long, shown=shown)
    return Rendering(method, written.body, *shown[0], is_long=written.is_long)
