"""What a group is for, as whoever brought the bot there is asked in private: the question, and its buttons.

A button carries the group, its forum topic and a mark, `-1001/17/3f9c…`, that only we can make and that shows who was
asked about that place; what whoever presses it may do is looked up when it is pressed.
"""

import re
from dataclasses import dataclass

from bot.callbacks import Act
from bot.keyboards import make_button, make_keyboard
from bot.view import Screen
from db.store.cards import Spot
from locales import Texts

PLACE = re.compile(r"(-\d{1,16})/(\d{1,12})/([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """What a group is for: about which place, named how, and what shows who is asked."""

    spot: Spot
    title: str
    mark: str
    may_desk: bool  # whether whoever is asked may let moderators sit there


def draw_purpose(t: Texts, question: Question) -> Screen:
    """Ask what a group is for; the title is said here alone."""
    deeds, spot = [*(["desk"] if question.may_desk else []), "news", "leave"], question.spot
    place = f"{write_spot(spot)}/{question.mark}"
    rows = [[make_button(t.plain(f"button.group.{deed}"), Act.GROUP, place, deed)] for deed in deeds]
    return t("group.asked.topic" if spot.thread_id else "group.asked", title=question.title), make_keyboard(rows)


def write_spot(spot: Spot) -> str:
    """Answer how a place is written."""
    return f"{spot.chat_id}/{spot.thread_id}"


def read_place(said: str) -> tuple[Spot, str] | None:
    """Read what a button says: a place, and its mark; None for what no button of ours says."""
    found = PLACE.fullmatch(said)
    return (Spot(int(found[1]), int(found[2])), found[3]) if found else None
