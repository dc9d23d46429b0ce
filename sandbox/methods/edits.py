"""Methods that change what is there: edits, deletions, pins, reactions, and answers to presses of buttons."""

from sandbox.errors import bad_request
from sandbox.keyboards import Markup, check_markup, is_inline
from sandbox.methods.media import read_caption, read_file
from sandbox.methods.messages import read_text
from sandbox.reactions import react, read_reaction
from sandbox.spec import Params
from sandbox.world import FILES, Chat, Json, Message, World

LONGEST_ANSWER = 200  # characters (Bot API, answerCallbackQuery)
MOST_DELETED = 100  # messages in one call (Bot API, deleteMessages)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def edit_message_text(world: World, params: Params) -> Message:
    """Bot API, editMessageText. Without a markup, the buttons go."""
    content = read_text(params)
    return _edit(world, params, content)


def edit_message_caption(world: World, params: Params) -> Message:
    """Bot API, editMessageCaption."""
    message = _find_chat(world, params).message(params["message_id"], "message to edit")
    if not any(kind in message.content for kind in FILES):
        raise bad_request("there is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _edit(world, params, kept | read_caption(params))


def edit_message_media(world: World, params: Params) -> Message:
    """Bot API, editMessageMedia: another file with a caption of its own, also in the place of a text."""
    media = params["media"]
    message = _find_chat(world, params).message(params["message_id"], "message to edit")
    if not {"text", *FILES} & message.content.keys():
        raise bad_request("there is no media in the message to edit")
    return _edit(world, params, read_file(world, media["type"], media["media"]) | read_caption(media))


def edit_message_reply_markup(world: World, params: Params) -> Message:
    """Bot API, editMessageReplyMarkup."""
    return _edit(world, params, None)


def delete_message(world: World, params: Params) -> bool:
    """Bot API, deleteMessage."""
    chat = _find_chat(world, params)
    _delete(chat, chat.message(params["message_id"], "message to delete"))
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Bot API, deleteMessages: those that are not there are passed over."""
    if not 0 < len(params["message_ids"]) <= MOST_DELETED:
        raise bad_request("message identifiers are not specified" if not params["message_ids"] else "too many messages")
    chat = _find_chat(world, params)
    for number in params["message_ids"]:
        if message := chat.messages.get(number):
            _delete(chat, message)
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    """Bot API, pinChatMessage."""
    chat = _find_chat(world, params)
    chat.check_rights("manage pinned messages in the chat")
    message = chat.message(params["message_id"], "message to pin")
    chat.pinned = (message.id, *(number for number in chat.pinned if number != message.id))
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """Bot API, unpinChatMessage: the newest pin if no message is named."""
    chat = _find_chat(world, params)
    chat.check_rights("manage pinned messages in the chat")
    number = params.get("message_id", chat.pinned[0] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned = tuple(pinned for pinned in chat.pinned if pinned != number)
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """Bot API, answerCallbackQuery. A second answer finds no query, as if it were too late."""
    text = params.get("text", "")
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    world.answer(params["callback_query_id"], text, "callback_query")
    return True


def _find_chat(world: World, params: Params) -> Chat:
    chat = world.find(params["chat_id"])
    chat.check_access()
    return chat


def set_message_reaction(world: World, params: Params) -> bool:
    """Bot API, setMessageReaction: one, or none to take it back."""
    chat = world.find(params["chat_id"])
    chat.check_access()
    message = chat.message(params["message_id"], "message to react")
    given = params.get("reaction", [])
    if len(given) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    try:
        react(message, world.bot, read_reaction(given[0]["emoji"]) if given else "")
    except ValueError:
        raise bad_request("REACTION_INVALID") from None
    return True


def _edit(world: World, params: Params, content: Json | None) -> Message:
    markup = check_markup(params.get("reply_markup"))
    chat = world.find(params["chat_id"])
    chat.check_sending()
    message = chat.message(params["message_id"], "message to edit")
    if not message.by_bot or message.origin or message.is_service or not is_inline(message.markup):
        raise bad_request("message can't be edited")
    if content and "text" in content and "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    _change(message, content or message.content, markup)
    message.edited_at = world.clock()
    return message


def _change(message: Message, content: Json, markup: Markup | None) -> None:
    if (content, markup) == (message.content, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.content, message.markup = content, markup


def _delete(chat: Chat, message: Message) -> None:
    if refusal := chat.refuse_deletion(message):
        raise refusal
    del chat.messages[message.id]
    chat.pinned = tuple(number for number in chat.pinned if number != message.id)


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "setMessageReaction": set_message_reaction,
    "answerCallbackQuery": answer_callback_query,
}
