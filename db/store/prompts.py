"""Prompts: what a person is in the middle of, a row and not a memory."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import prompts

WAITS = timedelta(minutes=15)


async def put(connection: AsyncConnection, chat_id: int, user_id: int, command: str, now: datetime) -> None:
    """Wait for what a command is about; an earlier prompt of the same person is over."""
    await take(connection, chat_id, user_id, now)
    row = {"chat_id": chat_id, "user_id": user_id, "command": command, "until": now + WAITS}
    await connection.execute(insert(prompts).values(row))


async def take(connection: AsyncConnection, chat_id: int, user_id: int, now: datetime) -> str | None:
    """End a person's prompt and answer its command; None when there was none, or it had waited too long."""
    this = (prompts.c.chat_id == chat_id) & (prompts.c.user_id == user_id)
    found = (await connection.execute(select(prompts.c.command, prompts.c.until).where(this))).one_or_none()
    await connection.execute(delete(prompts).where(this))
    return str(found.command) if found and found.until > now else None
