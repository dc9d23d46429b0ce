"""Articles that their source took back: listed no longer among those of their days, and their page is gone.

    what a source lists now ─ what we have of the same days ─▶ missing ─ its page answers 404 or 410 ─▶ withdrawn

Both are wanted, for a feed may drop what is still there, and a page may be down for a minute with its site. The oldest
that was listed, or the only one, is missed where the source tells all that it has, or lists fewer than the last time:
what leaves a feed by its age is followed by something newer.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.dates import read_date
from newsroom.seen import guid_digest

LATELY = timedelta(days=7)  # what is older is nobody's news, and is not looked after
MOST_ASKED = 5  # pages in one poll
ON_TOP = 10  # of so many that are listed, one may be there for its weight: its date says nothing of the others
ASKED_AGAIN, SELDOMEST = timedelta(hours=1), timedelta(days=1)  # a page that is there: after an hour, two, four …
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source lists: digests of the guids, and when it was published, as far as there are dates."""

    guids: frozenset[bytes] = frozenset()
    moments: tuple[datetime, ...] = ()
    is_whole: bool = False  # it has nothing else

    @property
    def since(self) -> datetime | None:
        """From when on it lists all: when the oldest was published, less those that may be kept on top."""
        return sorted(self.moments)[len(self.moments) // ON_TOP] if self.moments else None


NOTHING_LISTED = Listing()


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of ours that its source should list."""

    number: int
    guid: str
    url: str
    published_at: datetime


def list_of(items: Iterable[tuple[str, str]], *, is_whole: bool = False) -> Listing:
    """Answer what is listed, of guids with their dates as they are written."""
    found = list(items)
    moments = (read_date(date) for _, date in found if date)
    return Listing(frozenset(guid_digest(guid) for guid, _ in found), tuple(filter(None, moments)), is_whole)


def find_missing(
    listing: Listing, ours: Sequence[Listed], before: AbstractSet[bytes] = NOTHING_LISTED.guids
) -> list[Listed]:
    """Answer the articles that should be listed and are not, the newest first; `before` was listed the last time."""
    since, has_shrunk = listing.since, len(listing.guids) < len(before)

    def should_be(one: Listed) -> bool:
        return listing.is_whole or bool(since and one.published_at > since) or (has_shrunk and is_in(one.guid, before))

    missing = [one for one in ours if not is_in(one.guid, listing.guids) and should_be(one)]
    return sorted(missing, key=lambda one: one.published_at, reverse=True)


def is_in(guid: str, guids: AbstractSet[bytes]) -> bool:
    """Tell whether a guid is listed, also one that was told apart from others by its title (`articles.tell_apart`)."""
    return guid_digest(guid) in guids or guid_digest(guid.rpartition("#")[0]) in guids


def next_wait(wait: timedelta) -> timedelta:
    """Answer how long a page that was there again is not asked for: twice as long, up to a day."""
    return min(wait * 2, SELDOMEST)
