"""The screens of the settings, walked button by button, in every language and from different states."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from telegram import InlineKeyboardButton

from bot.callbacks import Act, Press, decode
from bot.handlers.preferences import ASKED
from bot.preferences import PRESENT, SETTINGS
from bot.screens import SCREENS, draw
from bot.view import CHOSEN, View
from locales import DIGITS, LANGUAGES, texts
from newsroom.preferences import decide_pause, decide_reads, decide_schedule
from newsroom.readers import EVERY_LANGUAGE, Rhythm, Schedule
from newsroom.taxonomy import shipped_taxonomy

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
TAXONOMY = shipped_taxonomy()
NEW = Schedule(Rhythm.INSTANT, "Asia/Riyadh")
WEEKLY = Schedule(Rhythm.WEEKLY, "Pacific/Chatham", True, 22, 0, 23, 7, wakes=True)  # noqa: FBT003
STATES = {
    "nothing chosen": {"schedule": NEW},
    "much chosen": {"schedule": WEEKLY, "reads": 2, "paused_until": NOW + timedelta(days=3), "stopped": True},
    "daily, without a sound": {"schedule": replace(NEW, rhythm=Rhythm.DAILY, silent=True), "reads": 17},
}


def view(language: str, state: str) -> View:
    return View(texts(language), TAXONOMY, {}, site="موقع النماذج", now=NOW, **STATES[state])  # type: ignore[arg-type]


def buttons(name: str, shown: View, page: int = 0) -> Iterator[tuple[InlineKeyboardButton, Press]]:
    text, keyboard = draw(name, shown, page)
    assert text
    assert keyboard, f"{name} is a dead end"
    for row in keyboard.inline_keyboard:
        for button in row:
            press = decode(str(button.callback_data))
            assert press, button
            yield button, press


def after(shown: View, what: str) -> View:
    """Answer the view after a choice, by the rules alone."""
    name, _, value = what.partition(":")
    if name == "digits":
        return replace(shown, t=texts(shown.t.language, value))
    if name == "reads":
        return replace(shown, reads=decide_reads(shown.reads, value))
    if name == "pause":
        return replace(shown, paused_until=None if value == "0" else decide_pause(value, shown.schedule.zone, NOW))
    return replace(shown, schedule=decide_schedule(shown.schedule, name, value))


def changes(shown: View, what: str) -> bool:
    """Tell whether a choice would change anything."""
    changed = after(shown, what)
    return (changed.schedule, changed.t.digits) != (shown.schedule, shown.t.digits)


def walk(shown: View) -> Iterator[tuple[str, InlineKeyboardButton, Press]]:
    """Yield every button that can be reached from the first screen, with the screen that it is on."""
    seen, todo = set(), [Press(Act.GO, "settings")]
    while todo:
        at = todo.pop()
        for button, press in buttons(at.what, shown, at.page):
            yield at.what, button, press
            if press.act is Act.GO and press.what in SETTINGS and (press.what, press.page) not in seen:
                seen.add((press.what, press.page))
                todo.append(press)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_button_does_something_or_is_how_things_stand(language: str, state: str) -> None:
    shown, reached = view(language, state), set()
    for name, button, press in walk(shown):
        reached.add(name)
        holds = button.text.endswith(PRESENT) or button.text.startswith(CHOSEN)
        if press.act is Act.SET:
            assert press.screen in SETTINGS
            is_unmarked = press.what.startswith(("pause:", "reads:", "wakes:")) or name == "quiet_to"
            assert is_unmarked or changes(shown, press.what) != holds, button.text
        elif press.act is Act.GO:
            assert press.what in SCREENS
        elif press.act is Act.ASK:
            assert press.what in ASKED
        else:
            assert (press.act, press.screen in SETTINGS) == (Act.SPEAK, True)
    digest = shown.schedule.rhythm in {Rhythm.DAILY, Rhythm.WEEKLY}
    assert reached == set(SETTINGS) - (set() if digest else {"hour"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_screen_leads_back(language: str, state: str) -> None:
    for name in set(SETTINGS) - {"settings"}:
        ways = [press.what for button, press in buttons(name, view(language, state)) if button.text.startswith("◀️")]
        assert ways == ["quiet_from" if name == "quiet_to" else "quiet" if name == "quiet_from" else "settings"]


@pytest.mark.parametrize("name", SETTINGS)
def test_a_choice_is_marked_when_its_screen_is_drawn_again(name: str) -> None:
    for button, press in list(buttons(name, view("ar", "daily, without a sound"))):
        kind = press.what.partition(":")[0]
        if press.act is not Act.SET or kind in {"pause", "reads", "wakes"} or name == "quiet_to":
            continue
        again = after(view("ar", "daily, without a sound"), press.what)
        marked = [
            one
            for one, other in buttons(name, again)
            if other.what == press.what and (one.text.endswith(PRESENT) or one.text.startswith(CHOSEN))
        ]
        assert marked, button.text


@pytest.mark.parametrize("state", STATES)
def test_every_choice_is_at_most_two_taps_away_but_quiet_hours_of_ones_own(state: str) -> None:
    shown = view("ar", state)
    near = ["settings", *(press.what for _, press in buttons("settings", shown) if press.what in SETTINGS)]
    offered = {press.what for name in near for _, press in buttons(name, shown) if press.act is Act.SET}
    further = {press.what for _, _, press in walk(shown) if press.act is Act.SET} - offered
    assert {what.partition(":")[0] for what in further} == {"quiet"}
    assert {f"quiet:{begin}-{end}" for begin, end in ((22, 7), (23, 7), (23, 8), (0, 7))} <= offered


def test_the_day_of_a_weekly_digest_is_chosen_from_the_customary_first_day() -> None:
    days = [button.text for button, press in buttons("hour", view("ar", "much chosen")) if "weekday" in press.what]
    assert [day.split()[1] for day in days][:2] == ["السبت", "الأحد"]
    assert len(days) == 7
    english = [one.text for one, press in buttons("hour", view("en", "much chosen")) if "weekday" in press.what]
    assert english[0] == "📆 Sunday"
    assert "📆 Monday ✓" in english


def test_the_hour_of_a_digest_is_no_choice_where_there_is_none() -> None:
    assert draw("hour", view("en", "nothing chosen")) == draw("way", view("en", "nothing chosen"))


def test_the_first_screen_says_how_things_stand() -> None:
    text, _ = draw("settings", view("en", "much chosen"))
    for told in ("once a week", "Monday", "22:00", "No sound", "23:00", "07:00", "Breaking", "01:45", "English"):
        assert told in text
    text, _ = draw("settings", view("en", "nothing chosen"))
    for told in ("as soon as", "No quiet hours", "15:00", "every language"):
        assert told in text


def test_arabic_digits_are_on_the_buttons_of_who_chose_them() -> None:
    shown = replace(view("ar", "much chosen"), t=texts("ar", "arab"))
    assert any("٠٧:٠٠" in button.text for button, _ in buttons("hour", shown))
    assert set("0123456789").isdisjoint("".join(button.text for button, _ in buttons("quiet_from", shown)))
    assert set(DIGITS["arab"]) & set(draw("settings", shown)[0])


@pytest.mark.parametrize("name", [name for name in SCREENS if name not in {"rhythm", "done"}])
def test_a_pause_is_told_on_every_screen_with_its_end(name: str) -> None:
    shown = replace(view("en", "nothing chosen"), paused_until=NOW + timedelta(hours=5))
    text, _ = draw(name, shown)
    assert "Paused until" in text
    ends = [press for button, press in buttons(name, shown) if press.what == "pause:0"]
    assert [(end.act, end.screen) for end in ends] == [(Act.SET, name)]
    assert "Paused until" not in draw(name, replace(shown, paused_until=None))[0]


def test_what_must_be_typed_is_asked_in_private_alone() -> None:
    public = replace(view("ar", "nothing chosen"), is_private=False)
    for name in SCREENS:
        assert [
            press for _, press in buttons(name, replace(public, follows={"all": False})) if press.act is Act.ASK
        ] == []
    assert "/timezone" in draw("zone", public)[0]


def test_no_language_is_left_by_the_last_press() -> None:
    assert view("ar", "nothing chosen").reads == EVERY_LANGUAGE
    pressed = [press.what for _, press in buttons("reads", view("ar", "much chosen")) if press.act is Act.SET]
    assert sorted(pressed) == ["pause:0", "reads:+ar", "reads:+fr", "reads:+other", "reads:+zh", "reads:-en"]
