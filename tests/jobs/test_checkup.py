"""The look at the whole: each fault, brought about in Telegram, the database or the machine, and found."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import delete, select, text, update

from bot.api import BotApi
from bot.asking import Asking
from db.engine import Database
from db.operating import findings as findings_table
from db.store import chats as chats_store
from db.store import findings, outbox, pacing, pushes
from db.store import inbox as inbox_store
from db.store.inbox import Received
from db.store.outbox import Message
from db.tables import inbox, sources
from db.vault import FILE
from db.working import workers
from jobs.checkup import Checkup, read_server_time
from newsroom.backups import name_backup
from newsroom.findings import Finding
from newsroom.pushes import Lane
from newsroom.work import Rendering
from sandbox import Fault, FaultKind, Sandbox
from tests.desk import SECRET
from tests.jobs.checking import ALWAYS, names, pass_time
from tests.scene import BOT_ID, Scene


async def test_nothing_is_wrong_where_all_is_well(checkup: Checkup) -> None:
    assert await names(checkup) == set()


# Telegram


async def test_a_token_that_is_missing_or_refused(checkup: Checkup, telegram: Sandbox) -> None:
    async with BotApi(telegram.url, f"{BOT_ID}:of-another-bot-that-is-not-here") as api:
        assert await names(replace(checkup, ask=Asking(api))) == {"token.refused"}
    assert await names(replace(checkup, ground=replace(checkup.ground, bot_id=0))) == {"token.missing"}


async def test_a_telegram_that_is_silent_or_refuses_all_sending(
    checkup: Checkup, telegram: Sandbox, scene: Scene
) -> None:
    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, method="getMe"))
    assert await names(checkup) == {"telegram.silent"}
    async with scene.database.write() as connection:
        await pacing.save(connection, replace(await pacing.lock(connection), halted="Unauthorized"))
    assert await names(checkup) == {"halted"}


async def test_somebody_else_who_polls(checkup: Checkup, telegram: Sandbox, scene: Scene) -> None:
    """Whoever of us polls was told so; where nobody does, a poll of ours is ended by the rival's next."""
    async with scene.database.write() as connection:
        await findings.note(connection, findings.RIVAL, scene.clock())
    assert await names(checkup) == {"rival"}
    scene.lease.beat_at = scene.clock.move(minutes=3)
    async with scene.database.write() as connection:
        await connection.execute(update(workers).values(beat_at=scene.clock()))
    assert await names(checkup) == set()
    async with scene.database.write() as connection:
        await connection.execute(update(workers).values(polls=False))

    async def poll() -> None:
        async with BotApi(telegram.url, telegram.token) as api:
            while True:
                await api.call("getUpdates", b'{"timeout": 2}')

    rival = asyncio.create_task(poll())
    assert await names(checkup) == set()  # we may be about to poll ourselves, and would take us for him
    assert await names(replace(checkup, is_outside=True)) == {"rival"}
    rival.cancel()
    with suppress(asyncio.CancelledError):
        await rival


async def test_a_webhook_that_is_set_elsewhere(checkup: Checkup, telegram: Sandbox) -> None:
    async with BotApi(telegram.url, telegram.token) as api:
        await api.call("setWebhook", b'{"url": "https://127.0.0.1:8443/hook"}')
    assert await names(checkup) == {"webhook"}
    ours = replace(checkup.ground, webhook="https://127.0.0.1:8443/hook")
    assert await names(replace(checkup, ground=ours)) == set()


async def test_inline_mode_that_is_off(checkup: Checkup) -> None:
    assert {finding.name for finding in await checkup.look()} == ALWAYS


# The database


async def test_a_schema_that_is_behind_or_ahead(checkup: Checkup, scene: Scene) -> None:
    for revision, name in (("0001", "database.behind"), ("from-the-future", "database.ahead")):
        async with scene.database.write() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
        assert await names(checkup) == {name}


