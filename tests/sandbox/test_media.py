"""Files, albums and polls: what was ever sent is sent again by its id, and what Telegram refuses is refused."""

import json
from http import HTTPStatus
from typing import Any

import aiohttp
import pytest

from sandbox import Person
from tests.sandbox.conftest import Bot, Reply

PHOTO = [{"file_id": "p1", "file_unique_id": "u1", "width": 90, "height": 90}]
VIDEO = {"file_id": "v1", "file_unique_id": "u2", "width": 16, "height": 9, "duration": 1}
FILE = {"file_id": "d1", "file_unique_id": "u3", "file_name": "a.pdf"}


@pytest.fixture
def sent(amal: Person) -> Person:
    """A person who has sent a picture, a video and a file."""
    for content in ({"photo": PHOTO}, {"video": VIDEO}, {"document": FILE}):
        amal.sends(content)
    return amal


async def test_a_file_is_sent_by_its_id_with_a_caption(bot: Bot, sent: Person) -> None:
    entities = [{"type": "bold", "offset": 0, "length": 1}]
    told = {"photo": "p1", "caption": "صورة", "caption_entities": entities, "has_spoiler": True}
    answer = await bot("sendPhoto", chat_id=sent.id, **told)
    assert answer.result["photo"] == PHOTO
    assert (answer.result["caption"], answer.result["caption_entities"]) == ("صورة", entities)
    assert answer.result["has_media_spoiler"] is True


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("sendPhoto", {"photo": "p9"}, "wrong file identifier"),
        ("sendPhoto", {"photo": "v1"}, "can't use file of type Video as Photo"),
        ("sendPhoto", {"photo": "p1", "caption": "x" * 1_025}, "caption is too long"),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": "p1"}]}, "wrong number of media"),
        (
            "sendMediaGroup",
            {"media": [{"type": "photo", "media": "p1"}, {"type": "document", "media": "d1"}]},
            "can't be mixed",
        ),
        ("sendPoll", {"question": "؟", "options": [{"text": "a"}]}, "poll question or options are wrong"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    bot: Bot, sent: Person, method: str, params: dict[str, Any], refusal: str
) -> None:
    assert refusal in (await bot(method, chat_id=sent.id, **params)).refusal


async def test_an_album_is_several_messages_of_one_group(bot: Bot, sent: Person) -> None:
    media = [{"type": "photo", "media": "p1", "caption": "أول"}, {"type": "video", "media": "v1"}]
    answer = await bot("sendMediaGroup", chat_id=sent.id, media=media)
    first, second = answer.result
    assert (first["photo"], first["caption"], second["video"]) == (PHOTO, "أول", VIDEO)
    assert first["media_group_id"] == second["media_group_id"]


async def test_a_poll_is_a_poll(bot: Bot, sent: Person) -> None:
    options = [{"text": "نعم"}, {"text": "لا"}]
    answer = await bot("sendPoll", chat_id=sent.id, question="أيهما؟", options=options, is_anonymous=False)
    poll = answer.result["poll"]
    assert (poll["question"], [option["text"] for option in poll["options"]]) == ("أيهما؟", ["نعم", "لا"])
    assert poll["is_anonymous"] is False


async def test_a_file_that_was_sent_is_fetched_by_its_path(bot: Bot, amal: Person) -> None:
    amal.sends_file("list.opml", b"<opml/>")
    (update,) = await bot.updates()
    document = update["message"]["document"]
    told = (await bot("getFile", file_id=document["file_id"])).result
    assert (document["file_name"], told["file_size"]) == ("list.opml", 7)
    assert await bot.fetch(told["file_path"]) == (200, b"<opml/>")
    assert (await bot.fetch("documents/nothing"))[0] == 404
    assert (await bot("getFile", file_id="nothing")).status == 400


async def replace(bot: Bot, person: Person, message_id: int, media: dict[str, Any], **files: bytes) -> Reply:
    """Edit a message's media by a form, with files of these names."""
    form = aiohttp.FormData({"chat_id": str(person.id), "message_id": str(message_id), "media": json.dumps(media)})
    for name, content in files.items():
        form.add_field(name, content, filename=f"{name}.png", content_type="image/png")
    async with bot.session.post(bot.url("editMessageMedia"), data=form) as answer:
        return Reply(answer.status, await answer.json())


async def test_a_picture_takes_the_place_of_another_with_its_caption(bot: Bot, sent: Person) -> None:
    shown = await bot("sendPhoto", chat_id=sent.id, photo="p1", caption="قبل")
    media = {"type": "photo", "media": "attach://picture", "caption": "<b>بعد</b>", "parse_mode": "HTML"}
    answer = await replace(bot, sent, shown.result["message_id"], media, picture=b"\x89PNG")
    assert (answer.result["caption"], answer.result["message_id"]) == ("بعد", shown.result["message_id"])
    assert answer.result["photo"] != PHOTO
    assert bot.telegram.calls[-1].params["media"]["media"].content == b"\x89PNG"
    assert bot.telegram.problems == []


async def test_what_is_attached_by_a_name_that_nothing_says_is_a_problem(bot: Bot, sent: Person) -> None:
    shown = await bot("sendPhoto", chat_id=sent.id, photo="p1")
    media = {"type": "photo", "media": "attach://picture"}
    assert (await replace(bot, sent, shown.result["message_id"], media, other=b"x")).status == HTTPStatus.BAD_REQUEST
    assert bot.telegram.problems
    bot.telegram.problems.clear()


async def test_a_picture_that_telegram_has_takes_the_place_of_a_text(bot: Bot, sent: Person) -> None:
    shown = await bot.says(sent.id, "نص")
    told = {"message_id": shown["message_id"], "media": {"type": "photo", "media": "p1"}}
    assert (await bot("editMessageMedia", chat_id=sent.id, **told)).result["photo"] == PHOTO
