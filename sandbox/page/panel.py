"""What may stand beside the chats: controls to press and figures to watch, of whoever opens the page.

The page knows none of them: it shows what it is told, by words that come with them. A control's word is
`control.⟨name⟩`, that of a figure `figure.⟨name⟩`, that of a group `group.⟨name⟩`.
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


class Panel(Protocol):
    """What stands beside the chats."""

    def words(self, language: str) -> Mapping[str, str]:
        """Answer its words in a language."""

    def controls(self) -> Sequence[Control]:
        """Answer what can be pressed now."""

    def figures(self) -> Sequence[Figure]:
        """Answer the figures of this moment."""

    async def press(self, name: str) -> None:
        """Do what a control is for. Raises KeyError when there is none of that name."""