async def test_a_database_that_is_silent_or_empty(checkup: Checkup, tmp_path: Path) -> None:
    for url, name in ((f"sqlite+aiosqlite:///{tmp_path}/new.db", "empty"), ("sqlite+aiosqlite:////no/x.db", "silent")):
        database = Database(url)
        assert f"database.{name}" in await names(replace(checkup, database=database))
        await database.close()


async def test_a_queue_in_which_nothing_moves(checkup: Checkup, scene: Scene) -> None:
    await scene.reader(1, "s:diplomacy")
    await scene.article("s:diplomacy")
    assert await names(checkup) == set()
    await pass_time(scene, minutes=61)
    (found,) = [finding for finding in await checkup.look() if finding.name == "queue.old"]
    assert found.values == {"lane": "news", "minutes": 61}


async def test_a_long_line_that_moves_is_well_whatever_its_age(checkup: Checkup, scene: Scene) -> None:
    for number in range(1, 5):
        await scene.reader(number, "s:diplomacy")
    push_id = await scene.article("s:diplomacy", lane=Lane.BREAKING)
    for minutes, found in ((9, set()), (9, set()), (9, set()), (11, {"queue.old"})):
        await pass_time(scene, minutes=minutes)
        assert await names(checkup) == found
        if claimed := await scene.claim(1):
            await scene.land(claimed[0])
    assert set((await scene.states(push_id)).values()) == {"sent"}


async def test_what_is_to_be_edited_and_is_not(checkup: Checkup, scene: Scene) -> None:
    await scene.reader(1, "s:diplomacy")
    await scene.article("s:diplomacy")
    for claimed in await scene.claim():
        await scene.land(claimed, rendering=Rendering("sendMessage", b"{}", 1, 1))
    async with scene.database.write() as connection:
        await pushes.want(connection, 1, 2, scene.clock())
    await pass_time(scene, minutes=9)
    assert await names(checkup) == set()
    await pass_time(scene, minutes=2)
    assert await names(checkup) == {"queue.old"}


async def test_single_messages_and_updates_that_wait(checkup: Checkup, scene: Scene) -> None:
    async with scene.database.write() as connection:
        await chats_store.greet(connection, 1, "private", scene.clock())
        await outbox.add(connection, Message("x", "sendMessage", b"{}", 1, Lane.ANSWER), scene.clock())
    await pass_time(scene, minutes=9)
    assert await names(checkup) == set()
    async with scene.database.write() as connection:
        await inbox_store.store(connection, [Received(1, 5, b"{}")], scene.clock())
    await pass_time(scene, minutes=2)
    assert await names(checkup) == {"messages.old"}
    await pass_time(scene, minutes=9)
    assert await names(checkup) == {"messages.old", "updates.old"}
    async with scene.database.write() as connection:
        await chats_store.free(connection, [(1, scene.clock() + timedelta(hours=1), None)])  # Telegram told it to wait
    assert await names(checkup) == {"updates.old"}


async def test_a_source_that_is_dead_updates_that_are_and_nobody_at_work(checkup: Checkup, scene: Scene) -> None:
    await scene.publish("s:diplomacy")
    now = scene.clock()
    async with scene.database.write() as connection:
        await connection.execute(update(sources).values(ailing_since=now, failures=9))
        dead = {"update_id": 1, "chat_id": 0, "state": "dead", "received_at": now, "due_at": now}
        await connection.execute(inbox.insert().values(dead))
        await connection.execute(delete(workers))
    assert await names(checkup) == {"source.dead", "updates.dead", "workers.none"}


# The machine


async def test_a_secret_that_is_missing_open_or_another(checkup: Checkup) -> None:
    unset = replace(checkup, ground=replace(checkup.ground, secret=""))
    assert await names(unset) == {"secret.missing"}
    path = checkup.ground.beside / FILE
    path.write_text(SECRET)
    path.chmod(0o640)
    assert await names(unset) == {"secret.open"}
    path.chmod(0o600)
    assert await names(unset) == set()
    assert await names(replace(checkup, ground=replace(checkup.ground, secret="of another database"))) == {
        "secret.other"
    }


