"""The settings as screens: how things stand, and a screen for each choice, at most two taps from the first.

    settings ─┬▶ way ─▶ hour          how news come, and a digest's time
              ├▶ quiet ─▶ quiet_from ─▶ quiet_to
              ├▶ zone                 by a button, a city that is typed, or where one is
              ├▶ reads                languages of articles
              └▶ pause

Like all screens (`bot/screens.py`) they are pure functions of the view. A button says what shall hold
(`newsroom/preferences.py`). A new screen is a function and a line of `SETTINGS`.
"""

from collections.abc import Callable, Iterable, Iterator

from telegram import InlineKeyboardButton

from bot.callbacks import Act
from bot.keyboards import Row, in_columns, language_row, make_button, make_keyboard
from bot.standing import (
    describe_quiet,
    describe_reads,
    describe_schedule,
    describe_zone,
    is_read,
    name_language,
    show_zone,
    write_until,
)
from bot.view import CHOSEN, NOT_CHOSEN, Screen, View
from locales import ARABIC_DIGITS, HAS_DIGITS, LATIN_DIGITS, Texts
from newsroom.preferences import DIGESTS, HOURS, MORNING, READS
from newsroom.readers import Rhythm

PRESENT = " ✓"
CLOCKS = "🕛🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚"  # by the hour they show
HOURS_IN_ROW, DAYS_IN_ROW = 4, 2
RHYTHMS = {
    Rhythm.INSTANT: "button.at_once",
    Rhythm.HOURLY: "button.hourly",
    Rhythm.DAILY: "button.daily",
    Rhythm.WEEKLY: "button.weekly",
}
DIGITS = {"button.digits.latn": LATIN_DIGITS, "button.digits.arab": ARABIC_DIGITS}
SPANS = {
    MORNING: "button.pause.morning",
    "1d": "button.pause.day",
    "3d": "button.pause.days",
    "1w": "button.pause.week",
    "1mo": "button.pause.month",
}
QUIETS = ((22, 6), (22, 7), (23, 7), (23, 8), (0, 7), (0, 8))
# The commonest of those who read about China in Arabic, and China's own.
ZONES = (
    "Asia/Riyadh",
    "Africa/Cairo",
    "Asia/Dubai",
    "Asia/Baghdad",
    "Asia/Beirut",
    "Africa/Algiers",
    "Africa/Casablanca",
    "Asia/Shanghai",
)


def draw_settings(view: View, _page: int) -> Screen:
    """How things stand, and the way to each choice."""
    t, schedule = view.t, view.schedule
    text = t(
        "settings.text",
        how=describe_schedule(t, schedule),
        quiet=describe_quiet(t, schedule),
        zone=describe_zone(view),
        reads=describe_reads(view),
    )
    choices = [
        _go(t, "button.way", "way"),
        *([_go(t, "button.hour", "hour")] if schedule.rhythm in DIGESTS else []),
        _go(t, "button.quiet", "quiet"),
        _go(t, "button.zone", "zone"),
        _go(t, "button.reads", "reads"),
        _go(t, "button.pause", "pause"),
    ]
    wants = view.announcements
    announcements = _set(t.plain("button.announcements"), f"announcements:{int(not wants)}", "settings", holds=wants)
    digits = [
        _set(t.plain(key), f"digits:{name}", "settings", holds=view.spoken.digits == name)
        for key, name in DIGITS.items()
        if view.spoken.language in HAS_DIGITS
    ]
    topics = [_go(t, "button.topics", "subjects"), _go(t, "button.following", "following")]
    text += f"\n\n{t('stop.notice')}" if view.stopped else ""
    return text, make_keyboard(
        [*in_columns([*choices, announcements]), topics, digits, language_row(view.spoken, "settings")]
    )


def draw_way(view: View, _page: int) -> Screen:
    """How often news come, and with a sound or without."""
    t, schedule = view.t, view.schedule
    rhythms = (
        _set(t.plain(key), f"rhythm:{rhythm}", "way", holds=schedule.rhythm is rhythm)
        for rhythm, key in RHYTHMS.items()
    )
    sounds = [
        _set(t.plain("button.sound"), "silent:0", "way", holds=not schedule.silent),
        _set(t.plain("button.no_sound"), "silent:1", "way", holds=schedule.silent),
    ]
    hour = [_go(t, "button.hour", "hour")] if schedule.rhythm in DIGESTS else []
    text = t("way.text", how=describe_schedule(t, schedule))
    return text, make_keyboard([*in_columns(rhythms), sounds, hour, _back(t)])


def draw_hour(view: View, page: int) -> Screen:
    """The hour of a digest, and the day of a week's; how news come where there is none."""
    t, schedule = view.t, view.schedule
    if schedule.rhythm not in DIGESTS:
        return draw_way(view, page)
    days: Iterable[InlineKeyboardButton] = (
        _set(t.plain("button.weekday", day=name), f"weekday:{day}", "hour", holds=schedule.weekday == day)
        for day, name in t.weekdays().items()
        if schedule.rhythm is Rhythm.WEEKLY
    )
    hours = (
        make_button(_show_hour(t, hour, holds=schedule.hour == hour), Act.SET, f"hour:{hour}", "hour") for hour in HOURS
    )
    text = t("hour.text", how=describe_schedule(t, schedule))
    return text, make_keyboard([*_in_rows(days, DAYS_IN_ROW), *_in_rows(hours, HOURS_IN_ROW), _back(t)])


