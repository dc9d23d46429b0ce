"""What a source lists no longer, and what that says."""

from datetime import UTC, datetime, timedelta

from newsroom.seen import guid_digest
from newsroom.withdrawals import Listed, Listing, find_missing, list_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def ours(number: int, hours: float) -> Listed:
    return Listed(number, f"g{number}", f"https://site.example/{number}", NOW - timedelta(hours=hours))


LISTING = list_of([("g1", "2026-11-24T08:00:00Z"), ("g3", "2026-11-24T06:00:00Z"), ("g9", "قريبا")])


def test_what_is_newer_than_the_oldest_and_not_listed_is_missing() -> None:
    assert find_missing(LISTING, [ours(1, 1), ours(2, 2), ours(3, 3)]) == [ours(2, 2)]


def test_what_is_older_than_all_that_is_listed_has_but_left_the_feed() -> None:
    assert find_missing(LISTING, [ours(4, 3), ours(5, 4)]) == []


def test_a_source_without_dates_says_nothing() -> None:
    assert find_missing(list_of([("g1", "")]), [ours(2, 2)]) == []
    assert find_missing(Listing(), [ours(2, 2)]) == []


def test_the_newest_come_first() -> None:
    many = [ours(number, 2 + number / 1000) for number in range(10, 60)]
    assert find_missing(LISTING, many[::-1]) == many


def test_what_is_kept_on_top_for_a_year_does_not_say_that_a_year_is_listed() -> None:
    listed = [(f"g{number}", f"2026-11-24T0{number}:00:00Z") for number in range(9)]
    assert find_missing(list_of([("top", "2025-11-24T00:00:00Z"), *listed]), [ours(50, 10), ours(51, 2.5)]) == [
        ours(51, 2.5)
    ]


def test_the_only_one_and_the_oldest_are_missed_where_all_is_listed() -> None:
    assert find_missing(list_of([], is_whole=True), [ours(1, 1)]) == [ours(1, 1)]
    assert find_missing(list_of([("g1", "2026-11-24T08:00:00Z")], is_whole=True), [ours(1, 1), ours(2, 9)]) == [
        ours(2, 9)
    ]


def test_the_oldest_is_missed_where_fewer_are_listed_than_before() -> None:
    before = frozenset(map(guid_digest, ("g1", "g2", "g3")))
    left = list_of([("g1", "2026-11-24T08:00:00Z"), ("g2", "2026-11-24T07:00:00Z")])
    assert find_missing(left, [ours(1, 1), ours(2, 2), ours(3, 3), ours(4, 4)], before) == [ours(3, 3)]


def test_the_oldest_is_not_missed_where_something_newer_took_its_place() -> None:
    before = frozenset(map(guid_digest, ("g1", "g2")))
    assert (
        find_missing(list_of([("g0", "2026-11-24T08:30:00Z"), ("g1", "2026-11-24T08:00:00Z")]), [ours(2, 2)], before)
        == []
    )
