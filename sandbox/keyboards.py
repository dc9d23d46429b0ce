"""Keyboards below messages: what Telegram takes, and how it writes it down (Bot API, InlineKeyboardMarkup …).

`spec.py` has seen to names and types already; here are the rules. Stricter than Telegram, and said so: a button without
text (Telegram drops it), a button with two actions (Telegram takes the first), two requests of one number, and rights
asked for the bot that are not asked of the person.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson

from sandbox.errors import StrictError, bad_request
from sandbox.links import check_link

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "disabled",
)
MOST_BUTTONS = 100  # the server's; undocumented, known from python-telegram-bot's InlineKeyboardMarkupLimit
LONGEST_DATA = 64  # bytes
LONGEST_COPY = 256  # characters
LONGEST_PLACEHOLDER = 64  # characters
MOST_PEOPLE = 10  # that one button asks for (KeyboardButtonRequestUsers)
LARGEST_NUMBER = 2**31 - 1  # of a request
# What a button of the keyboard below asks for, and what it is called where that is refused (td, ReplyMarkup.cpp).
REQUESTS = {
    "request_users": "users",
    "request_chat": "chats",
    "request_contact": "phone number",
    "request_location": "location",
}
PICKING = ("request_users", "request_chat")
REMEMBERED_MARKUPS = 1024  # a broadcast sends few keyboards to many
BUTTON_STYLES = {"danger", "success", "primary"}

Button = dict[str, Any]
Markup = dict[str, Any]


def check_markup(markup: Markup | None) -> Markup | None:
    """Answer the markup as Telegram keeps it, None if it holds nothing; equal ones are one: never change it."""
    return None if markup is None else _check(orjson.dumps(markup))


def check_place(markup: Markup | None, kind: str) -> None:
    """Refuse a keyboard that asks for something anywhere but in a private chat."""
    for row in (markup or {}).get("keyboard", ()) if kind != "private" else ():
        for name in (name for button in row for name in REQUESTS if button.get(name)):
            raise bad_request(f"{REQUESTS[name]} can be requested in private chats only")


def is_inline(markup: Markup | None) -> bool:
    """Tell whether a message with this markup shows buttons of its own, or none: then it can be edited."""
    return markup is None or "inline_keyboard" in markup


@lru_cache(REMEMBERED_MARKUPS)
def _check(written: bytes) -> Markup | None:
    markup: Markup = orjson.loads(written)
    if "inline_keyboard" in markup:
        return _check_inline(markup)
    if len(markup.get("input_field_placeholder", "")) > LONGEST_PLACEHOLDER:
        raise bad_request("input field placeholder is too long")
    if "keyboard" in markup:
        return _check_reply(markup)
    return markup


def _check_inline(markup: Markup) -> Markup | None:
    rows = [[_check_button(button) for button in row] for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return markup | {"inline_keyboard": rows} if rows else None


def _check_reply(markup: Markup) -> Markup | None:
    buttons = [button for row in markup["keyboard"] for button in row]
    if not all(button["text"] for button in buttons):
        raise StrictError("a keyboard button has no text")
    for button in buttons:
        if len([name for name in (*REQUESTS, "web_app") if button.get(name)]) > 1:
            raise StrictError(f"the keyboard button «{button['text']}» asks for two things")
    _check_requests([button[name] for button in buttons for name in PICKING if name in button])
    return markup if any(markup["keyboard"]) else None


def _check_requests(requests: list[dict[str, Any]]) -> None:
    numbers = [request["request_id"] for request in requests]
    if len({*numbers}) < len(numbers) or any(abs(number) > LARGEST_NUMBER for number in numbers):
        raise StrictError(f"the requests of a keyboard have the numbers {numbers}: each has one of its own, of 32 bits")
    for request in requests:
        if not 1 <= request.get("max_quantity", 1) <= MOST_PEOPLE:
            raise StrictError(f"a button asks for {request['max_quantity']} people")
        asked = _list_rights(request, "bot") - _list_rights(request, "user")
        if asked and "user_administrator_rights" in request:
            raise StrictError(f"{', '.join(sorted(asked))}: asked for the bot, and not of the person")


def _list_rights(request: dict[str, Any], whose: str) -> set[str]:
    return {name for name, has in request.get(f"{whose}_administrator_rights", {}).items() if has}


def _check_button(button: Button) -> Button:
    if not button["text"].strip():
        raise StrictError("an inline button has no text")
    if button.get("style", "primary") not in BUTTON_STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise StrictError(f"the inline button «{button['text']}» has two actions, {' and '.join(actions)}")
    check = CHECKS.get(actions[0])
    return button | {actions[0]: check(button[actions[0]])} if check else button


def _check_data(data: str) -> str:
    if not 0 < len(data.encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _check_url(url: str) -> str:
    try:
        return check_link(url)
    except ValueError as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from None


def _check_web_app(web_app: dict[str, str]) -> dict[str, str]:
    if not web_app["url"].lower().startswith("https://"):
        reason = "Only HTTPS links are allowed"
        raise bad_request(f"inline keyboard button Web App URL '{web_app['url']}' is invalid: {reason}")
    return {"url": _check_url(web_app["url"])}


def _check_copy(copy: dict[str, str]) -> dict[str, str]:
    if not 0 < len(copy["text"]) <= LONGEST_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return copy


CHECKS: dict[str, Callable[[Any], Any]] = {
    "callback_data": _check_data,
    "url": _check_url,
    "web_app": _check_web_app,
    "copy_text": _check_copy,
}
