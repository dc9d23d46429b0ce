"""Prompts: what a person is in the middle of, a row and not a memory."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store.terms import Term
from db.tables import prompts

WAITS = timedelta(minutes=15)
END = delete(prompts).where(prompts.c.chat_id == bindparam("chat"), prompts.c.user_id == bindparam("user"))


async def put(connection: AsyncConnection, chat_id: int, user_id: int, command: str, now: datetime) -> None:
    """Wait for what a command is about; an earlier prompt of the same person is over."""
    await end(connection, chat_id, user_id)
    row = {"chat_id": chat_id, "user_id": user_id, "command": command, "until": now + WAITS}
    await connection.execute(insert(prompts).values(row))


async def find(connection: AsyncConnection, chat_id: int, user_id: int, now: datetime) -> str | None:
    """Answer the command of a person's prompt; None when there is none, or it has waited too long."""
    this = (prompts.c.chat_id == chat_id) & (prompts.c.user_id == user_id) & (prompts.c.until > now)
    found = (await connection.execute(select(prompts.c.command).where(this))).scalar_one_or_none()
    return str(found) if found else None


async def end(connection: AsyncConnection, chat_id: int, user_id: int) -> bool:
    """End a person's prompt; tells whether there was one, be it too old."""
    return (await connection.execute(END, {"chat": chat_id, "user": user_id})).rowcount > 0


TERM = Term(prompts, lambda now: prompts.c.until < now)
