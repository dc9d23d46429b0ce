"""`/backup`: for admins, in private; whoever asked is told what it is called, how large it is and of when."""

import re
from importlib.metadata import version

from sqlalchemy import select

from app import App
from db import backups
from db.operating import findings
from db.store import wishes
from opening import find_backups
from sandbox import Person
from tests.bot.test_auditing import hire_admin
from tests.live import Live


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
    await live.until(select(findings.c.key).limit(1))
    told = await live.says(admin, "/status")
    assert "البحث من أي محادثة غير مفعّل" in told
    assert f"الإصدار {version('qasid')}" in told
