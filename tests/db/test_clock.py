"""The database's clock: which of two readings is believed."""

from datetime import UTC, datetime, timedelta

from db.clock import Reading, choose_reading

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KNOWN = Reading(0, NOON, error=0.001)


def read(at: float, *, off: float, error: float) -> Reading:
    """Answer a reading when ours says `at`, of a clock that seems to be `off` by so many seconds since noon."""
    return Reading(at, NOON + timedelta(seconds=at + off), error)


def test_a_reading_that_took_long_moves_no_slot() -> None:
    assert choose_reading(KNOWN, read(3, off=0.07, error=0.08)) is KNOWN


def test_a_surer_reading_is_believed() -> None:
    new = read(3, off=0.0005, error=0.0005)
    assert choose_reading(KNOWN, new) is new


def test_an_old_reading_becomes_less_sure() -> None:
    new = read(600, off=0.02, error=0.03)
    assert choose_reading(KNOWN, new) is new


def test_a_clock_that_was_set_anew_is_believed() -> None:
    new = read(3, off=-3600, error=0.08)
    assert choose_reading(KNOWN, new) is new


def test_a_reading_is_carried_on_our_clock() -> None:
    assert KNOWN.at(90) == NOON + timedelta(seconds=90)
