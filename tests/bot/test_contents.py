"""Whatever an editor sends by a broadcast arrives as it was composed."""

from typing import Any

import pytest
from sqlalchemy import func, select

from db.broadcasting import broadcasts
from sandbox import Person
from tests.bot.casting import PHOTO, send
from tests.live import Live

FILE = {"file_id": "file-1", "file_unique_id": "f1", "file_name": "تقرير.pdf"}
VIDEO = {"file_id": "video-1", "file_unique_id": "v1", "width": 16, "height": 9, "duration": 3}
CAPTION = {"caption": "الصورة: شينخوا", "caption_entities": [{"type": "bold", "offset": 0, "length": 6}]}
POLL = {
    "id": "1",
    "question": "أي موضوع؟",
    "options": [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("الاقتصاد", "الثقافة")],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": True,
    "allows_revoting": False,
    "members_only": False,
}


async def compose(live: Live, editor: Person, *messages: dict[str, Any]) -> None:
    """Let an editor send something for a broadcast, and see its card."""
    await live.says(editor, "/broadcast")
    for content in messages:
        editor.sends(content)
    await live.hears_of(editor, "مسودة")


def contents(live: Live, person: Person) -> list[dict[str, Any]]:
    """Answer what a person was sent, but for text."""
    chat = live.telegram.world.chats[person.id]
    return [message.content for message in chat.messages.values() if message.by_bot and "text" not in message.content]


@pytest.mark.parametrize(
    "sent",
    [
        {"photo": PHOTO, **CAPTION, "has_media_spoiler": True},
        {"document": FILE, **CAPTION},
        {"video": VIDEO, "caption": "بلا تنسيق"},
        {"poll": POLL},
    ],
    ids=["photo", "document", "video", "poll"],
)
async def test_every_kind_arrives_as_it_was_composed(
    live: Live, editor: Person, readers: list[Person], sent: dict[str, Any]
) -> None:
    await compose(live, editor, sent)
    (preview,) = contents(live, editor)
    await send(live, editor)
    await live.telegram.until(lambda: contents(live, readers[0]), timeout=30)
    (arrived,) = contents(live, readers[0])
    assert without_own(arrived) == without_own(preview) == without_own(sent)


def without_own(content: dict[str, Any]) -> dict[str, Any]:
    """Answer a content without what each poll has of its own."""
    poll = content.get("poll")
    if not poll:
        return content
    options = [option["text"] for option in poll["options"]]
    return {name: poll[name] for name in ("question", "type", "is_anonymous", "allows_multiple_answers")} | {
        "options": options
    }


async def test_an_album_arrives_as_one_and_its_preview_waits_for_the_last(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    group = {"media_group_id": "777"}
    parts: list[dict[str, Any]] = [
        {"photo": PHOTO, **CAPTION, **group},
        {"video": VIDEO, **group},
        {"photo": PHOTO, **group},
    ]
    await compose(live, editor, *parts)
    assert [without_group(content) for content in contents(live, editor)] == [without_group(part) for part in parts]
    await send(live, editor)
    await live.telegram.until(lambda: len(contents(live, readers[0])) == 3, timeout=30)
    arrived = contents(live, readers[0])
    assert [without_group(content) for content in arrived] == [without_group(part) for part in parts]
    assert len({content["media_group_id"] for content in arrived}) == 1
    assert sum(call.method == "sendMediaGroup" and call.chat_id == readers[0].id for call in live.telegram.calls) == 1


def without_group(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "media_group_id"}


async def test_what_is_no_message_for_others_is_refused(live: Live, editor: Person) -> None:
    await live.says(editor, "/broadcast")
    editor.sends({"contact": {"phone_number": "+1", "first_name": "x"}})
    await live.hears_of(editor, "لا يمكن إرسال هذا النوع")
    assert await live.ask(select(func.count()).select_from(broadcasts)) == 0
