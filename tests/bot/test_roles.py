"""Every command and every button of moderation × every role: who may, and who is told that he may not."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.handlers.moderating import DEEDS
from bot.menus import STAFF_COMMANDS
from bot.ways import BUTTONS
from db.store import staff
from db.tables import staff as staff_table
from newsroom.replies import Action, State
from newsroom.roles import INCLUDES, Role
from sandbox import Person
from tests.bot.bench import BADR, Bench, open_bench

TEXT = "رأي في الخبر"
NO = "لفريق التحرير"
NUMBERS = count(6_000)


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def hire(bench: Bench, role: Role | None) -> Person:
    person = bench.live.telegram.person(next(NUMBERS), language="ar")
    await bench.live.says(person, "/help")
    if role:
        async with bench.live.app.database.write() as connection:
            await staff.grant(connection, person.id, role, bench.live.app.clock())
    return person


ROLES = (None, *Role)


def may(role: Role | None) -> bool:
    return role is not None and Role.MODERATOR in INCLUDES[role]


@pytest.mark.parametrize("role", ROLES)
async def test_commands_are_for_moderators(bench: Bench, role: Role | None) -> None:
    person = await hire(bench, role)
    for command in ("/queue", "/find رأي", "/bans"):
        assert (NO in await bench.live.says(person, command)) is not may(role), command
    told = await bench.live.says(person, "/help")
    assert [f"/{name} " in told for name in STAFF_COMMANDS[Role.MODERATOR]] == [may(role)] * 3


@pytest.mark.parametrize("role", ROLES)
async def test_buttons_are_for_moderators(bench: Bench, role: Role | None) -> None:
    reply = await bench.see(await bench.pending())
    person = await hire(bench, role)
    for deed in DEEDS:
        version = (await bench.see(reply)).version
        told = await bench.forges(person, f"1|card|{reply.id}|{deed}|{version}", person)
        assert (NO in told) is not may(role), deed
    assert (NO in await bench.forges(person, "1|bans|x||0", person)) is not may(role)
    assert (NO in await bench.forges(person, "1|wave|1|look|0", person)) is not may(role)
    assert (NO in await bench.forges(person, "1|shared|1|again|0", person)) is not may(role)
    assert (await bench.see(reply) == reply) is not may(role)


@pytest.mark.parametrize("role", ROLES)
async def test_the_audit_is_for_admins(bench: Bench, role: Role | None) -> None:
    person = await hire(bench, role)
    allowed = role is not None and Role.ADMIN in INCLUDES[role]
    assert (NO in await bench.live.says(person, "/audit")) is not allowed
    assert (NO in await bench.forges(person, "1|audit|||0", person)) is not allowed
    assert ("/audit " in await bench.live.says(person, "/help")) is allowed


@pytest.mark.parametrize("role", ROLES)
async def test_only_owners_give_roles(bench: Bench, role: Role | None) -> None:
    person = await hire(bench, role)
    told = await bench.forges(person, "1|role|6999|give|0", person)
    assert (NO in told) is (role is not Role.OWNER)
    given = await bench.live.ask(select(staff_table.c.role).where(staff_table.c.user_id == 6_999))
    assert given == ("moderator" if role is Role.OWNER else None)


@pytest.mark.parametrize("role", ROLES)
async def test_only_leads_undo_what_others_decided(bench: Bench, role: Role | None) -> None:
    reply = await bench.do(await bench.pending(), Action.APPROVE, bench.moderator(BADR))
    person = await hire(bench, role)
    await bench.forges(person, f"1|card|{reply.id}|undo|{reply.version}", person)
    undone = role is not None and Role.LEAD in INCLUDES[role]
    assert (await bench.state(reply)) is (State.PENDING if undone else State.APPROVED)


def test_every_button_has_its_deed() -> None:
    composed = {"bulk.spam", "bulk.repeated", "note", "sure"}  # they say more than their name
    assert {*BUTTONS} - composed <= {*DEEDS}
