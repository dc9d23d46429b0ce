"""The look at the whole: what Telegram, the database and the machine say, gathered for `newsroom/findings.py`.

`qasid doctor` looks once, the job every few minutes, for `/status`. Each part is asked by itself, so that one that is
silent hides nothing of the others.
"""

import asyncio
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import backups
from db.engine import Database
from db.schema import check_schema
from db.store import checks, choices, findings, subscribers
from db.vault import look_at_secret
from newsroom.backups import STALE
from newsroom.cards import Rules
from newsroom.findings import Disk, Facts, Finding, Place, Schema, examine
from newsroom.footing import TELLING, read_footing

log = structlog.get_logger()

EVERY, FIRST = timedelta(minutes=5), timedelta(minutes=1)  # between looks; from the start to the first
PATIENCE = 10.0  # seconds for an answer of Telegram
RIVAL_WITHIN = 5  # seconds in which somebody else who polls asks again
CONFLICT = 409
MOST = 20  # channels that are looked at
OTHERS = 0o077  # what others than the owner may do with a file


class Asker(Protocol):
    """What asks Telegram something; answers the status, 0 for none, and what it said."""

    async def __call__(self, method: str, **asked: Any) -> tuple[int, dict[str, Any]]:
        """Call a method of the Bot API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the operator has set, as far as it is looked at."""

    bot_id: int
    address: str  # of the Bot API
    webhook: str
    desk: tuple[int, int] | None
    secret: str
    folder: Path  # of backups
    beside: Path  # where the database and the secret are
    settings_file: Path
    secrets: Sequence[str]  # the settings that nobody else may read


