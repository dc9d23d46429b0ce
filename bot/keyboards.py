"""Buttons: their words come from the catalogues, their data from `callbacks.py`.

Every button begins with its emoji, which is part of the interface; languages are called by their own names alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import OF_CHANNELS, Act, Press, decode
from locales import OWN_NAMES, Texts

Row = list[InlineKeyboardButton]
COLUMNS = 2
WIDEST = 24  # characters of a label that still shares its row with another
NOT_IN_LINK = re.compile(r"[\s\x00-\x1f@]")
SHARED_TITLE = 200  # characters of a title in a share link


def make_button(  # noqa: PLR0913  (what a press says)
    label: str, act: Act, what: str = "", screen: str = "", page: int = 0, *, whose: int = 0
) -> InlineKeyboardButton:
    """Answer a button that does something."""
    return InlineKeyboardButton(label, callback_data=Press(act, what, screen, page, whose).encode())


def make_link(label: str, url: str) -> InlineKeyboardButton:
    """Answer a button that opens an address."""
    return InlineKeyboardButton(label, url=url)


def usable_link(url: str) -> str:
    """Answer the address if Telegram takes it, else nothing: it refuses a message for a single bad one.

    It wants http or https, a host with a dot and a port from 1 to 65535 (td, LinkManager::check_link).
    """
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        return ""
    return url if fine and not NOT_IN_LINK.search(url.partition("?")[0]) else ""


def share_link(title: str, url: str, *more: str) -> str:
    """Answer the address that lets a person share something in Telegram: its address, its title, and more addresses."""
    return "https://t.me/share/url?" + urlencode({"url": url, "text": "\n".join((title[:SHARED_TITLE], *more))})


def in_columns(buttons: Iterable[InlineKeyboardButton]) -> list[Row]:
    """Lay buttons out in two columns; one with a long label has a row of its own."""
    laid: list[Row] = []
    for button in buttons:
        row = [*laid[-1], button] if laid else []
        if 0 < len(row) <= COLUMNS and all(len(one.text) <= WIDEST for one in row):
            laid[-1] = row
        else:
            laid.append([button])
    return laid


def language_row(t: Texts, screen: str) -> Row:
    """Answer the languages, the present one marked."""
    return [
        make_button(f"{'• ' if code == t.language else ''}{name}", Act.SPEAK, code, screen)
        for code, name in OWN_NAMES.items()
    ]


def pages_row(t: Texts, press: Press, pages: int) -> Row:
    """Answer the buttons to the pages before and after; empty where there is one page only."""
    row = []
    if press.page > 0:
        row.append(make_button(t.plain("button.previous"), press.act, press.what, press.screen, press.page - 1))
    if press.page < pages - 1:
        row.append(make_button(t.plain("button.next"), press.act, press.what, press.screen, press.page + 1))
    return row


def carry(keyboard: InlineKeyboardMarkup | None, whose: int) -> InlineKeyboardMarkup | None:
    """Answer a keyboard whose buttons are about a channel; what cannot be done for one, or said in 64 bytes, is out."""
    rows = keyboard.inline_keyboard if keyboard else ()
    return make_keyboard([[*_carry(row, whose)] for row in rows])


def _carry(row: Iterable[InlineKeyboardButton], whose: int) -> Iterator[InlineKeyboardButton]:
    for button in row:
        press = decode(str(button.callback_data))
        about = press and replace(press, whose=whose)
        if about and about.act in OF_CHANNELS and about.fits():
            yield InlineKeyboardButton(button.text, callback_data=about.encode())


def make_keyboard(rows: Sequence[Row]) -> InlineKeyboardMarkup | None:
    """Answer a keyboard of the rows that have buttons."""
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None
