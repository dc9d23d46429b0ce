"""The error tree, whole.

    QasidError
    ├─ SourceError            a source could not be read; `url` says which
    │  ├─ FetchError          the request failed; `permanent` when asking again is useless, `retry_after` when told
    │  │  └─ RestingError     nothing was asked: its host wants to be left alone, for `retry_after` still
    │  └─ ParseError          what came is not a feed
    ├─ TopicFileError         a file of topics says what cannot be; `faults` are all of them, each with its line
    ├─ Refusal                what a person asked for cannot be; `key` and `values` choose the text in the catalogues
    └─ StoreError             the database is not fit for use: another bot's, newer, locked by another process
       └─ Conflict            another worker wrote the same at this moment: what was to be done is done anew

The outcome of a send is no error but a value: see `newsroom/delivery.py`. A new class goes here, and is mapped once at
each edge: `bot/handlers/errors.py` for people, `cli.py` for the terminal.
"""

from collections.abc import Sequence

from newsroom.reasons import Reason


class QasidError(Exception):
    """Anything that we raise on purpose."""


class SourceError(QasidError):
    """A source could not be read."""

    def __init__(self, url: str, reason: Reason) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class FetchError(SourceError):
    """The request to a source failed; `retry_after` is in seconds, as the server asked; `status` 0 is no answer."""

    def __init__(
        self, url: str, reason: Reason, *, status: int = 0, permanent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(url, reason)
        self.status = status
        self.permanent = permanent
        self.retry_after = retry_after


class RestingError(FetchError):
    """Its host has said when it may be asked again, and it is not yet time: nothing was asked."""


class ParseError(SourceError):
    """What the source answered is not a feed that can be read."""


class TopicFileError(QasidError):
    """A file of topics cannot be taken as it is; each fault says where it is and what to do."""

    def __init__(self, faults: Sequence[Reason]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Refusal(QasidError):  # noqa: N818  (no error of the program: the polite word of the field)
    """A person asked for something that cannot be done; shown to them by the text `key`."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class StoreError(QasidError):
    """The database cannot be used as it is; the message says what to do."""


class Conflict(StoreError):  # noqa: N818  (nobody's fault, and nobody sees it)
    """Another worker wrote the same at this very moment, so nothing was written: do it anew."""
