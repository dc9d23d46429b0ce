"""How an article stands at the desk, and when it may be sent, corrected and taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsroom.articles import Article
from newsroom.broadcasts import COOLDOWN
from newsroom.changes import Wording
from newsroom.dossiers import JUST_NOW, Dossier, Sent, Stand, check_correcting, check_sending, read_reason
from newsroom.errors import Refusal
from newsroom.pushes import Lane, PushState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ARTICLE = Article(12, 12, "", "", "ar", 1, "قمة", "", "", "", "", None, NOW)
SENT = Sent(1, PushState.DONE, Lane.NEWS, NOW - timedelta(days=1))
OUT = Dossier(ARTICLE, sent=SENT, left=3)
HELD = Dossier(replace(ARTICLE, gate="held"))


def of(state: PushState, *, is_halted: bool = False, is_forgotten: bool = False) -> Dossier:
    return replace(OUT, sent=replace(SENT, state=state, is_halted=is_halted, is_forgotten=is_forgotten))


@pytest.mark.parametrize(
    ("dossier", "stand"),
    [
        (HELD, Stand.HELD),
        (Dossier(replace(ARTICLE, gate="refused")), Stand.REFUSED),
        (Dossier(ARTICLE), Stand.ARCHIVE),
        (Dossier(replace(ARTICLE, story_id=3)), Stand.JOINED),
        (of(PushState.RUNNING), Stand.RUNNING),
        (of(PushState.PAUSED), Stand.PAUSED),
        (of(PushState.PAUSED, is_halted=True), Stand.HALTED),
        (of(PushState.CANCELLED), Stand.STOPPED),
        (OUT, Stand.DONE),
        (replace(OUT, article=replace(ARTICLE, retracted="خطأ")), Stand.RETRACTED),
        (replace(OUT, article=replace(ARTICLE, gate="changed"), public=Wording("", "", "")), Stand.DONE),
    ],
)
def test_how_an_article_stands(dossier: Dossier, stand: Stand) -> None:
    assert dossier.stand is stand


@pytest.mark.parametrize("dossier", [HELD, OUT, Dossier(ARTICLE, left=1), of(PushState.CANCELLED)])
@pytest.mark.parametrize("lane", [Lane.NEWS, Lane.BREAKING])
def test_what_may_be_sent(dossier: Dossier, lane: Lane) -> None:
    check_sending(dossier, lane, NOW)


@pytest.mark.parametrize(
    ("dossier", "why"),
    [
        (replace(OUT, left=0), "dossier.nobody"),
        (of(PushState.PAUSED), "dossier.cannot.paused"),
        (of(PushState.PAUSED, is_halted=True), "dossier.cannot.halted"),
        (of(PushState.DONE, is_forgotten=True), "dossier.forgotten"),
        (replace(OUT, article=replace(ARTICLE, retracted="")), "dossier.cannot.retracted"),
        (replace(OUT, article=replace(ARTICLE, story_id=3)), "dossier.joined"),
        (replace(OUT, public=Wording("", "", "")), "dossier.decide"),
    ],
)
def test_what_may_not_be_sent_says_why(dossier: Dossier, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        check_sending(dossier, Lane.NEWS, NOW)


def sent_before(span: timedelta, lane: Lane = Lane.NEWS) -> Dossier:
    return replace(OUT, sent=replace(SENT, opened_at=NOW - span, lane=lane))


def test_a_second_tap_sends_nothing() -> None:
    check_sending(sent_before(JUST_NOW), Lane.NEWS, NOW)
    with pytest.raises(Refusal, match="twice"):
        check_sending(sent_before(timedelta(seconds=1)), Lane.NEWS, NOW)


def test_the_same_is_no_breaking_news_twice_within_an_hour() -> None:
    check_sending(sent_before(timedelta(minutes=5)), Lane.BREAKING, NOW)
    check_sending(sent_before(COOLDOWN, Lane.BREAKING), Lane.BREAKING, NOW)
    with pytest.raises(Refusal, match="twice") as refused:
        check_sending(sent_before(timedelta(minutes=20), Lane.BREAKING), Lane.BREAKING, NOW)
    assert refused.value.values == {"minutes": 40}


def test_what_was_stopped_may_go_on_at_once() -> None:
    stopped = sent_before(timedelta(seconds=1))
    assert stopped.sent
    check_sending(replace(stopped, sent=replace(stopped.sent, state=PushState.CANCELLED)), Lane.NEWS, NOW)


def test_staff_alone_have_what_has_not_fallen_due_to_readers() -> None:
    leaving = replace(OUT, sent=replace(SENT, state=PushState.RUNNING, opened_at=NOW + timedelta(seconds=10)))
    assert leaving.is_before_readers(NOW)
    assert leaving.is_under_way(NOW)
    assert not leaving.is_before_readers(NOW + timedelta(seconds=10))
    assert not leaving.is_under_way(NOW + timedelta(seconds=10))
    assert replace(leaving, counts={"queued": 1}).is_under_way(NOW + timedelta(minutes=1))


def test_what_was_taken_back_is_not_corrected() -> None:
    check_correcting(OUT)
    with pytest.raises(Refusal, match="retracted"):
        check_correcting(replace(OUT, article=replace(ARTICLE, retracted="خطأ")))


def test_a_reason_is_one_short_line() -> None:
    assert read_reason(" خبر \n غير دقيق ") == "خبر غير دقيق"
    for said in ("", "لا", "ع" * 201):
        with pytest.raises(Refusal, match="reason"):
            read_reason(said)
