"""Inline mode as a person meets it: what the bot offers her for what she types after its name, in any chat.

amal.types("قمة")  # @sample_bot قمة
await telegram.until(lambda: amal.offers)
amal.picks(amal.offers[-1].results[0]["id"])
"""

from dataclasses import dataclass
from typing import Any

LIFETIME = 10.0  # seconds in which a person still waits: after that the server refuses the answer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the bot offered: results as it wrote them, the messages that they make, and where the next ones begin."""

    results: list[Json]
    messages: dict[str, Json]  # by the id of the result, as arguments of `add_message`
    next_offset: str
