"""When a broadcast leaves and how it arrives, by buttons: a screen for each.

A time is offered by the clock of the editor who looks, or typed (`newsroom/moments.py`). A new way to arrive is a
member of `SWITCHES`, and its texts.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.articles import write_moment
from bot.broadcasts import Sight, back_row, deed_button
from bot.callbacks import Act
from bot.contents import is_album
from bot.keyboards import in_columns, make_button, make_keyboard
from bot.view import CHOSEN, NOT_CHOSEN, Screen
from locales import OWN_NAMES, Html
from newsroom.broadcasts import EVERY, REST, SWITCHES
from newsroom.readers import next_hour

HOURS = (9, 13, 18, 21)  # that are offered
MINUTES = (15, 60)  # from now


def draw_when(sight: Sight) -> Screen:
    """When it leaves, and some moments to choose among."""
    t, due_at = sight.t, sight.broadcast.due_at
    told = t("broadcast.when", time=Html(write_moment(due_at, t, sight.zone))) if due_at else t("broadcast.at_once")
    spans = [deed_button(sight, f"button.cast.in.{minutes}", f"in:{minutes}") for minutes in MINUTES]
    hours = [
        make_button(
            t.plain("button.cast.hour", time=_show(sight, moment)),
            Act.CAST,
            str(sight.broadcast.id),
            f"at:{int(moment.timestamp())}",
            sight.broadcast.version,
        )
        for moment in list_hours(sight.zone, sight.now)
    ]
    at_once = [deed_button(sight, "button.cast.now", "now")] if due_at else []
    typed = [deed_button(sight, "button.cast.type", "type")]
    return t("broadcast.choose_when", when=Html(told)), make_keyboard(
        [at_once, *in_columns([*spans, *hours]), typed, back_row(sight)]
    )


def list_hours(zone: str, now: datetime) -> list[datetime]:
    """Answer the moments that are offered, in their order: the next at which the clock of the zone shows each hour."""
    return sorted(next_hour(zone, hour, now + timedelta(minutes=1)) for hour in HOURS)


def _show(sight: Sight, moment: datetime) -> str:
    told = format_datetime(moment.astimezone(ZoneInfo(sight.zone)), "EEEE HH:mm", locale=sight.t.language)
    return sight.t.in_digits(told)


def draw_how(sight: Sight) -> Screen:
    """How it arrives: a switch for each way, and its links."""
    manner, t = sight.broadcast.manner, sight.t
    switches = (
        make_button(
            f"{CHOSEN if getattr(manner, name) else NOT_CHOSEN} {t.plain(f'broadcast.switch.{name}')}",
            Act.CAST,
            str(sight.broadcast.id),
            f"flip:{name}",
            sight.broadcast.version,
        )
        for name in SWITCHES
    )
    takes_links = not any(map(is_album, sight.broadcast.contents.values()))
    links = [deed_button(sight, "button.cast.links", "links")] if takes_links else []
    none = [deed_button(sight, "button.cast.nolinks", "nolinks")] if manner.buttons else []
    text = "\n\n".join([t("broadcast.how"), *_list_links(sight)])
    return text, make_keyboard([*in_columns(switches), links, none, back_row(sight)])


def draw_languages(sight: Sight) -> Screen:
    """Which languages have words of their own, and the way to write or drop them."""
    own = sight.broadcast.contents
    buttons = (
        make_button(
            f"{CHOSEN if language in own else NOT_CHOSEN} {name}",
            Act.CAST,
            str(sight.broadcast.id),
            f"{'unlang' if language in own else 'lang'}:{language}",
            sight.broadcast.version,
        )
        for language, name in OWN_NAMES.items()
    )
    return sight.t("broadcast.languages"), make_keyboard([*in_columns(buttons), back_row(sight)])


def draw_whose(sight: Sight) -> Screen:
    """Whose words are to be corrected: those of a language, of all that have none of their own, or everybody's."""
    t = sight.t
    names = {language: OWN_NAMES.get(language) or t.plain("broadcast.rest") for language in sight.broadcast.contents}
    press = Act.CAST, str(sight.broadcast.id)
    buttons = [
        make_button(
            t.plain("button.cast.whose", language=name), *press, f"amend:{language or REST}", sight.broadcast.version
        )
        for language, name in names.items()
    ]
    every = [deed_button(sight, "button.cast.every", f"amend:{EVERY}")]
    return t("broadcast.whose"), make_keyboard([*in_columns(buttons), every, back_row(sight)])


def _list_links(sight: Sight) -> Iterator[str]:
    for label, url in sight.broadcast.manner.buttons:
        yield sight.t("broadcast.link", label=label, url=url)
