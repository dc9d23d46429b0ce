"""Which reports of readers count, and who is not heeded for a while."""

from datetime import UTC, datetime, timedelta

from newsroom.reports import MOST_GROUNDLESS, REMEMBERED_FOR, counts_report, is_heeded

NOW = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_reports_of_new_readers_do_not_count() -> None:
    assert not counts_report(NOW - 6 * DAY, NOW)
    assert counts_report(NOW - 7 * DAY, NOW)


def test_who_reports_without_ground_again_and_again_is_not_heeded_for_a_while() -> None:
    groundless = [NOW + number * DAY for number in range(MOST_GROUNDLESS)]
    assert is_heeded(groundless[:-1], groundless[-1])
    assert not is_heeded(groundless, groundless[-1])
    assert not is_heeded(groundless, NOW + REMEMBERED_FOR - timedelta(seconds=1))
    assert is_heeded(groundless, NOW + REMEMBERED_FOR)
