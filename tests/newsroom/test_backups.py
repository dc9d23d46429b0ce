"""Backups: their names, when one is due, which are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.backups import Backup, choose_old, is_due, name_backup, read_name

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # noon in Riyadh
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def backup(made_at: datetime) -> Backup:
    return Backup(name_backup(made_at), made_at, 1)


def test_a_name_is_the_moment_and_sorts_as_it() -> None:
    moments = [NOW + timedelta(hours=hours) for hours in range(0, 500, 7)]
    names = [name_backup(moment) for moment in moments]
    assert [read_name(name) for name in names] == moments
    assert sorted(names) == names


@pytest.mark.parametrize("name", ["erasures", "qasid-20261324T090000Z.backup", ".qasid-20261124T090000Z.backup.7.part"])
def test_what_is_named_otherwise_is_none_of_ours(name: str) -> None:
    assert read_name(name) is None


@pytest.mark.parametrize(
    ("newest", "begun", "due"),
    [
        (datetime(2026, 11, 24, 0, 59, tzinfo=UTC), LONG_AGO, True),  # a minute before four in Riyadh
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), LONG_AGO, False),
        (datetime(2026, 11, 20, tzinfo=UTC), LONG_AGO, True),  # missed days are one
        (None, LONG_AGO, True),
        (None, NOW - timedelta(hours=1), False),  # begun after four: nothing to lose yet
    ],
)
def test_one_is_due_at_four_by_the_clock_of_the_newsroom(newest: datetime | None, begun: datetime, due: bool) -> None:  # noqa: FBT001
    assert is_due(newest, begun, NOW, "Asia/Riyadh") is due


def test_before_four_yesterdays_counts() -> None:
    night = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # half past three in Riyadh
    assert not is_due(datetime(2026, 11, 23, 2, tzinfo=UTC), LONG_AGO, night, "Asia/Riyadh")


def test_a_week_of_days_and_five_of_weeks_are_kept() -> None:
    daily = [backup(NOW - timedelta(days=days)) for days in range(100)]
    old = choose_old(daily, NOW)
    kept = [(NOW - one.made_at).days for one in daily if one not in old]
    assert kept == [0, 1, 2, 3, 4, 5, 6, 7, 9, 16, 23, 30]  # the newest of each week, which ends on a Sunday
    assert choose_old([one for one in daily if one not in old], NOW) == []


def test_the_newest_is_kept_however_old_it_is() -> None:
    old = [backup(LONG_AGO), backup(LONG_AGO + timedelta(days=1))]
    assert choose_old(old, NOW) == [old[0]]
