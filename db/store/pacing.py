"""The pacing row of a token: read under its lock, written back, as `newsroom/pacing.py` decided."""

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import rows, write_new
from db.working import pacing
from newsroom.errors import StoreError
from newsroom.pacing import Pace

READ = select(*(pacing.c[name] for name in Pace.__slots__))
LOCK = READ.with_for_update()
WRITE = update(pacing)


async def claim_bot(connection: AsyncConnection, bot_id: int, now: datetime) -> None:
    """Make this database the bot's. Raises StoreError when it is another bot's: its readers never chose this one."""
    others = {row.bot_id for row in await rows(connection, select(pacing.c.bot_id))} - {bot_id}
    if others:
        raise StoreError(
            f"this database belongs to the bot {others.pop()}, and BOT_TOKEN is of the bot {bot_id}: "
            "set the token of that bot, or another DATABASE_URL"
        )
    await write_new(connection, pacing, bot_id=bot_id, next_slot_at=now, paused_until=now, slowed_at=now)


async def load(connection: AsyncConnection) -> Pace | None:
    """Answer the row as it stands, without locking it; None before the bot is known."""
    row = (await connection.execute(READ)).one_or_none()
    return Pace(*row) if row else None


async def lock(connection: AsyncConnection) -> Pace:
    """Answer the row, locked until the transaction ends."""
    return Pace(*(await connection.execute(LOCK)).one())


async def forget(connection: AsyncConnection, chat_id: int) -> None:
    """Forget which chat a 429 was about; what it means for all others holds on."""
    pace = await load(connection)
    if pace and (pace.flood_chat == chat_id or str(chat_id) in (pace.answer_floods or {})):
        pace = await lock(connection)
        floods = {chat: told for chat, told in (pace.answer_floods or {}).items() if chat != str(chat_id)}
        flood_chat = None if pace.flood_chat == chat_id else pace.flood_chat
        await save(connection, replace(pace, flood_chat=flood_chat, answer_floods=floods))


async def save(connection: AsyncConnection, pace: Pace) -> None:
    """Write the row back."""
    await connection.execute(WRITE, asdict(pace))
