"""What goes wrong between a bot and Telegram, on demand.

    telegram.faults.add(Fault(FaultKind.SILENCE, method="sendMessage", after=49))  # the 50th is taken, never answered

A fault is met by the calls that match it, `times` of them (None: all), after `after` of them passed. Waiting is in real
seconds, since it is the network's and not the sandbox clock's. A new kind: a member of FaultKind, a case in `spoil`.
"""

import asyncio
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from math import log
from random import Random

from sandbox.wire import Answer, answer_error

GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\r\n"
GARBLED = b'{"ok":true,"result":{"message_id":'
FOREVER = 86_400.0  # seconds
RESTART = "Internal Server Error: restart"


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers take: log-normal, half of them at most `median` seconds. The default is grammY's example."""

    median: float = 0.057
    spread: float = 0.4  # the deviation of its logarithm; 0 is always the median

    def draw(self, random: Random) -> float:
        """Answer the seconds of one answer."""
        return random.lognormvariate(log(self.median), self.spread)


class FaultKind(StrEnum):
    """What goes wrong."""

    SILENCE = "silence"  # it is done; no answer comes, until the bot hangs up or `seconds` are over
    SLOW = "slow"  # it is done; the answer comes after `seconds`
    RESET = "reset"  # it is done; the connection is reset instead of an answer
    RESET_BEFORE = "reset before"  # nothing is done; the connection is reset
    GARBLED = "garbled"  # it is done; the answer, status 200, is half a JSON text
    GARBLED_BEFORE = "garbled before"  # nothing is done; the same answer
    BAD_GATEWAY = "bad gateway"  # nothing is done; 502 with a page of HTML
    ERROR = "error"  # nothing is done; `status` and `description`, by default the 500 of a server that restarts
    FLOOD = "flood"  # nothing is done; 429 with `retry_after`


WITHOUT_EFFECT = {
    FaultKind.RESET_BEFORE,
    FaultKind.GARBLED_BEFORE,
    FaultKind.BAD_GATEWAY,
    FaultKind.ERROR,
    FaultKind.FLOOD,
}


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with matching calls; `chance` makes it random, by the sandbox seed.

    `seconds` is how long silence and slowness last (no end without it), and how much later any other comes.
    """

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    after: int = 0
    chance: float = 1
    seconds: float | None = None
    status: int = 500
    description: str = RESTART
    retry_after: int = 5

    @property
    def has_effect(self) -> bool:
        """Tell whether Telegram does what was asked for."""
        return self.kind not in WITHOUT_EFFECT

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Tell whether a call is meant."""
        return self.method in {None, method} and self.chat_id in {None, chat_id}

    def spoil(self, answer: Answer | None) -> Answer:
        """Answer what the bot is to see, of an answer, or of none where nothing was done."""
        made = answer.message_id if answer else None
        match self.kind:
            case FaultKind.SLOW if answer:
                return answer
            case FaultKind.FLOOD:
                return answer_error(
                    429, f"Too Many Requests: retry after {self.retry_after}", retry_after=self.retry_after
                )
            case FaultKind.ERROR:
                return answer_error(self.status, self.description)
            case FaultKind.BAD_GATEWAY:
                return Answer(502, GATEWAY_PAGE, "Bad Gateway", content_type="text/html")
            case FaultKind.GARBLED | FaultKind.GARBLED_BEFORE:
                return Answer(200, GARBLED, self.kind, made)
            case _:
                return Answer(0, b"", self.kind, made)

    async def hold(self, transport: asyncio.Transport) -> None:
        """Wait, hang up, or both."""
        if self.kind in {FaultKind.SILENCE, FaultKind.SLOW} or self.seconds:
            await asyncio.sleep(FOREVER if self.seconds is None else self.seconds)
        if self.kind in {FaultKind.SILENCE, FaultKind.RESET, FaultKind.RESET_BEFORE}:
            reset(transport)


class Faults:
    """The faults that wait for their calls."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Let a fault wait for its calls."""
        self._waiting.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Let one fault be over, if it still waits."""
        self._waiting = [waiting for waiting in self._waiting if waiting is not fault]

    def clear(self) -> None:
        """Let everything work again."""
        self._waiting.clear()

    def meet(self, method: str, chat_id: int | None) -> Fault | None:
        """Answer the fault that this call meets, and count it."""
        for fault in self._waiting:
            if fault.matches(method, chat_id) and self._strikes(fault):
                return fault
        return None

    def _strikes(self, fault: Fault) -> bool:
        if fault.after > 0:
            fault.after -= 1
            return False
        if fault.chance < 1 and self._random.random() >= fault.chance:
            return False
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
        return True


def reset(transport: asyncio.Transport) -> None:
    """Close the connection hard: the bot sees a reset, not an end."""
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
