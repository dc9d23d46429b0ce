"""What a broadcast says: an editor's message as the request that brings the same to each reader, and the other way.

    message ─▶ {"method": "sendMessage", "params": {"text": …, "entities": […]}} ─▶ write: with its manner, for one look

What was formatted stays so, entity by entity. Files are sent by the id that Telegram gave them, so nothing is uploaded.
An album comes as several messages with one group id, each of which is added. A new kind is a line of `KINDS`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.keyboards import make_keyboard, make_link
from newsroom.broadcasts import WHOEVER, Broadcast, Do, Manner
from newsroom.cutting import length
from newsroom.errors import Refusal

Content = dict[str, Any]
Params = dict[str, Any]
LONGEST_TEXT, LONGEST_CAPTION = 4_096, 1_024  # UTF-16 units (Bot API, sendMessage and sendPhoto)
ENTITY = ("type", "offset", "length", "url", "language", "custom_emoji_id", "unix_time", "date_time_format")


def read_content(message: Mapping[str, Any]) -> Content:
    """Answer the content of a message, as the Bot API has it. Raises Refusal for what cannot be sent to others."""
    for field, (method, read) in KINDS.items():
        if field in message:
            return {"method": method, "params": read(message)}
    raise Refusal("broadcast.kind")


def read_words(message: Mapping[str, Any], before: Content) -> Content:
    """Answer the content of a message that replaces another; a text is the caption of the file that was there."""
    content = read_content(message)
    if content["method"] != TEXT or before["method"] in {TEXT, POLL}:
        return content
    words = content["params"]
    if length(words["text"]) > LONGEST_CAPTION:
        raise Refusal("broadcast.long.caption", most=LONGEST_CAPTION)
    caption = {"caption": words["text"], "caption_entities": words["entities"]}
    params = before["params"]
    if not is_album(before):
        return {**before, "params": {**params, **caption}}
    first, *others = params["media"]
    return {**before, "params": {**params, "media": [{**first, **caption}, *others]}}


def read_after_command(message: Mapping[str, Any]) -> Content:
    """Answer the content of a message without the command that it begins with."""
    text = str(message["text"])
    rest = text.split(maxsplit=1)[1]
    shift = len(text[: len(text) - len(rest)].encode("utf-16-le")) // 2
    entities = [moved for entity in message.get("entities", ()) if (moved := _move(entity, shift))]
    return read_content({**message, "text": rest, "entities": entities})


def _move(entity: Mapping[str, Any], shift: int) -> dict[str, Any] | None:
    """Answer an entity nearer to the beginning; None where it lies before."""
    end = entity["offset"] + entity["length"] - shift
    begin = max(0, entity["offset"] - shift)
    return {**entity, "offset": begin, "length": end - begin} if end > begin else None


def _read_text(message: Mapping[str, Any]) -> Params:
    text = str(message["text"])
    if length(text) > LONGEST_TEXT:
        raise Refusal("broadcast.long")
    preview = message.get("link_preview_options")
    told = {"link_preview_options": preview} if preview else {}
    return {"text": text, "entities": _read_entities(message.get("entities", ())), **told}


def _read_entities(entities: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Answer entities as they are sent; whom a mention means goes with them."""
    return [_read_entity(entity) for entity in entities]


def _read_entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    user = {"user": entity["user"]} if "user" in entity else {}
    return {name: entity[name] for name in ENTITY if entity.get(name) is not None} | user


def _read_file(kind: str) -> Callable[[Mapping[str, Any]], Params]:
    """Answer what reads a message with a file; of a picture the largest size is sent."""

    def read(message: Mapping[str, Any]) -> Params:
        file = message[kind][-1] if isinstance(message[kind], list | tuple) else message[kind]
        return {kind: file["file_id"], **_read_caption(message)}

    return read


def _read_caption(message: Mapping[str, Any]) -> Params:
    shown = {given: True for told, given in SHOWN.items() if message.get(told)}
    if not message.get("caption"):
        return shown
    return shown | {
        "caption": str(message["caption"]),
        "caption_entities": _read_entities(message.get("caption_entities", ())),
    }


def _read_poll(message: Mapping[str, Any]) -> Params:
    """Answer a poll as it was composed: the same questions, no votes."""
    poll = message["poll"]
    if "explanation_media" in poll or any("media" in part for part in (poll, *poll["options"])):
        raise Refusal("broadcast.kind")
    params: Params = {"question": poll["question"], "options": [_read_option(option) for option in poll["options"]]}
    params |= {name: poll[name] for name in ASKED if poll.get(name) is not None}
    for words in ("question", *TOLD):
        if entities := poll.get(f"{words}_entities"):
            params[f"{words}_entities"] = _read_entities(entities)
    if "open_period" in params:  # which Telegram takes alone
        params.pop("close_date", None)
    return params


def _read_option(option: Mapping[str, Any]) -> Params:
    entities = option.get("text_entities")
    return {"text": option["text"], **({"text_entities": _read_entities(entities)} if entities else {})}


