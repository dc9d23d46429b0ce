"""The figures of `/stats` in words: the caption, which says all, what the picture says, and the message of both.

    a wish ─▶ meet: who asks, in which zone ─▶ figures (db/store/stats.py) ─▶ write: picture, caption, buttons

Where the picture (`bot/charts.py`) cannot be drawn the caption comes alone. Figures of readers are told by `_people`
alone, which hides what is few.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import structlog
from babel.dates import format_interval
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import InlineKeyboardMarkup

from bot.broadcasts import write_span
from bot.callbacks import Act
from bot.charts import MOST_BARS, Bar, Bars, Chart, Tile
from bot.drawing import draw_apart
from bot.keyboards import make_button, make_keyboard
from bot.uploads import make_picture
from db.store import subscribers
from db.store.outbox import Message
from db.store.topics import Topics
from db.store.wishes import Wish
from locales import OWN_NAMES, Html, Texts, texts
from newsroom.broadcasts import FEW, is_few
from newsroom.direction import is_rtl
from newsroom.pushes import Lane
from newsroom.stats import MOST, Outcome, Span, Stats, Times
from newsroom.taxonomy import Taxonomy

log = structlog.get_logger()
PERCENT = int(MOST * 100)
REGION = "r:"  # its articles are those of its countries
NO_FIGURE = "—"
LONGEST_SPAN = 8  # letters, in which Arabic says most of them whole


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at figures: in which language and digits, by which clock, and what topics are called."""

    t: Texts
    zone: str
    taxonomy: Taxonomy

    async def write(self, wish: Wish, stats: Stats) -> Message:
        """Answer the message that shows figures, or shows them in the place of others."""
        keyboard = draw_spans(self.t, stats.period.span)
        method, payload = compose(write_caption(self, stats), await _draw(self, stats), wish.message_id)
        payload |= {"reply_markup": keyboard.to_dict()} if keyboard else {}
        return Message(f"stats:{wish.id}", method, orjson.dumps(payload), wish.chat_id, Lane.MODERATION)


@dataclass(slots=True)
class Analyst:
    """Knows those who ask for figures."""

    language: str
    zone: str
    topics: Topics

    async def meet(self, connection: AsyncConnection, chat_id: int) -> Viewer:
        """Answer who asks."""
        reader = await subscribers.find(connection, chat_id)
        schedule = await subscribers.find_schedule(connection, reader.schedule_id) if reader else None
        t = texts(reader.language, reader.digits) if reader else texts(self.language)
        return Viewer(t, schedule.zone if schedule else self.zone, (await self.topics.renew()).taxonomy)


async def _draw(viewer: Viewer, stats: Stats) -> bytes:
    """Answer the picture; nothing where it cannot be drawn."""
    try:
        return await draw_apart(make_chart(viewer, stats))
    except OSError as error:  # a TimeoutError is one
        log.error("figures go without their picture", reason=str(error) or type(error).__name__)  # noqa: TRY400  (no fault of a line here)
        return b""


def compose(caption: str, png: bytes, message_id: int | None) -> tuple[str, dict[str, Any]]:
    """Answer the request that brings figures, or puts them into a message; without a picture it is a new one."""
    told, there = {"caption": caption, "parse_mode": "HTML"}, {"message_id": message_id} if message_id else {}
    if not png:
        return "sendMessage", {"text": caption, "parse_mode": "HTML"}
    picture = make_picture("figures.png", png)
    if not message_id:
        return "sendPhoto", {"photo": picture, **told}
    media = {"type": "photo", "media": "attach://picture", **told}
    return "editMessageMedia", {"media": media, "picture": picture, **there}


def draw_spans(t: Texts, shown: Span) -> InlineKeyboardMarkup | None:
    """Answer the buttons to the other days, and to the same ones anew."""
    again = [make_button(t.plain("button.stats.again"), Act.STATS, str(shown))]
    others = [make_button(t.plain(f"button.stats.{span}"), Act.STATS, str(span)) for span in Span if span is not shown]
    return make_keyboard([others, again])


def write_caption(viewer: Viewer, stats: Stats) -> str:
    """Answer all figures as HTML."""
    t, readers = viewer.t, stats.readers
    groups = ((name, _list(viewer, getattr(stats.readers, f"by_{name}"))) for name in ("rhythm", "language"))
    counts = {name: Html(_people(t, getattr(readers, name))) for name in ("now", "new", "active", "lost")}
    lines = [
        t("stats.title", span=Html(t(f"stats.span.{stats.period.span}")), days=Html(_name_days(t, stats))),
        t("stats.line.readers", **counts),
        *(t(f"stats.line.{name}", list=told) for name, told in groups if told),
        t("stats.line.articles", n=stats.articles),
        *_write_topics(viewer, stats),
        *_write_deliveries(t, stats),
        *_write_replies(t, stats),
    ]
    return "\n".join(lines)


def _list(viewer: Viewer, counts: Mapping[str, int]) -> Html:
    """Answer readers by rhythm or by language, as far as there are any."""
    return _join(viewer.t, ((_name_group(viewer.t, name), _people(viewer.t, count)) for name, count in counts.items()))


def _join(t: Texts, told: Iterable[tuple[str, str]]) -> Html:
    return Html(" · ".join(t("stats.item", name=name, n=Html(number)) for name, number in told))


