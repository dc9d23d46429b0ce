"""Bans: for how long an author may not write, what he is told of it, and who looks at his appeal. Pure.

    a moderator, a reason, a span ─▶ told ─▶ it ends by itself · it is lifted, told
                                       └▶ appealed, once ─▶ another moderator ─▶ lifted, or it stays, told

Reading and following go on meanwhile. A ban is by the author's key, so nobody learns who it is. For how long is what
a card asks (`newsroom/cards.py`). Another thing to be told of a ban is a member of `Telling` and its text.
"""

from datetime import datetime, timedelta
from enum import StrEnum

TOLD_FOR = timedelta(days=2)  # what cannot be told so long is not told any more: who writes learns how things stand


class Telling(StrEnum):
    """What an author is told of a ban."""

    BANNED = "banned"
    KEPT = "kept"  # somebody else looked at the appeal, and it stays
    LIFTED = "lifted"


def may_appeal(until: datetime, appealed_at: datetime | None, now: datetime) -> bool:
    """Tell whether an author may appeal against a ban: once, while it holds."""
    return appealed_at is None and until > now


def may_keep(banned_by: str, actor: str, moderators: int) -> bool:
    """Tell whether a moderator may let a ban stand that is appealed: somebody else than who banned, if there is one."""
    return moderators <= 1 or actor != banned_by


def still_holds(telling: Telling, until: datetime, now: datetime) -> bool:
    """Tell whether what is to be told of a ban is so by now."""
    return (until <= now) is (telling is Telling.LIFTED)
