"""Every command, every button and every answer about articles at the desk × every role: who may, and who may not."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import exists, select

from bot.handlers.confirming import MATTERS
from bot.handlers.correcting import TAKEN
from bot.handlers.desktop import PROMPT
from bot.handlers.dossiers import ANY_TIME, DEEDS
from db.collecting import errands
from db.meanings import filings
from db.store import prompts, staff
from db.tables import articles, audit, outbox, pushes, versions
from newsroom.roles import INCLUDES, Role
from sandbox import Person
from sandbox.people import press
from sandbox.screen import Button
from tests.live import Live, unseen

NO = "لفريق التحرير"
BUSY = exists().where(outbox.c.state.in_(("queued", "sending")))
NUMBERS = count(7_000)
ROLES = (None, *Role)
CHANGED = (articles, versions, pushes, errands, filings, audit)
# What a value is needed for, as the card's buttons say it.
VALUES = {"tag": "tag:s:economy"}


def may(role: Role | None) -> bool:
    return role is not None and Role.EDITOR in INCLUDES[role]


OTHERS = [role for role in ROLES if not may(role)]


async def hire(live: Live, role: Role | None) -> Person:
    person = live.telegram.person(next(NUMBERS), language="ar")
    await live.says(person, "/help")
    if role:
        async with live.app.database.write() as connection:
            await staff.grant(connection, person.id, role, live.app.clock())
    return person


async def read(live: Live) -> list[Any]:
    async with live.app.database.read() as connection:
        return [(await connection.execute(select(table))).all() for table in CHANGED]


async def forges(live: Live, person: Person, data: str) -> str:
    """Let a person press a button that was never there, and answer what is told in passing."""
    told = len(live.telegram.calls)
    assert person.last
    query = press(person, person, person.last, Button("x", "callback_data", data))

    def answers() -> list[Any]:
        return [call for call in live.telegram.calls[told:] if call.params.get("callback_query_id") == query]

    await live.telegram.until(lambda: bool(answers()))
    return unseen(answers()[0].params.get("text", ""))


@pytest.mark.parametrize("role", ROLES)
async def test_commands_are_for_editors(live: Live, role: Role | None) -> None:
    person = await hire(live, role)
    for command in ("/publish", "/publish 1", "/breaking 1", "/correct 1", "/retract 1"):
        assert (NO in await live.says(person, command)) is not may(role), command
        await live.until(select(~BUSY))  # all that is said to one command is written at once
    await live.says(person, "/article 1")
    await live.until(select(~BUSY))
    assert any("🗂 الخبر 1" in unseen(shown.text) for shown in list(person.screen)[-2:]) is may(role)


@pytest.mark.parametrize("role", OTHERS)
async def test_no_button_does_anything_for_others(live: Live, role: Role | None) -> None:
    person = await hire(live, role)
    before = await read(live)
    for deed in (*DEEDS, *ANY_TIME, *(f"sure:{name}" for name in MATTERS), "next"):
        assert NO in await forges(live, person, f"1|desk|1|{VALUES.get(deed, deed)}|1"), deed
    assert await read(live) == before


@pytest.mark.parametrize("role", OTHERS)
async def test_nothing_that_is_typed_is_taken_from_others(live: Live, role: Role | None) -> None:
    person = await hire(live, role)
    before = await read(live)
    for what in (*TAKEN, *MATTERS):
        async with live.app.database.write() as connection:
            await prompts.put(connection, person.id, person.id, f"{PROMPT}{what} 1 1", live.app.clock())
        assert NO in await live.says(person, "عنوان آخر لهذا الخبر"), what
        async with live.app.database.write() as connection:
            await prompts.end(connection, person.id, person.id)
    assert await read(live) == before
