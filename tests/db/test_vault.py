"""The secret: made once, kept from others, and the same for ever."""

import stat
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from db.engine import Database
from db.replying import author_chats
from db.store import authors
from db.vault import Vault, find_secret, match, renew
from newsroom.errors import StoreError
from tests.desk import set_desk
from tests.fakes import Clock

SALMA = 7_700_123_456
ONE, OTHER = Vault("the first of two secrets"), Vault("the other of two secrets")


def url_in(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'qasid.db'}"


def test_the_secret_is_made_once_beside_the_database_for_its_owner_alone(tmp_path: Path) -> None:
    url = make_url(url_in(tmp_path))
    made = find_secret("", url, may_make=True)
    path = tmp_path / "secret.key"
    assert find_secret("", url) == made == path.read_text(encoding="ascii").strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(made) >= 43
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_one_that_is_missing_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is missing"):
        find_secret("", make_url(url_in(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_where_the_database_is_elsewhere_it_is_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    find_secret("", make_url("postgresql+asyncpg://somebody@host/name"), may_make=True)
    assert (tmp_path / "secret.key").exists()


def test_a_secret_that_is_set_is_taken_and_none_is_made(tmp_path: Path) -> None:
    assert find_secret("sixteen characters", make_url(url_in(tmp_path))) == "sixteen characters"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_and_a_folder_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short", encoding="ascii")
    with pytest.raises(StoreError, match="damaged"):
        find_secret("", make_url(url_in(tmp_path)))
    with pytest.raises(StoreError, match="let the file be written"):
        find_secret("", make_url(url_in(tmp_path / "nowhere")), may_make=True)


def test_keys_are_the_same_for_one_secret_and_others_for_another() -> None:
    assert ONE.author_key(SALMA) == Vault(" the first of two secrets\n").author_key(SALMA)
    assert len({ONE.author_key(SALMA), ONE.author_key(SALMA + 1), OTHER.author_key(SALMA)}) == 3
    assert ONE.source_key(1, 23) != ONE.source_key(12, 3)
    assert ONE.author_key(SALMA) != ONE.source_key(SALMA, 1)


def test_a_seal_opens_for_its_author_and_its_secret_alone() -> None:
    key = ONE.author_key(SALMA)
    sealed = ONE.seal(key, SALMA)
    assert ONE.open(key, sealed) == SALMA
    assert ONE.seal(key, SALMA) != sealed
    assert str(SALMA).encode() not in sealed
    for vault, whose in ((OTHER, key), (ONE, ONE.author_key(1))):
        with pytest.raises(StoreError):
            vault.open(whose, sealed)


def test_a_vault_prints_nothing_of_its_secret() -> None:
    assert "first" not in repr(ONE)


async def test_another_secret_than_the_databases_is_refused_until_somebody_begins_anew(
    database: Database, clock: Clock
) -> None:
    desk = await set_desk(database, clock)
    async with database.write() as connection:
        await match(connection, ONE, clock())
        await match(connection, ONE, clock())
        await authors.meet(connection, ONE, SALMA, SALMA, clock())
    with pytest.raises(StoreError, match="secret renew"):
        async with database.write() as connection:
            await match(connection, OTHER, clock())
    async with database.write() as connection:
        await renew(connection, OTHER, clock())
        await match(connection, OTHER, clock())
    assert await desk.rows(author_chats) == []
