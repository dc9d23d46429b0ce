"""The secret, and what is made of it: the keys that authors are known by, and the seal on where they are reached.

    PSEUDONYM_SECRET, or secret.key ─▶ Vault ─┬▶ author_key, source_key    HMAC-SHA-256, one way
                                              ├▶ backups                   the key of sealed files (`db/sealed.py`)
                                              ├▶ openings                  that of links that are counted
                                              └▶ seal, open                AES-256-GCM, bound to the author's key

Whoever has the database alone can neither tell who wrote a reply nor try all numbers of Telegram until one fits. Each
use has a key of its own, derived from the secret. The secret is never written to the database, to a log or to a backup;
`seals` keeps a fingerprint, so that a start with another secret is refused before it makes strangers of all authors.
"""

import hmac
import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import author_chats, seals
from db.store import rows, write_new
from newsroom.errors import StoreError
from newsroom.findings import Secret

FILE = "secret.key"
KEY_LENGTH, NONCE_LENGTH = 32, 12  # characters of a key; bytes
SHORTEST = 16  # characters of a secret
MISSING = (
    "{path} is missing: put the copy back that you have, or set PSEUDONYM_SECRET; without it no backup opens; if it is "
    "lost for ever, `qasid secret renew` begins anew"
)
OTHER = (
    "PSEUDONYM_SECRET (or secret.key) is not the one that this database was begun with, so all authors of replies "
    "would be strangers: put that one back, the same for every process; if it is lost for ever, `qasid secret renew` "
    "begins anew with this one"
)


class Vault:
    """What the secret makes. Prints as nothing."""

    __slots__ = ("_authors", "_chats", "_sources", "backups", "fingerprint", "openings")

    def __init__(self, secret: str) -> None:
        root = secret.strip().encode()
        self._authors, self._sources = (_derive(root, use) for use in (b"authors", b"sources"))
        self._chats = AESGCM(_derive(root, b"chats"))
        self.backups, self.openings = (_derive(root, use) for use in (b"backups", b"openings"))
        self.fingerprint = _derive(root, b"fingerprint").hex()

    def author_key(self, user_id: int) -> str:
        """Answer the key of a person, the same for ever."""
        return _name(self._authors, str(user_id))

    def source_key(self, chat_id: int, message_id: int) -> str:
        """Answer the key of a message, by which its reply is known when it comes again."""
        return _name(self._sources, f"{chat_id}/{message_id}")

    def seal(self, author_key: str, chat_id: int) -> bytes:
        """Answer a chat's id sealed; each time otherwise."""
        nonce = os.urandom(NONCE_LENGTH)
        return nonce + self._chats.encrypt(nonce, str(chat_id).encode(), author_key.encode())

    def open(self, author_key: str, sealed: bytes) -> int:
        """Answer the chat's id. Raises StoreError for what was sealed by another secret, or for another author."""
        try:
            told = self._chats.decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], author_key.encode())
        except InvalidTag:
            raise StoreError("a chat was sealed by another PSEUDONYM_SECRET") from None
        return int(told)


def find_secret(configured: str, url: URL, *, may_make: bool = False) -> str:
    """Answer the secret: the configured one, or that of the file, which may be made for a database that has none yet.

    The file is beside a SQLite database, and in the working directory where the database is elsewhere. Only its owner
    may read it. Raises StoreError where it is missing.
    """
    if configured:
        return configured
    path = beside(url) / FILE
    try:
        if not path.exists():
            if not may_make:
                raise StoreError(MISSING.format(path=path))
            _make(path)
        return _read(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}; set PSEUDONYM_SECRET, or let the file be written") from None


async def match(connection: AsyncConnection, vault: Vault, now: datetime) -> None:
    """Make sure that this is the secret of the database; the first that comes becomes it. Raises StoreError if not."""
    if await write_new(connection, seals, id=1, fingerprint=vault.fingerprint, at=now):
        return
    check(vault, await find_fingerprint(connection))


def check(vault: Vault, fingerprint: str | None) -> None:
    """Raise StoreError where this is not the secret of a database with this fingerprint; none fits any."""
    if fingerprint is not None and not hmac.compare_digest(fingerprint, vault.fingerprint):
        raise StoreError(OTHER)


async def find_fingerprint(connection: AsyncConnection) -> str | None:
    """Answer what the secret of the database is known by; None where it has none yet, as one without a table for it."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(seals.name)):
        return None
    return next((row.fingerprint for row in await rows(connection, select(seals.c.fingerprint))), None)


async def find_beginning(connection: AsyncConnection) -> datetime | None:
    """Answer when the database was begun, or begun anew with another secret."""
    return next((row.at for row in await rows(connection, select(seals.c.at))), None)


async def look_at_secret(connection: AsyncConnection, configured: str, folder: Path) -> Secret:
    """Tell how it stands with the secret, without making one."""
    path = folder / FILE
    known = await find_fingerprint(connection)
    if not configured and not path.exists():
        return Secret.MISSING if known else Secret.WELL
    if not configured and path.stat().st_mode & 0o077:
        return Secret.OPEN
    try:
        found = Vault(configured or _read(path)).fingerprint
    except (OSError, StoreError):
        return Secret.OTHER
    return Secret.WELL if known in {None, found} else Secret.OTHER


async def renew(connection: AsyncConnection, vault: Vault, now: datetime) -> None:
    """Begin anew with another secret: nobody who wrote so far is known or reached any more, and no ban holds."""
    await connection.execute(delete(author_chats))
    await connection.execute(delete(seals))
    await match(connection, vault, now)


def beside(url: URL) -> Path:
    """Answer the folder of a SQLite database, or the working directory where the database is elsewhere."""
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)).parent if is_file else Path()


def _make(path: Path) -> None:
    """Make the file, whole or not at all; where another process was first, its file stays."""
    new = path.with_name(f".{FILE}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(KEY_LENGTH) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(new, path)
    new.unlink()


def _read(path: Path) -> str:
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < SHORTEST:
        raise StoreError(f"{path} is damaged: put the copy back that you have, or set PSEUDONYM_SECRET")
    return secret


def _derive(root: bytes, use: bytes) -> bytes:
    """Answer the key of one use. The secret is random, or a person's who was told how long; one step is enough."""
    return hmac.digest(root, b"qasid " + use, "sha256")


def _name(by: bytes, what: str) -> str:
    return hmac.digest(by, what.encode(), "sha256").hex()[:KEY_LENGTH]
