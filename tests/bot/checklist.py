"""The checklist of setting up, as tests look at it: whose it is, its marks, and what was chosen by it."""

from typing import Any

from sqlalchemy import select

from db.operating import choices
from db.store import staff
from db.tables import audit
from newsroom.roles import Role
from sandbox import Group, Person
from sandbox.screen import Shown
from tests.live import Live, unseen

OWNER, FRIEND = 61, 62
DESK, CHANNEL = -1001000000091, -1001000000092
TITLE = "🧭 الخطوات الأولى"
NOBODYS = "لفريق التحرير"


async def become_owner(live: Live, user_id: int = OWNER, role: Role = Role.OWNER) -> Person:
    person = live.telegram.person(user_id, first_name="سلمى", language="ar")
    async with live.app.database.write() as connection:
        await staff.grant(connection, user_id, role, live.app.clock())
    return person


def checklist(person: Person) -> Shown:
    found = [one for one in person.screen if one.by_bot and TITLE in one.text]
    assert len(found) == 1
    return found[0]


def marks(person: Person) -> str:
    """Answer the marks of the five steps."""
    return "".join(button.text[0] for button in checklist(person).buttons)


async def becomes(live: Live, person: Person, expected: str) -> None:
    """Wait until the checklist has these marks."""
    await live.telegram.until(lambda: marks(person) == expected, timeout=20)


async def ticks(live: Live, person: Person, step: int) -> None:
    """Wait until a step is done."""
    await live.telegram.until(lambda: marks(person)[step] == "✅", timeout=20)


async def chosen(live: Live) -> tuple[int, int] | None:
    async with live.app.database.read() as connection:
        found = (await connection.execute(select(choices.c.chat_id, choices.c.thread_id))).one_or_none()
    return (found.chat_id, found.thread_id) if found else None


async def acts(live: Live) -> set[tuple[str, str, str]]:
    async with live.app.database.read() as connection:
        found = await connection.execute(select(audit.c.action, audit.c.subject, audit.c.detail))
        return {(row.action, row.subject, row.detail) for row in found}


def make_group(live: Live, *admins: Person) -> Group:
    group = live.telegram.group(DESK, title="غرفة المشرفين", kind="supergroup")
    for person in admins:
        group.admits(person, admin=True)
    return group


async def forges(live: Live, person: Person, data: str) -> str:
    """Let a person send callback data as if it stood on the newest message; answers what is told."""
    assert person.last
    world, alerts = live.telegram.world, len(person.alerts)
    query_id = world.ask("callback_query", person.alerts.append)
    message = person.messages[person.last.id].as_json()
    told: dict[str, Any] = {"id": query_id, "from": person.user, "message": message, "chat_instance": "1", "data": data}
    world.updates.add("callback_query", person.id, told)
    await live.telegram.until(lambda: query_id not in world.queries)
    return unseen(person.alerts[-1]) if len(person.alerts) > alerts else ""
