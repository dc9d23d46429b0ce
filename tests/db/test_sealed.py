"""Sealed files: whole or not at all, and readable by nobody else."""

import os
from pathlib import Path

import pytest

from db.sealed import BLOCK, MAGIC, NUMBER, SALT, SealedWriter, read_lines
from newsroom.errors import StoreError

KEY, OTHER = bytes(32), bytes([1]) * 32
LINES = [b"one", b"", "سطر".encode(), os.urandom(3 * BLOCK).hex().encode(), b"last"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = SealedWriter(tmp_path / "file", KEY)
    for line in LINES:
        file.write(line)
    file.finish()
    return tmp_path / "file"


def blocks(path: Path) -> list[bytes]:
    data, at, found = path.read_bytes(), len(MAGIC) + SALT, []
    while at < len(data):
        length = NUMBER + int.from_bytes(data[at : at + NUMBER])
        found.append(data[at : at + length])
        at += length
    return found


def rewrite(path: Path, parts: list[bytes]) -> None:
    path.write_bytes(path.read_bytes()[: len(MAGIC) + SALT] + b"".join(parts))


def test_what_was_written_is_read(path: Path) -> None:
    assert list(read_lines(path, KEY)) == LINES
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["file"]


def test_nothing_of_it_can_be_read_without_the_key(path: Path) -> None:
    assert b"last" not in path.read_bytes()
    with pytest.raises(StoreError, match="another PSEUDONYM_SECRET"):
        list(read_lines(path, OTHER))


def test_two_files_of_the_same_are_not_alike(path: Path, tmp_path: Path) -> None:
    again = SealedWriter(tmp_path / "again", KEY)
    for line in LINES:
        again.write(line)
    again.finish()
    assert blocks(path)[0] != blocks(tmp_path / "again")[0]


def test_a_file_that_was_changed_anywhere_is_refused(path: Path) -> None:
    whole = blocks(path)
    assert len(whole) > 3
    flipped = whole[1][:-1] + bytes([whole[1][-1] ^ 1])
    for wrong in (
        whole[:-1],  # its end is missing
        [],
        [*whole, whole[-1]],
        [whole[1], whole[0], *whole[2:]],
        [whole[0], flipped, *whole[2:]],
        [*whole[:-1], whole[-1][:-3]],
        [*whole, b"\0\0"],
    ):
        rewrite(path, wrong)
        with pytest.raises(StoreError, match="damaged"):
            list(read_lines(path, KEY))


def test_what_is_abandoned_leaves_nothing(tmp_path: Path) -> None:
    file = SealedWriter(tmp_path / "file", KEY)
    file.write(b"half")
    file.abandon()
    assert list(tmp_path.iterdir()) == []


def test_another_file_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"SQLite format 3")
    with pytest.raises(StoreError, match="damaged"):
        list(read_lines(tmp_path / "file", KEY))
    with pytest.raises(StoreError, match="No such file"):
        list(read_lines(tmp_path / "nothing", KEY))
