"""Setting up: the five steps from a bot that somebody owns to a newsroom at work, and which of them are done. Pure.

A step is done when what it is for is there, however it came: by its button, a command, the terminal or a setting. A new
step is a member of `Step`, a line of `DONE`, its texts `setup.…`, and a deed of `bot/handlers/setup.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What is to be done, in the order in which it is offered."""

    SOURCE = "source"
    DESK = "desk"
    CHANNEL = "channel"
    STAFF = "staff"
    TEST = "test"


class Desk(StrEnum):
    """Where moderators sit."""

    OPEN = "open"  # nobody said it, so each sits alone
    SET = "set"  # where the settings say
    GROUP = "group"  # where staff chose
    ALONE = "alone"  # staff chose that each sits alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the setting up is."""

    sources: int = 0  # that are collected, and were read
    unread: int = 0  # that are collected, and were not read yet
    desk: Desk = Desk.OPEN
    channels: int = 0  # in which the bot may post
    silent: int = 0  # of these, without a topic
    staff: int = 0  # besides the one who looks
    tested: bool = False  # whoever looks had the test article sent


DONE: Mapping[Step, Callable[[Standing], bool]] = {
    Step.SOURCE: lambda standing: standing.sources > 0,
    Step.DESK: lambda standing: standing.desk is not Desk.OPEN,
    Step.CHANNEL: lambda standing: standing.channels > 0,
    Step.STAFF: lambda standing: standing.staff > 0,
    Step.TEST: lambda standing: standing.tested,
}


def is_done(step: Step, standing: Standing) -> bool:
    """Tell whether a step is done."""
    return DONE[step](standing)


def is_all_done(standing: Standing) -> bool:
    """Tell whether nothing is left to be done."""
    return all(is_done(step, standing) for step in Step)