def _write_topics(viewer: Viewer, stats: Stats) -> list[str]:
    named = _join(viewer.t, ((name, viewer.t.number(count)) for name, count, _ in _name_topics(viewer, stats)))
    return [viewer.t("stats.line.topics", list=named)] if named else []


def _write_deliveries(t: Texts, stats: Stats) -> list[str]:
    times, opened = stats.delivered, stats.opened
    return [
        _write_times(t, "stats.line.delivered", times) if times else t("stats.line.undelivered"),
        t("stats.line.uncounted") if opened is None else t("stats.line.opened", n=Html(_people(t, opened))),
    ]


def _write_replies(t: Texts, stats: Stats) -> list[str]:
    replies = stats.replies
    told = [(t.plain(f"stats.outcome.{outcome}"), t.number(count)) for outcome, count in _sort(replies.by_outcome)]
    waiting = [(t.plain("stats.waiting"), t.number(replies.waiting))] if replies.waiting else []
    lines = [t("stats.line.replies", list=_join(t, [*told, *waiting]) or Html(t("stats.nothing")))]
    return [*lines, *([_write_times(t, "stats.line.decided", replies.decided)] if replies.decided else [])]


def _write_times(t: Texts, key: str, times: Times) -> str:
    half, most = (Html(write_span(t, span)) for span in (times.half, times.most))
    return t(key, half=half, percent=PERCENT, most=most)


def make_chart(viewer: Viewer, stats: Stats) -> Chart:
    """Answer what the picture says."""
    t, readers, replies = viewer.t, stats.readers, stats.replies
    groups = {"rhythm": readers.by_rhythm, "language": readers.by_language}
    topics = [Bar(name, t.number(count), count, slug) for name, count, slug in _name_topics(viewer, stats)]
    outcomes = [
        Bar(t.plain(f"stats.outcome.{outcome}"), t.number(count), count)
        for outcome, count in _sort(replies.by_outcome)[:MOST_BARS]
    ]
    names = ("now", "readers"), ("new", "new"), ("active", "active"), ("lost", "lost")
    return Chart(
        t.language,
        is_rtl(t.language),
        t.plain(f"stats.span.{stats.period.span}"),
        _name_days(t, stats),
        [Tile(_people(t, getattr(readers, name), "stats.fewer"), t.plain(f"stats.{key}")) for name, key in names],
        [
            *(Bars(t.plain(f"stats.{name}"), "", _draw_groups(t, counts)) for name, counts in groups.items()),
            Bars(t.plain("stats.topics"), t.number(stats.articles), topics),
            Bars(t.plain("stats.replies"), t.number(sum(replies.by_outcome.values())), outcomes),
        ],
        _draw_times(t, stats),
        t.plain("stats.nothing"),
    )


def _draw_groups(t: Texts, counts: Mapping[str, int]) -> list[Bar]:
    """Answer the bars of readers; that of few is as long as for one."""
    return [
        Bar(_name_group(t, name), _people(t, count, "stats.fewer"), 1 if is_few(count) else count)
        for name, count in list(counts.items())[:MOST_BARS]
    ]


def _draw_times(t: Texts, stats: Stats) -> list[Tile]:
    delivered, decided = stats.delivered, stats.replies.decided
    opened = [] if stats.opened is None else [Tile(_people(t, stats.opened, "stats.fewer"), t.plain("stats.opened"))]
    return [
        Tile(_write_short(t, delivered.half) if delivered else NO_FIGURE, t.plain("stats.half")),
        Tile(_write_short(t, delivered.most) if delivered else NO_FIGURE, t.plain("stats.most", percent=PERCENT)),
        *opened,
        Tile(_write_short(t, decided.half) if decided else NO_FIGURE, t.plain("stats.decided")),
    ]


def _people(t: Texts, number: int, fewer: str = "broadcast.fewer") -> str:
    """Answer a number of readers; of few it says no more than that."""
    return t.plain(fewer, n=FEW) if is_few(number) else t.number(number)


def _name_group(t: Texts, name: str) -> str:
    return OWN_NAMES.get(name) or t.plain(f"broadcast.rhythm.{name}")


def _name_topics(viewer: Viewer, stats: Stats) -> list[tuple[str, int, str]]:
    """Answer the most frequent topics: what they are called, how many articles they have, their slugs."""
    taxonomy, language = viewer.taxonomy, viewer.t.language
    tags = [tag for tag in stats.by_topic if tag in taxonomy.topics and not tag.startswith(REGION)][:MOST_BARS]
    return [(taxonomy.name(tag, language), stats.by_topic[tag], tag.partition(":")[2]) for tag in tags]


def _sort(counts: Mapping[Outcome, int]) -> list[tuple[Outcome, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])


def _name_days(t: Texts, stats: Stats) -> str:
    first, last = stats.period.first, stats.period.last
    return t.in_digits(format_interval(first, last, "yMMMd", locale=t.language))


def _write_short(t: Texts, span: timedelta) -> str:
    """Answer about how long, in as few letters as a tile has place for."""
    whole = write_span(t, span)
    return whole if len(whole) <= LONGEST_SPAN else write_span(t, span, form="short")
