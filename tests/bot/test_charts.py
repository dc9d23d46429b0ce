"""The pictures of figures: large enough and not too large, readable on their card, with a letter for all they say."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import product

import pytest
from babel.dates import format_interval
from fontTools.ttLib import TTFont
from PIL import Image, features

from bench.fonts import FIRST, FOLDER, LAST, is_pictured, list_said
from bot.canvas import AMBER, CARD, INK, MINT, PALE, PANEL, ROSE, SKY, TRACK, Canvas, Color, contrast, knows
from bot.charts import (
    COLORS,
    COLUMN,
    EDGE,
    GAP,
    HEADING,
    HIGHEST,
    INNER,
    SMALL,
    WIDTH,
    Bar,
    Bars,
    Chart,
    draw_chart,
    read_chart,
)
from bot.drawing import draw_apart
from bot.stats import Viewer, make_chart
from locales import LANGUAGES, OWN_NAMES, texts
from newsroom.stats import Outcome, Readers, Replies, Span, Stats, Times, period_of
from newsroom.taxonomy import shipped_taxonomy
from tests.test_locales import TEXTS

TEXT, BESIDE = 4.5, 3.0  # the least contrast of a text, and of what else tells something (WCAG 2.2 AA)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TAXONOMY = shipped_taxonomy()
THEMES = {"light": (255, 255, 255), "dark": (14, 22, 33)}  # what is behind a picture in Telegram's two themes


def stats(span: Span = Span.WEEK) -> Stats:
    """As many figures as a picture has place for."""
    rhythms = {"instant": 1834, "daily": 903, "weekly": 214, "hourly": 6}
    languages = {"ar": 2310, "en": 402, "zh": 160, "fr": 85}
    tags = ["s:diplomacy", "s:science-space", "c:PG", "s:technology", "s:belt-road", "s:sports"]
    times = Times(timedelta(seconds=4), timedelta(days=45), 99)
    return Stats(
        period_of(span, "Asia/Riyadh", NOW),
        Readers(2_957_123, 184, 1203, 6, rhythms, languages),
        210,
        {tag: 60 - 9 * place for place, tag in enumerate(tags)},
        times,
        3_456_789,
        Replies({outcome: 2 ** (9 - place) for place, outcome in enumerate(Outcome)}, 4, times),
    )


def chart_of(language: str, figures: Stats, digits: str = "latn") -> Chart:
    return make_chart(Viewer(texts(language, digits), "Asia/Riyadh", TAXONOMY), figures)


def open_picture(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png))
    assert picture.format == "PNG"
    return picture.convert("RGB")


def test_texts_can_be_read_on_what_is_behind_them() -> None:
    assert {pair: contrast(*pair) >= TEXT for pair in product((INK, PALE), (CARD, PANEL))} == dict.fromkeys(
        product((INK, PALE), (CARD, PANEL)), True
    )
    assert [color for color in COLORS if contrast(color, PANEL) < TEXT] == []  # the totals are written in them
    assert [color for color in (SKY, MINT, AMBER, ROSE) if contrast(color, TRACK) < BESIDE] == []


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [((0, 0, 0), (255, 255, 255), 21.0), ((255, 255, 255), (0, 0, 0), 21.0), ((118, 118, 118), (255, 255, 255), 4.54)],
)
def test_contrast_is_that_of_the_wcag(one: Color, other: Color, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_of_a_picture_depends_on_the_theme_behind_it(theme: str) -> None:
    """It has a card of its own and lets nothing through; its edges are the card's alone."""
    png = draw_chart(chart_of("ar", stats()))
    assert "transparency" not in Image.open(BytesIO(png)).info
    picture = open_picture(png)
    behind = Image.new("RGB", picture.size, THEMES[theme])
    behind.paste(picture)
    assert behind.tobytes() == picture.tobytes()
    corners = [picture.getpixel((x, y)) for x in (0, picture.width - 1) for y in (0, picture.height - 1)]
    assert all(abs(one - two) <= 6 for corner in corners for one, two in zip(corner, CARD, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_picture_is_not_made_smaller_by_telegram(language: str) -> None:
    png = draw_chart(chart_of(language, stats(Span.MONTH)))
    picture = open_picture(png)
    assert picture.width == WIDTH
    assert WIDTH // 2 < picture.height <= HIGHEST
    assert len(png) < 150_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_of_nothing_is_one_too(language: str) -> None:
    picture = open_picture(draw_chart(chart_of(language, Stats(period_of(Span.DAY, "UTC", NOW)))))
    assert (picture.width, picture.height < HIGHEST) == (WIDTH, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_labels_have_room(language: str) -> None:
    chart = chart_of(language, stats())
    canvas = Canvas(WIDTH, 100, rtl=chart.rtl, language=language)
    room = (WIDTH - 2 * EDGE - 3 * GAP) // 4 - 2 * INNER
    lines = [line for tile in (*chart.readers, *chart.times) for line in canvas.wrap(tile.label, SMALL, room)]
    assert [line for line in lines if canvas.measure(line, SMALL) > room * 1.04] == []  # it shrinks by a pixel
    wide = [
        bars.heading for bars in chart.lists if canvas.measure(bars.heading, HEADING, bold=True) > COLUMN - 2 * INNER
    ]
    assert wide == []


def test_arabic_is_shaped_and_drawn_from_the_right() -> None:
    """Its letters are joined: a word is narrower than its letters apart; what comes first stands at the right."""
    assert features.check("raqm")
    canvas = Canvas(600, 100, rtl=True, language="ar")
    apart = sum(canvas.measure(letter, 40) for letter in "القراء")
    assert canvas.measure("القراء", 40) < 0.8 * apart
    canvas.write("القراء", 20, 60, 40, width=560)
    assert not is_drawn(canvas, range(300))
    assert is_drawn(canvas, range(300, 600))
    canvas.write("1,234", 580, 60, 40, width=560, from_end=True)
    assert is_drawn(canvas, range(20, 200))


def is_drawn(canvas: Canvas, columns: range) -> bool:
    picture = open_picture(canvas.png())
    part = picture.crop((columns.start, 0, columns.stop, picture.height))
    return len(part.getcolors() or ()) > 3


def test_what_is_read_from_the_right_is_the_mirror_of_what_is_not() -> None:
    left, right = (Canvas(400, 60, rtl=rtl, language="en") for rtl in (False, True))
    for canvas in (left, right):
        canvas.panel((30, 10, 120, 40))
    mirrored = open_picture(right.png()).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert mirrored.tobytes() == open_picture(left.png()).tobytes()


@pytest.mark.parametrize("text", ["أقل من عشرة قراء في هذا الأسبوع كله", "a very long name of a topic that has no end"])
def test_what_is_too_long_shrinks_and_is_cut(text: str) -> None:
    canvas = Canvas(400, 60, rtl=False, language="en")
    canvas.write(text, 20, 40, 40, width=120)
    assert is_drawn(canvas, range(20, 140))
    assert not is_drawn(canvas, range(146, 400))


def test_lines_are_broken_between_words_and_in_chinese_anywhere() -> None:
    canvas = Canvas(400, 60, rtl=False, language="en")
    assert canvas.wrap("half of the news", 25, 130) == ["half of the", "news"]
    assert canvas.wrap("半数送达用时", 25, 80) == ["半数送", "达用时"]
    assert canvas.wrap("short", 25, 300) == ["short"]


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_the_fonts_have_a_letter_for_all_that_pictures_say(weight: str) -> None:
    han = TTFont(FOLDER / f"han-{weight}.otf").getBestCmap()
    assert {sign for sign in list_said() if ord(sign) > 0x2E80} - {*map(chr, han)} == set()
    sans = {*map(chr, TTFont(FOLDER / f"sans-{weight}.ttf").getBestCmap())}
    said = {
        sign
        for language in ("ar", "en", "fr")
        for key, forms in TEXTS[language].items()
        if is_pictured(key)
        for sign in "".join(forms)
    }
    for language in ("ar", "en", "fr"):
        said |= {sign for tag in TAXONOMY.topics for sign in TAXONOMY.name(tag, language)}
        said |= {*"".join(format_interval(FIRST, last, "yMMMd", locale=language) for last in LAST)}
    said |= {*"0123456789٠١٢٣٤٥٦٧٨٩—…", *OWN_NAMES["ar"], *OWN_NAMES["fr"]}
    assert said - sans == set()


def test_the_fonts_are_small_and_their_licence_is_beside_them() -> None:
    sizes = [path.stat().st_size for path in FOLDER.glob("*.?tf")]
    assert len(sizes) == 4
    assert sum(sizes) < 500_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_a_topic_whose_name_no_font_has_is_called_by_its_slug() -> None:
    assert knows("外交")
    assert not knows("外交\u9f98")
    bar = Bar("\u9f98", "1", 1, "dragons")
    named, known = (
        draw_chart(chart_of("zh", stats())._replace(lists=[Bars("", "", [bar])]))
        for bar in (bar, bar._replace(name="dragons"))
    )
    assert named == known
    assert draw_chart(chart_of("zh", stats())._replace(lists=[Bars("", "", [bar._replace(name="外交")])])) != known


def test_a_chart_is_told_to_another_process_as_it_is() -> None:
    chart = chart_of("ar", stats(), "arab")
    assert read_chart(json.loads(json.dumps(chart))) == chart


async def test_a_picture_that_is_drawn_apart_is_the_same() -> None:
    chart = chart_of("zh", stats())
    assert await draw_apart(chart) == draw_chart(chart)


async def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(OSError, match="could not be drawn"):
        await draw_apart(chart_of("zh", stats())._replace(readers=[]))  # it has no place for none


def test_days_are_named_in_digits_of_the_reader() -> None:
    assert chart_of("ar", stats(), "arab").days == "١٨–٢٤ نوفمبر ٢٠٢٦"
    assert chart_of("en", stats()).days == format_interval(date(2026, 11, 18), date(2026, 11, 24), "yMMMd", locale="en")
