"""Cards: what is done next about a place, one thing at a time, and what a closed card still shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from db.store import prompts
from newsroom.cards import (
    COUNT_REST,
    LISTED_FOR,
    LOOKED_AT_FOR,
    WAITED_FOR,
    Ask,
    Card,
    Doing,
    Kind,
    Place,
    Sight,
    Step,
    plan,
    stamp,
)
from newsroom.replies import CLAIM_FOR, Reply, State

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def reply(name: str, state: State = State.PENDING, **facts: Any) -> Reply:
    told: dict[str, Any] = {"version": 3, "since": NOW, "author_key": "k", "article_id": 1}
    return Reply(name, state, **told | facts)


def card(about: Reply | None, number: int = 1, **facts: Any) -> Card:
    shown = stamp(about, facts.get("asks", ""), NOW) if about else ""
    told: dict[str, Any] = {
        "message_id": 70 + number,
        "asks": "",
        "shown": shown,
        "is_busy": False,
        "is_closing": False,
    }
    return Card(number, Kind.CARD, about.id if about else None, **told | {"touched_at": NOW} | facts)


def place(cards: list[Card], queue: list[Reply], *others: Reply, **facts: Any) -> Place:
    told = {one.id: one for one in (*queue, *others)}
    return Place(cards, queue, told, **{"most": 5, "waiting": len(queue)} | facts)


A, B = reply("a"), reply("b")


def test_the_next_of_the_queue_is_sent_where_there_is_room() -> None:
    assert plan(place([card(A)], [A, B]), NOW) == Doing(Step.SEND, reply_id="b", stamp=stamp(B, "", NOW))
    assert plan(place([card(A)], [A, B], most=1), NOW) is None
    assert plan(place([], [A], most=0), NOW) is None


def test_one_request_at_a_time_is_under_way() -> None:
    assert plan(place([card(A, is_busy=True)], [A, B]), NOW) is None


def test_what_did_not_arrive_is_not_tried_again_at_once() -> None:
    assert plan(place([], [A], is_resting=True), NOW) is None


def test_a_card_is_changed_when_its_reply_did_and_before_another_is_sent() -> None:
    held = replace(A, claimed_by="11", claimed_until=NOW + CLAIM_FOR)
    doing = plan(place([card(A)], [held, B]), NOW)
    assert doing
    assert (doing.step, doing.reply_id) == (Step.CHANGE, "a")
    assert plan(place([replace(card(A), shown=doing.stamp)], [held]), NOW) is None
    over = plan(place([replace(card(A), shown=doing.stamp)], [held]), NOW + CLAIM_FOR)
    assert over
    assert over.step is Step.CHANGE


def test_a_decided_card_is_closed_after_the_grace_and_makes_room_before() -> None:
    approved = reply("a", State.APPROVED, version=4)
    full = [card(A), *(card(reply(name), number) for number, name in enumerate("cdef", 2))]
    others = [reply(name) for name in "cdef"]
    doing = plan(place(full, [B, *others], approved), NOW)
    assert doing
    assert doing.step is Step.CHANGE
    shown = [replace(full[0], shown=doing.stamp), *full[1:]]
    assert plan(place(shown, [B, *others], approved), NOW) == Doing(Step.SEND, reply_id="b", stamp=stamp(B, "", NOW))
    published = replace(approved, state=State.PUBLISHED)
    assert plan(place(shown, [B, *others], published), NOW) == Doing(Step.SEND, reply_id="b", stamp=stamp(B, "", NOW))
    assert plan(place(shown, others, published), NOW) == Doing(Step.CLOSE, shown[0], "a")


def test_what_somebody_looks_at_stays_open_for_a_while() -> None:
    rejected = reply("a", State.REJECTED)
    looked = card(rejected, asks=Ask.VIEW)
    assert plan(place([looked], [], rejected), NOW) is None
    assert plan(place([looked], [], rejected), NOW + LOOKED_AT_FOR) == Doing(Step.CLOSE, looked, "a")


def test_an_erased_reply_stands_nowhere() -> None:
    erased = reply("a", State.ERASED, author_key=None)
    looked, listed = card(A, asks=Ask.VIEW), replace(card(None, 2, asks="a b"), kind=Kind.LIST)
    assert plan(place([looked], [], erased), NOW) == Doing(Step.CLOSE, looked, "a")
    assert plan(place([listed], [B], erased), NOW) == Doing(Step.CLOSE, listed)


def test_a_list_goes_after_an_hour() -> None:
    listed = replace(card(None, asks="a"), kind=Kind.LIST)
    assert plan(place([listed], [A], most=0), NOW) is None
    assert plan(place([listed], [A], most=0), NOW + LISTED_FOR) == Doing(Step.CLOSE, listed)


def test_a_question_goes_when_it_is_left_or_nobody_waits_for_its_answer() -> None:
    asked = replace(card(A), kind=Kind.PROMPT)
    assert plan(place([asked], [], A), NOW) is None
    assert plan(place([replace(asked, is_closing=True)], [], A), NOW) == Doing(
        Step.CLOSE, replace(asked, is_closing=True), "a"
    )
    assert plan(place([asked], [], A), NOW + WAITED_FOR) == Doing(Step.CLOSE, asked, "a")
    assert WAITED_FOR == prompts.WAITS


def test_what_waits_for_its_author_leaves_the_cards() -> None:
    proposed = replace(A, proposed_revision=2)
    assert plan(place([card(A)], [], proposed), NOW) == Doing(Step.CLOSE, card(A), "a")


def test_the_count_is_told_where_more_wait_than_are_shown_and_no_oftener_than_it_may() -> None:
    counter = replace(card(None, 9, shown="7"), kind=Kind.COUNTER)
    assert plan(place([], [], waiting=5, counts=True), NOW) is None
    assert plan(place([], [], waiting=6, counts=True), NOW) == Doing(Step.COUNT, stamp="6")
    assert plan(place([], [], waiting=6), NOW) is None
    assert plan(place([counter], [], waiting=6, counts=True), NOW) is None
    later = NOW + COUNT_REST
    assert plan(place([counter], [], waiting=6, counts=True), later) == Doing(Step.COUNT, counter, stamp="6")
    assert plan(place([counter], [], waiting=7, counts=True), later) is None


def test_a_sight_is_another_where_one_reply_changed() -> None:
    assert Sight((("a", 3), ("b", 4))).word != Sight((("a", 3), ("b", 5))).word
    assert Sight((("a", 3),)).word == Sight((("a", 3),)).word


def test_a_card_that_was_asked_for_is_sent_whatever_its_reply() -> None:
    wanted = card(A, message_id=None, asks=Ask.VIEW)
    sent = Doing(Step.SEND, wanted, "a", stamp(A, Ask.VIEW, NOW))
    assert plan(place([wanted], [], A, most=0), NOW + timedelta(seconds=1)) == sent


def photo(about: Reply, number: int = 8, shown: str = "1", **facts: Any) -> Card:
    return replace(card(about, number, shown=shown, **facts), kind=Kind.PHOTO)


def test_a_photo_stands_beside_the_card_and_goes_with_it() -> None:
    photos = {"a": "1"}
    assert plan(place([], [A], photos=photos), NOW) == Doing(Step.SEND, reply_id="a", stamp=stamp(A, "", NOW))
    there = [card(A)]
    assert plan(place(there, [A, B], photos=photos), NOW) == Doing(Step.PHOTO, reply_id="a", stamp="1")
    assert plan(place([*there, photo(A)], [A], photos=photos), NOW) is None
    rejected = reply("a", State.REJECTED)
    closed = plan(place([photo(rejected)], [], rejected, photos=photos), NOW)
    assert closed == Doing(Step.CLOSE, photo(rejected), "a")


def test_another_photo_takes_the_place_of_the_one_before() -> None:
    cards = [card(A), photo(A)]
    assert plan(place(cards, [A], photos={"a": "2"}), NOW) == Doing(Step.CLOSE, cards[1], "a")
    assert plan(place(cards[:1], [A], photos={"a": "2"}), NOW) == Doing(Step.PHOTO, reply_id="a", stamp="2")
