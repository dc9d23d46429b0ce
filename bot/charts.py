"""The picture of `/stats`: a card of figures, read from the right in Arabic.

    what it is of, and of which days
    readers  new  active  lost           a tile each
    by rhythm          by language       bars
    articles by topic  replies           bars
    half · most of deliveries, openings, half of the decisions

All that it says is in its caption too (`bot/stats.py`). Another figure is a tile or a list of bars here.

It is drawn in a process of its own (`bot/drawing.py`), so this module imports little.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bot.canvas import AMBER, INK, MINT, PALE, ROSE, SKY, TRACK, Canvas, Color, knows

WIDTH, HIGHEST = 1080, 1280  # pixels; Telegram makes what is longer than that smaller
EDGE, GAP, INNER = 40, 20, 28
TITLE, HEADING, BODY, SMALL, NUMBER = 46, 32, 29, 25, 50
HEAD, LOW_TILE, TILE, ROW = 112, 122, 150, 62  # heights
BAR, MOST_BARS = 12, 5
LEAST_BAR = 0.015  # of the width, that a bar has at least where there is something
COLUMN = (WIDTH - 2 * EDGE - GAP) // 2


class Tile(NamedTuple):
    """A figure by itself."""

    value: str
    label: str


class Bar(NamedTuple):
    """A figure among others: what it is of, how it is told, how long its bar is beside the others.

    `slug` stands for a name that the fonts have no letters for.
    """

    name: str
    value: str
    length: float
    slug: str = ""


class Bars(NamedTuple):
    """Figures side by side, and of how many in all."""

    heading: str
    total: str
    bars: Sequence[Bar]


class Chart(NamedTuple):
    """All that the picture says."""

    language: str
    rtl: bool
    title: str
    days: str
    readers: Sequence[Tile]
    lists: Sequence[Bars]
    times: Sequence[Tile]
    nothing: str  # what stands where there are no bars


COLORS = (SKY, MINT, AMBER, ROSE)  # of the lists, in their order


def read_chart(told: Sequence[Any]) -> Chart:
    """Answer the chart that was told as JSON."""
    language, rtl, title, days, readers, lists, times, nothing = told
    bars = [Bars(heading, total, [Bar(*bar) for bar in each]) for heading, total, each in lists]
    return Chart(language, rtl, title, days, _read_tiles(readers), bars, _read_tiles(times), nothing)


def _read_tiles(told: Iterable[Sequence[str]]) -> list[Tile]:
    return [Tile(*tile) for tile in told]


def draw_chart(chart: Chart) -> bytes:
    """Answer the picture as a PNG."""
    pairs = [chart.lists[first : first + 2] for first in range(0, len(chart.lists), 2)]
    height = HEAD + LOW_TILE + sum(_height(pair) + GAP for pair in pairs) + GAP + TILE + EDGE
    canvas = Canvas(WIDTH, height, chart.rtl, chart.language)
    inside = WIDTH - 2 * EDGE
    canvas.write(chart.title, EDGE, 80, TITLE, width=inside * 6 // 10, bold=True)
    canvas.write(chart.days, WIDTH - EDGE, 80, BODY, width=inside * 4 // 10 - GAP, color=PALE, from_end=True)
    y = HEAD
    _draw_tiles(canvas, chart.readers, y, LOW_TILE)
    y += LOW_TILE + GAP
    colors = iter(COLORS)
    for pair in pairs:
        for place, bars in enumerate(pair):
            box = (EDGE + place * (COLUMN + GAP), y, _height(pair))
            _draw_bars(canvas, bars, box, next(colors), chart.nothing)
        y += _height(pair) + GAP
    _draw_tiles(canvas, chart.times, y, TILE)
    return canvas.png()


def _draw_tiles(canvas: Canvas, tiles: Sequence[Tile], y: int, height: int) -> None:
    width = (WIDTH - 2 * EDGE - (len(tiles) - 1) * GAP) // len(tiles)
    for place, tile in enumerate(tiles):
        x = EDGE + place * (width + GAP)
        canvas.panel((x, y, width, height))
        canvas.write(tile.value, x + INNER, y + 66, NUMBER, width=width - 2 * INNER, bold=True)
        for line, said in enumerate(canvas.wrap(tile.label, SMALL, width - 2 * INNER)):
            canvas.write(said, x + INNER, y + 102 + line * 31, SMALL, width=width - 2 * INNER, color=PALE)


def _height(pair: Sequence[Bars]) -> int:
    return 2 * INNER + HEADING + 12 + max(1, *(len(bars.bars) for bars in pair)) * ROW


def _draw_bars(canvas: Canvas, bars: Bars, box: tuple[int, int, int], color: Color, nothing: str) -> None:
    x, y, height = box
    canvas.panel((x, y, COLUMN, height))
    inside, end = COLUMN - 2 * INNER, x + COLUMN - INNER
    taken = canvas.measure(bars.total, HEADING, bold=True) + GAP if bars.total else 0
    canvas.write(bars.heading, x + INNER, y + 54, HEADING, width=int(inside - taken), bold=True)
    canvas.write(bars.total, end, y + 54, HEADING, width=inside, bold=True, color=color, from_end=True)
    if not bars.bars:
        canvas.write(nothing, x + INNER, y + 54 + ROW, BODY, width=inside, color=PALE)
    longest = max((bar.length for bar in bars.bars), default=0)
    for place, bar in enumerate(bars.bars):
        foot = y + 54 + (place + 1) * ROW - 8
        taken = canvas.measure(bar.value, BODY, bold=True)
        name = bar.name if knows(bar.name) else bar.slug or bar.name
        canvas.write(name, x + INNER, foot, BODY, width=int(inside - taken - GAP), color=INK)
        canvas.write(bar.value, end, foot, BODY, width=inside, bold=True, from_end=True)
        canvas.panel((x + INNER, foot + 13, inside, BAR), TRACK, BAR // 2)
        if bar.length:
            long = int(inside * max(bar.length / longest, LEAST_BAR))
            canvas.panel((x + INNER, foot + 13, long, BAR), color, BAR // 2)


if __name__ == "__main__":
    sys.stdout.buffer.write(draw_chart(read_chart(json.load(sys.stdin.buffer))))
