"""Methods that send files, albums and polls, and tell where a file is. A file is an upload, or was sent, by its id.

A new kind of file is a line of `KINDS`, its method in `spec.py`, and its field in CONTENTS (`sandbox/world.py`).
"""

from typing import Any

from sandbox.errors import bad_request
from sandbox.formatting import format_text
from sandbox.methods.messages import post
from sandbox.shapes import Upload
from sandbox.spec import Params
from sandbox.world import Json, Message, World

LONGEST_CAPTION = 1024  # code points, after parsing (Bot API, sendPhoto)
LONGEST_QUESTION, MOST_OPTIONS = 300, 12  # Bot API, sendPoll
SMALLEST_ALBUM, LARGEST_ALBUM = 2, 10  # Bot API, sendMediaGroup
APART = {"document", "audio"}  # that are in no album with others
KINDS = ("photo", "video", "animation", "document", "audio", "voice")
SHOWN = {"has_spoiler": "has_media_spoiler", "show_caption_above_media": "show_caption_above_media"}


def send_file(world: World, params: Params) -> Message:
    """Bot API, sendPhoto, sendVideo and the like."""
    kind = next(kind for kind in KINDS if kind in params)
    return post(world, params, read_file(world, kind, params[kind]) | read_caption(params))


def read_file(world: World, kind: str, given: str) -> Json:
    """Answer the content that a file makes; an animation comes with the document that it is (Bot API, Message)."""
    content = _find_file(world, kind, given)
    return {kind: content, "document": content} if kind == "animation" else {kind: content}


def _find_file(world: World, kind: str, given: str) -> Any:
    if isinstance(given, Upload):
        return _keep(world, kind, given)
    if given not in world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    known, content = world.files[given]
    if known != kind:
        raise bad_request(f"can't use file of type {known.title()} as {kind.title()}")
    return content


def _keep(world: World, kind: str, file: Upload) -> Any:
    """Take an upload in."""
    if not file.content:
        raise bad_request("file must be non-empty")
    number = f"file{world.random.randrange(10**8)}"
    world.contents[number] = file.content
    told = {"file_id": number, "file_unique_id": number, "file_size": len(file.content)}
    if kind == "photo":
        return [told | {"width": 1, "height": 1}]
    return told | {"file_name": str(file), "mime_type": file.kind}


def get_file(world: World, params: Params) -> Json:
    """Bot API, getFile: where a file can be fetched, below /file/bot<token>/."""
    file_id = params["file_id"]
    if file_id not in world.contents:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    told = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(world.contents[file_id])}
    return told | {"file_path": f"documents/{file_id}"}


def read_caption(params: Params) -> Json:
    """Answer the part of a content that a caption and how it is shown make."""
    shown = {name: True for given, name in SHOWN.items() if params.get(given)}
    if not params.get("caption"):
        return shown
    made = format_text(params["caption"], params.get("parse_mode", ""), params.get("caption_entities"))
    if len(made["text"]) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    entities = {"caption_entities": made["entities"]} if "entities" in made else {}
    return shown | {"caption": made["text"], **entities}


def send_media_group(world: World, params: Params) -> list[Json]:
    """Bot API, sendMediaGroup: a message for each, joined by a group id."""
    media = params["media"]
    if not SMALLEST_ALBUM <= len(media) <= LARGEST_ALBUM:
        raise bad_request("wrong number of media to send" if media else "there are no messages to send")
    kinds = {item["type"] for item in media}
    if kinds & APART and len(kinds) > 1:
        raise bad_request("document and audio can't be mixed with other media types")
    contents = [read_file(world, item["type"], item["media"]) | read_caption(item) for item in media]
    group = {"media_group_id": str(world.random.randrange(10**16))}
    return [post(world, params, content | group).as_json() for content in contents]


def send_poll(world: World, params: Params) -> Message:
    """Bot API, sendPoll."""
    question, chat = _read_words(params, "question"), world.chats.get(params["chat_id"])
    if not 0 < len(question.get("question", "")) <= LONGEST_QUESTION or not 1 < len(params["options"]) <= MOST_OPTIONS:
        raise bad_request("poll question or options are wrong")
    is_anonymous, kind = params.get("is_anonymous", True), params.get("type", "regular")
    if chat and chat.kind == "channel" and not is_anonymous:
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    poll: Json = {
        "id": str(world.random.randrange(10**17)),
        **question,
        "options": [_read_option(number, option) for number, option in enumerate(params["options"])],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": is_anonymous,
        "type": kind,
        "allows_multiple_answers": params.get("allows_multiple_answers", False),
        "allows_revoting": params.get("allows_revoting", kind != "quiz"),
        "members_only": False,
        **_read_words(params, "explanation"),
        **_read_words(params, "description"),
        **_read_closing(params, world),
    }
    poll |= {"correct_option_ids": params["correct_option_ids"]} if "correct_option_ids" in params else {}
    return post(world, params, {"poll": poll})


def _read_option(number: int, option: Params) -> Json:
    words = format_text(option["text"], "", option.get("text_entities"))
    entities = {"text_entities": words["entities"]} if "entities" in words else {}
    return {"persistent_id": str(number), "text": words["text"], **entities, "voter_count": 0}


def _read_words(params: Params, name: str) -> Json:
    """Answer words of a poll with their formatting, as far as it has them."""
    if not params.get(name):
        return {}
    words = format_text(params[name], "", params.get(f"{name}_entities"))
    return {name: words["text"], **({f"{name}_entities": words["entities"]} if "entities" in words else {})}


def _read_closing(params: Params, world: World) -> Json:
    """Answer when a poll closes by itself: after a period, or at a moment."""
    if "open_period" in params:
        return {"open_period": params["open_period"], "close_date": int(world.clock()) + params["open_period"]}
    return {"close_date": params["close_date"]} if "close_date" in params else {}


METHODS = {
    **{f"send{kind.title()}": send_file for kind in KINDS},
    "sendMediaGroup": send_media_group,
    "sendPoll": send_poll,
    "getFile": get_file,
}