@dataclass(slots=True)
class Checkup:
    """Looks at a newsroom; `measure` answers the free and all bytes of a folder's disk."""

    database: Database
    ask: Asker
    ground: Ground
    now: Callable[[], datetime]
    measure: Callable[[Path], tuple[int, int]] = field(default_factory=lambda: measure_disk)
    is_outside: bool = False  # no part of a process that may poll, now or in a moment
    _looked_at: datetime | None = None

    async def step(self) -> bool:
        """Look if it is time to; there is never more to do at once."""
        now = self.now()
        self._looked_at = self._looked_at or now - EVERY + FIRST
        if now - self._looked_at >= EVERY:
            self._looked_at = now
            await self.keep()
        return False

    async def keep(self) -> None:
        """Look, and leave what was found for `/status`."""
        found = await self.look()
        async with self.database.write() as connection:
            new = await findings.replace(connection, found, self.now())
        for finding in new:
            log.warning("found", what=finding.name, **finding.values)

    async def look(self) -> list[Finding]:
        """Answer what is wrong now."""
        parts = await asyncio.gather(self._ask_telegram(), self._ask_database(), self._ask_machine(), self._ask_clock())
        told: dict[str, Any] = {}
        for part in parts:
            told |= part
        return examine(Facts(**told), self.now())

    async def _ask_telegram(self) -> Mapping[str, Any]:
        told: dict[str, Any] = {"has_token": bool(self.ground.bot_id), "wanted_webhook": self.ground.webhook}
        if not self.ground.bot_id:
            return told
        told["status"], me = await self.ask("getMe")
        if not me:
            return told
        told["inline"] = me.get("supports_inline_queries")
        _, hook = await self.ask("getWebhookInfo")
        told["webhook"] = hook.get("url", self.ground.webhook)
        return told | {"rival": await self._has_rival(bool(told["webhook"])), "places": await self._ask_places()}

    async def _has_rival(self, by_webhook: bool) -> bool:  # noqa: FBT001  (a fact)
        """Tell whether somebody else polls: whoever of us does was told; from outside we ask where none of us does."""
        with suppress(Exception):  # an old schema, or no database: that is told elsewhere
            async with self.database.read() as connection:
                if await checks.is_polled(connection, self.now()):
                    return await findings.has_rival(connection, self.now())
        if by_webhook or not self.is_outside:
            return False
        # Whoever polls beside us ends our poll when he asks again; without an offset nothing is taken.
        status, _ = await self.ask("getUpdates", timeout=RIVAL_WITHIN, limit=1)
        return status == CONFLICT

    async def _ask_places(self) -> Sequence[Place]:
        """Ask whether we may write where replies are moderated, and in the channels."""
        places = [(self.ground.desk[0], "desk")] if self.ground.desk else []
        with suppress(Exception):  # as above
            async with self.database.read() as connection:
                if not places and (chosen := await choices.find_desk(connection, Rules())):
                    places.append((chosen.chat_id, "desk"))
                places += [(chat_id, "channel") for chat_id in await subscribers.list_wanted(connection, MOST)]
        return [place for chat_id, kind in places if (place := await self._ask_place(chat_id, kind))]

    async def _ask_place(self, chat_id: int, kind: str) -> Place | None:
        """Answer how we stand in a place; None where what Telegram said is not about the place."""
        chat: dict[str, Any] = {}
        status, member = await self.ask("getChatMember", chat_id=chat_id, user_id=self.ground.bot_id)
        if status == HTTPStatus.OK and kind == "desk":  # a group may let its members write nothing
            status, chat = await self.ask("getChat", chat_id=chat_id)
        footing = read_footing(member, chat)
        may = footing.may_write if kind == "desk" else footing.may_post
        return Place(str(chat_id), kind, may) if status in TELLING else None

    async def _ask_database(self) -> Mapping[str, Any]:
        try:
            schema = Schema(await check_schema(self.database))
            if schema is not Schema.CURRENT:
                return {"schema": schema}
            async with self.database.read() as connection:
                return await self._read(connection)
        except Exception:  # noqa: BLE001  (whatever a driver raises when nobody answers)
            return {"schema": Schema.SILENT}

    async def _read(self, connection: AsyncConnection) -> Mapping[str, Any]:
        told = await checks.read(connection, self.now())
        begun_at = told.pop("begun_at")
        secret = await look_at_secret(connection, self.ground.secret, self.ground.beside)
        return {**told, "secret": secret, "is_begun": begun_at is not None and self.now() - begun_at > STALE}

    async def _ask_machine(self) -> Mapping[str, Any]:
        return await asyncio.to_thread(self._look_at_machine)

    def _look_at_machine(self) -> Mapping[str, Any]:
        told: dict[str, Any] = {"disks": self._look_at_disks()}
        try:
            told["backup_at"] = next((made.made_at for made in backups.list_backups(self.ground.folder)), None)
            told["lists_aside"] = backups.list_aside(self.ground.folder)
        except OSError:
            told["are_backups_seen"] = False
        with suppress(OSError):
            told["is_exposed"] = is_exposed(self.ground.settings_file, self.ground.secrets)
        return told

    def _look_at_disks(self) -> Sequence[Disk]:
        by_disk: dict[int, Disk] = {}  # of one disk the database is named
        for folder in (self.ground.folder, self.ground.beside):
            with suppress(OSError):
                there = _find_existing(folder.resolve())
                by_disk[there.stat().st_dev] = Disk(str(there), *self.measure(there))
        return list(by_disk.values())

    async def _ask_clock(self) -> Mapping[str, Any]:
        """Compare our clock with that of Telegram's server; a server that says none is believed."""
        told_at = await read_server_time(self.ground.address)
        return {"skew": datetime.now(UTC) - told_at if told_at else None}


async def read_server_time(address: str) -> datetime | None:
    """Answer what a server's clock says, by the date of any answer."""
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.head(address) as answer:
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None


def measure_disk(folder: Path) -> tuple[int, int]:
    """Answer the free bytes of a folder's disk, and all of them."""
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def is_exposed(file: Path, names: Sequence[str]) -> bool:
    """Tell whether others may read a file in which one of these settings has a value."""
    if not file.exists() or not file.stat().st_mode & OTHERS:
        return False
    said = re.compile(rf"^\s*(?:export\s+)?(?:{'|'.join(names)})[ \t]*=[ \t]*[^\s#]", re.MULTILINE | re.IGNORECASE)
    return bool(said.search(file.read_text(encoding="utf-8", errors="replace")))


def _find_existing(folder: Path) -> Path:
    """Answer a folder, or where it would be made."""
    return next(one for one in (folder, *folder.parents) if one.exists())
