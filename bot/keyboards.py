"""Buttons: their words come from the catalogues, their data from `callbacks.py`.

Every button begins with its emoji, which is part of the interface; languages are called by their own names alone.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Act, Press
from locales import OWN_NAMES, Texts

Row = list[InlineKeyboardButton]
COLUMNS = 2
SHARED_TITLE = 200  # characters of a title in a share link


def make_button(label: str, act: Act, what: str = "", screen: str = "", page: int = 0) -> InlineKeyboardButton:
    """Answer a button that does something."""
    return InlineKeyboardButton(label, callback_data=Press(act, what, screen, page).encode())


def make_link(label: str, url: str) -> InlineKeyboardButton:
    """Answer a button that opens an address."""
    return InlineKeyboardButton(label, url=url)


def share_link(url: str, title: str) -> str:
    """Answer the address that lets a person share an article in Telegram."""
    return "https://t.me/share/url?" + urlencode({"url": url, "text": title[:SHARED_TITLE]})


def in_columns(buttons: Iterable[InlineKeyboardButton], columns: int = COLUMNS) -> list[Row]:
    """Lay buttons out in rows of as many columns."""
    laid = list(buttons)
    return [laid[start : start + columns] for start in range(0, len(laid), columns)]


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


def make_keyboard(rows: Sequence[Row]) -> InlineKeyboardMarkup | None:
    """Answer a keyboard of the rows that have buttons."""
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None
