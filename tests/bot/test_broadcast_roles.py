"""Every command and every button of broadcasts × every role: who may, and who is told that he may not."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from bot.handlers.broadcasting import ANY_TIME, DEEDS
from bot.handlers.casting import ALBUM
from bot.handlers.composing import TAKEN
from db.broadcasting import broadcasts as table
from db.store import broadcasts, prompts, staff
from db.store.prompts import put
from newsroom.broadcasts import WHOEVER
from newsroom.roles import INCLUDES, Role
from sandbox import Person
from sandbox.people import press
from sandbox.screen import Button
from tests.live import Live, unseen

NO = "لفريق التحرير"
WORDS = {WHOEVER: {"method": "sendMessage", "params": {"text": "مساء الخير", "entities": []}}}
NUMBERS = count(7_000)
ROLES = (None, *Role)
# What a value is needed for, as the card's buttons say it.
VALUES = {"turn": "turn:language:en", "all": "all:topic", "any": "any:topic", "at": "at:4000000000", "in": "in:15"}
VALUES |= {"flip": "flip:silent", "lang": "lang:en", "unlang": "unlang:en"}


def may(role: Role | None) -> bool:
    return role is not None and Role.EDITOR in INCLUDES[role]


async def hire(live: Live, role: Role | None) -> Person:
    person = live.telegram.person(next(NUMBERS), language="ar")
    await live.says(person, "/help")
    if role:
        async with live.app.database.write() as connection:
            await staff.grant(connection, person.id, role, live.app.clock())
    return person


async def make(live: Live) -> int:
    async with live.app.database.write() as connection:
        return await broadcasts.add(connection, WORDS, "1", live.app.clock())


async def read(live: Live) -> list[Any]:
    async with live.app.database.read() as connection:
        return list((await connection.execute(select(table))).all())


async def forges(live: Live, person: Person, data: str) -> str:
    """Let a person press a button that was never there, and answer what is told in passing."""
    told = len(live.telegram.calls)
    assert person.last
    query = press(person, person, person.last, Button("x", "callback_data", data))
    await live.telegram.until(
        lambda: any(call.params.get("callback_query_id") == query for call in live.telegram.calls[told:])
    )
    answers = [call for call in live.telegram.calls[told:] if call.params.get("callback_query_id") == query]
    return unseen(answers[0].params.get("text", ""))


@pytest.mark.parametrize("role", ROLES)
async def test_commands_are_for_editors(live: Live, role: Role | None) -> None:
    person = await hire(live, role)
    told = await live.says(person, "/help")
    assert [f"/{name} " in told for name in ("broadcast", "broadcasts")] == [may(role)] * 2
    for command in ("/broadcast", "/broadcast مرحبا", "/broadcasts", "/broadcasts 1"):
        assert (NO in await live.says(person, command)) is not may(role), command


@pytest.mark.parametrize("role", [role for role in ROLES if not may(role)])
async def test_no_button_does_anything_for_others(live: Live, role: Role | None) -> None:
    number = await make(live)
    person = await hire(live, role)
    before = await read(live)
    for deed in (*DEEDS, *ANY_TIME, "list", "use"):
        assert NO in await forges(live, person, f"1|cast|{number}|{VALUES.get(deed, deed)}|1"), deed
    assert await read(live) == before


@pytest.mark.parametrize("role", [role for role in ROLES if not may(role)])
async def test_nothing_that_is_typed_is_taken_from_others(live: Live, role: Role | None) -> None:
    number = await make(live)
    person = await hire(live, role)
    before = await read(live)
    for what in ("new", *(TAKEN.keys() - {ALBUM})):  # words are no more of an album
        async with live.app.database.write() as connection:
            await put(connection, person.id, person.id, f"cast {what} {number}", live.app.clock())
        assert NO in await live.says(person, "مرحبا بكم في غرفة التحرير"), what
        async with live.app.database.write() as connection:
            await prompts.end(connection, person.id, person.id)
    async with live.app.database.write() as connection:
        await put(connection, person.id, person.id, f"cast {ALBUM} {number}", live.app.clock())
    told = len(live.telegram.sent_to(person.id))
    person.shows("غرفة التحرير", album="7")
    await live.telegram.until(lambda: len(live.telegram.sent_to(person.id)) > told)
    assert person.last
    assert NO in unseen(person.last.text)
    assert await read(live) == before
