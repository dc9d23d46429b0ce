"""Every method, called as it is meant, answers what aiogram takes for its answer; docs/sandbox.md has a line for each.

A new method is a call in CALLS. `{…}` in a call is what the scene has: ids of chats, messages, files and queries.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiogram.methods
import pytest
from pydantic import TypeAdapter

from sandbox import Group, Person, Sandbox
from sandbox.methods import METHODS as FUNCTIONS
from sandbox.shapes import UNMODELLED
from sandbox.spec import METHODS
from tests.sandbox.conftest import Bot, Json, keyboard, pressable

ROOT = Path(__file__).parents[2]
FILES = {
    "photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}],
    "video": {"file_id": "v", "file_unique_id": "v", "width": 9, "height": 9, "duration": 1},
    "animation": {"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9, "duration": 1},
    "document": {"file_id": "d", "file_unique_id": "d"},
    "audio": {"file_id": "m", "file_unique_id": "m", "duration": 1},
    "voice": {"file_id": "w", "file_unique_id": "w", "duration": 1},
}
HERE: Json = {"chat_id": 1001}
THERE: Json = {"chat_id": -1001}
POSTED: Json = HERE | {"message_id": "{posted}"}
PICTURED: Json = HERE | {"message_id": "{pictured}"}
MEDIA: Json = {"type": "photo", "media": "p", "caption": "ج"}
CALLS: dict[str, Json] = {
    "getMe": {},
    "logOut": {},
    "close": {},
    "getUpdates": {"limit": 5},
    "setWebhook": {"url": "http://127.0.0.1:9/hook"},
    "deleteWebhook": {},
    "getWebhookInfo": {},
    "sendMessage": HERE
    | {"text": "<b>أهلًا</b> @amal", "parse_mode": "HTML", "reply_markup": keyboard([pressable("✅")])},
    "sendRichMessage": HERE | {"rich_message": {"html": "<h1>عنوان</h1><p>نص</p>", "is_rtl": True}},
    **{f"send{kind.title()}": HERE | {kind: kind[0], "caption": "وصف"} for kind in ("photo", "video", "animation")},
    "sendDocument": HERE | {"document": "d"},
    "sendAudio": HERE | {"audio": "m"},
    "sendVoice": HERE | {"voice": "w"},
    "sendMediaGroup": HERE | {"media": [MEDIA, MEDIA]},
    "sendPoll": HERE | {"question": "؟", "options": [{"text": "نعم"}, {"text": "لا"}]},
    "getFile": {"file_id": "{file}"},
    "forwardMessage": THERE | {"from_chat_id": 1001, "message_id": "{written}"},
    "copyMessage": THERE | {"from_chat_id": 1001, "message_id": "{written}"},
    "editMessageText": POSTED | {"text": "آخر"},
    "editMessageCaption": PICTURED | {"caption": "آخر"},
    "editMessageMedia": PICTURED | {"media": MEDIA},
    "editMessageReplyMarkup": POSTED,
    "deleteMessage": POSTED,
    "deleteMessages": HERE | {"message_ids": ["{posted}", "{written}"]},
    "pinChatMessage": POSTED,
    "unpinChatMessage": HERE,
    "setMessageReaction": POSTED | {"reaction": [{"type": "emoji", "emoji": "👍"}], "is_big": True},
    "sendChatAction": HERE | {"action": "typing"},
    "answerCallbackQuery": {"callback_query_id": "{press}", "text": "تم"},
    "answerInlineQuery": {"inline_query_id": "{query}", "results": []},
    "getChat": THERE,
    "getChatMember": THERE | {"user_id": 1001},
    "getChatAdministrators": THERE,
    "getChatMemberCount": THERE,
    "leaveChat": THERE,
    "setMyCommands": {"commands": [{"command": "topics", "description": "المواضيع"}], "language_code": "ar"},
    "getMyCommands": {},
    "deleteMyCommands": {},
    "setMyName": {"name": "قاصد"},
    "getMyName": {},
    "setMyDescription": {"description": "وصف"},
    "getMyDescription": {},
    "setMyShortDescription": {"short_description": "وصف"},
    "getMyShortDescription": {},
    "setChatMenuButton": HERE | {"menu_button": {"type": "commands"}},
    "getChatMenuButton": HERE,
}


@dataclass
class Scene:
    """What calls are about."""

    ids: dict[str, object]

    def fill(self, value: Any) -> Any:
        """Answer a call with what the scene has."""
        if isinstance(value, dict):
            return {name: self.fill(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        found = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
        return self.ids[found[1]] if found else value


@pytest.fixture
async def scene(bot: Bot, amal: Person, telegram: Sandbox) -> Scene:
    """Amal has sent a file of each kind and asked for this and that; there is a group, and the bot has posted."""
    desk: Group = telegram.group(-1001)
    desk.adds_bot(by=amal, as_admin=True)
    for kind, file in FILES.items():
        amal.sends({kind: file})
    amal.sends_file("a.txt", b"x")
    posted = await bot.says(amal.id, "أول", reply_markup=keyboard([pressable("✅")]))
    pictured = (await bot("sendPhoto", chat_id=amal.id, photo="p")).result
    await bot("pinChatMessage", chat_id=amal.id, message_id=posted["message_id"])
    ids = {"posted": posted["message_id"], "pictured": pictured["message_id"], "written": amal.writes("مكتوب")}
    ids |= {"press": amal.presses("✅"), "query": amal.types("قمة"), "file": next(iter(telegram.world.contents))}
    return Scene(ids)


@pytest.mark.parametrize("method", METHODS)
async def test_a_method_answers_what_the_documents_say(bot: Bot, scene: Scene, method: str) -> None:
    answer = (await bot(method, **scene.fill(CALLS[method]))).result
    model: Any = getattr(aiogram.methods, method[0].upper() + method[1:])
    TypeAdapter(model.__returning__).validate_python(answer)
    assert bot.telegram.problems == []


def test_every_method_does_something() -> None:
    assert METHODS.keys() == FUNCTIONS.keys() == CALLS.keys()


def read_rows() -> dict[str, tuple[str, str]]:
    """Answer of each method in the docs which tests look at it more closely, and what of it is not modelled."""
    page = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    return {
        found[1]: (found[2], found[3]) for found in re.finditer(r"^\| `(\w+)` \| (.*) \| (.*) \|$", page, re.MULTILINE)
    }


def test_the_docs_have_a_line_for_each_method_and_for_no_other() -> None:
    assert read_rows().keys() == METHODS.keys()


@pytest.mark.parametrize("method", METHODS)
def test_the_docs_say_what_of_a_method_is_not_modelled_and_who_looks_at_it(method: str) -> None:
    tests, refused = read_rows()[method]
    unmodelled = {name for name, shape in METHODS[method].optional.items() if shape is UNMODELLED}
    assert set(re.findall(r"`(\w+)`", refused)) == unmodelled
    for name in re.findall(r"test_\w+", tests):
        assert method in (ROOT / "tests" / "sandbox" / f"{name}.py").read_text(encoding="utf-8"), name


def test_every_behaviour_in_the_docs_is_checked_by_a_test_that_is_there() -> None:
    page = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    table = page.partition("## Behaviours")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    for what, *_, checked in rows:
        named = re.findall(r"(tests/[\w/]+\.py)(?:::(\w+))?", checked)
        assert named, what
        for path, test in named:
            assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), (path, test)
