"""The caption of figures: all of them, in four languages, and of few readers no number."""

import html
import re
from datetime import UTC, datetime

import pytest

from bot.handlers.figures import find_span
from bot.stats import Viewer, compose, draw_spans, make_chart, write_caption
from locales import LANGUAGES, OWN_NAMES, texts
from newsroom.stats import Readers, Replies, Span, Stats, period_of
from tests.bot.test_charts import TAXONOMY, stats
from tests.live import unseen

LONGEST_CAPTION = 1_024  # characters, without tags (Bot API, sendPhoto)
FEW = {"ar": "أقل من 10", "en": "fewer than 10", "zh": "不到 10", "fr": "moins de 10"}
EMPTY = Stats(period_of(Span.DAY, "Asia/Riyadh", datetime(2026, 11, 24, 22, tzinfo=UTC)))


def viewer(language: str, digits: str = "latn") -> Viewer:
    return Viewer(texts(language, digits), "Asia/Riyadh", TAXONOMY)


def caption(language: str, figures: Stats, digits: str = "latn") -> str:
    return unseen(html.unescape(re.sub(r"</?b>", "", write_caption(viewer(language, digits), figures))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_every_figure_of_the_picture(language: str) -> None:
    figures, t = stats(), texts(language)
    told, chart = caption(language, figures), make_chart(viewer(language), figures)
    assert len(write_caption(viewer(language), figures)) <= LONGEST_CAPTION
    lines = [line for bars in chart.lists for line in bars.bars]
    wanted = {line.name for line in lines} | {line.value for line in lines if line.length > 9}
    wanted |= {chart.title, chart.days, FEW[language], *(tile.value for tile in chart.readers[:3])}
    wanted |= {t.number(figures.articles), t.number(3_456_789), *OWN_NAMES.values()}
    assert {part for part in wanted if unseen(part) not in told} == set()


@pytest.mark.parametrize(("language", "line"), [
    ("ar", "القرّاء: 2,957,123 · الجدد: 184 · النشطون: 1,203 · المغادرون: أقل من 10"),
    ("en", "Readers: 2,957,123 · new: 184 · active: 1,203 · lost: fewer than 10"),
    ("zh", "读者：2,957,123 · 新增：184 · 活跃：1,203 · 流失：不到 10"),
    ("fr", "Lecteurs : 2\u202f957\u202f123 · nouveaux : 184 · actifs : 1\u202f203 · partis : moins de 10"),
])  # fmt: skip
def test_readers_in_four_languages(language: str, line: str) -> None:
    assert f"👥 {line}\n" in caption(language, stats())


def test_numbers_are_in_the_digits_of_the_reader() -> None:
    told = caption("ar", stats(), "arab")
    assert "المقالات: ٢١٠" in told
    assert not re.search(r"\d", re.sub("[٠-٩]", "", told))


@pytest.mark.parametrize(("language", "said"), [
    ("ar", "لم يُرسل خبر"), ("en", "No news was sent"), ("zh", "尚无即时送达"), ("fr", "Aucun article envoyé"),
])  # fmt: skip
def test_where_there_is_nothing_it_says_so(language: str, said: str) -> None:
    told = caption(language, EMPTY)
    assert said in told
    assert texts(language).plain("stats.nothing") in told
    assert texts(language).plain("stats.line.uncounted") in told


def test_few_are_told_nowhere_and_ten_are() -> None:
    figures = Stats(EMPTY.period, Readers(10, 9, 1, 0, {"instant": 10, "daily": 3}, {"ar": 7}), opened=5)
    told = caption("en", figures)
    assert "Readers: 10 · new: fewer than 10 · active: fewer than 10 · lost: 0" in told
    assert "at once: 10 · daily digest: fewer than 10" in told
    assert "العربية: fewer than 10" in told
    assert "Articles opened: fewer than 10" in told
    chart = make_chart(viewer("en"), figures)
    few = [bar for bars in chart.lists for bar in bars.bars if bar.name in {"daily digest", "العربية"}]
    assert [bar.value for bar in few] == ["under 10", "under 10"]
    assert {bar.length for bar in few} == {1}  # the bar of seven is as long as that of one


def test_what_waits_for_a_decision_is_told() -> None:
    assert "waiting now: 3" in caption("en", Stats(EMPTY.period, replies=Replies(waiting=3)))


@pytest.mark.parametrize(("said", "span"), [
    ("week", Span.WEEK), ("اليوم", Span.DAY), ("شهر", Span.MONTH), ("一周", Span.WEEK), ("MOIS", Span.MONTH),
    ("الأسبوع", Span.WEEK), ("الاسبوع", Span.WEEK), ("today", Span.DAY), ("aujourd’hui", Span.DAY), ("year", None),
])  # fmt: skip
def test_days_are_said_in_any_language(said: str, span: Span | None) -> None:
    assert find_span(said) is span


def test_no_word_says_two_spans() -> None:
    said = [word for code in LANGUAGES for span in Span for word in texts(code).words(f"stats.said.{span}")]
    assert len(said) == len({*said})


def test_buttons_lead_to_the_other_days_and_to_these_anew() -> None:
    keyboard = draw_spans(texts("ar"), Span.WEEK)
    assert keyboard
    rows = [[(button.text, button.callback_data) for button in row] for row in keyboard.inline_keyboard]
    assert rows == [
        [("📅 اليوم", "1|stats|day||0"), ("📆 الشهر", "1|stats|month||0")],
        [("🔄 تحديث", "1|stats|week||0")],
    ]


@pytest.mark.parametrize(("png", "message_id", "method"), [
    (b"x", None, "sendPhoto"), (b"x", 5, "editMessageMedia"), (b"", None, "sendMessage"),
    (b"", 5, "sendMessage"),
])  # fmt: skip
def test_without_a_picture_the_caption_comes_alone(png: bytes, message_id: int | None, method: str) -> None:
    found, payload = compose("figures", png, message_id)
    assert found == method
    assert "figures" in str(payload)
    assert payload.get("message_id") == (message_id if png else None)
