"""Turns: of the sources of one host one is polled at a time, and the others wait for it without taking a place.

So a host that drips takes one of the places at which sources are polled, however many of its sources are due, and the
sources of all other hosts have the others.
"""

from collections import deque
from dataclasses import dataclass, field

from db.store.sources import Source
from jobs.fetcher import host_of


@dataclass(slots=True)
class Turns:
    """Who is polled and who waits, by host."""

    _lines: dict[str, deque[Source]] = field(default_factory=dict)  # of a host that is polled, those that wait for it

    def take(self, source: Source) -> bool:
        """Tell whether it is a source's turn now; otherwise it waits, and `pass_on` answers it."""
        line = self._lines.get(host := host_of(source.url))
        if line is None:
            self._lines[host] = deque()
            return True
        line.append(source)
        return False

    def pass_on(self, source: Source) -> Source | None:
        """End the turn of a source; answers whose turn it is now, if any waits for that host."""
        line = self._lines.get(host := host_of(source.url))
        if line:
            return line.popleft()
        self._lines.pop(host, None)
        return None

    def waiting(self) -> list[int]:
        """Answer who waits, by id."""
        return [source.id for line in self._lines.values() for source in line]

    def clear(self) -> None:
        """Let nobody wait any longer."""
        self._lines.clear()
