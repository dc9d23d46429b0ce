"""What a group is for, as whoever brought the bot there is asked in private: the question, and its buttons.

A button carries the group and its forum topic, `-1001/17`; who may press it is looked up when it is pressed.
"""

import re

from bot.callbacks import Act
from bot.keyboards import make_button, make_keyboard
from bot.view import Screen
from db.store.cards import Spot
from locales import Texts

SPOT = re.compile(r"(-\d{1,16})/(\d{1,12})")


def draw_purpose(t: Texts, spot: Spot, title: str, *, may_desk: bool) -> Screen:
    """Ask what a group is for; the title is said here alone."""
    deeds = [*(["desk"] if may_desk else []), "news", "leave"]
    rows = [[make_button(t.plain(f"button.group.{deed}"), Act.GROUP, write_spot(spot), deed)] for deed in deeds]
    return t("group.asked.topic" if spot.thread_id else "group.asked", title=title), make_keyboard(rows)


def write_spot(spot: Spot) -> str:
    """Answer what a button says of a place."""
    return f"{spot.chat_id}/{spot.thread_id}"


def read_spot(said: str) -> Spot | None:
    """Read what a button says of a place; None for what no button of ours says."""
    found = SPOT.fullmatch(said)
    return Spot(int(found[1]), int(found[2])) if found else None
