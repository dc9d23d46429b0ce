"""What the settings open: database, secret, backups, fetcher, rules, a look at it all; for the process and commands.

What only a running process has is built in `app.py` and `crew.py`; what is opened the same way wherever it is needed
comes here.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import structlog

from bot.api import BotApi
from bot.asking import Asking
from bot.roster import Roster
from bot.stats import Analyst
from db import backups
from db.clock import DatabaseClock
from db.engine import Database
from db.lock import USED, ProcessLock
from db.schema import Schema, check_schema, prepare
from db.store import articles, invitations, pacing, sources, staff, workers
from db.store.queue import DeliveryQueue
from db.store.staff import Act
from db.store.topics import Topics
from db.store.workers import WorkerLease
from db.vault import Vault, beside, find_fingerprint, find_secret, match
from jobs.checkup import Checkup, Ground
from jobs.fetcher import Fetcher
from jobs.stats import Statistician
from newsroom.broadcasts import Rules as Broadcasting
from newsroom.cards import Rules
from newsroom.delivery import Meter
from newsroom.errors import StoreError
from newsroom.openings import Openings
from newsroom.roles import Role
from newsroom.semantic import Semantics, load_semantics
from settings import ENV_FILE, SECRETS, Settings
from web.app import WEBHOOK_PATH
from web.metrics import Metrics
from web.openings import OpenCalls
from web.websub import HubCalls

log = structlog.get_logger()


@dataclass(slots=True)
class Parts:
    """What everybody who works in a process is given."""

    settings: Settings
    database: Database
    clock: DatabaseClock
    lease: WorkerLease
    vault: Vault
    topics: Topics
    queue: DeliveryQueue
    api: BotApi
    fetcher: Fetcher
    metrics: Metrics


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for a run: alone on it where it is SQLite, and at the schema that this version needs."""
    database = Database(settings.database_url)
    lock = ProcessLock(str(database.url.database)) if database.is_sqlite else nullcontext()
    with lock:
        try:
            await make_fit(database, settings)
            yield database
        finally:
            await database.close()


async def make_fit(database: Database, settings: Settings) -> None:
    """Bring a database to this version's schema, after a backup where an older one wrote it. Raises StoreError."""

    async def back_up() -> None:
        try:
            made = await backups.make(database, await find_vault(settings, database), find_backups(settings, database))
        except OSError as error:
            raise StoreError(f"no backup could be made before the upgrade: {error}; see to BACKUP_DIR") from None
        log.info("backed up before the upgrade", name=made.name, size=made.size)

    await prepare(database, back_up)


async def make_fit_for_command(database: Database, settings: Settings) -> None:
    """Do so beside a bot that may be running: what it runs on is not migrated below it. Raises StoreError."""
    is_behind = database.is_sqlite and await check_schema(database) is Schema.BEHIND
    with ProcessLock(str(database.url.database), USED) if is_behind else nullcontext():
        await make_fit(database, settings)


def find_backups(settings: Settings, database: Database) -> Path:
    """Answer the folder of backups."""
    return Path(settings.backup_dir) if settings.backup_dir else beside(database.url) / "backups"


def read_vault(settings: Settings, database: Database, *, may_make: bool = False) -> Vault:
    """Answer what the secret makes, whether or not it is the secret of this database. Raises StoreError."""
    return Vault(find_secret(settings.pseudonym_secret.get_secret_value(), database.url, may_make=may_make))


async def find_vault(settings: Settings, database: Database) -> Vault:
    """Answer what the secret makes; one is made where the database has none yet. Raises StoreError where it is lost."""
    async with database.read() as connection:
        is_new = await find_fingerprint(connection) is None
    return read_vault(settings, database, may_make=is_new)


def read_broadcasting(settings: Settings) -> Broadcasting:
    """Answer how the owner wants broadcasts."""
    return Broadcasting(settings.broadcast_approval_above, settings.send_rate, settings.broadcast_paid)


def read_rules(settings: Settings) -> Rules:
    """Answer how the operator wants moderation."""
    chat_id, thread_id = settings.moderation_chat or (0, 0)
    return Rules(
        chat_id, thread_id, settings.moderation_quorum, bulk=settings.moderation_bulk, steal=settings.moderation_steal
    )


