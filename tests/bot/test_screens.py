"""Screens: every one in every language fits Telegram's limits, and every button leads somewhere."""

from dataclasses import replace

import pytest

from bot.callbacks import OF_CHANNELS, Act, decode
from bot.screens import SCREENS, draw
from bot.view import Subject, View
from locales import LANGUAGES, texts
from newsroom.taxonomy import Kind, shipped_taxonomy

TAXONOMY = shipped_taxonomy()
REGIONS = [topic.tag for topic in TAXONOMY.of_kind(Kind.REGION)]
SUBJECTS = TAXONOMY.of_kind(Kind.SUBJECT)
LONGEST_TEXT, MOST_BUTTONS, WIDEST_ROW, LONGEST_LABEL = 4096, 100, 8, 40


def view(language: str, *tags: str, busy: dict[str, int] | None = None) -> View:
    return View(texts(language), TAXONOMY, dict.fromkeys(tags, False), busy or {}, "موقع النماذج")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", [*SCREENS, *REGIONS])
@pytest.mark.parametrize("tags", [(), ("all", "s:diplomacy", "c:TJ", "r:central-asia"), tuple(TAXONOMY.topics)])
def test_a_screen_fits_and_its_buttons_lead_somewhere(language: str, screen: str, tags: tuple[str, ...]) -> None:
    text, keyboard = draw(screen, view(language, *tags))
    assert 0 < len(text) <= LONGEST_TEXT
    assert keyboard
    rows = keyboard.inline_keyboard
    assert sum(map(len, rows)) <= MOST_BUTTONS
    for row in rows:
        assert len(row) <= WIDEST_ROW
        for button in row:
            assert 0 < len(button.text) <= LONGEST_LABEL
            press = decode(str(button.callback_data))
            assert press
            if press.act is Act.GO:
                assert press.what in SCREENS or press.what in REGIONS
            if press.act in {Act.FOLLOW, Act.LEAVE}:
                assert press.what in TAXONOMY.topics
                assert press.screen in SCREENS or press.screen in REGIONS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", [*SCREENS, *REGIONS])
def test_each_screen_of_a_channel_names_it_and_each_button_carries_it(language: str, screen: str) -> None:
    own = view(language, "all", "s:diplomacy", "r:central-asia")
    text, keyboard = draw(screen, replace(own, subject=Subject(1_234_567, -1009876543210, texts("zh"))))
    assert "1234567" in text
    assert "-1009876543210" in text
    assert len(text) <= LONGEST_TEXT
    assert keyboard
    presses = [decode(str(button.callback_data)) for row in keyboard.inline_keyboard for button in row]
    assert {(press.whose, press.act in OF_CHANNELS) for press in presses if press} == {(1_234_567, True)}
    assert None not in presses
    _, plain = draw(screen, own)
    assert plain
    assert len(presses) > sum(map(len, plain.inline_keyboard)) - 4  # what asks for words is left out, and no more


@pytest.mark.parametrize("region", REGIONS)
def test_every_place_of_a_region_is_on_one_of_its_pages(region: str) -> None:
    seen: set[str] = set()
    for page in range(10):
        _, keyboard = draw(region, view("ar"), page)
        assert keyboard
        presses = [decode(str(button.callback_data)) for row in keyboard.inline_keyboard for button in row]
        seen |= {press.what for press in presses if press and press.act is Act.FOLLOW}
    assert seen == {region, *(topic.tag for topic in TAXONOMY.in_region(region))}


def test_the_six_busiest_subjects_are_offered_first() -> None:
    busy = {topic.tag: number for number, topic in enumerate(SUBJECTS, 1)}
    _, keyboard = draw("home", view("ar", busy=busy))
    assert keyboard
    presses = [decode(str(button.callback_data)) for row in keyboard.inline_keyboard for button in row]
    offered = [press.what for press in presses if press and press.act is Act.FOLLOW and press.what != "all"]
    assert offered == [topic.tag for topic in reversed(SUBJECTS)][:6]


def test_a_subject_with_nothing_in_it_is_not_shown_once_there_is_an_archive() -> None:
    busy = {topic.tag: 5 for topic in SUBJECTS[:8]}
    _, keyboard = draw("subjects", view("ar", "s:sports", busy=busy))
    assert keyboard
    presses = [decode(str(button.callback_data)) for row in keyboard.inline_keyboard for button in row]
    shown = {press.what for press in presses if press and press.what.startswith("s:")}
    assert shown == {*(topic.tag for topic in SUBJECTS[:8]), "s:sports"}


def test_the_next_step_is_offered_when_something_is_chosen() -> None:
    def onward(*tags: str) -> bool:
        _, keyboard = draw("home", view("ar", *tags))
        return keyboard is not None and any(
            button.text.startswith("🕒") for row in keyboard.inline_keyboard for button in row
        )

    assert (onward(), onward("s:diplomacy")) == (False, True)


def labels(screen: str, shown: View) -> list[str]:
    _, keyboard = draw(screen, shown)
    assert keyboard
    return [button.text for row in keyboard.inline_keyboard for button in row]


def test_topics_tell_how_many_articles_they_had_lately() -> None:
    shown = replace(view("en", "s:economy"), lately={"s:economy": 1234, "r:arab-world": 7, "c:EG": 3, "all": 9})
    assert "✅ Economy · 1,234" in labels("subjects", shown)
    assert "➕ Sports" in labels("subjects", shown)
    assert "🌍 Arab world · 7" in labels("regions", shown)
    assert labels("r:arab-world", shown)[0] == "➕ The whole region · 7"
    assert "➕ Egypt · 3" in labels("r:arab-world", shown)


@pytest.mark.parametrize("region", REGIONS)
def test_the_whole_of_a_region_is_followed_by_its_own_tag(region: str) -> None:
    _, keyboard = draw(region, view("ar"))
    assert keyboard
    press = decode(str(keyboard.inline_keyboard[0][0].callback_data))
    assert press
    assert (press.act, press.what) == (Act.FOLLOW, region)


@pytest.mark.parametrize("screen", ["home", "subjects", "regions", "provinces", *REGIONS])
def test_a_topic_is_found_by_its_name_from_every_screen_of_the_picker_where_words_are_read(screen: str) -> None:
    def ways(shown: View) -> list[str]:
        _, keyboard = draw(screen, shown)
        rows = keyboard.inline_keyboard if keyboard else ()
        presses = [decode(str(button.callback_data)) for row in rows for button in row]
        return [press.screen for press in presses if press and press.act is Act.ASK]

    assert ways(view("ar")) == [screen]
    assert ways(replace(view("ar"), is_private=False)) == []


def test_a_name_that_a_screen_does_not_have_draws_the_picker() -> None:
    assert draw("no-such-screen", view("ar")) == draw("subjects", view("ar"))
