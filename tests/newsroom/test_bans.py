"""Bans: who may appeal, who looks at it, and what is still to be told."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.bans import Telling, may_appeal, may_keep, still_holds

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(seconds=1)


def test_an_appeal_comes_once_while_the_ban_holds() -> None:
    assert may_appeal(LATER, None, NOW)
    assert not may_appeal(LATER, EARLIER, NOW)
    assert not may_appeal(NOW, None, NOW)


def test_somebody_else_lets_a_ban_stand_where_there_is_somebody_else() -> None:
    assert not may_keep("11", "11", moderators=2)
    assert may_keep("11", "12", moderators=2)
    assert may_keep("11", "11", moderators=1)


@pytest.mark.parametrize("telling", Telling)
def test_what_became_untrue_is_not_told(telling: Telling) -> None:
    assert still_holds(telling, LATER, NOW) is (telling is not Telling.LIFTED)
    assert still_holds(telling, NOW, NOW) is (telling is Telling.LIFTED)
