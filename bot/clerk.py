"""The clerk: reads what the card of an article is drawn from, and shows it to editors who have not pressed anything.

    number, chat ─▶ see ─▶ a sight ─▶ bot/dossiers.py      for presses, and for what is told when a page was read

Whatever is to be told of an article at the desk by itself is a method here, its text in four languages.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.articles import Look
from bot.docket import write as write_screen
from bot.dossier_screens import draw_correction
from bot.dossiers import Sight, draw_dossier, draw_news
from bot.sources import explain
from bot.view import Screen
from db.store import articles, dossiers, filings, outbox, staff, subscribers
from db.store.errands import Errand
from db.store.outbox import Message
from locales import Label, Texts, texts
from newsroom.dossiers import Dossier
from newsroom.pushes import Lane
from newsroom.reasons import Reason
from newsroom.roles import Role, who_has


async def see(connection: AsyncConnection, dossier: Dossier, t: Texts, look: Look, now: datetime) -> Sight:
    """Answer what the card of an article is drawn from."""
    why = await articles.list_reasons(connection, dossier.number)
    return Sight(t, look, dossier, list(why), why, now, await filings.find_one(connection, dossier.number))


@dataclass(slots=True)
class Clerk:
    """Shows articles to editors in their chats."""

    now: Callable[[], datetime]
    look: Callable[[], Awaitable[Look]]
    language: str

    async def show(self, connection: AsyncConnection, errand: Errand, number: int) -> None:
        """Show an article as readers would get it, and its card; where other words wait, how they differ."""
        dossier = await dossiers.read(connection, number)
        if dossier is None:
            return
        sight = await see(connection, dossier, texts(errand.language), await self.look(), self.now())
        news, preview = draw_news(sight)
        card = draw_correction(sight) if dossier.is_changed else draw_dossier(sight)
        key = f"errand:{errand.id}"
        await self._put(connection, f"{key}:news", errand.chat_id, news, link_preview_options=preview)
        await self._put(connection, key, errand.chat_id, card)

    async def tell_same(self, connection: AsyncConnection, errand: Errand, number: int) -> None:
        """Tell that the page of an article says what readers see."""
        screen = texts(errand.language)("dossier.same", number=Label(number)), None
        await self._put(connection, f"errand:{errand.id}", errand.chat_id, screen)

    async def tell_unread(self, connection: AsyncConnection, errand: Errand, reason: Reason) -> None:
        """Tell why a page cannot be read."""
        t = texts(errand.language)
        screen = t("dossier.unread", url=errand.said, reason=explain(t, reason)), None
        await self._put(connection, f"errand:{errand.id}", errand.chat_id, screen)

    async def tell_leaving(self, connection: AsyncConnection, number: int, sender: int) -> None:
        """Show the other editors what one of them lets leave, with its card: they can stop it before readers get it."""
        dossier = await dossiers.read(connection, number)
        for chat_id in await staff.list_reachable(connection, who_has(Role.EDITOR)):
            if dossier is None or chat_id == sender:
                continue
            t = await self._speak_to(connection, chat_id)
            sight = await see(connection, dossier, t, await self.look(), self.now())
            key = f"leaving:{number}:{self.now().timestamp()}:{chat_id}"
            news, preview = draw_news(sight)
            await self._put(connection, f"{key}:news", chat_id, news, link_preview_options=preview)
            await self._put(connection, key, chat_id, draw_dossier(sight))

    async def render(self, connection: AsyncConnection, dossier: Dossier, chat_id: int) -> dict[str, Any]:
        """Answer what the card of an article shows in an editor's chat, as the Bot API takes it."""
        sight = await see(connection, dossier, await self._speak_to(connection, chat_id), await self.look(), self.now())
        return write_screen(draw_dossier(sight))

    async def _speak_to(self, connection: AsyncConnection, chat_id: int) -> Texts:
        reader = await subscribers.find(connection, chat_id)
        return texts(reader.language, reader.digits) if reader else texts(self.language)

    async def _put(self, connection: AsyncConnection, key: str, chat_id: int, screen: Screen, **options: Any) -> None:
        body = orjson.dumps(write_screen(screen) | options)
        await outbox.add(connection, Message(key, "sendMessage", body, chat_id, Lane.MODERATION), self.now())
