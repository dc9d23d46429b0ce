"""The sandbox itself: it starts the server, makes people and chats, and waits for what a test expects.

    async with Sandbox(username="sample_bot", limits=None) as telegram:
        amal = telegram.person(1001, first_name="أمل", language="ar")
        amal.writes("/start")  # the bot polls f"{telegram.url}/bot{telegram.token}/getUpdates"
        await telegram.until(lambda: amal.last is not None)

Whatever is to be had from a Sandbox is an attribute of it; how it comes about is in the other modules.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Self

from sandbox.api import Api, Check
from sandbox.channels import Channel
from sandbox.faults import Faults, Latency
from sandbox.groups import Group
from sandbox.http import Server
from sandbox.journal import Call, Journal
from sandbox.limits import Limits, Throttle
from sandbox.people import Person
from sandbox.screen import picture
from sandbox.updates import Disorder, Updates
from sandbox.webhook import Webhook
from sandbox.world import Chat, World

TOKEN = "123456:TEST-0123456789abcdefghijklmnopqrst"  # noqa: S105 (of no bot)
PICTURED_CHATS = 4
PICTURED_CALLS = 5


@dataclass(slots=True, kw_only=True, eq=False)
class Sandbox:
    """A local Telegram with one bot. `clock` gives unix seconds; without a log, `calls` stays empty."""

    token: str = TOKEN
    username: str = "sample_bot"
    first_name: str = "Sample"
    clock: Callable[[], float] = time.time
    limits: Limits | None = Limits()  # noqa: RUF009 (frozen)
    seed: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    privacy: bool = True
    keep_log: bool = True
    latency: Latency | None = None
    disorder: Disorder = field(default_factory=Disorder)
    checking: bool = True  # of what calls pass; without it, the sandbox is faster and trusts the bot
    webhook_backoff: float = 1.0
    on_change: list[Callable[[], None]] = field(default_factory=list)  # called whenever something may have changed
    world: World = field(init=False)
    faults: Faults = field(init=False)
    throttle: Throttle = field(init=False)
    _api: Api = field(init=False)
    _server: Server = field(init=False)
    _waiting: list[asyncio.Future[None]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        random = Random(self.seed)  # noqa: S311 (repeatable on purpose)
        updates = Updates(self.clock, random, self.disorder)
        self.world = World(
            clock=self.clock,
            random=random,
            bot={
                "id": int(self.token.partition(":")[0]),
                "is_bot": True,
                "first_name": self.first_name,
                "username": self.username,
            },
            updates=updates,
            webhook=Webhook(updates, self.clock, self.webhook_backoff),
            privacy=self.privacy,
        )
        self.faults = Faults(random)
        self.throttle = Throttle(self.limits, self.clock)
        self._api = Api(
            world=self.world,
            token=self.token,
            journal=Journal(self.keep_log),
            faults=self.faults,
            throttle=self.throttle,
            after_call=self.look,
            checking=self.checking,
            latency=self.latency,
            chance=Random(self.seed),  # noqa: S311 (as above)
        )
        self._server = Server(self._api.respond)

    async def __aenter__(self) -> Self:
        """Start the server; port 0 takes a free one."""
        self.port = await self._server.start(self.host, self.port)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop the server and hang up on everyone."""
        await self.world.webhook.close()
        await self._server.stop()

    @property
    def url(self) -> str:
        """Answer the address of the server: bots use `{url}/bot{token}/{method}`."""
        return f"http://{self.host}:{self.port}"

    # People and chats

    def person(
        self,
        user_id: int,
        *,
        first_name: str = "Reader",
        last_name: str | None = None,
        username: str | None = None,
        language: str | None = None,
    ) -> Person:
        """Let there be a person, who has not written yet."""
        known = {"first_name": first_name, "last_name": last_name, "username": username, "language_code": language}
        named = {name: value for name, value in known.items() if value}
        return Person(self.world, {"id": user_id, "is_bot": False, **named})

    def group(
        self,
        chat_id: int,
        *,
        title: str = "Group",
        kind: str = "supergroup",
        forum: bool = False,
        username: str | None = None,
    ) -> Group:
        """Let there be a group without the bot; `kind` is "group" or "supergroup"."""
        group = Group(self.world, chat_id, title, kind, username)
        group.forum = forum
        return group

    def channel(self, chat_id: int, *, title: str = "Channel", username: str | None = None) -> Channel:
        """Let there be a channel without the bot."""
        return Channel(self.world, chat_id, title, username)

    # What the bot did

    @property
    def calls(self) -> list[Call]:
        """Answer all calls in order."""
        return self._api.journal.calls

    @property
    def problems(self) -> list[str]:
        """Answer what was wrong with calls in ways that a bot must never show; a good test ends with none."""
        return self._api.problems

    @property
    def checks(self) -> list[Check]:
        """Answer the further checks of parameters; add yours."""
        return self._api.checks

    def sent_to(self, chat_id: int) -> list[Call]:
        """Answer the calls that made a message in a chat, whether the bot saw the answer or not."""
        return self._api.journal.sent_to(chat_id)

    async def until(self, is_so: Callable[[], object], timeout: float = 30.0) -> None:
        """Wait until something is so, looking after each call; TimeoutError (after real seconds) shows the screens."""
        try:
            async with asyncio.timeout(timeout):
                while not is_so():
                    self._waiting.append(call := asyncio.get_running_loop().create_future())
                    await call
        except TimeoutError:
            if not is_so():
                raise TimeoutError(f"not so after {timeout} s\n{self.picture()}") from None

    def picture(self) -> str:
        """Answer the last chats, calls and problems as text."""
        chats = sorted(self.world.chats.values(), key=_newest)[-PICTURED_CHATS:]
        calls = [f"  {call.method} to {call.chat_id}: {call.status} {call.description}" for call in self.calls]
        lines = [*map(picture, chats), "── calls", *calls[-PICTURED_CALLS:], "── problems", *self.problems]
        return "\n".join(lines)

    def look(self) -> None:
        """Let those who wait for something look again: a call came, or somebody did something."""
        for tell in self.on_change:
            tell()
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            if not call.done():
                call.set_result(None)


def _newest(chat: Chat) -> float:
    return next((message.at for message in reversed(chat.messages.values())), 0.0)
