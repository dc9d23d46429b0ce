"""The announcer: reads what cards of broadcasts are drawn from, and writes what a broadcast makes be told by itself.

    broadcast, chat ─▶ see ─▶ a sight ─▶ bot/broadcasts.py      for presses, and for the job that keeps cards up to date

Whatever is to be told of broadcasts by itself is a method here, its text in four languages.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.broadcasts import Sight, draw_card
from bot.contents import choose_content, list_versions, write
from bot.docket import write as write_screen
from db.store import broadcast_cards, broadcasts, crowds, outbox, subscribers
from db.store.broadcasts import Standing
from db.store.outbox import Message
from db.store.topics import Topics
from locales import OWN_NAMES, Texts, texts
from newsroom.broadcasts import Broadcast, Phase, Rules, stamp
from newsroom.pushes import Lane

COUNTED = frozenset({Phase.DRAFT, Phase.ASKED, Phase.SCHEDULED})  # whose audience is still to be seen


def write_previews(t: Texts, broadcast: Broadcast) -> list[tuple[str, dict[str, Any]]]:
    """Answer the requests that show a broadcast as readers get it: of several versions each, below its languages."""
    versions, written = list_versions(broadcast), []
    for languages, content in versions:
        if len(broadcast.contents) > 1:
            written.append(("sendMessage", write_screen((_write_languages(t, languages), None))))
        written.append(write(content, broadcast.manner))
    return written


def _write_languages(t: Texts, languages: Iterable[str]) -> str:
    names = (OWN_NAMES.get(language) or t.plain("broadcast.rest") for language in languages)
    return t("broadcast.version", languages=t.plain("list.comma").join(names))


@dataclass(slots=True)
class Announcer:
    """Draws cards of broadcasts."""

    now: Callable[[], datetime]
    language: str
    zone: str
    rules: Rules
    topics: Topics

    async def see(
        self, connection: AsyncConnection, broadcast: Broadcast, chat_id: int, standing: Standing | None = None
    ) -> Sight:
        """Answer what the card of a broadcast in an editor's chat is drawn from."""
        now = self.now()
        reader = await subscribers.find(connection, chat_id)
        schedule = await subscribers.find_schedule(connection, reader.schedule_id) if reader else None
        standing = standing or await broadcasts.read_standing(connection, broadcast, now)
        counts = standing.phase in COUNTED
        return Sight(
            texts(reader.language, reader.digits) if reader else texts(self.language),
            self.topics.edition.taxonomy,
            broadcast,
            standing,
            await crowds.count(connection, broadcast.crowd, now) if counts else broadcast.expected,
            schedule.zone if schedule else self.zone,
            now,
            self.rules,
            str(chat_id),
        )

    async def render(
        self, connection: AsyncConnection, broadcast: Broadcast, chat_id: int, standing: Standing
    ) -> dict[str, Any]:
        """Answer what the card of a broadcast shows, as the Bot API takes it."""
        return write_screen(draw_card(await self.see(connection, broadcast, chat_id, standing)))

    async def test(self, connection: AsyncConnection, broadcast: Broadcast, chat_ids: Sequence[int]) -> int:
        """Put a broadcast as it will arrive on its way to editors; answers how many."""
        for chat_id in chat_ids:
            sight = await self.see(connection, broadcast, chat_id)
            method, params = write(choose_content(broadcast.contents, sight.t.language), broadcast.manner)
            key = f"broadcast:{broadcast.id}:test:{chat_id}:{self.now().timestamp()}"
            message = Message(key, method, orjson.dumps(params), chat_id, Lane.MODERATION)
            await outbox.add(connection, message, self.now())
        return len(chat_ids)

    async def show(self, connection: AsyncConnection, broadcast: Broadcast, chat_ids: Iterable[int]) -> None:
        """Put a broadcast as it will arrive, and its card, on their way to editors."""
        now = self.now()
        standing = await broadcasts.read_standing(connection, broadcast, now)
        for chat_id in chat_ids:
            sight = await self.see(connection, broadcast, chat_id, standing)
            place, told = (broadcast.id, chat_id), stamp(broadcast, standing.phase, standing.progress)
            key = await broadcast_cards.begin(connection, place, now, told, anew=True)
            shown = [
                Message(f"{key}:preview:{at}", method, orjson.dumps(params), chat_id, Lane.MODERATION)
                for at, (method, params) in enumerate(write_previews(sight.t, broadcast))
            ]
            card = Message(key, "sendMessage", orjson.dumps(write_screen(draw_card(sight))), chat_id, Lane.MODERATION)
            for message in (*shown, card):
                await outbox.add(connection, message, now)
