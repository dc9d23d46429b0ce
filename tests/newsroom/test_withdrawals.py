"""What a source lists no longer, and what that says."""

from datetime import UTC, datetime, timedelta

from newsroom.withdrawals import MOST_ASKED, Listed, Listing, find_missing, list_of

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


def test_the_newest_are_asked_for_and_not_all() -> None:
    many = [ours(number, 2 + number / 1000) for number in range(10, 60)]
    assert find_missing(LISTING, many) == many[:MOST_ASKED]
