"""The job that backs up: once a day, for whoever asks, and the list of those whom no backup may bring back."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import backups
from db.lock import ProcessLock
from db.operating import wishes as wishes_table
from db.store import people, wishes
from db.store.people import Person
from db.store.wishes import Wish
from db.vault import Vault, match
from jobs.backup import BackupMaker
from newsroom.backups import Backup, name_backup
from tests.desk import SECRET
from tests.scene import Scene

ADMIN = 7_001


class Told:
    """Keeps what admins would be told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Backup | None]] = []

    async def tell_backup(self, _connection: AsyncConnection, wish: Wish, backup: Backup | None) -> None:
        self.told.append((wish.chat_id, backup))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def maker(scene: Scene, tmp_path: Path, told: Told) -> BackupMaker:
    """Begun at noon, by the clock of a newsroom in Riyadh."""
    vault = Vault(SECRET)
    async with scene.database.write() as connection:
        await match(connection, vault, scene.clock())
    return BackupMaker(scene.database, vault, tmp_path / "kept", scene.lease, "Asia/Riyadh", told)


def kept(maker: BackupMaker) -> Sequence[Backup]:
    return backups.list_backups(maker.folder)


async def ask(scene: Scene) -> bool:
    async with scene.database.write() as connection:
        return await wishes.ask(connection, Wish(ADMIN, "ar"), scene.clock())


async def test_each_day_at_four_one_is_made_and_never_a_second(maker: BackupMaker, scene: Scene) -> None:
    counts = []
    for _ in range(5):
        for _ in range(2):
            assert not await maker.step()
        counts.append(len(kept(maker)))
        scene.clock.move(hours=8)  # noon, eight in the evening, four in the morning …
    assert counts == [0, 0, 1, 1, 1]
    assert not await maker.step()
    assert len(kept(maker)) == 2


async def test_a_worker_that_was_away_makes_one_for_all_the_days(maker: BackupMaker, scene: Scene) -> None:
    scene.clock.move(days=9)
    await maker.step()
    await maker.step()
    assert len(kept(maker)) == 1


async def test_old_ones_go_as_new_ones_come(maker: BackupMaker, scene: Scene) -> None:
    maker.folder.mkdir()
    for days in range(1, 20):
        (maker.folder / name_backup(scene.clock() - timedelta(days=days))).touch()
    await maker.step()
    assert len(kept(maker)) == 10  # eight days, and two weeks before


async def test_whoever_asks_gets_one_and_is_told(maker: BackupMaker, scene: Scene, told: Told) -> None:
    assert await ask(scene)
    assert not await ask(scene)  # it is on its way
    await maker.step()
    assert told.told == [(ADMIN, kept(maker)[0])]
    assert await scene.one(select(wishes_table.c.id)) is None
    await maker.step()
    assert len(kept(maker)) == 1


async def test_whoever_asks_is_told_that_none_could_be_made(maker: BackupMaker, scene: Scene, told: Told) -> None:
    maker.folder.write_text("a file in the way")
    await ask(scene)
    await maker.step()
    assert told.told == [(ADMIN, None)]


async def test_of_two_with_one_folder_one_makes_it(maker: BackupMaker, scene: Scene) -> None:
    scene.clock.move(days=1)
    maker.folder.mkdir()
    with ProcessLock(str(maker.folder / "making")):
        await maker.step()
        assert kept(maker) == []
    await maker.step()
    assert len(kept(maker)) == 1


async def test_the_list_is_renewed_as_soon_as_somebody_is_forgotten(maker: BackupMaker, scene: Scene) -> None:
    await maker.step()
    assert not maker.folder.exists()
    for chat_id in (1, 2):
        await scene.reader(chat_id, "s:diplomacy")
        key = maker.vault.author_key(chat_id)
        async with scene.database.write() as connection:
            await people.forget(connection, Person(chat_id, key), scene.clock.move(minutes=1))
        await maker.step()
        assert key in backups.read_erasures(maker.vault, maker.folder)


async def test_a_list_that_another_secret_sealed_is_put_aside_and_keeps_nobody_from_backing_up(
    maker: BackupMaker, scene: Scene
) -> None:
    await backups.write_erasures(scene.database, Vault("the secret that was lost"), maker.folder)
    sealed = (maker.folder / backups.ERASURES).read_bytes()
    key = maker.vault.author_key(1)
    async with scene.database.write() as connection:
        await people.forget(connection, Person(1, key), scene.clock.move(days=1))
    await maker.step()
    assert len(kept(maker)) == 1
    assert set(backups.read_erasures(maker.vault, maker.folder)) == {key}
    (aside,) = backups.list_aside(maker.folder)
    assert (maker.folder / aside).read_bytes() == sealed
