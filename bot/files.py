"""Files that people sent, read from Telegram by their ids; what goes the other way is in `uploads.py`."""

from dataclasses import dataclass
from http import HTTPStatus

from bot.api import BotApi, NoAnswerError, NotSentError
from bot.asking import Asking
from newsroom.errors import FetchError
from newsroom.reasons import Reason


@dataclass(frozen=True, slots=True)
class TelegramFiles:
    """Reads files over a pool."""

    api: BotApi

    async def read(self, file_id: str) -> bytes:
        """Answer what is in a file. Raises FetchError where Telegram does not give it, or not now."""
        status, told = await Asking(self.api)("getFile", file_id=file_id)
        if "file_path" not in told:
            raise FetchError(file_id, Reason("http", status=status))
        try:
            status, body = await self.api.fetch(str(told["file_path"]))
        except (NotSentError, NoAnswerError) as error:
            raise FetchError(file_id, Reason("connection", cause=str(error))) from error
        if status != HTTPStatus.OK:
            raise FetchError(file_id, Reason("http", status=status))
        return body