def find_openings(settings: Settings, vault: Vault) -> Openings | None:
    """Answer what makes counted links, where the operator wants them and they lead to us."""
    return Openings(settings.public_url, vault.openings) if settings.count_openings and settings.public_url else None


def list_public(
    settings: Settings, database: Database, vault: Vault, now: Callable[[], datetime], meter: Meter
) -> list[HubCalls | OpenCalls]:
    """Answer what the public reaches besides the webhook; counted links of messages that are out lead on for ever."""
    if not settings.public_url:
        return []
    openings = Openings(settings.public_url, vault.openings)
    opened = OpenCalls(database, openings, now, settings.default_timezone, settings.count_openings)
    return [HubCalls(database, now, meter), opened]


def make_statistician(
    settings: Settings, database: Database, topics: Topics, now: Callable[[], datetime]
) -> Statistician:
    """Answer who counts what editors ask for."""
    analyst = Analyst(settings.default_language, settings.default_timezone, topics)
    return Statistician(database, analyst, now, bool(settings.count_openings and settings.public_url))


async def open_vault(settings: Settings, database: Database, now: datetime) -> Vault:
    """Answer what the secret makes, which is the secret of this database from now on. Raises StoreError."""
    vault = await find_vault(settings, database)
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


def find_ground(settings: Settings, database: Database) -> Ground:
    """Answer what the operator has set, as far as a look at the whole asks for it."""
    return Ground(
        bot_id=settings.bot_id,
        address=settings.telegram_api_url,
        webhook=settings.public_url.rstrip("/") + WEBHOOK_PATH if settings.by_webhook else "",
        desk=settings.moderation_chat,
        secret=settings.pseudonym_secret.get_secret_value(),
        folder=find_backups(settings, database),
        beside=beside(database.url),
        settings_file=ENV_FILE,
        secrets=SECRETS,
    )


def make_roster(settings: Settings, now: Callable[[], datetime]) -> Roster:
    """Answer what gives and takes roles."""
    return Roster(now, settings.default_language)


@asynccontextmanager
async def open_checkup(settings: Settings, database: Database, now: Callable[[], datetime]) -> AsyncIterator[Checkup]:
    """Open what looks at the whole, once and from outside."""
    token = settings.bot_token.get_secret_value()
    async with BotApi(settings.telegram_api_url, token, connections=4) as api:
        yield Checkup(database, Asking(api), find_ground(settings, database), now, is_outside=True)


async def ask_name(settings: Settings) -> str:
    """Answer the bot's @username, which Telegram alone knows. Raises StoreError where it does not say it."""
    async with BotApi(settings.telegram_api_url, settings.bot_token.get_secret_value(), connections=1) as api:
        if name := await api.find_name():
            return name
    raise StoreError("Telegram does not say the bot's name: `qasid doctor` tells why")


async def invite_owner(database: Database, name: str, now: datetime) -> None:
    """Print a one-time link to become the owner of the bot with this name, as long as nobody is."""
    async with database.write() as connection:
        if await staff.list_ids(connection, [Role.OWNER]):
            return
        token = await invitations.make(connection, Role.OWNER, now)
    link = f"https://t.me/{name}?start=own_{token}"
    log.warning("nobody owns this bot yet: whoever opens the link first does", link=link, good_for="an hour")


async def begin(database: Database, clock: DatabaseClock, settings: Settings) -> WorkerLease:
    """Enrol this worker, and write what the settings say into the database."""
    if not settings.bot_id:
        raise StoreError("BOT_TOKEN is not set: get one from @BotFather, or try `qasid demo`")
    now = clock()
    async with database.write() as connection:
        await pacing.claim_bot(connection, settings.bot_id, now)
        await articles.open_desk(connection)
        lease = await workers.enrol(connection, ",".join(settings.roles), clock, alone=database.is_sqlite)
        for owner in settings.owner_ids:
            if await staff.grant(connection, owner, Role.OWNER, now):
                await staff.note(connection, Act("settings", "grant role", str(owner), Role.OWNER), now)
        for url in settings.sources:
            await sources.add(connection, url, now)
    return lease
