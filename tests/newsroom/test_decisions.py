"""Decisions: what the score learns of them, what of it is taken back, and when all is learnt anew."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from newsroom.decisions import (
    EVERY,
    FEWEST_OF_EACH,
    FIRST_NEWS,
    LABELS,
    MANY_NEWS,
    MOST_OF_A_WAVE,
    MOST_OF_EACH,
    Learnt,
    Line,
    choose,
    follow,
    is_due,
    is_enough,
)
from newsroom.replies import Action
from newsroom.scoring import Example, Model

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
KIND, RUDE = "شكرا على الخبر", "يا غبي يا تافه"


def write(*deeds: tuple[str, Action], text: str = KIND, wave_id: int | None = None) -> list[Line]:
    """Answer lines in the order in which they came: a reply's name and what was done with it."""
    ids = count(1)
    return [Line(next(ids), reply_id, 1, action, text, wave_id) for reply_id, action in deeds]


def learn(lines: list[Line]) -> list[Example]:
    return choose(reversed(lines))


def test_what_is_published_and_what_is_refused_is_learnt_the_oldest_first() -> None:
    lines = write(("a", Action.PUBLISH), ("b", Action.REJECT), ("c", Action.SPAM))
    assert [label for _, label in learn(lines)] == [0, 1, 1]


@pytest.mark.parametrize("back", [action for action, label in LABELS.items() if label is None])
def test_what_is_taken_back_is_not_learnt_until_it_is_decided_again(back: Action) -> None:
    assert learn(write(("a", Action.SPAM), ("a", back))) == []
    assert learn(write(("a", Action.SPAM), ("a", back), ("a", Action.PUBLISH))) == [(KIND, 0)]


def test_each_wording_is_decided_on_its_own_and_what_is_erased_says_nothing() -> None:
    lines = [
        Line(1, "a", 1, Action.REJECT, RUDE),
        Line(2, "a", 2, Action.PUBLISH, KIND),
        Line(3, "b", 1, Action.SPAM, ""),
    ]
    assert learn(lines) == [(RUDE, 1), (KIND, 0)]


def test_a_wave_drowns_nothing() -> None:
    wave = write(*((f"w{number}", Action.SPAM) for number in range(200)), text=RUDE, wave_id=7)
    assert learn([*write(("a", Action.REJECT)), *wave]) == [(KIND, 1)] + [(RUDE, 1)] * MOST_OF_A_WAVE


def test_of_each_kind_the_newest_are_learnt() -> None:
    lines = [Line(number, str(number), 1, Action.PUBLISH, f"رد {number}") for number in range(MOST_OF_EACH + 5)]
    learnt = learn([*write(("r", Action.REJECT)), *lines])
    assert len(learnt) == MOST_OF_EACH + 1
    assert learnt[:2] == [(KIND, 1), ("رد 5", 0)]


def test_a_decision_is_learnt_at_once_and_taken_back_exactly() -> None:
    model = Model()
    before = model.dump()
    lines = write(("a", Action.REJECT), ("a", Action.APPEAL), text=RUDE)
    follow(model, lines[:1])
    assert model.score(RUDE) > 0.5
    follow(model, lines[1:])
    assert model.dump() == before


def test_of_waves_and_of_what_is_erased_nothing_is_learnt_at_once() -> None:
    model = Model()
    before = model.dump()
    follow(model, [*write(("a", Action.SPAM), wave_id=3), *write(("b", Action.SPAM), text="")])
    assert model.dump() == before


def test_a_model_takes_ten_of_each_kind() -> None:
    few = [Example(KIND, 0)] * 500 + [Example(RUDE, 1)] * (FEWEST_OF_EACH - 1)
    assert not is_enough(few, None)
    assert is_enough([*few, Example(RUDE, 1)], None)


def test_a_model_from_elsewhere_stays_until_half_as_much_is_known_here() -> None:
    brought = Learnt(1, NOW, 0, 200, is_own=False)
    known = [Example(KIND, 0), Example(RUDE, 1)] * 49
    assert not is_enough(known, brought)
    assert is_enough([*known, *known[:2]], brought)


@pytest.mark.parametrize(
    ("learnt", "news", "after", "due"),
    [
        (None, 0, EVERY, False),
        (None, FIRST_NEWS - 1, EVERY, False),
        (None, FIRST_NEWS, timedelta(), True),
        (Learnt(1, NOW, 0, 0), FIRST_NEWS, timedelta(), True),
        (Learnt(1, NOW, 0, 40), FIRST_NEWS, timedelta(), False),
        (Learnt(1, NOW, 0, 40), MANY_NEWS, timedelta(), True),
        (Learnt(1, NOW, 0, 40), 1, EVERY, True),
        (Learnt(1, NOW, 0, 40), 0, EVERY, False),
        (Learnt(1, NOW, 0, 40, is_own=False), MANY_NEWS, timedelta(), False),
        (Learnt(1, NOW, 0, 40, is_own=False), MANY_NEWS, EVERY, True),
    ],
)
def test_all_is_learnt_anew_once_a_day_or_after_many_decisions(
    learnt: Learnt | None, news: int, after: timedelta, *, due: bool
) -> None:
    assert is_due(learnt, news, NOW + after) is due