def draw_quiet(view: View, _page: int) -> Screen:
    """The quiet hours, and whether breaking news come in them."""
    t, schedule = view.t, view.schedule
    spans = (
        _set(
            t.plain("button.quiet_span", begin=t.hour(begin), end=t.hour(end)),
            f"quiet:{begin}-{end}",
            "quiet",
            holds=(schedule.quiet_from, schedule.quiet_to) == (begin, end),
        )
        for begin, end in QUIETS
    )
    rows = [
        [_set(t.plain("button.no_quiet"), "quiet:0-0", "quiet", holds=not schedule.is_ever_quiet)],
        *in_columns([*spans, _go(t, "button.quiet_other", "quiet_from")]),
        [_set(t.plain("button.wakes"), f"wakes:{int(not schedule.wakes)}", "quiet", holds=schedule.wakes)],
        _back(t),
    ]
    return t("quiet.text", quiet=describe_quiet(t, schedule)), make_keyboard(rows)


def draw_quiet_from(view: View, _page: int) -> Screen:
    """When the quiet hours begin."""
    t = view.t
    hours = (make_button(_show_hour(t, hour), Act.GO, "quiet_to", page=hour) for hour in HOURS)
    return t("quiet.from"), make_keyboard([*_in_rows(hours, HOURS_IN_ROW), _back(t, "quiet")])


def draw_quiet_to(view: View, begin: int) -> Screen:
    """When the quiet hours end that begin at an hour."""
    t, begin = view.t, begin % len(HOURS)
    ends = ((begin + hours) % len(HOURS) for hours in HOURS[1:])
    hours = (make_button(_show_hour(t, end), Act.SET, f"quiet:{begin}-{end}", "quiet") for end in ends)
    text = t("quiet.to", begin=t.hour(begin))
    return text, make_keyboard([*_in_rows(hours, HOURS_IN_ROW), _back(t, "quiet_from")])


def draw_zone(view: View, _page: int) -> Screen:
    """The time zone: the commonest by a tap, all others by a city, or by where one is."""
    t = view.t
    zones = dict.fromkeys((*ZONES, view.schedule.zone))
    known = (zone_button(view, zone) for zone in zones)
    ways = [
        make_button(t.plain("button.city"), Act.ASK, "timezone", "zone"),
        make_button(t.plain("button.location"), Act.ASK, "location", "zone"),
    ]
    key = "timezone.text" if view.is_private else "timezone.group"
    text = t("timezone.channel" if view.subject else key, zone=describe_zone(view))
    return text, make_keyboard([*in_columns(known), *([one] for one in ways if view.is_private), _back(t)])


def zone_button(view: View, zone: str) -> InlineKeyboardButton:
    """Answer the button that chooses a time zone."""
    label = view.t.plain("button.zone_of", zone=show_zone(view, zone))
    return _set(label, f"zone:{zone}", "zone", holds=zone == view.schedule.zone)


def draw_reads(view: View, _page: int) -> Screen:
    """The languages of the articles that come."""
    buttons = (
        make_button(
            f"{CHOSEN if is_read(view, language) else NOT_CHOSEN} {name_language(view.t, language)}",
            Act.SET,
            f"reads:{'-' if is_read(view, language) else '+'}{language}",
            "reads",
        )
        for language in READS
    )
    return view.t("reads.text"), make_keyboard([*in_columns(buttons), _back(view.t)])


def draw_pause(view: View, _page: int) -> Screen:
    """For how long nothing shall come; and the end of it."""
    t = view.t
    spans = (make_button(t.plain(key), Act.SET, f"pause:{span}", "pause") for span, key in SPANS.items())
    return t("pause.text"), make_keyboard([*in_columns(spans), _back(t)])


SETTINGS: dict[str, Callable[[View, int], Screen]] = {
    "settings": draw_settings,
    "way": draw_way,
    "hour": draw_hour,
    "quiet": draw_quiet,
    "quiet_from": draw_quiet_from,
    "quiet_to": draw_quiet_to,
    "zone": draw_zone,
    "reads": draw_reads,
    "pause": draw_pause,
}


def add_pause(view: View, screen: Screen, name: str, page: int) -> Screen:
    """Answer a screen with the word that nothing comes for now, and the button that ends it."""
    if view.paused_until is None:
        return screen
    text, keyboard = screen
    until = write_until(view.t, view.paused_until, view.schedule.zone)
    rows = [list(row) for row in keyboard.inline_keyboard] if keyboard else []
    rows.append([make_button(view.t.plain("button.resume"), Act.SET, "pause:0", name, page)])
    return f"{text}\n\n{view.t('pause.notice', until=until)}", make_keyboard(rows)


def _show_hour(t: Texts, hour: int, *, holds: bool = False) -> str:
    return f"{CHOSEN if holds else CLOCKS[hour % len(CLOCKS)]} {t.hour(hour)}"


def _go(t: Texts, key: str, screen: str) -> InlineKeyboardButton:
    return make_button(t.plain(key), Act.GO, screen)


def _back(t: Texts, screen: str = "settings") -> Row:
    return [_go(t, "button.back", screen)]


def _set(label: str, what: str, screen: str, *, holds: bool) -> InlineKeyboardButton:
    return make_button(label + PRESENT if holds else label, Act.SET, what, screen)


def _in_rows(buttons: Iterable[InlineKeyboardButton], width: int) -> Iterator[Row]:
    every = list(buttons)
    return (every[start : start + width] for start in range(0, len(every), width))
