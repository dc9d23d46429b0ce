"""Telegram's answers, sorted: the texts are those of the Bot API server."""

import orjson
import pytest

from bot.outcomes import read_answer
from newsroom.outcomes import Came


def refuse(code: int, description: str, **parameters: int) -> bytes:
    answer = {"ok": False, "error_code": code, "description": description}
    return orjson.dumps(answer | ({"parameters": parameters} if parameters else {}))


@pytest.mark.parametrize(
    ("status", "description", "came"),
    [
        (403, "Forbidden: bot was blocked by the user", Came.GONE),
        (403, "Forbidden: user is deactivated", Came.GONE),
        (403, "Forbidden: bot can't initiate conversation with a user", Came.GONE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Came.GONE),
        (403, "Forbidden: bot is not a member of the channel chat", Came.GONE),
        (400, "Bad Request: chat not found", Came.GONE),
        (400, "Bad Request: PEER_ID_INVALID", Came.GONE),
        (400, "Bad Request: CHANNEL_PRIVATE", Came.GONE),
        (400, "Bad Request: USER_IS_BLOCKED", Came.GONE),
        (400, "Bad Request: INPUT_USER_DEACTIVATED", Came.GONE),
        (400, "Bad Request: USER_BANNED_IN_CHANNEL", Came.GONE),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Came.CLOSED),
        (400, "Bad Request: CHAT_RESTRICTED", Came.CLOSED),
        (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", Came.CLOSED),
        (400, "Bad Request: CHAT_GUEST_SEND_FORBIDDEN", Came.CLOSED),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED", Came.CLOSED),
        (400, "Bad Request: not enough rights to send text messages to the chat", Came.CLOSED),
        (400, "Bad Request: not enough rights to send text messages to the supergroup chat", Came.CLOSED),
        (400, "Bad Request: not enough rights", Came.CLOSED),
        (400, "Bad Request: have no rights to send a message", Came.CLOSED),
        (400, "Bad Request: not enough rights to send photos to the chat", Came.BARRED),
        (400, "Bad Request: not enough rights to send polls to the chat", Came.BARRED),
        (400, "Bad Request: not enough rights to send voice notes to the chat", Came.BARRED),
        (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: CHAT_SEND_POLL_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: CHAT_SEND_DOCS_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: CHAT_SEND_VIDEOS_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN", Came.BARRED),
        (403, "Forbidden: CHAT_SEND_GIFS_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: non-anonymous polls can't be sent to channel chats", Came.BARRED),
        (400, "Bad Request: BROADCAST_PUBLIC_VOTERS_FORBIDDEN", Came.BARRED),
        (400, "Bad Request: message thread not found", Came.CLOSED),
        (400, "Bad Request: TOPIC_CLOSED", Came.CLOSED),
        (400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0", Came.REFUSED),
        (400, "Bad Request: message is too long", Came.REFUSED),
        (400, "Bad Request: BUTTON_DATA_INVALID", Came.REFUSED),
        (413, "Request Entity Too Large", Came.REFUSED),
        (400, "Bad Request: message is not modified: specified new message content is the same", Came.OK),
        (400, "Bad Request: message to edit not found", Came.UNWANTED),
        (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", Came.UNWANTED),
        (401, "Unauthorized", Came.HALT),
        (404, "Not Found", Came.HALT),
        (409, "Conflict: terminated by other getUpdates request", Came.AGAIN),
        (500, "Internal Server Error: restart", Came.AGAIN),
        (502, "Bad Gateway", Came.AGAIN),
    ],
)  # fmt: skip
def test_a_refusal_means_what_the_contract_says(status: int, description: str, came: Came) -> None:
    assert read_answer(status, refuse(status, description)).came is came


def test_ok_brings_the_message_id() -> None:
    assert read_answer(200, b'{"ok":true,"result":{"message_id":7}}').message_id == 7
    assert read_answer(200, b'{"ok":true,"result":{"message_id":7,"text":"\\u0642"}}').message_id == 7
    assert read_answer(200, b'{"result":{"text":"x","message_id":7},"ok":true}').message_id == 7
    assert read_answer(200, b'{"ok":true,"result":true}').came is Came.OK


def test_a_429_says_how_long() -> None:
    outcome = read_answer(429, refuse(429, "Too Many Requests: retry after 35", retry_after=35))
    assert (outcome.came, outcome.retry_after) == (Came.LATER, 35)
    assert read_answer(429, refuse(429, "Too Many Requests")).retry_after == 1


def test_a_migration_says_where_to() -> None:
    told = refuse(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001)
    assert (read_answer(400, told).came, read_answer(400, told).new_chat_id) == (Came.MOVED, -1001)


@pytest.mark.parametrize(
    ("status", "body", "came"),
    [
        (200, b'{"ok":true,"resu', Came.DOUBT),
        (200, b"[]", Came.DOUBT),
        (200, b"{}", Came.DOUBT),
        (200, b'{"ok":null}', Came.DOUBT),
        (200, b'{"result":{"message_id":5}}', Came.DOUBT),
        (502, b"{}", Came.AGAIN),
        (502, b"<html>Bad Gateway</html>", Came.AGAIN),
        (504, b"", Came.AGAIN),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_doubt_only_where_it_was_accepted(
    status: int, body: bytes, came: Came
) -> None:
    assert read_answer(status, body).came is came


@pytest.mark.parametrize("parameters", ["[1]", '"x"', "5", '{"retry_after":"soon"}', '{"retry_after":[]}', "null"])
@pytest.mark.parametrize(("code", "came"), [("429", Came.LATER), ("400", Came.REFUSED), ('"x"', Came.REFUSED)])
def test_odd_parameters_and_codes_are_passed_over(parameters: str, code: str, came: Came) -> None:
    outcome = read_answer(400, b'{"ok":false,"error_code":%s,"parameters":%s}' % (code.encode(), parameters.encode()))
    assert outcome.came is came
    assert outcome.retry_after == (1 if came is Came.LATER else 0)


def test_a_message_id_that_is_no_number_is_none() -> None:
    outcome = read_answer(200, b'{"ok":true,"result":{"message_id":"x"}}')
    assert (outcome.came, outcome.message_id) == (Came.OK, None)


def test_an_absurd_chat_to_move_to_is_no_move() -> None:
    assert read_answer(400, b'{"ok":false,"parameters":{"migrate_to_chat_id":"x"}}').came is Came.REFUSED
