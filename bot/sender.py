"""The way out for answers and news: one request for each row, its outcome as a value, never an error.

A rendering is serialised once; for each recipient only the chat is put at its end, and of the answer only the message
id is read: python-telegram-bot's objects would cost ten times the request.
"""

import orjson
import structlog

from bot.api import BotApi, NoAnswerError, NotSentError, TooLateError
from bot.outcomes import read_answer
from bot.uploads import encode
from newsroom.outcomes import Came, Outcome
from newsroom.work import Claimed, Rendering

log = structlog.get_logger()

ALL = "deleteMessages"  # which takes every message of an album


class TelegramSender:
    """Sends through a pool that somebody else opens."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def send(self, claimed: Claimed, rendering: Rendering, within: float | None = None) -> Outcome:
        """Send one request and say what came back; what could not leave `within` so many seconds is returned."""
        try:
            kind, body = encode(rendering.method, address(rendering.body, claimed, rendering.method))
            status, body = await self._api.call(rendering.method, body, kind=kind, within=within)
        except TooLateError:
            return Outcome(Came.RETURNED)
        except NotSentError as error:
            return Outcome(Came.AGAIN, f"not sent: {error}")
        except NoAnswerError as error:
            return Outcome(Came.DOUBT, f"no answer: {error}")
        outcome = read_answer(status, body)
        if outcome.came is Came.REFUSED:  # what we wrote is wrong, and nobody would be told
            log.warning("Telegram refused a request", method=rendering.method, reason=outcome.reason)
        return outcome

    async def probe(self) -> bool:
        """Tell whether Telegram answers at all."""
        try:
            status, body = await self._api.call("getMe", b"{}")
        except (NotSentError, NoAnswerError):
            return False
        return read_answer(status, body).came is Came.OK


def address(body: bytes, claimed: Claimed, method: str = "") -> bytes:
    """Put the chat at the end of a JSON object, and what else is of this chat alone.

    That is the message to be edited or answered, and the forum topic; what was to be answered may be gone.
    """
    if not claimed.chat_id:
        return body
    place = b""
    if claimed.edit and claimed.edit.album and method == ALL:
        place = b',"message_ids":%s' % orjson.dumps([claimed.edit.message_id, *claimed.edit.album])
    elif claimed.edit:
        place = b',"message_id":%d' % claimed.edit.message_id
    elif claimed.thread_id:
        place = b',"message_thread_id":%d' % claimed.thread_id
    if claimed.answers and not claimed.edit:
        place += b',"reply_parameters":{"message_id":%d,"allow_sending_without_reply":true}' % claimed.answers
    comma = b"" if body == b"{}" else b","
    return b'%s%s"chat_id":%d%s}' % (body[:-1], comma, claimed.chat_id, place)