async def test_a_disk_that_is_nearly_full(checkup: Checkup) -> None:
    (found, _inline) = await replace(checkup, measure=lambda _: (2_000_000, 100_000_000)).look()
    assert (found.name, found.values["megabytes"], found.values["percent"]) == ("disk", 2, 2)
    assert await names(replace(checkup, measure=lambda folder: (1, os.stat(folder).st_size))) == {"disk"}  # noqa: PTH116


async def test_a_backup_that_is_missing_or_old(checkup: Checkup, scene: Scene) -> None:
    await pass_time(scene, days=3)
    assert await names(checkup) == {"backup.none"}
    for days, found in ((2, {"backup.old"}), (1, set())):
        (checkup.ground.folder / name_backup(scene.clock() - timedelta(days=days, hours=1))).touch()
        assert await names(checkup) == found


async def test_a_list_that_was_put_aside(checkup: Checkup) -> None:
    (checkup.ground.folder / "erasures.20261124T010000000000Z.aside").touch()
    assert await names(checkup) == {"erasures.aside"}


async def test_folders_that_are_not_there_and_one_that_cannot_be_read(
    checkup: Checkup, scene: Scene, tmp_path: Path
) -> None:
    """What nobody could learn is no fault; no backup in a folder that is not there is one."""
    await pass_time(scene, days=3)
    missing = replace(checkup.ground, folder=tmp_path / "no" / "such" / "folder", beside=tmp_path / "nor" / "this")
    assert await names(replace(checkup, ground=missing)) == {"backup.none"}
    (tmp_path / "file").touch()
    within_a_file = replace(checkup.ground, folder=tmp_path / "file" / "kept")
    assert await names(replace(checkup, ground=within_a_file)) == {"backup.none"}
    too_long = replace(checkup.ground, folder=tmp_path / ("x" * 300))  # whatever is asked of it is an OSError
    assert await names(replace(checkup, ground=too_long)) == set()


async def test_settings_that_others_may_read(checkup: Checkup) -> None:
    file = checkup.ground.settings_file
    for settings, found in (("# BOT_TOKEN=x\nBOT_TOKEN=\n", set()), ("export BOT_TOKEN = 1:x\n", {"settings.open"})):
        file.write_text(settings)
        file.chmod(0o644)
        assert await names(checkup) == found
    file.chmod(0o600)
    assert await names(checkup) == set()


@asynccontextmanager
async def server_at(moment: str) -> AsyncIterator[str]:
    """A server whose clock says something."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(headers={"Date": moment})

    app = web.Application()
    app.router.add_route("*", "/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_clock_that_is_off(checkup: Checkup) -> None:
    off = (datetime.now(UTC) - timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    async with server_at(off) as address:
        here = replace(checkup, ground=replace(checkup.ground, address=address))
        (found, _inline) = await here.look()
    assert found.name == "clock"
    assert abs(int(found.values["seconds"]) - 3600) < 30
    async with server_at("yesterday") as address:
        assert await read_server_time(address) is None


# What is left for /status


async def test_what_was_found_is_kept_until_it_is_mended(checkup: Checkup, scene: Scene, telegram: Sandbox) -> None:
    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, method="getMe", times=2))
    since = []
    for _ in range(2):
        await checkup.keep()
        since.append(await scene.one(select(findings_table.c.since).where(findings_table.c.level > 0)))
        scene.clock.move(seconds=2)
    assert since[0] == since[1]
    await checkup.keep()
    async with scene.database.read() as connection:
        assert [one.name for one in await findings.read(connection)] == ["inline.off"]
        assert isinstance((await findings.read(connection))[0], Finding)
        assert await findings.find_look(connection) == scene.clock()


async def test_the_first_look_is_a_minute_after_the_start_and_the_others_five_apart(
    checkup: Checkup, scene: Scene, telegram: Sandbox
) -> None:
    looks = []
    for _ in range(13):
        before = len(telegram.calls)
        await checkup.step()
        looks.append(any(call.method == "getWebhookInfo" for call in telegram.calls[before:]))
        scene.clock.move(minutes=1)
    assert [minute for minute, looked in enumerate(looks) if looked] == [1, 6, 11]
