"""Asking Telegram something that is no sending: the status and what it said, whatever happens."""

from dataclasses import dataclass
from typing import Any

import orjson

from bot.api import BotApi, NoAnswerError, NotSentError


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks over a pool; 0 is the status where nothing answered."""

    api: BotApi

    async def __call__(self, method: str, **asked: Any) -> tuple[int, dict[str, Any]]:
        """Call a method of the Bot API; answers nothing said where it was refused."""
        try:
            status, body = await self.api.call(method, orjson.dumps(asked))
            answer = orjson.loads(body)
        except (NotSentError, NoAnswerError, ValueError):
            return 0, {}
        told = answer.get("result") if isinstance(answer, dict) and answer.get("ok") else None
        return status, told if isinstance(told, dict) else {}
