"""What the desk must know, told to its people in private by outbox rows."""

from dataclasses import dataclass

import orjson

from db.engine import Database
from db.store import outbox, staff, subscribers
from db.store.outbox import Message
from db.store.workers import WorkerLease
from locales import texts
from newsroom.pushes import Lane
from newsroom.roles import Role, who_has
from newsroom.work import Shape


@dataclass(slots=True)
class Desk:
    """Tells editors; each of them once, as far as they have written to the bot."""

    database: Database
    lease: WorkerLease
    language: str

    async def tell_stopped(self, shape: Shape, reason: str) -> None:
        """Tell the editors that Telegram refuses the text of this shape, and why."""
        async with self.database.write() as connection:
            for chat_id in await staff.list_reachable(connection, who_has(Role.EDITOR)):
                reader = await subscribers.find(connection, chat_id)
                t = texts(reader.language if reader else self.language)
                text = t(
                    "desk.stopped", number=shape.story_id, language=shape.language, reason=reason, push=shape.push_id
                )
                key = f"stopped:{shape.push_id}:{shape.language}:{chat_id}"
                payload = orjson.dumps({"text": text, "parse_mode": "HTML"})
                message = Message(key, "sendMessage", payload, chat_id, Lane.MODERATION)
                await outbox.add(connection, message, self.lease.now())
