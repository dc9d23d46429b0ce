"""Crowds: a tap turns a value, what is chosen is kept and read again, and who is in it."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.crowds import Crowd, Facts, Trait, is_in, join_by, turn, want

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ECONOMY, TRADE = "s:economy", "s:trade"


def test_a_tap_wants_a_second_leaves_out_a_third_undoes() -> None:
    first = turn(Crowd(), Trait.LANGUAGE, "ar")
    second = turn(first, Trait.LANGUAGE, "ar")
    assert first == Crowd({Trait.LANGUAGE: ("ar",)})
    assert second == Crowd({}, {Trait.LANGUAGE: ("ar",)})
    assert turn(second, Trait.LANGUAGE, "ar") == Crowd()
    assert turn(second, Trait.LANGUAGE, "ar").is_everybody


def test_what_was_left_out_may_be_wanted_by_its_name() -> None:
    left_out = turn(turn(Crowd(), Trait.TOPIC, TRADE), Trait.TOPIC, TRADE)
    assert want(left_out, Trait.TOPIC, TRADE) == Crowd({Trait.TOPIC: (TRADE,)})


def test_only_of_topics_one_may_have_several_at_once() -> None:
    assert join_by(Crowd(), Trait.TOPIC, both=True).both == {Trait.TOPIC}
    assert join_by(Crowd(), Trait.LANGUAGE, both=True).both == frozenset()
    assert join_by(join_by(Crowd(), Trait.TOPIC, both=True), Trait.TOPIC, both=False) == Crowd()


def test_what_is_kept_is_read_again() -> None:
    crowd = Crowd({Trait.TOPIC: (ECONOMY, TRADE)}, {Trait.CHAT: ("channel",)}, frozenset({Trait.TOPIC}))
    assert Crowd.load(crowd.dump()) == crowd


def test_whom_an_article_is_said_to_is_chosen_by_nobody_s_tap() -> None:
    having = turn(want(Crowd(story=12), Trait.TOPIC, TRADE), Trait.LANGUAGE, "ar")
    assert Crowd.load(having.dump()) == having
    assert having.story == 12
    assert having.unchosen == Crowd(story=12)
    assert having.unchosen.is_everybody


READER = Facts(
    frozenset({ECONOMY}), frozenset({TRADE}), "ar", "daily", "supergroup", NOW - timedelta(days=10), frozenset({12})
)


@pytest.mark.parametrize(
    ("crowd", "expected"),
    [
        (Crowd(), True),
        (Crowd(story=12), True),
        (Crowd(story=13), False),
        (Crowd({Trait.TOPIC: (ECONOMY, TRADE)}), True),
        (Crowd({Trait.TOPIC: (ECONOMY, TRADE)}, both=frozenset({Trait.TOPIC})), False),
        (Crowd({Trait.TOPIC: (TRADE,)}), False),
        (Crowd({Trait.TOPIC: (ECONOMY,), Trait.LANGUAGE: ("fr", "ar")}), True),
        (Crowd({Trait.TOPIC: (ECONOMY,), Trait.LANGUAGE: ("fr",)}), False),
        (Crowd({Trait.CHAT: ("group",)}), True),
        (Crowd({}, {Trait.CHAT: ("group",)}), False),
        (Crowd({}, {Trait.RHYTHM: ("weekly", "instant")}), True),
        (Crowd({Trait.ACTIVE: ("30",)}), True),
        (Crowd({Trait.ACTIVE: ("7",)}), False),
    ],
)
def test_who_is_in_a_crowd(crowd: Crowd, expected: bool) -> None:  # noqa: FBT001
    assert is_in(crowd, READER, NOW) is expected


def test_who_follows_everything_follows_each_topic_that_is_not_muted() -> None:
    everything = Facts(followed=frozenset({"all"}), muted=frozenset({TRADE}))
    assert is_in(Crowd({Trait.TOPIC: (ECONOMY,)}), everything, NOW)
    assert not is_in(Crowd({Trait.TOPIC: (TRADE,)}), everything, NOW)
