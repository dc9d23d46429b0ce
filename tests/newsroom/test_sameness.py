"""The same is found by what a broadcast says, whatever it looks like."""

from typing import Any

import pytest

from newsroom.sameness import mark_of

ALBUM = [{"type": "photo", "media": "p1", "caption": "قمة بكين"}, {"type": "photo", "media": "p2"}]
POLL = {"question": "أي موضوع؟", "options": [{"text": "الاقتصاد"}, {"text": "الثقافة"}]}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"method": "sendMessage", "params": {"text": words, **more}}


def album(*items: dict[str, Any], group: str) -> dict[str, Any]:
    return {"method": "sendMediaGroup", "params": {"media": list(items)}, "group": group}


def poll(**changed: Any) -> dict[str, Any]:
    return {"method": "sendPoll", "params": POLL | changed}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text("مساء الخير"), text("مساء الخير ")),
        (text("مساء الخير"), text("مساء  الخير\n", entities=[{"type": "bold", "offset": 0, "length": 4}])),
        (text("أهلا Hello"), text("اهلا hello")),
        (album(*ALBUM, group="1"), album(*ALBUM, group="2")),
        (poll(), poll(question_entities=[{"type": "custom_emoji", "offset": 0, "length": 1}], is_anonymous=False)),
    ],
)
def test_what_says_the_same_has_one_mark(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert mark_of(one) == mark_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text("مساء الخير"), text("مساء النور")),
        (text("👍"), text("👎")),
        (album(*ALBUM, group="1"), album(*reversed(ALBUM), group="1")),
        (album(*ALBUM, group="1"), album(ALBUM[0], group="1")),
        (poll(), poll(options=[{"text": "الاقتصاد"}, {"text": "السياحة"}])),
        ({"method": "sendPhoto", "params": {"photo": "p1"}}, {"method": "sendPhoto", "params": {"photo": "p2"}}),
    ],
)
def test_what_says_something_else_has_another(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert mark_of(one) != mark_of(other)
