"""People who use commands while a bench measures: this runs beside the sandbox, in its process.

Each writes, waits for the answer, thinks for about a second and writes again. The time is from writing, so a bot that
does not ask for updates keeps them waiting too, to the moment when the answer reaches the server.
"""

import asyncio
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox import Person, Sandbox

CHANCE = random.Random(1)  # noqa: S311  (when people write)
PEOPLE = range(1_000_001, 1_000_021)
COMMANDS = ("/follow sports", "/unfollow sports")
THINKING = (0.5, 1.5)  # seconds; one message a second is what a chat may get
WARM_UP = 2.0  # seconds that do not count
PATIENCE = 10.0  # seconds after the end in which answers are still awaited


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: when it was written, by the machine's steady clock, and how many seconds its answer took."""

    at: float
    seconds: float
    answered: bool


@dataclass(slots=True)
class Window:
    """What is seen in a window: the commands, and how many messages went to others than the people."""

    end: float
    asked: list[Asked] = field(default_factory=list)
    others: int = 0
    waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)

    def see(self, method: str, params: dict[str, Any]) -> Iterable[str]:
        """Take note of a call as it reaches the server; nothing is wrong with it."""
        if method == "sendMessage" and params["chat_id"] not in PEOPLE:
            self.others += time.monotonic() < self.end
        elif method == "sendMessage" and (turn := self.waiting.pop(params["chat_id"], None)) and not turn.done():
            turn.set_result(None)
        return ()


async def use_commands(telegram: Sandbox, seconds: float) -> tuple[list[Asked], int]:
    """Let the people use commands for so long; answer what they met, and how many messages went to others."""
    people = [_find(telegram, number) for number in PEOPLE]
    window = Window(0)
    for length in (WARM_UP, seconds):
        window = Window(time.monotonic() + length)
        telegram.checks[:] = [window.see]
        await asyncio.gather(*(_use(person, window) for person in people))
    telegram.checks.clear()
    return window.asked, window.others


def _find(telegram: Sandbox, number: int) -> Person:
    known = telegram.world.chats.get(number)
    return known if isinstance(known, Person) else telegram.person(number, language="ar")


async def _use(person: Person, window: Window) -> None:
    await asyncio.sleep(CHANCE.uniform(0, THINKING[1]))
    turn = 0
    while time.monotonic() < window.end:
        turn += 1
        began = time.monotonic()
        window.waiting[person.id] = answer = asyncio.get_running_loop().create_future()
        person.writes(COMMANDS[turn % len(COMMANDS)])
        done, _ = await asyncio.wait((answer,), timeout=window.end + PATIENCE - began)
        window.asked.append(Asked(began, time.monotonic() - began, answered=bool(done)))
        await asyncio.sleep(CHANCE.uniform(*THINKING))
