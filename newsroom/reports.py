"""Reports of readers: which count, how many hide a reply until moderators have looked, how many one may make. Pure.

    a report ─▶ counts, of readers of a week and more ─▶ so many that are heeded ─▶ hidden ─▶ a moderator decides
                                                                 its text is public again: they were groundless ─┘

Who reports without ground again and again is not heeded for a while, and nobody learns who that is: a report is known
by the key of its reader, and the rule is asked when reports are counted. What else makes one weigh less goes here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from newsroom.waiting import DAY, Limits

FRESH_READER = timedelta(days=7)  # a report counts from readers of so long and more
REPORTS_TO_HIDE = 3
LIMITS: Limits = ((10, DAY),)  # reports of one reader
OLDEST_COUNTED = max(span for _, span in LIMITS)
MOST_GROUNDLESS, REMEMBERED_FOR = 3, timedelta(days=30)  # with so many within so long a reader is not heeded


def counts_report(reader_since: datetime, now: datetime) -> bool:
    """Tell whether a reader's report counts."""
    return now - reader_since >= FRESH_READER


def is_heeded(groundless: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a reader is heeded, of whose reports moderators found some groundless at these times."""
    return sum(now - at < REMEMBERED_FOR for at in groundless) < MOST_GROUNDLESS
