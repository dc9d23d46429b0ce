"""Staff: the last owner stays whoever acts at once, and links open once, for a time, to whoever has them alone."""

import asyncio

import pytest
from sqlalchemy import select

from db.engine import Database
from db.operating import invitations as table
from db.store import invitations, staff
from newsroom.errors import Refusal
from newsroom.roles import Role
from tests.fakes import Clock
from tests.terms import keep

OWNER, OTHER, ADMIN = 7_700_000_001, 7_700_000_002, 7_700_000_003


async def hire(database: Database, clock: Clock, *people: tuple[int, Role]) -> None:
    async with database.write() as connection:
        for user_id, role in people:
            assert await staff.grant(connection, user_id, role, clock())


@pytest.mark.parametrize("role", [Role.OWNER, None])
async def test_the_last_owner_stays(database: Database, clock: Clock, role: Role | None) -> None:
    await hire(database, clock, (OWNER, Role.OWNER), (OWNER, Role.EDITOR), (ADMIN, Role.ADMIN))
    with pytest.raises(Refusal) as refused:
        async with database.write() as connection:
            await staff.revoke(connection, OWNER, role)
    assert refused.value.key == "staff.last"
    async with database.write() as connection:
        assert await staff.revoke(connection, OWNER, Role.EDITOR) == [Role.EDITOR]
        assert await staff.revoke(connection, OWNER, Role.EDITOR) == []
        assert await staff.list_roles(connection, OWNER) == [Role.OWNER]


async def test_of_two_owners_who_take_from_each_other_one_stays(database: Database, clock: Clock) -> None:
    await hire(database, clock, (OWNER, Role.OWNER), (OTHER, Role.OWNER))

    async def take(user_id: int) -> None:
        async with database.write() as connection:
            await staff.revoke(connection, user_id)
            await asyncio.sleep(0)

    came = await asyncio.gather(take(OWNER), take(OTHER), return_exceptions=True)
    assert [type(one) for one in came if one] == [Refusal]
    async with database.read() as connection:
        assert len(await staff.list_all(connection)) == 1


async def test_a_link_is_taken_once_and_kept_as_a_hash(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        token = await invitations.make(connection, Role.EDITOR, clock(), str(ADMIN))
        assert token not in str((await connection.execute(select(table))).all())
        found = await invitations.find(connection, token, clock())
        assert found == invitations.Invitation(
            invitations.handle_of(token), Role.EDITOR, clock() + invitations.LINKS_GOOD_FOR, str(ADMIN)
        )
        assert await invitations.take(connection, found.handle, clock()) is None  # what is kept opens nothing
        assert await invitations.take(connection, token, clock()) == found
        assert await invitations.take(connection, token, clock()) is None


async def test_a_link_is_over_after_a_day(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        token = await invitations.make(connection, Role.LEAD, clock(), str(ADMIN))
        clock.move(hours=24)
        assert await invitations.find(connection, token, clock()) is None
        assert await invitations.list_open(connection, clock()) == []
        assert await keep(connection, invitations.TERM, clock()) == 1
        assert (await connection.execute(select(table))).all() == []


async def test_one_of_several_links_is_taken_back(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        printed = await invitations.make(connection, Role.OWNER, clock())
        tokens = [await invitations.make(connection, Role.EDITOR, clock(), str(ADMIN)) for _ in range(2)]
        assert len(await invitations.list_open(connection, clock())) == len(tokens)
        for handle in ("", "%", invitations.handle_of(printed)):
            assert await invitations.take_back(connection, handle) is None
        assert await invitations.take_back(connection, invitations.handle_of(tokens[0]))
        assert await invitations.find(connection, tokens[0], clock()) is None
        assert await invitations.find(connection, tokens[1], clock())
        await invitations.drop_of(connection, str(ADMIN))
        assert await invitations.list_open(connection, clock()) == []
        assert await invitations.find(connection, printed, clock())
