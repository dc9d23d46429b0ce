"""How chats and messages are told to the page: plain data, with nothing in it that is HTML.

A new kind of content is a line in `_read_content`, and its drawing in `static/content.js`.
"""

from collections.abc import Callable
from typing import Any

from sandbox.channels import Channel
from sandbox.communities import Community
from sandbox.groups import Group
from sandbox.people import Person
from sandbox.reactions import count_reactions
from sandbox.screen import VisibleChat
from sandbox.world import FILES, Chat, Json, Message

FOUND_LINKS = {"url", "text_link"}
TEXTS = ("text", "caption")
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}  # by what they begin with
Preview = Callable[[str], Json | None]  # title and description of a page that is known, by its address


def view_person(person: Person) -> Json:
    """Answer a person."""
    return {
        "id": person.id,
        "name": person.user["first_name"],
        "language": person.user.get("language_code", ""),
        "standing": person.standing.name.lower(),
        "offer": _read_offer(person),
    }


def _read_offer(person: Person) -> Json:
    """Answer what the bot offered last for what the person typed after its name."""
    results = person.offers[-1].results if person.offers else []
    shown = [{name: result.get(name, "") for name in ("id", "title", "description")} for result in results]
    return {"number": len(person.offers), "results": shown}


def view_chat(chat: VisibleChat, now: float) -> Json:
    """Answer a chat, but for its messages."""
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": getattr(chat, "title", ""),
        "username": chat.username or "",
        "bot": chat.bot_status if isinstance(chat, Community) else "member",
        "members": _read_members(chat),
        "menus": _read_menus(chat),
        "pinned": list(chat.pinned),
        "typing": chat.typing_until > now,
        "below": _read_below(chat),
    }


def view_message(message: Message, preview: Preview) -> Json:
    """Answer a message."""
    content = message.content
    text = next((content[name] for name in TEXTS if name in content), "")
    entities = content.get("entities") or content.get("caption_entities") or []
    return {
        "id": message.id,
        "at": message.at,
        "edited": message.edited_at is not None,
        "by": _read_sender(message),
        "bot": message.by_bot,
        "text": text,
        "entities": entities,
        "reply_to": message.reply_to or 0,
        "silent": message.silent,
        "origin": _read_origin(message.origin or {}),
        "via": (message.via_bot or {}).get("username", ""),
        "keyboard": _read_keyboard(message),
        "reactions": _read_reactions(message),
        "preview": _read_preview(content, text, entities, preview),
        **_read_content(message),
    }


def _read_reactions(message: Message) -> list[Json]:
    """Answer what was given to it, each with who gave it: the page shows a person's own as such."""
    return [
        {"emoji": one, "by": [who for who, given in message.reactions if given == one]}
        for one in count_reactions(message)
    ]


def _read_members(chat: Chat) -> dict[str, str]:
    if not isinstance(chat, Community):
        return {str(chat.id): "member"}
    return {str(number): status for number, (_, status) in chat.people.items()}


def _read_menus(chat: Chat) -> dict[str, list[dict[str, str]]]:
    """Answer the commands that each person in the chat has in the menu there."""
    if isinstance(chat, Person):
        return {str(chat.id): chat.commands}
    if isinstance(chat, Group) and chat.has_bot:
        return {str(person.id): chat.commands_of(person) for person, _ in chat.people.values()}
    return {}


def _read_below(chat: Chat) -> Json:
    """Answer the keyboard that stands below the chat, or whom the bot forces an answer to."""
    for message in reversed(chat.messages.values()):
        markup = message.markup or {}
        if "remove_keyboard" in markup:
            return {}
        if "keyboard" in markup or markup.get("force_reply"):
            rows = [[button["text"] for button in row] for row in markup.get("keyboard", ())]
            hint = markup.get("input_field_placeholder", "")
            forced = bool(markup.get("force_reply"))
            once = markup.get("one_time_keyboard", False)
            return {"message": message.id, "rows": rows, "hint": hint, "forced": forced, "once": once}
    return {}


def _read_sender(message: Message) -> Json:
    sender = message.sender_chat or message.sender or {}
    return {"id": sender.get("id", 0), "name": sender.get("first_name") or sender.get("title", "")}


def _read_origin(origin: Json) -> str:
    """Answer whom a forwarded message is from."""
    whose = origin.get("sender_user") or origin.get("sender_chat") or origin.get("chat") or {}
    return str(whose.get("first_name") or whose.get("title", ""))


def _read_keyboard(message: Message) -> list[list[Json]]:
    """Answer the buttons under a message. What they call back is nobody's but the bot's."""
    rows = (message.markup or {}).get("inline_keyboard", ())
    return [[_read_button(button) for button in row] for row in rows]


def _read_button(button: Json) -> Json:
    actions = {name: value for name, value in button.items() if name not in {"text", "style", "icon_custom_emoji_id"}}
    action, value = next(iter(actions.items()))
    shown = {"text": button["text"], "action": action, "style": button.get("style", "")}
    match action:
        case "callback_data" | "disabled":
            return shown
        case "web_app":
            return shown | {"value": value["url"]}
        case "copy_text":
            return shown | {"value": value["text"]}
        case _:
            return shown | {"value": value}


def _read_preview(content: Json, text: str, entities: list[Json], preview: Preview) -> Json | None:
    """Answer the preview of the link that is meant, or of the first one."""
    options = content.get("link_preview_options", {})
    if options.get("is_disabled") or "text" not in content:
        return None
    link = options.get("url") or _find_link(text, entities)
    known = preview(link) if link else None
    return known and {**known, "url": link, "above": options.get("show_above_text", False)}


def _find_link(text: str, entities: list[Json]) -> str:
    found = next((entity for entity in entities if entity["type"] in FOUND_LINKS), None)
    if found is None or "url" in found:
        return found["url"] if found else ""
    start, length = 2 * found["offset"], 2 * found["length"]
    return text.encode("utf-16-le")[start : start + length].decode("utf-16-le")


def _read_content(message: Message) -> Json:
    """Answer what is in the message beside its text."""
    content = message.content
    if message.is_service:
        return {"service": _read_service(content)}
    if kind := next((kind for kind in FILES if kind in content), None):
        told = _read_file(kind, content[kind])
        is_there = bool(picture_kind(message.chat.world.contents.get(told["id"], b"")))
        return {"file": told | {"is_there": is_there}, "album": content.get("media_group_id", "")}
    if "poll" in content:
        return {"poll": content["poll"]}
    return {"rich": content["rich_message"]} if "rich_message" in content else {}


def picture_kind(content: bytes) -> str:
    """Answer what kind of picture it is that a browser shows, "" for none."""
    return next((kind for sign, kind in PICTURES.items() if content.startswith(sign)), "")


def _read_file(kind: str, file: Any) -> Json:
    file = file[-1] if isinstance(file, list) else file
    return {
        "kind": kind,
        "id": file["file_unique_id"],
        "name": file.get("file_name", ""),
        "size": file.get("file_size", 0),
    }


def _read_service(content: Json) -> Json:
    what = next(iter(content), "")
    value = content.get(what)
    people = value if isinstance(value, list) else [value]
    names = [person["first_name"] for person in people if isinstance(person, dict) and "first_name" in person]
    topic = value.get("name", "") if isinstance(value, dict) else ""
    return {"what": what, "names": names or ([topic] if topic else [])}


def is_admin_of(channel: Channel, person: Person) -> bool:
    """Tell whether a person may post in a channel."""
    return channel.people.get(person.id, (person, ""))[1] in {"creator", "administrator"}
