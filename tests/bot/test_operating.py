"""`/backup`: for admins, in private; whoever asked is told what it is called, how large it is and of when."""

import re
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import select

from app import App
from db import backups
from db.operating import invitations as invitations_table
from db.store import findings, invitations, staff, wishes
from newsroom.roles import Role
from opening import find_backups, open_checkup
from sandbox import Person
from tests.bot.test_auditing import hire_admin
from tests.live import Live, open_live, unseen
from tests.scene import Scene


def kept(app: App) -> list[str]:
    return [backup.name for backup in backups.list_backups(find_backups(app.settings, app.database))]


async def test_an_admin_asks_and_is_told_what_was_made(live: Live) -> None:
    admin = await hire_admin(live)
    assert "يجري إعداد نسخة" in await live.says(admin, "/backup")
    await live.hears_of(admin, "اكتملت النسخة")
    assert admin.last
    (name,) = kept(live.app)
    assert name in admin.last.text
    assert re.search(r"[1-9]\d* كيلوبايت", admin.last.text)


async def test_nobody_else_may_ask(live: Live, amal: Person, editor: Person) -> None:
    for person in (amal, editor):
        assert "لفريق التحرير" in await live.says(person, "/backup")
    async with live.app.database.read() as connection:
        assert not await wishes.is_any_due(connection, live.app.clock())


async def test_status_tells_what_the_last_look_found(live: Live) -> None:
    admin = await hire_admin(live)
    async with open_checkup(live.app.settings, live.app.database, live.app.clock) as checkup:
        await replace(checkup, is_outside=False).keep()
    told = await live.says(admin, "/status")
    assert "البحث من أي محادثة غير مفعّل" in told
    assert f"الإصدار {version('qasid')}" in told


async def test_status_says_when_nobody_looked_or_not_for_long(live: Live) -> None:
    """However well all was then; what was found then is told below."""
    admin = await hire_admin(live)
    told = await live.says(admin, "/status")
    assert "لم يجرِ أي فحص بعد" in told
    assert "على ما يرام" not in told
    now = live.app.clock()
    for found, line in (((), "الإصدار"), ((findings.RIVAL,), "برنامج آخر")):
        async with live.app.database.write() as connection:
            await findings.replace(connection, found, now - timedelta(minutes=20))
        told = await live.says(admin, "/status")
        assert "آخر فحص: قبل 20 دقيقة" in unseen(told)
        assert line in told.partition("آخر فحص")[2]
        assert "على ما يرام" not in told
    async with live.app.database.write() as connection:
        await findings.replace(connection, (), now)
    told = await live.says(admin, "/status")
    assert "على ما يرام" in told
    assert "آخر فحص" not in told


async def test_the_first_who_opens_the_link_of_the_start_owns_the_bot(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_live(tmp_path, sqlite_template) as live:
        (token,) = re.findall(r"https://t\.me/sample_bot\?start=(own_[\w-]+)", capsys.readouterr().out)
        first, second = (live.telegram.person(number, language="ar") for number in (1, 2))
        assert "انتهت صلاحية" in await live.says(first, f"/start {token[:-1]}x")
        first.writes(f"/start {token}")
        await live.telegram.until(lambda: any("هذا البوت لكم الآن" in one.text for one in first.screen))
        await live.hears_of(first, "الخطوات الأولى")
        assert "انتهت صلاحية" in await live.says(second, f"/start {token}")
        assert "الحالة" in await live.says(first, "/status")
        async with live.app.database.read() as connection:
            assert await staff.list_all(connection) == [(1, Role.OWNER)]
    async with open_live(tmp_path, sqlite_template):
        assert "start=own_" not in capsys.readouterr().out


async def test_a_link_of_the_start_is_good_for_an_hour(scene: Scene) -> None:
    async with scene.database.write() as connection:
        token = await invitations.make(connection, Role.OWNER, scene.clock())
        assert token not in str((await connection.execute(select(invitations_table))).all())
        assert not await invitations.take(connection, token, scene.clock.move(hours=1))
        older = await invitations.make(connection, Role.OWNER, scene.clock())
        newer = await invitations.make(connection, Role.OWNER, scene.clock())
        assert not await invitations.take(connection, older, scene.clock())
        assert await invitations.take(connection, newer, scene.clock())
