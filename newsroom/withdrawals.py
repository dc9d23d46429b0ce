"""Articles that their source took back: listed no longer among those of their days, and their page is gone.

    what a source lists now ─ what we have of the same days ─▶ missing ─ its page answers 404 or 410 ─▶ withdrawn

Both are wanted, for a feed may drop what is still there, and a page may be down for a minute with its site.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.dates import read_date
from newsroom.seen import guid_digest

LATELY = timedelta(days=7)  # what is older is nobody's news, and is not looked after
MOST_ASKED = 5  # pages in one poll
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source lists: digests of the guids, and when the oldest was published, if any has a date."""

    guids: frozenset[bytes] = frozenset()
    oldest: datetime | None = None


NOTHING_LISTED = Listing()


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of ours that its source should list."""

    number: int
    guid: str
    url: str
    published_at: datetime


def list_of(items: Iterable[tuple[str, str]]) -> Listing:
    """Answer what is listed, of guids with their dates as they are written."""
    found = list(items)
    moments = (read_date(date) for _, date in found if date)
    return Listing(frozenset(guid_digest(guid) for guid, _ in found), min(filter(None, moments), default=None))


def find_missing(listing: Listing, ours: Sequence[Listed]) -> list[Listed]:
    """Answer the articles that should be listed and are not, the newest first; as many as may be asked for."""
    missing = [one for one in ours if not _is_listed(one.guid, listing)]
    younger = [one for one in missing if listing.oldest and one.published_at > listing.oldest]
    return sorted(younger, key=lambda one: one.published_at, reverse=True)[:MOST_ASKED]


def _is_listed(guid: str, listing: Listing) -> bool:
    """Tell whether a guid is listed, also one that was told apart from others by its title (`articles.tell_apart`)."""
    return guid_digest(guid) in listing.guids or guid_digest(guid.rpartition("#")[0]) in listing.guids
