"""A stage: a scene whose deliveries go out to a local Telegram, over the real sender."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.api import BotApi
from bot.articles import Look
from bot.renderer import Renderer
from bot.sender import TelegramSender
from newsroom.delivery import Delivery
from newsroom.taxonomy import Taxonomy, Topic
from sandbox import Person, Sandbox
from tests.fakes import CountingMeter
from tests.sandbox.oracle import check_with_aiogram
from tests.scene import Scene

NAMES = {"s:diplomacy": "السياسة الخارجية", "s:sports": "الرياضة", "c:TJ": "طاجيكستان"}
TAXONOMY = Taxonomy({tag: Topic(tag, {"ar": name, "en": name}) for tag, name in NAMES.items()})
LOOK = Look(TAXONOMY, "Asia/Riyadh", "site.example")


async def look() -> Look:
    """Answer what article messages depend on."""
    return LOOK


@dataclass(slots=True)
class Stage:
    """A newsroom that delivers to a local Telegram."""

    scene: Scene
    telegram: Sandbox
    delivery: Delivery
    meter: CountingMeter
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def reader(self, chat_id: int, *tags: str, language: str = "ar") -> Person:
        """Let a person who has written to the bot follow topics."""
        person = self.telegram.person(chat_id, language=language)
        person.writes("/start")
        await self.scene.reader(chat_id, *tags, language=language)
        return person

    def wait(self, seconds: float) -> None:
        """Let time pass, with the worker's heart beating."""
        self.scene.lease.beat_at = self.scene.clock.move(seconds=seconds)

    async def deliver(self) -> None:
        """Deliver all that is due now."""
        async with asyncio.timeout(20):
            await self.delivery.drain(self.stop)

    def shown(self, chat_id: int) -> list[str]:
        """Answer what the bot's messages in a chat read now."""
        chat = self.telegram.world.chats[chat_id]
        return [message.text for message in chat.screen if message.by_bot]  # type: ignore[attr-defined]

    def received(self, chat_id: int) -> int:
        """Answer how many messages reached a chat."""
        return len(self.shown(chat_id))


@asynccontextmanager
async def open_stage(scene: Scene) -> AsyncIterator[Stage]:
    """Open a stage; whatever was wrong with a request fails the test."""
    async with Sandbox(limits=None) as telegram, BotApi(telegram.url, telegram.token) as api:
        telegram.checks.append(check_with_aiogram)
        meter, database, clock = CountingMeter(), scene.database, scene.clock
        delivery = Delivery(
            scene.queue,
            TelegramSender(api),
            Renderer(database, look, clock),
            scene.lease,
            meter,
            clock,
            rate=1000,
        )
        yield Stage(scene, telegram, delivery, meter)
        assert telegram.problems == []
