"""Figures: what is counted of single messages in doubt, and of wordings that Telegram refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from db.showing import renderings
from db.store import figures
from db.tables import outbox
from newsroom.outcomes import Came
from newsroom.pushes import Lane
from tests.scene import Scene


async def read(scene: Scene) -> dict[tuple[str, str], float]:
    async with scene.database.read() as connection:
        return await figures.read(connection, scene.clock())


@pytest.mark.parametrize(
    ("state", "doubts", "minutes", "counted"),
    [
        ("queued", 1, None, "queued"),
        ("queued", 0, None, None),
        ("sending", 1, None, "sending"),
        ("sending", 0, None, None),
        ("uncertain", 2, 59, "uncertain"),
        ("uncertain", 2, 61, None),
        ("sent", 1, 0, None),  # it arrived when it was repeated
    ],
)
async def test_single_messages_are_counted_as_long_as_they_are_in_doubt(
    scene: Scene, state: str, doubts: int, minutes: int | None, counted: str | None
) -> None:
    now = scene.clock()
    settled_at = None if minutes is None else now - timedelta(minutes=minutes)
    message = {"dedup_key": "u1.0", "chat_id": 5, "lane": Lane.ANSWER, "method": "sendMessage", "payload": b"{}"}
    life = {"created_at": now, "due_at": now, "state": state, "doubts": doubts, "settled_at": settled_at}
    async with scene.database.write() as connection:
        await connection.execute(insert(outbox).values(message | life))
    found = {label: count for (name, label), count in (await read(scene)).items() if name == "outbox_doubtful"}
    assert found == {state: float(state == counted) for state in ("queued", "sending", "uncertain")}


async def test_a_wording_that_nobody_took_yet_is_counted_until_somebody_does(scene: Scene) -> None:
    for chat_id in (1, 2):
        await scene.reader(chat_id, "s:sports")
    await scene.article("s:sports", proven=False)
    (first,) = await scene.claim()
    await scene.land(first, Came.REFUSED, reason="Bad Request: can't parse entities")
    assert (await read(scene))["renderings_refused", ""] == 1
    (second,) = await scene.claim()
    await scene.land(second)
    assert (await read(scene))["renderings_refused", ""] == 0
    async with scene.database.write() as connection:
        await connection.execute(renderings.update().values(state="stopped"))
    assert [(await read(scene))[f"renderings_{kind}", ""] for kind in ("refused", "stopped")] == [0, 1]