TOLD = ("explanation", "description")  # beside the question
# What a poll tells of itself that sendPoll takes. Who may vote (`members_only`, `country_codes`) it takes for channels
# alone, and a broadcast goes to people; what it does not tell (the order at random, hidden results) nobody can keep.
ASKED = (
    *("type", "is_anonymous", "allows_multiple_answers", "allows_revoting", "correct_option_ids"),
    *("open_period", "close_date", *TOLD),
)
SHOWN = {"has_media_spoiler": "has_spoiler", "show_caption_above_media": "show_caption_above_media"}
TEXT, POLL, ALBUM = "sendMessage", "sendPoll", "sendMediaGroup"
FILES = ("photo", "video", "animation", "document", "audio", "voice")
IN_ALBUM = ("photo", "video", "document", "audio")
LARGEST_ALBUM = 10
# An animation comes with the document that it is, so it stands before.
KINDS: dict[str, tuple[str, Callable[[Mapping[str, Any]], Params]]] = {
    "text": (TEXT, _read_text),
    **{kind: (f"send{kind.title()}", _read_file(kind)) for kind in FILES},
    "poll": (POLL, _read_poll),
}


def read_album(message: Mapping[str, Any]) -> Content | None:
    """Answer the first message of an album as one; None for what is of none."""
    group = message.get("media_group_id")
    return {"method": ALBUM, "params": {"media": [_read_item(message)]}, "group": str(group)} if group else None


def add_to_album(content: Content, message: Mapping[str, Any]) -> Content | None:
    """Answer an album with one message more; None where the message is not of it."""
    media = content["params"].get("media", [])
    if content.get("group") != str(message.get("media_group_id")) or len(media) >= LARGEST_ALBUM:
        return None
    return {**content, "params": {"media": [*media, _read_item(message)]}}


def _read_item(message: Mapping[str, Any]) -> Params:
    kind = next((kind for kind in IN_ALBUM if kind in message), None)
    if kind is None:
        raise Refusal("broadcast.kind")
    params = _read_file(kind)(message)
    return {"type": kind, "media": params.pop(kind), **params}


def is_album(content: Content) -> bool:
    """Tell whether it is an album, below which there can be no links."""
    return bool(content["method"] == ALBUM)


def excerpt_of(content: Content) -> str:
    """Answer the words of a content, as far as it has any."""
    params = content["params"]
    first = params.get("media", [{}])[0] if is_album(content) else params
    return str(first.get("text") or first.get("caption") or first.get("question") or "")


def choose_content(contents: Mapping[str, Content], language: str) -> Content:
    """Answer the content for those who speak a language."""
    return contents.get(language) or contents[WHOEVER]


def list_versions(broadcast: Broadcast) -> list[tuple[list[str], Content]]:
    """Answer each content that differs from the others, and the languages that it is for.

    Of a correction that waits they are what it changes.
    """
    better = broadcast.manner.better
    contents = {**broadcast.contents, **better}
    alike: dict[str, list[str]] = {}
    for language, content in contents.items():
        alike.setdefault(json.dumps(content, sort_keys=True), []).append(language)
    meant = better or contents
    return [(languages, contents[languages[0]]) for languages in alike.values() if meant.keys() & {*languages}]


def write(content: Content, manner: Manner, *, silent: bool = False, paid: bool = False) -> tuple[str, Params]:
    """Answer the request that brings a content, but for its chat."""
    params = dict(content["params"])
    params |= {"allow_paid_broadcast": True} if paid else {}
    params |= {"disable_notification": True} if silent or manner.silent else {}
    params |= {"protect_content": True} if manner.protected else {}
    if is_album(content):
        return _write_album(params)
    keyboard = make_keyboard([[make_link(label, url)] for label, url in manner.buttons])
    return content["method"], params | ({"reply_markup": keyboard.to_dict()} if keyboard else {})


def write_deed(do: Do, content: Content, manner: Manner) -> tuple[str, Params]:
    """Answer the request that does something to a message that brought a content, but for the message."""
    if do is Do.PIN:
        return "pinChatMessage", {"disable_notification": True}
    if do is Do.DELETE:
        return "deleteMessages" if len(content["params"].get("media", ())) > 1 else "deleteMessage", {}
    params = write(content, manner)[1]
    if content["method"] == TEXT:
        return "editMessageText", _only(params, "text", "entities", "link_preview_options", "reply_markup")
    told = params["media"][0] if "media" in params else params
    return "editMessageCaption", _only(told, "caption", "caption_entities", "show_caption_above_media", "reply_markup")


def _only(params: Params, *names: str) -> Params:
    return {name: params[name] for name in names if name in params}


def can_amend(before: Content, after: Content) -> bool:
    """Tell whether the words of what was sent may be changed so: the same kind of message, with the same files."""
    return before["method"] == after["method"] != POLL and _list_files(before) == _list_files(after)


def _list_files(content: Content) -> list[Any]:
    params = content["params"]
    return [item["media"] for item in params["media"]] if is_album(content) else [params.get(kind) for kind in FILES]


def is_poll(content: Content) -> bool:
    """Tell whether it is a poll, which stays as it was sent."""
    return bool(content["method"] == POLL)


def has_open_votes(content: Content) -> bool:
    """Tell whether it is a poll that shows who voted for what, which no channel takes (Bot API, sendPoll)."""
    return is_poll(content) and content["params"].get("is_anonymous") is False


def _write_album(params: Params) -> tuple[str, Params]:
    """Answer the request for an album; of one that has a single message, for that."""
    media = params["media"]
    if len(media) > 1:
        return ALBUM, params
    item = {name: value for name, value in media[0].items() if name not in {"type", "media"}}
    rest = {name: value for name, value in params.items() if name != "media"}
    return f"send{media[0]['type'].title()}", rest | item | {media[0]["type"]: media[0]["media"]}
