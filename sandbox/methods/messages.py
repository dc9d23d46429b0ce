"""Methods that put messages into chats, and sendChatAction. A new sendX is its content and a call of `post`."""

from functools import lru_cache

import orjson

from sandbox.errors import bad_request
from sandbox.formatting import REMEMBERED_TEXTS, format_text
from sandbox.keyboards import check_markup, check_place
from sandbox.links import check_link
from sandbox.rich import read_rich
from sandbox.spec import Params
from sandbox.world import Chat, Json, Message, World

FORMAT = ("text", "parse_mode", "entities", "link_preview_options")
TYPING = 5.0  # seconds for which it is shown (Bot API, sendChatAction)
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(world: World, params: Params) -> Message:
    """Bot API, sendMessage."""
    return post(world, params, read_text(params))


def send_rich_message(world: World, params: Params) -> Message:
    """Bot API, sendRichMessage."""
    return post(world, params, read_rich(params["rich_message"]))


def forward_message(world: World, params: Params) -> Message:
    """Bot API, forwardMessage."""
    source = find_source(world, params, "message to forward")
    if source.protected or source.is_service:
        raise bad_request("message can't be forwarded")
    return post(world, params, source.content, origin=source.origin or _origin(source))


def copy_message(world: World, params: Params) -> Json:
    """Bot API, copyMessage."""
    source = find_source(world, params, "message to copy")
    if source.protected or source.is_service:
        raise bad_request("message can't be copied")
    return {"message_id": post(world, params, source.content).id}


def send_chat_action(world: World, params: Params) -> bool:
    """Bot API, sendChatAction."""
    if params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.find(params["chat_id"])
    chat.check_sending()
    chat.typing_until = world.clock() + TYPING
    return True


def post(world: World, params: Params, content: Json, origin: Json | None = None) -> Message:
    """Put a message of the bot into a chat, as the parameters that all sending methods share say."""
    markup = check_markup(params.get("reply_markup"))
    chat = world.find(params["chat_id"])
    chat.check_sending()
    check_place(markup, chat.kind)
    return chat.add_message(
        content,
        by_bot=True,
        markup=markup,
        thread=chat.check_thread(params.get("message_thread_id")),
        reply_to=_check_reply(chat, params.get("reply_parameters")),
        origin=origin,
        silent=params.get("disable_notification", False),
        protected=params.get("protect_content", False),
        **chat.bot_identity(),
    )


def read_text(params: Params) -> Json:
    """Answer the content that text, its format and its preview make; equal ones are one: never change it."""
    return _read_text(orjson.dumps({name: params[name] for name in FORMAT if name in params}))


@lru_cache(REMEMBERED_TEXTS)
def _read_text(written: bytes) -> Json:
    params: Params = orjson.loads(written)
    content = format_text(params["text"], params.get("parse_mode", ""), params.get("entities"))
    preview = params.get("link_preview_options")
    return content | {"link_preview_options": _check_preview(preview)} if preview else content


def find_source(world: World, params: Params, what: str) -> Message:
    """Answer the message that is forwarded or copied."""
    chat = world.find(params["from_chat_id"])
    chat.check_access()
    return chat.message(params["message_id"], what)


def _check_reply(chat: Chat, reply: Params | None) -> int | None:
    if reply is None:
        return None
    if reply["message_id"] in chat.messages:
        return int(reply["message_id"])
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _check_preview(preview: Params) -> Params:
    if "url" not in preview:
        return preview
    try:
        return preview | {"url": check_link(preview["url"])}
    except ValueError as error:
        raise bad_request(f"link preview URL '{preview['url']}' is invalid: {error}") from None


def _origin(source: Message) -> Json:
    """Answer the MessageOrigin of a message that is forwarded for the first time."""
    date = int(source.at)
    if source.sender is None:
        return {"type": "channel", "chat": source.sender_chat, "message_id": source.id, "date": date}
    if source.sender_chat:
        return {"type": "chat", "sender_chat": source.sender_chat, "date": date}
    return {"type": "user", "sender_user": source.sender, "date": date}


METHODS = {
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
    "sendChatAction": send_chat_action,
}
