"""Where the newsroom itself wrote and may write no more: its editors hear of it, once a day for each chat."""

import orjson
import pytest
from sqlalchemy import select

from db.store import cards, chats, outbox, staff
from db.store.cards import Spot
from db.store.outbox import Message
from db.tables import outbox as outbox_table
from newsroom.cards import Kind
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from newsroom.roles import Role
from tests.scene import Scene

DIPLOMACY = "s:diplomacy"
CHANNEL, DESK, GROUP = -1001, -1002, -1003
NO_RIGHTS = "Bad Request: need administrator rights in the channel chat"


@pytest.fixture(autouse=True)
async def editor(scene: Scene) -> None:
    """An editor, who follows nothing."""
    await scene.reader(90)
    async with scene.database.write() as connection:
        await staff.grant(connection, 90, Role.EDITOR, scene.clock())


async def hear(scene: Scene) -> list[str]:
    """Answer what the editor was told."""
    async with scene.database.read() as connection:
        found = await connection.execute(select(outbox_table.c.payload).where(outbox_table.c.chat_id == 90))
    return [orjson.loads(payload)["text"] for payload in found.scalars()]


@pytest.mark.parametrize("came", [Came.CLOSED, Came.GONE])
async def test_a_channel_that_shut_us_out_is_told_with_the_reason(scene: Scene, came: Came) -> None:
    await scene.reader(CHANNEL, DIPLOMACY, kind="channel")
    await scene.article(DIPLOMACY)
    (claimed,) = await scene.claim()
    await scene.land(claimed, came, reason=NO_RIGHTS)
    (told,) = await hear(scene)
    assert str(CHANNEL) in told
    assert NO_RIGHTS in told
    await scene.land(claimed, came, reason=NO_RIGHTS)
    assert len(await hear(scene)) == 1


async def test_the_moderators_group_is_told_of_and_a_readers_group_is_not(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await cards.add(connection, Spot(DESK), Kind.COUNTER, scene.clock())
        for chat_id in (DESK, GROUP):
            await chats.greet(connection, chat_id, "supergroup", scene.clock())
            for number in (1, 2):
                message = Message(f"{chat_id}:{number}", "sendMessage", b"{}", chat_id, Lane.MODERATION)
                await outbox.add(connection, message, scene.clock())
    for _ in range(2):
        for claimed in await scene.claim():
            if claimed.chat_id < 0:
                await scene.land(claimed, Came.CLOSED, reason=NO_RIGHTS)
        scene.clock.move(seconds=4)
    (told,) = await hear(scene)
    assert str(DESK) in told
