"""The objects of the Bot API that methods take, as data (Bot API 10.3), in the order of their use.

A field that Telegram has and the sandbox does not model is UNMODELLED, so that its use is refused in clear words; one
that is not named here is unknown. `spec.py` has the methods.
"""

from sandbox.shapes import BOOLEAN, CHAT_ID, FILE, INTEGER, TEXT, UNMODELLED, Array, OneOf, Plain, Record, Shape

OBJECT = Plain("Object", (dict,))


def each(shape: Shape, *names: str) -> dict[str, Shape]:
    """Give several fields one shape."""
    return dict.fromkeys(names, shape)


WEB_APP = Record("WebAppInfo", {"url": TEXT})
ENTITY = Record(
    "MessageEntity",
    {"type": TEXT, "offset": INTEGER, "length": INTEGER},
    {
        "url": TEXT,
        "user": OBJECT,
        "language": TEXT,
        "custom_emoji_id": TEXT,
        "unix_time": INTEGER,
        "date_time_format": TEXT,
    },
)
PREVIEW = Record(
    "LinkPreviewOptions",
    optional={
        "is_disabled": BOOLEAN,
        "url": TEXT,
        "prefer_small_media": BOOLEAN,
        "prefer_large_media": BOOLEAN,
        "show_above_text": BOOLEAN,
    },
)
RICH = Record(
    "InputRichMessage",
    optional={
        "html": TEXT,
        "is_rtl": BOOLEAN,
        "skip_entity_detection": BOOLEAN,
        **each(UNMODELLED, "markdown", "blocks", "media"),
    },
)
CAPTION: dict[str, Shape] = {
    "caption": TEXT,
    "parse_mode": TEXT,
    "caption_entities": Array(ENTITY),
    "show_caption_above_media": BOOLEAN,
    "has_spoiler": BOOLEAN,
}
IN_ALBUM = ("photo", "video", "document", "audio")
MEDIA = OneOf(
    "InputMedia", {kind: Record(f"InputMedia {kind}", {"type": TEXT, "media": FILE}, CAPTION) for kind in IN_ALBUM}
)
POLL_OPTION = Record(
    "InputPollOption",
    {"text": TEXT},
    {"text_entities": Array(ENTITY), "text_parse_mode": TEXT, "media": UNMODELLED},
)
REPLY = Record(
    "ReplyParameters",
    {"message_id": INTEGER},
    {
        "allow_sending_without_reply": BOOLEAN,
        **each(UNMODELLED, "chat_id", "quote", "quote_parse_mode", "quote_entities", "quote_position"),
        **each(UNMODELLED, "checklist_task_id", "poll_option_id", "ephemeral_message_id"),
    },
)
INLINE_BUTTON = Record(
    "InlineKeyboardButton",
    {"text": TEXT},
    {
        "style": TEXT,
        "icon_custom_emoji_id": TEXT,
        "url": TEXT,
        "callback_data": TEXT,
        "web_app": WEB_APP,
        "switch_inline_query": TEXT,
        "switch_inline_query_current_chat": TEXT,
        "copy_text": Record("CopyTextButton", {"text": TEXT}),
        "disabled": OBJECT,
        **each(UNMODELLED, "login_url", "switch_inline_query_chosen_chat", "callback_game", "pay"),
    },
)
REQUEST_USERS = Record(
    "KeyboardButtonRequestUsers",
    {"request_id": INTEGER},
    {
        "max_quantity": INTEGER,
        **each(BOOLEAN, "user_is_bot", "request_name", "request_username"),
        **each(UNMODELLED, "user_is_premium", "request_photo"),
    },
)
RIGHTS = Record(
    "ChatAdministratorRights",
    each(
        BOOLEAN,
        "is_anonymous",
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_send_welcome_messages",
    ),
    each(
        BOOLEAN,
        "can_post_messages",
        "can_edit_messages",
        "can_pin_messages",
        "can_manage_topics",
        "can_manage_direct_messages",
        "can_manage_tags",
    ),
)
REQUEST_CHAT = Record(
    "KeyboardButtonRequestChat",
    {"request_id": INTEGER, "chat_is_channel": BOOLEAN},
    {
        "user_administrator_rights": RIGHTS,
        "bot_administrator_rights": RIGHTS,
        **each(BOOLEAN, "bot_is_member", "request_title", "request_username"),
        **each(UNMODELLED, "chat_is_forum", "chat_has_username", "chat_is_created", "request_photo"),
    },
)
REPLY_BUTTON = Record(
    "KeyboardButton",
    {"text": TEXT},
    {
        "style": TEXT,
        "icon_custom_emoji_id": TEXT,
        "request_users": REQUEST_USERS,
        "request_chat": REQUEST_CHAT,
        "request_contact": BOOLEAN,
        "request_location": BOOLEAN,
        "web_app": WEB_APP,
        **each(UNMODELLED, "request_poll", "request_managed_bot"),
    },
)
INLINE_KEYBOARD = Record(
    "InlineKeyboardMarkup", {"inline_keyboard": Array(Array(INLINE_BUTTON))}, {"force_reply": BOOLEAN}
)
REPLY_KEYBOARD = Record(
    "ReplyKeyboardMarkup",
    {"keyboard": Array(Array(REPLY_BUTTON))},
    {
        "input_field_placeholder": TEXT,
        **each(BOOLEAN, "is_persistent", "resize_keyboard", "one_time_keyboard", "selective", "force_reply"),
    },
)
MARKUP = OneOf(
    "reply markup",
    {
        "inline_keyboard": INLINE_KEYBOARD,
        "keyboard": REPLY_KEYBOARD,
        "remove_keyboard": Record("ReplyKeyboardRemove", {"remove_keyboard": BOOLEAN}, {"selective": BOOLEAN}),
        "force_reply": Record(
            "ForceReply", {"force_reply": BOOLEAN}, {"input_field_placeholder": TEXT, "selective": BOOLEAN}
        ),
    },
)
TEXT_CONTENT = Record(
    "InputTextMessageContent",
    {"message_text": TEXT},
    {"parse_mode": TEXT, "entities": Array(ENTITY), "link_preview_options": PREVIEW},
)
RESULT_ARTICLE = Record(
    "InlineQueryResultArticle",
    {"type": TEXT, "id": TEXT, "title": TEXT, "input_message_content": TEXT_CONTENT},
    {
        "reply_markup": INLINE_KEYBOARD,
        **each(TEXT, "url", "description", "thumbnail_url"),
        **each(INTEGER, "thumbnail_width", "thumbnail_height"),
    },
)
RESULT = OneOf("InlineQueryResult", {"article": RESULT_ARTICLE})
COMMAND = Record("BotCommand", {"command": TEXT, "description": TEXT}, {"is_ephemeral": UNMODELLED})


def _scope(kind: str, **fields: Shape) -> Record:
    return Record(f"BotCommandScope {kind}", {"type": TEXT, **fields})


SCOPE = OneOf(
    "BotCommandScope",
    {kind: _scope(kind) for kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")}
    | {kind: _scope(kind, chat_id=CHAT_ID) for kind in ("chat", "chat_administrators")}
    | {"chat_member": _scope("chat_member", chat_id=CHAT_ID, user_id=INTEGER)},
)
REACTION = OneOf("ReactionType", {"emoji": Record("ReactionTypeEmoji", {"type": TEXT, "emoji": TEXT})})
MENU_BUTTON = OneOf(
    "MenuButton",
    {kind: Record(f"MenuButton {kind}", {"type": TEXT}) for kind in ("default", "commands")}
    | {"web_app": Record("MenuButton web_app", {"type": TEXT, "text": TEXT, "web_app": WEB_APP})},
)
