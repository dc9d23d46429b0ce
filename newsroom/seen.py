"""What a source told at its last poll, as it is kept with the source: a mark of 24 bytes for each of its items.

    digest of all that was told (8) · digest of the guid (8) · when it was published (8)

By the first an item that is told again in the same words is left out, by the others it stays listed nevertheless
(`withdrawals.py`). What was kept in another form is known no more: its items are read once again, and change nothing.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from struct import Struct
from typing import NamedTuple

FORM = Struct(">8s8sq")
SIZE = 8  # bytes of a digest
VERSION = b"marks 2"  # another one for what is digested otherwise


class Mark(NamedTuple):
    """An item that was told; `at` is in seconds since 1970, rounded up, and 0 where it is not known."""

    digest: bytes
    guid: bytes
    at: int = 0

    @property
    def moment(self) -> datetime | None:
        """When it was published."""
        return datetime.fromtimestamp(self.at, UTC) if self.at else None


Marks = Mapping[bytes, Mark]  # by the digest of all that was told


def digest_of(told: bytes, context: bytes = b"") -> bytes:
    """Answer what stands for bytes, where they are told in a context (of at most 64 bytes)."""
    return hashlib.blake2b(told, digest_size=SIZE, person=VERSION, key=context).digest()


def guid_digest(guid: str) -> bytes:
    """Answer what stands for a guid."""
    return digest_of(guid.encode())


def make_mark(digest: bytes, guid: bytes, published_at: datetime | None) -> Mark:
    """Answer the mark of an item, whose guid is a digest of it."""
    return Mark(digest, guid, math.ceil(published_at.timestamp()) if published_at else 0)


def read_marks(seen: bytes) -> Marks:
    """Answer the marks that were kept."""
    whole = seen if len(seen) % FORM.size == 0 else b""
    return {mark.digest: mark for mark in map(Mark._make, FORM.iter_unpack(whole))}


def write_marks(marks: Iterable[Mark]) -> bytes:
    """Answer marks as they are kept."""
    return b"".join(FORM.pack(*mark) for mark in marks)
