"""What many outcomes say together that none of them tells alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from newsroom.outcomes import Attempt, Came, Outcome, decide_outcome
from newsroom.watch import EQUAL_REFUSALS, MOST_DOUBTS, MOST_GONE, RECENT, Watch
from newsroom.work import Claimed, Edit, Landed, Rendering, Shape

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def land(came: Came, chat_id: int = 1, *, reason: str = "", language: str = "ar", **facts: Any) -> Landed:
    content = facts.pop("content", None) or Shape(7, 1, language, public=False, silent=False)
    claimed = Claimed(chat_id, chat_id, "private", 0, "w", NOW, NOW, Attempt(0, 0), content, **facts)
    outcome = Outcome(came, reason)
    return Landed(claimed, outcome, decide_outcome(claimed.attempt, outcome, NOW))


def lands(came: Came, count: int, **facts: Any) -> list[Landed]:
    return [land(came, chat_id, **facts) for chat_id in range(1, count + 1)]


def test_ten_of_twenty_chats_gone_are_not_believed() -> None:
    watch = Watch()
    assert watch.find_emptied(lands(Came.OK, 10) + lands(Came.GONE, MOST_GONE - 1)) == frozenset()
    assert watch.find_emptied(lands(Came.GONE, 1)) == frozenset({7})


def test_a_few_gone_among_many_are_believed() -> None:
    watch = Watch()
    for _ in range(20):
        assert not watch.find_emptied(lands(Came.GONE, 1) + lands(Came.OK, 2))


def test_it_is_seen_once_and_then_anew() -> None:
    watch = Watch()
    assert watch.find_emptied(lands(Came.GONE, MOST_GONE))
    watch.forget_chats()
    assert not watch.find_emptied(lands(Came.GONE, MOST_GONE - 1))


@pytest.mark.parametrize("facts", [{"gone_expected": True}, {"content": Rendering("sendMessage", b"{}")}])
def test_chats_that_are_expected_to_be_gone_and_answers_say_nothing(facts: dict[str, object]) -> None:
    assert not Watch().find_emptied(lands(Came.GONE, RECENT, **facts))


def test_edits_say_of_chats_what_news_do() -> None:
    watch, edit = Watch(), Edit(5, 1, 2)
    assert not watch.find_emptied(lands(Came.GONE, MOST_GONE - 1, edit=edit))
    assert watch.find_emptied(lands(Came.GONE, 1, edit=edit)) == frozenset({7})


def test_five_equal_refusals_of_a_rendering_are_its_own_fault() -> None:
    watch = Watch()
    assert list(watch.find_poisoned(lands(Came.REFUSED, EQUAL_REFUSALS - 1, reason="too long"))) == []
    (last,) = watch.find_poisoned([land(Came.REFUSED, 99, reason="too long")])
    assert last.claimed.chat_id == 99


def test_one_chat_that_refuses_five_times_is_one_chat() -> None:
    assert list(Watch().find_poisoned([land(Came.REFUSED, 1, reason="x") for _ in range(9)])) == []


def whole(came: Came, chat_id: int, digest_id: int = 9) -> list[Landed]:
    """Two rows that went by one digest."""
    look = Shape(0, 0, "ar", public=False, silent=False, digest_id=digest_id)
    returned = Came.RETURNED if came is Came.REFUSED else came
    rows = [land(returned, chat_id), land(returned, chat_id)]
    rows[0].whole, rows[1].rides = land(came, chat_id, reason="too long", content=look), True
    return rows


def test_five_chats_that_refuse_a_digest_speak_of_the_digest_and_of_no_article_of_it() -> None:
    watch = Watch()
    refused = [row for chat_id in range(1, EQUAL_REFUSALS + 1) for row in whole(Came.REFUSED, chat_id)]
    assert list(watch.find_poisoned(refused[:-2])) == []
    (found,) = watch.find_poisoned(refused[-2:])
    assert found.claimed.content == Shape(0, 0, "ar", public=False, silent=False, digest_id=9)


def test_a_digest_that_arrives_says_that_its_own_text_is_fine_and_no_others() -> None:
    watch, found = Watch(), list[Landed]()
    for chat_id in range(1, 2 * EQUAL_REFUSALS, 2):
        found += watch.find_poisoned([*whole(Came.REFUSED, chat_id), *whole(Came.OK, chat_id + 1)])
    assert found == []
    for chat_id in range(1, 2 * EQUAL_REFUSALS, 2):
        found += watch.find_poisoned([*whole(Came.REFUSED, chat_id), *whole(Came.OK, chat_id + 1, digest_id=8)])
    assert len(found) == 1


def test_other_reasons_and_other_languages_are_counted_apart() -> None:
    watch = Watch()
    mixed = [land(Came.REFUSED, number, reason=f"reason {number % 2}") for number in range(8)]
    mixed += [land(Came.REFUSED, number, reason="reason 0", language="zh") for number in range(4)]
    assert list(watch.find_poisoned(mixed)) == []


def test_a_success_between_says_that_the_text_is_fine() -> None:
    watch, found = Watch(), list[Landed]()
    for number in range(20):
        found += watch.find_poisoned([land(Came.REFUSED, number, reason="odd chat"), land(Came.OK, 100 + number)])
    assert found == []


def test_doubts_that_pile_up_are_told_once() -> None:
    watch = Watch()
    assert not watch.do_doubts_pile_up(lands(Came.DOUBT, MOST_DOUBTS - 1))
    assert watch.do_doubts_pile_up(lands(Came.DOUBT, 1))
    assert not watch.do_doubts_pile_up(lands(Came.DOUBT, 1))
