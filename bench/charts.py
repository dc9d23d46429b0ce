"""The pictures of docs/figures.md, of figures that are made up; prints how long one takes, and what stays of it.

    python3 dev bench charts

Both ways to draw are measured: apart, as the bot does, and in the bot itself.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.charts import Chart, draw_chart
from bot.drawing import draw_apart
from bot.stats import Viewer, make_chart
from locales import LANGUAGES, texts
from newsroom.stats import Outcome, Readers, Replies, Span, Stats, Times, period_of
from newsroom.taxonomy import shipped_taxonomy

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
SHOWN = ("ar", "en")
TIMES = 3  # each language
ZONE, NOW = "Asia/Riyadh", datetime(2026, 11, 24, 9, tzinfo=UTC)
READERS = Readers(
    now=2957,
    new=184,
    active=1203,
    lost=6,
    by_rhythm={"instant": 1834, "daily": 903, "weekly": 214, "hourly": 6},
    by_language={"ar": 2310, "en": 402, "zh": 160, "fr": 85},
)
REPLIES = Replies(
    {Outcome.PUBLISHED: 112, Outcome.REJECTED: 31, Outcome.RETURNED: 9, Outcome.SPAM: 44, Outcome.EXPIRED: 2},
    4,
    Times(timedelta(minutes=14), timedelta(hours=3), 180),
)
MADE_UP = Stats(
    period_of(Span.WEEK, ZONE, NOW),
    READERS,
    210,
    {"s:diplomacy": 61, "s:economy": 44, "c:TJ": 21, "s:technology": 18, "s:belt-road": 12},
    Times(timedelta(seconds=4), timedelta(seconds=95), 999),
    3456,
    REPLIES,
)


def run() -> None:
    """Draw them, and print the figures."""
    charts = [make_chart(Viewer(texts(language), ZONE, shipped_taxonomy()), MADE_UP) for language in LANGUAGES]
    for language in SHOWN:
        (FOLDER / f"figures-{language}.png").write_bytes(draw_chart_apart(charts[LANGUAGES.index(language)]))
    for name, draw in (("apart", draw_chart_apart), ("in the bot", draw_chart)):
        before, took = _resident(), []
        for chart in charts * TIMES:
            began = perf_counter()
            draw(chart)
            took.append(perf_counter() - began)
        grown = _resident() - before
        print(f"{name}: {median(took):.2f} s a picture; the process grew by {grown:.1f} MB over {len(took)}")


def draw_chart_apart(chart: Chart) -> bytes:
    """Draw a picture as the bot does."""
    return asyncio.run(draw_apart(chart))


def _resident() -> float:
    """Answer the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1_000_000
