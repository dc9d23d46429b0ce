"""Sealed files: written piece by piece, read only by whoever has the key, there whole or not at all.

    lines ─▶ zlib ─▶ blocks ─▶ AES-256-GCM, each with its number and whether it is the last ─▶ file.part ─▶ file

The key of a file is made of the vault's and of a salt of its own, so that numbers may begin anew in each. A block that
was changed, moved, or taken from the end does not open. A file takes its name when all of it is on the disk.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from newsroom.errors import StoreError

MAGIC = b"qasid sealed 1\n"
SALT = 16  # bytes
BLOCK = 256 * 1024  # bytes of what is compressed
TAG = 16  # bytes that sealing adds to a block
NUMBER = 4  # bytes of the length of a block, and of its number
NOTHING_MORE, MORE = b"\1", b"\0"


class UnreadableError(StoreError):
    """A sealed file is damaged, or was sealed by another secret."""


class SealedWriter:
    """Writes a sealed file: `finish` gives it its name, `abandon` leaves nothing. All of it may wait for the disk."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.{os.getpid()}.part")
        salt = os.urandom(SALT)
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._file.write(MAGIC + salt)
        self._cipher, self._number = _cipher(key, salt), 0
        self._squeeze, self._pending = zlib.compressobj(), bytearray()

    def write(self, line: bytes) -> None:
        """Write a line."""
        self._pending += self._squeeze.compress(line + b"\n")
        self._seal_full()

    def finish(self) -> None:
        """Write what is left, see that all of it is on the disk, and give it its name."""
        self._pending += self._squeeze.flush()
        self._seal_full()
        self._seal(NOTHING_MORE)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        _settle(self._path.parent)

    def abandon(self) -> None:
        """Leave nothing."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _seal_full(self) -> None:
        while len(self._pending) > BLOCK:
            self._seal(MORE)

    def _seal(self, end: bytes) -> None:
        block = self._cipher.encrypt(_nonce(self._number, end), bytes(self._pending[:BLOCK]), MAGIC)
        self._file.write(len(block).to_bytes(NUMBER) + block)
        self._number += 1
        del self._pending[:BLOCK]


def read_lines(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield the lines of a sealed file. Raises UnreadableError, or StoreError where the disk does not give it."""
    rest = b""
    try:
        with path.open("rb") as file:
            for piece in _open_blocks(file, key):
                *whole, rest = (rest + piece).split(b"\n")
                yield from whole
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None
    except (InvalidTag, EOFError, zlib.error):
        raise UnreadableError(f"{path} is damaged, or was sealed by another PSEUDONYM_SECRET (secret.key)") from None
    if rest:
        yield rest


def _open_blocks(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Yield what a sealed file holds, block by block, each as soon as it is known to be as it was written."""
    head = file.read(len(MAGIC) + SALT)
    if not head.startswith(MAGIC):
        raise EOFError
    cipher, swell = _cipher(key, head[len(MAGIC) :]), zlib.decompressobj()
    block, number = _read_block(file), 0
    if block is None:
        raise EOFError
    while block is not None:
        after = _read_block(file)
        end = NOTHING_MORE if after is None else MORE
        yield swell.decompress(cipher.decrypt(_nonce(number, end), block, MAGIC))
        block, number = after, number + 1
    yield swell.flush()


def _read_block(file: BinaryIO) -> bytes | None:
    """Answer the next block; None at the end, which the last block has to confirm."""
    told = file.read(NUMBER)
    length = int.from_bytes(told)
    if told and not TAG <= length <= BLOCK + TAG:
        raise EOFError
    return file.read(length) if told else None


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, MAGIC).derive(key))


def _nonce(number: int, end: bytes) -> bytes:
    return bytes(12 - NUMBER - len(end)) + number.to_bytes(NUMBER) + end


def _settle(folder: Path) -> None:
    """Let a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
