"""What Telegram's answers mean, in the words of `newsroom/outcomes.py`.

The texts are those of the Bot API server (Client.cpp, tdlib) in lower case; a 403 in capitals reaches us as a 400. A
new kind of refusal is a line of `MEANINGS`: the first that fits decides.
"""

import re
from http import HTTPStatus
from typing import Any

import orjson

from newsroom.outcomes import Came, Outcome

# What a chat says that takes other messages than such; what is said where it takes no text stands before.
BARRED = (
    "not enough rights to send ",  # photos, polls, … to the chat
    "chat_send_",  # CHAT_SEND_PHOTOS_FORBIDDEN, …_MEDIA_…, …_POLL_…
    "voice_messages_forbidden",
    "user restricted receiving of v",  # voice messages, video messages
    "non-anonymous polls can't be sent",  # to channels
    "broadcast_public_voters_forbidden",  # the same
)
MEANINGS: tuple[tuple[str, Came], ...] = (
    # It is as we wanted it already, or nobody waits for it any more.
    ("message is not modified", Came.OK),
    ("message to edit not found", Came.UNWANTED),
    ("message to delete not found", Came.UNWANTED),
    ("message can't be edited", Came.UNWANTED),
    ("message can't be deleted", Came.UNWANTED),
    ("no text in the message to edit", Came.UNWANTED),
    ("no caption in the message to edit", Came.UNWANTED),
    ("message to pin not found", Came.UNWANTED),
    ("manage pinned messages", Came.UNWANTED),  # it may write there all the same
    ("query is too old", Came.UNWANTED),
    ("query_id_invalid", Came.UNWANTED),
    # The chat is gone for us.
    ("chat not found", Came.GONE),
    ("peer_id_invalid", Came.GONE),
    ("user not found", Came.GONE),
    ("chat was deactivated", Came.GONE),
    ("channel_private", Came.GONE),
    ("user_is_blocked", Came.GONE),
    ("input_user_deactivated", Came.GONE),
    ("user_banned_in_channel", Came.GONE),
    # The chat is there, and we may not write in it, or not in this part of it.
    ("chat_write_forbidden", Came.CLOSED),
    ("chat_restricted", Came.CLOSED),
    ("chat_send_plain_forbidden", Came.CLOSED),
    ("chat_guest_send_forbidden", Came.CLOSED),
    ("chat_admin_required", Came.CLOSED),
    ("not enough rights to send text", Came.CLOSED),
    ("not enough rights to send messages", Came.CLOSED),
    ("not enough rights to send a message", Came.CLOSED),
    *((words, Came.BARRED) for words in BARRED),
    ("not enough rights", Came.CLOSED),
    ("have no rights", Came.CLOSED),
    ("need administrator rights", Came.CLOSED),
    ("message thread not found", Came.CLOSED),
    ("topic_closed", Came.CLOSED),
    ("topic_deleted", Came.CLOSED),
)
BY_STATUS = {401: Came.HALT, 404: Came.HALT, 403: Came.GONE, 400: Came.REFUSED, 413: Came.REFUSED}


# How Telegram says yes to a message, of which only the id is read: the text would come back in full.
ACCEPTED = re.compile(rb'\{"ok":true,"result":\{"message_id":(\d+),')


def read_answer(status: int, body: bytes) -> Outcome:
    """Say what an answer means. One that says neither yes nor why not leaves a doubt when the request was accepted."""
    if yes := ACCEPTED.match(body):
        return Outcome(Came.OK, message_id=int(yes[1]))
    try:
        answer = orjson.loads(body)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("ok") is True:
        first, *others = _list_messages(answer.get("result"))
        return Outcome(Came.OK, message_id=first, album=tuple(other for other in others if other))
    code = (_whole(answer.get("error_code")) if isinstance(answer, dict) else None) or status
    if not isinstance(answer, dict) or code == HTTPStatus.OK:
        accepted = status == HTTPStatus.OK
        return Outcome(Came.DOUBT if accepted else Came.AGAIN, f"HTTP {status}, and its answer cannot be read")
    return _read_refusal(code, answer)


def _read_refusal(code: int, answer: dict[str, Any]) -> Outcome:
    told, parameters = str(answer.get("description") or f"HTTP {code}"), answer.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    if moved := _whole(parameters.get("migrate_to_chat_id")):
        return Outcome(Came.MOVED, told, new_chat_id=moved)
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome(Came.LATER, told, retry_after=max(1, _whole(parameters.get("retry_after")) or 1))
    if code in {400, 403}:
        known = next((came for words, came in MEANINGS if words in told.lower()), None)
        return Outcome(known or BY_STATUS[code], told)
    return Outcome(BY_STATUS.get(code, Came.AGAIN), told)


def _list_messages(result: Any) -> list[int | None]:
    """Answer the numbers of the messages that a request made: of an album, of each; at least the lack of one."""
    made = result if isinstance(result, list) and result else [result]
    return [_whole(one.get("message_id")) if isinstance(one, dict) else None for one in made]


def _whole(told: Any) -> int | None:
    """Answer a number as Telegram tells it, and nothing for whatever else a proxy may put in its place."""
    return told if isinstance(told, int) and not isinstance(told, bool) else None
