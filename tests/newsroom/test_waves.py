"""Waves: what is one and what only looks like one, and how the message that tells of them is kept up to date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsroom.cards import COUNT_REST, MOST_IN_WAVE, Card, Doing, Kind, Place, Step, plan
from newsroom.replies import Reply, State
from newsroom.waves import (
    CROWD,
    FEW,
    MANY,
    MANY_SHORT,
    SPAN,
    Joining,
    Neighbour,
    Verdict,
    Wave,
    WaveKind,
    find_gist,
    find_wave,
    sum_up,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SPAM = "اربحوا ألف دولار كل يوم من البيت بلا تعب عبر قناتنا"
SLOGAN = "نريد قطارا يصل العاصمة بالساحل قبل نهاية العام القادم"
THANKS = "شكرا لكم"


def sent(number: int, text: str = SPAM, **facts: Any) -> Neighbour:
    told: dict[str, Any] = {"leads_away": text == SPAM, "is_free": True}
    return Neighbour(f"r{number}", f"author{number}", find_gist(text), **told | facts)


def many(count: int, text: str = SPAM, **facts: Any) -> list[Neighbour]:
    return [sent(number, text, **facts) for number in range(1, count + 1)]


def various(count: int, **facts: Any) -> list[Neighbour]:
    words = ("قمر", "نهر", "جبل", "شجرة", "سفينة", "مدينة", "طريق", "كتاب", "نافذة", "حديقة", "جسر", "مطر")
    texts = [" ".join(words[(start + step * 5) % 12] + "ات" * (start % 3) for step in range(7)) for start in range(12)]
    return [sent(number, texts[number % 12] + str(number), leads_away=True, **facts) for number in range(1, count + 1)]


@pytest.mark.parametrize(("text", "least"), [(SPAM, FEW), (SLOGAN, MANY), (THANKS, MANY_SHORT)])
def test_the_same_of_several_is_a_wave_and_sooner_where_it_leads_away(text: str, least: int) -> None:
    assert find_wave(sent(0, text), many(least - 1, text)) is None
    joining = find_wave(sent(0, text), many(least, text))
    assert joining == Joining(WaveKind.ALIKE, None, tuple(f"r{number}" for number in range(1, least + 1)), least)


def test_one_who_repeats_himself_is_no_wave() -> None:
    assert find_wave(sent(0), [replace(one, author="one") for one in many(50)]) is None


def test_whoever_comes_later_joins_the_wave_that_there_is() -> None:
    joining = find_wave(sent(0), [sent(1, SLOGAN), sent(2, wave_id=7, is_free=False)])
    assert joining == Joining(WaveKind.ALIKE, 7, (), 1)


def test_what_was_let_into_the_queue_is_no_wave_when_it_comes_again() -> None:
    assert find_wave(sent(0), [*many(50), sent(51, wave_id=7, is_welcome=True)]) is None


def test_a_crowd_that_leads_away_is_a_wave_whatever_it_says() -> None:
    ours = sent(0, SLOGAN, leads_away=True)
    assert find_wave(ours, various(CROWD - 1)) is None
    joining = find_wave(ours, various(CROWD))
    assert joining
    assert (joining.kind, joining.authors, len(joining.others)) == (WaveKind.CROWD, CROWD, CROWD)
    assert find_wave(sent(0, SLOGAN), various(CROWD)) is None


def test_whoever_was_published_or_let_in_is_no_part_of_a_crowd() -> None:
    let_in = {"wave_id": 7, "wave_kind": WaveKind.CROWD, "is_welcome": True}
    assert find_wave(sent(0, SLOGAN, leads_away=True), various(CROWD, **let_in)) is None
    assert find_wave(sent(0, SLOGAN, leads_away=True, is_known=True), various(CROWD)) is None
    assert find_wave(sent(0, SLOGAN, leads_away=True), various(CROWD, is_known=True)) is None


def test_nothing_is_set_apart_later_that_a_moderator_has_to_do_with_or_whose_author_is_known() -> None:
    others = [sent(1), sent(2, is_free=False), sent(3, is_known=True)]
    joining = find_wave(sent(0), others)
    assert joining
    assert joining.others == ("r1",)


def wave(count: int = 40, **facts: Any) -> Wave:
    told: dict[str, Any] = {"id": 7, "kind": WaveKind.ALIKE, "count": count, "since": NOW, "newest": NOW}
    return Wave(**told | facts)


def told(*waves: Wave, asks: str = "", **facts: Any) -> Card:
    kept: dict[str, Any] = {"asks": asks, "is_busy": False, "is_closing": False, "touched_at": NOW}
    return Card(1, Kind.WAVE, None, 71, **{"shown": sum_up(waves, asks)} | kept | facts)


def place(cards: list[Card], *waves: Wave, queue: int = 0, counts: bool = True) -> Place:
    waiting = [Reply(f"q{number}", State.PENDING, 3, NOW, "k", 1) for number in range(queue)]
    replies = {reply.id: reply for reply in waiting}
    return Place(cards, waiting, replies, 5, queue, counts=counts, waves=waves)


def test_waves_are_told_of_in_one_message_before_all_else() -> None:
    two = (wave(), wave(id=8))
    assert plan(place([], *two, queue=3), NOW) == Doing(Step.WAVE, stamp=sum_up(two))
    doing = plan(place([told(*two)], *two, queue=3), NOW)
    assert doing
    assert (doing.step, doing.reply_id) == (Step.SEND, "q0")


def test_how_a_wave_grows_is_told_no_oftener_than_it_may_and_what_was_decided_at_once() -> None:
    card = told(wave())
    assert plan(place([card], wave(41)), NOW) is None
    assert plan(place([card], wave(41)), NOW + COUNT_REST) == Doing(Step.CHANGE, card, stamp=sum_up([wave(41)]))
    decided = wave(verdict=Verdict.SPAM)
    assert plan(place([card], decided), NOW) == Doing(Step.CHANGE, card, stamp=sum_up([decided]))
    looked = replace(card, asks="7")
    assert plan(place([looked], wave()), NOW) == Doing(Step.CHANGE, looked, stamp=sum_up([wave()], "7"))


def test_the_message_is_closed_when_nothing_is_set_apart_any_more() -> None:
    assert plan(place([told(wave())]), NOW) == Doing(Step.CLOSE, told(wave()))


def test_one_that_leaves_while_another_comes_is_no_longer_shown() -> None:
    assert sum_up([wave()]) != sum_up([wave(newest=NOW + timedelta(seconds=1))])


def test_more_cards_are_open_in_a_group_while_a_wave_lasts() -> None:
    there = place([told(wave())], wave(), queue=30)
    assert there.find_room(NOW) == MOST_IN_WAVE
    assert there.find_room(NOW + SPAN) == place([], queue=30).find_room(NOW) == 5
    assert place([told(wave())], wave(), counts=False).find_room(NOW) == 5


def test_what_is_short_is_compared_to_the_letter_and_without_its_digits() -> None:
    others = many(MANY_SHORT, "اربح 100")
    assert find_wave(sent(0, "اربح 7!", leads_away=False), others)
    assert find_wave(sent(0, "اربحوا 7", leads_away=False), others) is None
    assert find_wave(sent(0, "7", leads_away=False), many(50, "8")) is None
