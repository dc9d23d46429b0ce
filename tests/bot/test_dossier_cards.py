"""Cards of articles in every language and at every stand: what they say, what they offer, and that it fits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from telegram import InlineKeyboardMarkup

from bot.articles import Look
from bot.corrections import write_correction
from bot.dossier_screens import draw_correction, draw_topics
from bot.dossiers import Asked, Sight, draw_dossier, draw_news, draw_retracted
from bot.handlers.confirming import MATTERS
from bot.handlers.dossiers import ANY_TIME, DEEDS
from locales import LANGUAGES, texts
from newsroom.articles import Article
from newsroom.broadcasts import WHOEVER, Step
from newsroom.changes import Wording
from newsroom.cutting import length
from newsroom.dossiers import Dossier, Sent, Stand
from newsroom.filing import Filing
from newsroom.pushes import Lane, PushState
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Reason
from tests.live import unseen

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LOOK = Look(shipped_taxonomy(), "Asia/Riyadh", "site.example", "sample_bot")
ARTICLE = Article(
    12, 12, "شينخوا", "https://x.example/12", "ar", 2, "قمة <في> بكين", "بدأت القمة.", "", "", "", None, NOW
)
SENT = Sent(1, PushState.DONE, Lane.NEWS, NOW - timedelta(hours=1))
WHY = {"s:diplomacy": [Reason("قمة", "title", 9)], "all": []}
COUNTS = {"sent": 12_345, "queued": 40, "failed": 3, "uncertain": 1}
STANDS = {
    Stand.HELD: Dossier(replace(ARTICLE, gate="held"), left=20),
    Stand.REFUSED: Dossier(replace(ARTICLE, gate="refused"), left=20),
    Stand.JOINED: Dossier(replace(ARTICLE, story_id=3)),
    Stand.ARCHIVE: Dossier(ARTICLE, left=3, versions=2),
    Stand.RUNNING: Dossier(ARTICLE, None, replace(SENT, state=PushState.RUNNING), COUNTS, 44, 3, (2, 1)),
    Stand.PAUSED: Dossier(ARTICLE, None, replace(SENT, state=PushState.PAUSED), COUNTS, 44),
    Stand.HALTED: Dossier(ARTICLE, None, replace(SENT, state=PushState.PAUSED, is_halted=True), COUNTS, 44),
    Stand.STOPPED: Dossier(ARTICLE, None, replace(SENT, state=PushState.CANCELLED), COUNTS, 44),
    Stand.DONE: Dossier(ARTICLE, None, SENT, {"sent": 3}, 0, 1, (0, 0)),
    Stand.RETRACTED: Dossier(replace(ARTICLE, retracted="خبر غير دقيق"), None, SENT, COUNTS),
}
OFFERED = {
    Stand.HELD: "🚀⚡✏❌⚙🧾👁",
    Stand.REFUSED: "🚀⚡✏⚙🧾👁",
    Stand.JOINED: "✏🧹⚙🧾👁",
    Stand.ARCHIVE: "🚀⚡✏🧹⚙🧾👁",
    Stand.RUNNING: "🚀⚡⏸⏹✏🧹⚙🧾👁🔁💬",
    Stand.PAUSED: "▶⏹✏🧹⚙🧾👁🔁",
    Stand.HALTED: "▶⏹✏🧹⚙🧾👁🔁",
    Stand.STOPPED: "🚀⚡✏🧹⚙🧾👁🔁",
    Stand.DONE: "✏🧹⚙🧾👁🔁",
    Stand.RETRACTED: "⚙🧾👁🔁",
}


def look_at(dossier: Dossier, language: str = "ar") -> Sight:
    return Sight(texts(language), LOOK, dossier, list(WHY), WHY, NOW, Filing(("s:trade",), ("s:sports",)))


def labels(keyboard: InlineKeyboardMarkup | None) -> list[str]:
    return [button.text for row in (keyboard.inline_keyboard if keyboard else ()) for button in row]


def deeds(keyboard: InlineKeyboardMarkup | None) -> set[str]:
    assert keyboard
    carried = [str(button.callback_data).split("|") for row in keyboard.inline_keyboard for button in row]
    return {screen.partition(":")[0] for _, act, _, screen, _ in carried if act == "desk"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stand", Stand)
def test_a_card_says_how_an_article_stands_and_offers_what_may_be_done(stand: Stand, language: str) -> None:
    text, keyboard = draw_dossier(look_at(STANDS[stand], language))
    assert STANDS[stand].stand is stand
    assert texts(language).plain(f"dossier.stand.{stand}") in text
    assert "&lt;" in text
    assert [label[0] for label in labels(keyboard)] == list(OFFERED[stand])
    assert deeds(keyboard) <= {*ANY_TIME, *DEEDS}


def test_of_few_readers_no_count_is_told() -> None:
    text, _ = draw_dossier(look_at(STANDS[Stand.DONE]))
    assert "وصل إلى: أقل من 10" in unseen(text)
    many, _ = draw_dossier(look_at(STANDS[Stand.RUNNING]))
    assert "وصل إلى: 12,345" in unseen(many)


def test_what_waits_is_not_on_its_way_once_it_is_stopped() -> None:
    runs, stopped = (draw_dossier(look_at(STANDS[stand]))[0] for stand in (Stand.RUNNING, Stand.STOPPED))
    assert "في الطريق إلى: 40" in unseen(runs)
    assert "في الطريق" not in unseen(stopped)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deed", MATTERS)
def test_what_is_asked_is_seen_first_and_answered_by_two_buttons(deed: str, language: str) -> None:
    sight = look_at(STANDS[Stand.RUNNING], language)
    text, keyboard = draw_dossier(sight, Asked(f"{deed}:7", Step.SURE, 12_345, draw_retracted(sight, "خبر غير دقيق")))
    assert "خبر غير دقيق" in text
    assert [label[0] for label in labels(keyboard)] == ["✅", "✖"]
    typed, below = draw_dossier(sight, Asked(deed, Step.TYPED, 12_345))
    assert texts(language).number(12_345) in typed
    assert [label[0] for label in labels(below)] == ["✖"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_shows_what_goes_and_what_comes(language: str) -> None:
    seen = Wording("قمة <في> شنغهاي", "بدأت القمة.", "")
    text, keyboard = draw_correction(look_at(replace(STANDS[Stand.RUNNING], public=seen), language))
    assert "<s>شنغهاي</s>" in text
    assert texts(language).plain("dossier.part.lead") not in text
    assert deeds(keyboard) == {"quietly", "loudly", "forgo", "words", "reread", "home"}
    _, plain = draw_correction(look_at(STANDS[Stand.RUNNING], language))
    assert deeds(plain) == {"words", "reread", "home"}


def test_a_correction_of_a_whole_text_fits_into_a_message() -> None:
    before, after = ("س ص ع " * 900, "ا ب ج " * 900)
    long = replace(ARTICLE, title=after[:490], lead=after, body=after)
    dossier = replace(STANDS[Stand.RUNNING], article=long, public=Wording(before[:490], before, before))
    text, _ = draw_correction(look_at(dossier))
    assert length(unseen(text)) < 4_096


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_are_named_with_their_words_and_each_has_a_button(language: str) -> None:
    text, keyboard = draw_topics(look_at(STANDS[Stand.HELD], language))
    taxonomy = LOOK.taxonomy
    assert taxonomy.name("s:diplomacy", language) in text
    assert "قمة" in text
    shown = labels(keyboard)
    assert f"✅ {taxonomy.name('s:diplomacy', language)}" in shown
    assert f"➕ {taxonomy.name('s:trade', language)}" in shown
    assert deeds(keyboard) == {"tag", "asfound", "home"}


def test_the_preview_is_the_message_that_readers_get() -> None:
    (text, keyboard), preview = draw_news(look_at(STANDS[Stand.HELD]))
    assert text.startswith("<b>")
    assert "/article_12" in text
    assert labels(keyboard)[0].startswith("📖")
    assert preview["url"] == ARTICLE.url


@pytest.mark.parametrize(("language", "head"), [("ar", "تصحيح"), ("en", "Correction"), ("ja", "更正")])
def test_the_reply_begins_with_its_word_in_the_language_of_the_article(language: str, head: str) -> None:
    params = write_correction(replace(ARTICLE, language=language), "zh")[WHOEVER]["params"]
    assert params["text"] == f"{head}\n\nقمة <في> بكين\n\nبدأت القمة."
    assert params["entities"] == [{"type": "bold", "offset": 0, "length": len(head)}]
