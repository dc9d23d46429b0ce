"""What every command does: open the database, act in one transaction, say what came of it, put it on the audit."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.schema import Schema, check_schema
from db.store import staff
from locales import LANGUAGES, Texts, texts
from opening import make_fit_for_command
from settings import SettingsError, read_settings

Params = ParamSpec("Params")


def running(work: Callable[Params, Coroutine[Any, Any, None]]) -> Callable[Params, None]:
    """Run an async command in a loop of its own."""

    @wraps(work)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> None:
        asyncio.run(work(*args, **kwargs))

    return run


@asynccontextmanager
async def opened(*, may_be_behind: bool = False) -> AsyncIterator[Database]:
    """Open the database beside a bot that may be running; it is prepared if it is new, or if an older version wrote it.

    What `may_be_behind` is left as the older version wrote it.
    """
    settings = read_settings()
    database = Database(settings.database_url)
    try:
        if not (may_be_behind and await check_schema(database) is Schema.BEHIND):
            await make_fit_for_command(database, settings)
        yield database
    finally:
        await database.close()


async def change(act: Callable[[AsyncConnection, datetime], Awaitable[bool]], done: str, not_done: str) -> None:
    """Do one act in a transaction and say what came of it; what was not done answers 1."""
    async with opened() as database, database.write(urgent=True) as connection:
        was_done = await act(connection, datetime.now(UTC))
    print(done if was_done else not_done, file=sys.stdout if was_done else sys.stderr)
    if not was_done:
        raise typer.Exit(1)


async def note(connection: AsyncConnection, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """Put an act at the terminal on the audit."""
    await staff.note(connection, staff.Act("cli", action, subject, detail), now)


def give(text: str, file: Path | None) -> None:
    """Print a text, or write it to a file and say so."""
    if file is None:
        print(text, end="")
        return
    file.write_text(text, encoding="utf-8")
    print(f"Written: {file}")


def speak(language: str) -> Texts:
    """Answer the texts of a language. Raises SettingsError where it is none of ours."""
    if language not in LANGUAGES:
        raise SettingsError(f"--language: allowed is {', '.join(LANGUAGES)}")
    return texts(language)
