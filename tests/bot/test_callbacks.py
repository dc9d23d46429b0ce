"""Callback data: one codec, within Telegram's limit, and nothing that we did not write is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import LONGEST, OF_CHANNELS, Act, Press, decode
from bot.handlers.choosing import PRESSES
from newsroom.taxonomy import shipped_taxonomy

TAGS = list(shipped_taxonomy().topics)


@given(st.sampled_from(Act), st.sampled_from(TAGS), st.sampled_from(["home", "subjects", *TAGS]), st.integers(0, 99))
def test_what_is_encoded_is_decoded(act: Act, what: str, screen: str, page: int) -> None:
    press = Press(act, what, screen, page)
    data = press.encode()
    assert len(data.encode()) <= LONGEST
    assert decode(data) == press


@given(st.sampled_from(sorted(OF_CHANNELS)), st.sampled_from(TAGS), st.integers(0, 99), st.integers(1, 10**7))
def test_what_is_about_a_channel_says_which(act: Act, what: str, page: int, whose: int) -> None:
    press = Press(act, what, "subjects", page, whose)
    assert press.fits()
    assert decode(press.encode()) == press


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "x",
        "1|follow|x",
        "2|follow|x|y|0",
        "1|launch|x|y|0",
        "1|go|x|y|-1",
        "1|go|x|y|z",
        "1|go|x|y|0@",
        "1|go|x|y|0@0",
        "1|go|x|y|@7",
        "1|go|x|y|0@-7",
        "1|go|x|y|0@7@8",
        "1|go|x|y|0@12345678901",
    ],
)
def test_what_we_did_not_write_is_refused(data: str | None) -> None:
    assert decode(data) is None


@given(st.text(max_size=80))
def test_no_data_breaks_the_decoder(data: str) -> None:
    decode(data)


def test_every_act_has_its_handler() -> None:
    assert set(PRESSES) == set(Act)


def test_data_past_the_limit_is_our_fault() -> None:
    with pytest.raises(ValueError, match="bytes"):
        Press(Act.GO, "ا" * 40).encode()


def test_a_button_whose_data_is_too_long_can_be_left_out() -> None:
    assert Press(Act.NARROW, "s:diplomacy").fits()
    assert not Press(Act.NARROW, "s:" + "x" * 62).fits()
