"""Whatever an editor sends by a broadcast arrives as it was composed."""

from typing import Any

import pytest
from sqlalchemy import func, select
from telegram import Message

from bot.contents import read_after_command, read_content
from db.broadcasting import broadcasts
from newsroom.errors import Refusal
from sandbox import Person
from tests.bot.casting import PHOTO, send, shown, texts_of
from tests.live import Live

FILE = {"file_id": "file-1", "file_unique_id": "f1", "file_name": "تقرير.pdf"}
VIDEO = {"file_id": "video-1", "file_unique_id": "v1", "width": 16, "height": 9, "duration": 3}
ANIMATION = {"file_id": "animation-1", "file_unique_id": "a1", "width": 16, "height": 9, "duration": 3}
AUDIO = {"file_id": "audio-1", "file_unique_id": "s1", "duration": 3}
VOICE = {"file_id": "voice-1", "file_unique_id": "w1", "duration": 3}
CAPTION = {"caption": "الصورة: شينخوا", "caption_entities": [{"type": "bold", "offset": 0, "length": 6}]}
EMOJI = {"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5368324170671202286"}
POLL = {
    "id": "1",
    "question": "👍 أي موضوع؟",
    "question_entities": [EMOJI],
    "options": [
        {"persistent_id": "0", "text": "👍 الاقتصاد", "text_entities": [EMOJI], "voter_count": 0},
        {"persistent_id": "1", "text": "الثقافة", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": True,
    "allows_revoting": False,
    "members_only": False,
    "description": "لقرّاء الموقع",
    "description_entities": [{"type": "italic", "offset": 0, "length": 5}],
}
QUIZ = POLL | {
    "type": "quiz",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "is_anonymous": False,
    "correct_option_ids": [1],
    "explanation": "كما في الخبر",
    "explanation_entities": [{"type": "underline", "offset": 0, "length": 3}],
    "open_period": 600,
}
WHOM = {"id": 7, "is_bot": False, "first_name": "أمل"}
FORMATS: dict[str, dict[str, Any]] = {
    **{name: {} for name in ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre")},
    **{name: {} for name in ("blockquote", "expandable_blockquote")},
    "text_link": {"url": "https://site.example/a"},
    "text_mention": {"user": WHOM},
    "custom_emoji": {"custom_emoji_id": "5368324170671202286"},
    "date_time": {"unix_time": 1_795_000_000, "date_time_format": "r"},
    "pre ": {"language": "python"},
}
FOUND = {"mention": "@site_news", "hashtag": "#الصين", "cashtag": "$CNY", "url": "https://site.example/b"}
FOUND |= {"email": "news@site.example", "bot_command": "/latest"}


def formatted() -> tuple[str, list[dict[str, Any]]]:
    """Answer a text of lines, each of another format; an emoji before all of them counts two units."""
    text, entities = "👋\n", []
    for name, facts in FORMATS.items():
        words = "👍" if name == "custom_emoji" else "كلمة"
        entities.append({"type": name.strip(), "offset": units(text), "length": units(words), **facts})
        text += f"{words}\n\n"
    for name, words in FOUND.items():
        entities.append({"type": name, "offset": units(text), "length": units(words)})
        text += f"{words}\n"
    return text.strip(), entities


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


TEXT, ENTITIES = formatted()


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


KINDS: dict[str, dict[str, Any]] = {
    "photo": {"photo": PHOTO, "caption": TEXT, "caption_entities": ENTITIES, "has_media_spoiler": True},
    "video": {"video": VIDEO, "caption": "بلا تنسيق", "show_caption_above_media": True},
    "animation": {"animation": ANIMATION, "document": ANIMATION, **CAPTION},
    "audio": {"audio": AUDIO, **CAPTION},
    "voice": {"voice": VOICE, **CAPTION},
    "document": {"document": FILE, **CAPTION},
    "poll": {"poll": POLL},
    "quiz": {"poll": QUIZ},
}


@pytest.mark.parametrize("sent", KINDS.values(), ids=KINDS)
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
    if poll := content.get("poll"):
        return {name: value for name, value in poll.items() if name not in {"id", "close_date"}}
    return content


async def test_every_format_of_a_text_arrives_and_how_its_link_is_shown(
    live: Live, editor: Person, readers: list[Person]
) -> None:
    preview = {"url": "https://site.example/b", "prefer_large_media": True, "show_above_text": True}
    await live.says(editor, "/broadcast")
    editor.sends({"text": TEXT, "entities": ENTITIES, "link_preview_options": preview})
    await live.hears_of(editor, "مسودة")
    await send(live, editor)
    await live.telegram.until(lambda: any("👋" in text for text in texts_of(readers[0])), timeout=30)
    arrived = shown(readers[0], "👋")
    assert (arrived.text, arrived.entities) == (TEXT, ENTITIES)
    call = next(call for call in live.telegram.calls if "👋" in str(call.params.get("text")))
    assert call.params["link_preview_options"] == preview


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity["type"])
def test_every_format_is_kept_alone(entity: dict[str, Any]) -> None:
    head = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        file = {} if text == "text" else {"photo": PHOTO}
        message = Message.de_json({**head, **file, text: TEXT, entities: [entity]}, None)
        assert read_content(message.to_dict())["params"][entities] == [entity]


@pytest.mark.parametrize("preview", [{"is_disabled": True}, {"prefer_large_media": True, "url": "https://a.example"}])
def test_how_a_link_is_shown_is_kept_also_after_the_command(preview: dict[str, Any]) -> None:
    message = {"text": "/broadcast خبر https://a.example", "link_preview_options": preview}
    assert read_after_command(message)["params"]["link_preview_options"] == preview


def test_of_when_a_poll_closes_the_period_is_kept_alone() -> None:
    params = read_content({"poll": QUIZ | {"close_date": 1_795_000_000}})["params"]
    assert (params["open_period"], "close_date" in params) == (600, False)
    assert read_content({"poll": POLL | {"close_date": 1_795_000_000}})["params"]["close_date"] == 1_795_000_000


def test_a_poll_that_would_lose_its_pictures_is_refused() -> None:
    with pytest.raises(Refusal):
        read_content({"poll": POLL | {"media": {"photo": PHOTO}}})


ALBUMS: dict[str, list[dict[str, Any]]] = {
    "seen": [{"photo": PHOTO, **CAPTION, "has_media_spoiler": True}, {"video": VIDEO, **CAPTION}, {"photo": PHOTO}],
    "documents": [{"document": FILE}, {"document": FILE, **CAPTION}, {"document": FILE}],
    "audio": [{"audio": AUDIO}, {"audio": AUDIO}, {"audio": AUDIO, **CAPTION}],
}


@pytest.mark.parametrize("album", ALBUMS.values(), ids=ALBUMS)
async def test_an_album_arrives_as_one_and_its_preview_waits_for_the_last(
    live: Live, editor: Person, readers: list[Person], album: list[dict[str, Any]]
) -> None:
    parts = [{**part, "media_group_id": "777"} for part in album]
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
