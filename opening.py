"""What the settings open: the database, the secret, the fetcher, the rules; for the process and for single commands.

What only a running process has is built in `app.py`; what is opened the same way wherever it is needed comes here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from importlib.metadata import version

from db.engine import Database
from db.lock import ProcessLock
from db.schema import prepare
from db.vault import Vault, find_secret, match
from jobs.fetcher import Fetcher
from newsroom.broadcasts import Rules as Broadcasting
from newsroom.cards import Rules
from newsroom.semantic import Semantics, load_semantics
from settings import Settings


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for a run: alone on it where it is SQLite, and at the schema that this version needs."""
    database = Database(settings.database_url)
    lock = ProcessLock(str(database.url.database)) if database.is_sqlite else nullcontext()
    with lock:
        try:
            await prepare(database)
            yield database
        finally:
            await database.close()


def read_broadcasting(settings: Settings) -> Broadcasting:
    """Answer how the owner wants broadcasts."""
    return Broadcasting(settings.broadcast_approval_above, settings.send_rate, settings.broadcast_paid)


def read_rules(settings: Settings) -> Rules:
    """Answer how the operator wants moderation."""
    chat_id, thread_id = settings.moderation_chat or (0, 0)
    return Rules(
        chat_id, thread_id, settings.moderation_quorum, bulk=settings.moderation_bulk, steal=settings.moderation_steal
    )


async def open_vault(settings: Settings, database: Database, now: datetime) -> Vault:
    """Answer what the secret makes. Raises StoreError where it is not the secret of this database."""
    vault = Vault(find_secret(settings.pseudonym_secret.get_secret_value(), database.url))
    async with database.write() as connection:
        await match(connection, vault, now)
    return vault


def make_fetcher(settings: Settings) -> Fetcher:
    """Answer a fetcher that says who it is."""
    about = f" (+{settings.site_url})" if settings.site_url else ""
    return Fetcher(f"Qasid/{version('qasid')}{about}", allow_private=settings.allow_private_sources)


def read_semantics(settings: Settings) -> Semantics | None:
    """Answer what compares articles by their meaning, where this process collects and the operator wants it."""
    return load_semantics() if settings.semantic and "jobs" in settings.roles else None
