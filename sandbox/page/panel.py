"""What may stand beside the chats: controls to press, figures to watch and a tour, of whoever opens the page.

The page knows none of them: it shows what it is told, by words that come with them. A control's word is
`control.⟨name⟩`, that of a figure `figure.⟨name⟩`, that of a group `group.⟨name⟩`; those of a step of the tour are
`tour.⟨name⟩`, `tour.⟨name⟩.how` and, where something is to be written, `tour.⟨name⟩.text`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Control:
    """Something to press; `is_on` tells of a switch how it stands, None is a button."""

    name: str
    group: str
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure; `mood` is "good", "bad" or nothing."""

    name: str
    value: str
    mood: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """Where to press: a control, or on one of the phones, by its number; the first that is there counts."""

    pane: int = 0
    control: str = ""
    gate: bool = False  # what has to be pressed before anything can be written
    key: str = ""  # what the text of the button begins with
    is_newest: bool = False  # only below the newest message that has buttons
    write: bool = False  # where one writes
    command: str = ""  # what is written before the words
    after: str = ""  # only while the newest message with buttons on that phone has one that begins so


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the tour; `count` says how often it has been done, by anybody.

    It is over when that has grown since the tour began; one that lasts, when it has been done at all.
    """

    name: str
    count: int
    points: Sequence[Point]
    is_lasting: bool = False


class Panel(Protocol):
    """What stands beside the chats."""

    def words(self, language: str) -> Mapping[str, str]:
        """Answer its words in a language."""

    def controls(self) -> Sequence[Control]:
        """Answer what can be pressed now."""

    def figures(self) -> Sequence[Figure]:
        """Answer the figures of this moment."""

    def tour(self) -> Sequence[Step]:
        """Answer the steps of the tour; none where there is no tour."""

    async def press(self, name: str) -> None:
        """Do what a control is for. Raises KeyError when there is none of that name."""
