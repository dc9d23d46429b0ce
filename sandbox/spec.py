"""The methods of the Bot API that the sandbox knows, as data: their parameters, and the check of a call (Bot API 10.3).

To add a method: its parameters here, in METHODS, with new objects in `objects.py`; what it does, in a module of
`methods/`. A parameter that Telegram has and the sandbox does not model is UNMODELLED. Every problem ends in
`Sandbox.problems`.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.errors import StrictError
from sandbox.objects import (
    CAPTION,
    COMMAND,
    ENTITY,
    INLINE_KEYBOARD,
    MARKUP,
    MEDIA,
    MENU_BUTTON,
    POLL_OPTION,
    PREVIEW,
    REACTION,
    REPLY,
    RESULT,
    RICH,
    SCOPE,
    each,
)
from sandbox.shapes import BOOLEAN, CHAT_ID, FILE, INTEGER, TEXT, UNMODELLED, Array, Nested, Record, Shape, Upload

Params = dict[str, Any]

# Parameters that several methods share.

FORMAT: Mapping[str, Shape] = {"parse_mode": TEXT, "entities": Array(ENTITY), "link_preview_options": PREVIEW}
SENDING: Mapping[str, Shape] = {
    "message_thread_id": INTEGER,
    "disable_notification": BOOLEAN,
    "protect_content": BOOLEAN,
    "message_effect_id": TEXT,
    "direct_messages_topic_id": UNMODELLED,
    "suggested_post_parameters": UNMODELLED,
}
POSTING = {name: shape for name, shape in SENDING.items() if name != "suggested_post_parameters"}
ANSWERING: Mapping[str, Shape] = {"allow_paid_broadcast": BOOLEAN, "reply_parameters": REPLY, "reply_markup": MARKUP}
ELSEWHERE: Mapping[str, Shape] = {"business_connection_id": UNMODELLED, "inline_message_id": UNMODELLED}
IN_BUSINESS: Mapping[str, Shape] = {"business_connection_id": UNMODELLED}
MESSAGE: Mapping[str, Shape] = {"chat_id": CHAT_ID, "message_id": INTEGER}
OTHER_MESSAGE: Mapping[str, Shape] = {"chat_id": CHAT_ID, "from_chat_id": CHAT_ID, "message_id": INTEGER}
LANGUAGE: Mapping[str, Shape] = {"language_code": TEXT}
SCOPED: Mapping[str, Shape] = {"scope": SCOPE, "language_code": TEXT}
WORDS = {name: CAPTION[name] for name in ("caption", "parse_mode", "caption_entities")}
SIZES = each(INTEGER, "duration", "width", "height")
# What is said of each kind of file, beside what is said of all.
FILES: Mapping[str, Mapping[str, Shape]] = {
    "photo": CAPTION,
    "video": CAPTION
    | SIZES
    | {"supports_streaming": BOOLEAN}
    | each(UNMODELLED, "cover", "start_timestamp", "thumbnail"),
    "animation": CAPTION | SIZES | {"thumbnail": UNMODELLED},
    "document": WORDS | {"disable_content_type_detection": BOOLEAN, "thumbnail": UNMODELLED},
    "audio": WORDS | {"duration": INTEGER, "performer": TEXT, "title": TEXT, "thumbnail": UNMODELLED},
    "voice": WORDS | {"duration": INTEGER},
}


def _method(name: str, required: Mapping[str, Shape] | None = None, /, **optional: Shape) -> tuple[str, Record]:
    return name, Record(name, required or {}, optional)


METHODS: dict[str, Record] = dict(
    (
        _method("getMe"),
        _method("logOut"),
        _method("close"),
        # Updates
        _method("getUpdates", offset=INTEGER, limit=INTEGER, timeout=INTEGER, allowed_updates=Array(TEXT)),
        _method(
            "setWebhook",
            {"url": TEXT},
            max_connections=INTEGER,
            allowed_updates=Array(TEXT),
            drop_pending_updates=BOOLEAN,
            secret_token=TEXT,
            ip_address=UNMODELLED,
            certificate=UNMODELLED,
        ),
        _method("deleteWebhook", drop_pending_updates=BOOLEAN),
        _method("getWebhookInfo"),
        # Messages
        _method(
            "sendMessage",
            {"chat_id": CHAT_ID, "text": TEXT},
            ephemeral_message_parameters=UNMODELLED,
            **FORMAT,
            **SENDING,
            **ANSWERING,
            **IN_BUSINESS,
        ),
        _method(
            "sendRichMessage",
            {"chat_id": CHAT_ID, "rich_message": RICH},
            ephemeral_message_parameters=UNMODELLED,
            **SENDING,
            **ANSWERING,
            **IN_BUSINESS,
        ),
        *(
            _method(
                f"send{kind.title()}",
                {"chat_id": CHAT_ID, kind: FILE},
                ephemeral_message_parameters=UNMODELLED,
                **told,
                **SENDING,
                **ANSWERING,
                **IN_BUSINESS,
            )
            for kind, told in FILES.items()
        ),
        _method(
            "sendMediaGroup",
            {"chat_id": CHAT_ID, "media": Array(MEDIA)},
            **POSTING,
            allow_paid_broadcast=BOOLEAN,
            reply_parameters=REPLY,
            **IN_BUSINESS,
        ),
        _method(
            "sendPoll",
            {"chat_id": CHAT_ID, "question": TEXT, "options": Array(POLL_OPTION)},
            **each(Array(ENTITY), "question_entities", "explanation_entities", "description_entities"),
            **each(BOOLEAN, "is_anonymous", "allows_multiple_answers", "allows_revoting"),
            **each(TEXT, "type", "explanation", "description"),
            **each(INTEGER, "open_period", "close_date"),
            correct_option_ids=Array(INTEGER),
            **each(UNMODELLED, "question_parse_mode", "explanation_parse_mode", "explanation_media", "media"),
            **each(UNMODELLED, "description_parse_mode", "country_codes"),
            **each(UNMODELLED, "allow_adding_options", "shuffle_options", "members_only"),
            **each(UNMODELLED, "is_closed", "hide_results_until_closes"),
            **{name: shape for name, shape in POSTING.items() if name != "direct_messages_topic_id"},
            **ANSWERING,
            **IN_BUSINESS,
        ),
        _method("getFile", {"file_id": TEXT}),
        _method("forwardMessage", OTHER_MESSAGE, video_start_timestamp=UNMODELLED, **SENDING),
        _method(
            "copyMessage",
            OTHER_MESSAGE,
            **each(
                UNMODELLED,
                "caption",
                "parse_mode",
                "caption_entities",
                "show_caption_above_media",
                "video_start_timestamp",
            ),
            **SENDING,
            **ANSWERING,
        ),
        _method(
            "editMessageText",
            {**MESSAGE, "text": TEXT},
            reply_markup=INLINE_KEYBOARD,
            rich_message=UNMODELLED,
            **FORMAT,
            **ELSEWHERE,
        ),
        _method(
            "editMessageCaption",
            MESSAGE,
            **{name: shape for name, shape in CAPTION.items() if name != "has_spoiler"},
            reply_markup=INLINE_KEYBOARD,
            **ELSEWHERE,
        ),
        _method("editMessageMedia", {**MESSAGE, "media": MEDIA}, reply_markup=INLINE_KEYBOARD, **ELSEWHERE),
        _method("editMessageReplyMarkup", MESSAGE, reply_markup=INLINE_KEYBOARD, **ELSEWHERE),
        _method("deleteMessage", MESSAGE),
        _method("deleteMessages", {"chat_id": CHAT_ID, "message_ids": Array(INTEGER)}),
        _method("pinChatMessage", MESSAGE, disable_notification=BOOLEAN, **IN_BUSINESS),
        _method("unpinChatMessage", {"chat_id": CHAT_ID}, message_id=INTEGER, **IN_BUSINESS),
        _method("setMessageReaction", MESSAGE, reaction=Array(REACTION), is_big=BOOLEAN),
        _method("sendChatAction", {"chat_id": CHAT_ID, "action": TEXT}, message_thread_id=INTEGER, **IN_BUSINESS),
        _method(
            "answerCallbackQuery",
            {"callback_query_id": TEXT},
            text=TEXT,
            show_alert=BOOLEAN,
            url=TEXT,
            cache_time=INTEGER,
        ),
        _method(
            "answerInlineQuery",
            {"inline_query_id": TEXT, "results": Array(RESULT)},
            cache_time=INTEGER,
            is_personal=BOOLEAN,
            next_offset=TEXT,
            button=UNMODELLED,
        ),
        # Chats
        _method("getChat", {"chat_id": CHAT_ID}),
        _method("getChatMember", {"chat_id": CHAT_ID, "user_id": INTEGER}),
        _method("getChatAdministrators", {"chat_id": CHAT_ID}, return_bots=BOOLEAN),
        _method("getChatMemberCount", {"chat_id": CHAT_ID}),
        _method("leaveChat", {"chat_id": CHAT_ID}),
        # The bot's profile
        _method("setMyCommands", {"commands": Array(COMMAND)}, **SCOPED),
        _method("getMyCommands", **SCOPED),
        _method("deleteMyCommands", **SCOPED),
        _method("setMyName", name=TEXT, **LANGUAGE),
        _method("getMyName", **LANGUAGE),
        _method("setMyDescription", description=TEXT, **LANGUAGE),
        _method("getMyDescription", **LANGUAGE),
        _method("setMyShortDescription", short_description=TEXT, **LANGUAGE),
        _method("getMyShortDescription", **LANGUAGE),
        _method("setChatMenuButton", chat_id=INTEGER, menu_button=MENU_BUTTON),
        _method("getChatMenuButton", chat_id=INTEGER),
    )
)
NAMES = {name.lower(): name for name in METHODS}


def read_params(method: str, raw: Mapping[str, Any], *, textual: bool) -> Params:
    """Answer the parameters as values; `textual` tells that they came in a form, where all is text.

    An object or a list may come as JSON in a string in either case (Bot API, "Making requests").
    """
    params: Params = {}
    record = METHODS[method]
    for name, given in raw.items():
        if isinstance(given, str) and (shape := record.field(name)) and (textual or isinstance(shape, Nested)):
            params[name] = shape.read(given)
        elif given is not None:
            params[name] = given
    return _attach(method, params) if textual else params


def _attach(method: str, params: Params) -> Params:
    """Put files that came under names of their own where `attach://` names them (Bot API, InputMedia)."""
    loose = {name for name, file in params.items() if isinstance(file, Upload) and not METHODS[method].field(name)}
    media = params.get("media")
    for item in media if isinstance(media, list) else [media]:
        if isinstance(item, dict) and (name := str(item.get("media", "")).removeprefix("attach://")) in loose:
            item["media"] = params.pop(name)
    return params


def check_params(method: str, params: Params) -> None:
    """Refuse parameters that are missing, unknown or of the wrong type, naming all of them."""
    problems: list[str] = []
    METHODS[method].check(params, "", problems)
    if problems:
        raise StrictError(f"{method}: {'; '.join(problems)}")
