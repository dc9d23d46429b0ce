"""What the delivery loop sends, rendered: an article or a digest in each shape that readers of it have.

A rendering is made once for each shape and for as long as nothing in it changed: readers of one shape get the same
bytes. How articles and digests look is `bot/articles.py` and `bot/digests.py`.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from telegram import InlineKeyboardMarkup

from bot.articles import Look, article_buttons, preview_of, write_news
from bot.digests import draw_digest
from bot.keyboards import make_keyboard
from db.engine import Database
from db.store import articles, digests, pending
from locales import texts
from newsroom.articles import Article
from newsroom.digests import Digest, Entry
from newsroom.pacing import LONG
from newsroom.work import Rendering, Shape

KEPT = 2_048  # renderings; of digests some 8 KB each
FRESH = timedelta(seconds=1)  # how long an article is taken for unchanged without looking
Told = tuple[Article, list[str], int]  # an article, its topics, and how many replies it has


@dataclass(slots=True)
class Renderer:
    """Renders what the delivery loop sends; a rendering is made once for each version and shape."""

    database: Database
    look: Callable[[], Awaitable[Look]]  # asked anew for each rendering: editors change what topics are called
    now: Callable[[], datetime]
    _stories: dict[int, tuple[datetime, Told]] = field(default_factory=dict)
    _sets: dict[int, list[int]] = field(default_factory=dict)  # the stories of digests, which stay the same
    _kept: "OrderedDict[tuple[Shape, tuple[Any, ...]], Rendering]" = field(default_factory=OrderedDict)

    async def render(self, shape: Shape) -> Rendering:
        """Answer the newest version of the story in this shape, or of the stories; the same object if unchanged.

        Raises LookupError where it is not there.
        """
        look = await self.look()
        told = [await self._read(story_id, shape.wanted) for story_id in await self._list_stories(shape)]
        key = shape, tuple(_facts(one, shape, look) for one in told)
        if key not in self._kept:
            self._kept[key] = (_write_digest if shape.digest_id else _write_news)(told, shape, look)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    async def _list_stories(self, shape: Shape) -> list[int]:
        if not shape.digest_id:
            return [shape.story_id]
        if shape.digest_id not in self._sets:
            async with self.database.read() as connection:
                stories = await digests.find(connection, shape.digest_id)
            if not stories:
                raise LookupError(f"digest {shape.digest_id} is not there")
            if len(self._sets) > KEPT:
                self._sets.clear()
            self._sets[shape.digest_id] = stories
        return self._sets[shape.digest_id]

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
        if len(self._stories) > KEPT:
            self._stories.clear()
        self._stories[story_id] = (self.now(), (article, tags, replies))
        return self._stories[story_id][1]


def _facts(told: Told, shape: Shape, look: Look) -> tuple[Any, ...]:
    """Answer what tells whether an article is to be rendered anew."""
    article, tags, replies = told
    named = tuple(look.taxonomy.name(tag, shape.language) for tag in tags)
    others = tuple(line.source for line in article.others)
    return article.id, article.version, article.retracted, named, others, look.bot, replies


def _write_news(told: list[Told], shape: Shape, look: Look) -> Rendering:
    t, (article, tags, replies) = texts(shape.language, shape.digits), told[0]
    keyboard = make_keyboard(article_buttons(article, t, public=shape.public, bot=look.bot, replies=replies))
    text = write_news(article, tags, t, look)
    made = _make(shape, text, keyboard, preview_of(article))
    return Rendering(*made, article.id, article.version, is_long=len(text) > LONG)


def _write_digest(told: list[Told], shape: Shape, look: Look) -> Rendering:
    t = texts(shape.language, shape.digits)
    digest = Digest(shape.digest_id, [Entry.of(article, tags) for article, tags, _ in told])
    text, keyboard = draw_digest(digest, t, look, public=shape.public)
    made = _make(shape, text, keyboard, {"is_disabled": True})
    shown = tuple((article.id, article.version) for article, _, _ in told)
    return Rendering(*made, is_long=len(text) > LONG, shown=shown)


def _make(shape: Shape, text: str, keyboard: InlineKeyboardMarkup | None, preview: dict[str, Any]) -> tuple[str, bytes]:
    """Answer the method that brings a text, and its parameters but for the chat."""
    payload = {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": preview,
        **({} if shape.is_edit else {"disable_notification": shape.silent}),
        **({"reply_markup": keyboard.to_dict()} if keyboard else {}),
    }
    return "editMessageText" if shape.is_edit else "sendMessage", orjson.dumps(payload)
