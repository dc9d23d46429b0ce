"""The press of tests: what sends broadcasts over a stage, and who is there to read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.announcer import Announcer
from db.store import broadcasts, pushes, staff
from db.store.topics import Topics
from jobs.broadcasts import Broadcaster, start
from jobs.plan import Planner
from newsroom.broadcasts import LEAD, WHOEVER, Broadcast, Manner, Rules
from newsroom.crowds import Crowd
from newsroom.pushes import PushState
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from sandbox import Person
from tests.scene import AT_ONCE
from tests.stage import Stage

EDITOR = 50
ECONOMY = "s:economy"
WORDS = {"method": "sendMessage", "params": {"text": "مساء الخير", "entities": []}}
QUIET = Schedule(Rhythm.DAILY, "Asia/Riyadh", quiet_from=11, quiet_to=13)  # it is noon there


@dataclass(frozen=True, slots=True)
class Press:
    """What sends broadcasts, over a stage."""

    stage: Stage
    planner: Planner
    keeper: Broadcaster

    async def make(self, crowd: Crowd | None = None, manner: Manner | None = None, **columns: Any) -> Broadcast:
        """Write a draft."""
        async with self.stage.scene.database.write() as connection:
            contents = columns.pop("contents", {WHOEVER: WORDS})
            number = await broadcasts.add(connection, contents, str(EDITOR), self.stage.scene.clock())
            made = await broadcasts.find(connection, number)
            assert made
            await broadcasts.change(connection, made, crowd=crowd or Crowd(), manner=manner or Manner(), **columns)
        return await self.see(made)

    async def see(self, broadcast: Broadcast) -> Broadcast:
        async with self.stage.scene.database.read() as connection:
            found = await broadcasts.find(connection, broadcast.id)
        assert found
        return found

    async def standing(self, broadcast: Broadcast) -> broadcasts.Standing:
        async with self.stage.scene.database.read() as connection:
            return await broadcasts.read_standing(connection, await self.see(broadcast), self.stage.scene.clock())

    async def send(self, broadcast: Broadcast) -> Broadcast:
        """Start it, and plan it."""
        async with self.stage.scene.database.write() as connection:
            assert await start(connection, broadcast, self.stage.scene.clock())
        await self.plan()
        return await self.see(broadcast)

    async def plan(self) -> None:
        while await self.planner.step():
            pass

    async def set(self, broadcast: Broadcast, state: PushState, *among: PushState) -> bool:
        async with self.stage.scene.database.write() as connection:
            return await pushes.set_state(connection, broadcast.push_id or 0, state, among, self.stage.scene.clock())

    async def pass_lead(self) -> None:
        """Let the time pass in which staff alone have it, and deliver."""
        self.stage.wait(LEAD.total_seconds())
        await self.stage.deliver()

    async def rows(self, broadcast: Broadcast) -> Sequence[Any]:
        return await self.stage.scene.rows(broadcast.push_id or 0)


async def open_press(stage: Stage) -> Press:
    topics = Topics(stage.scene.database)
    await topics.renew()
    announcer = Announcer(stage.scene.clock, "ar", "Asia/Riyadh", Rules(), topics)
    keeper = Broadcaster(stage.scene.database, announcer, stage.scene.clock)
    return Press(stage, Planner(stage.scene.database, stage.scene.lease), keeper)


async def reader(stage: Stage, number: int, *tags: str, schedule: Schedule = AT_ONCE, language: str = "ar") -> Person:
    person = stage.telegram.person(number, language=language)
    person.writes("/start")
    await stage.scene.reader(number, *tags, language=language, schedule=schedule)
    return person


async def editor(stage: Stage, number: int = EDITOR) -> Person:
    person = await reader(stage, number)
    async with stage.scene.database.write() as connection:
        await staff.grant(connection, number, Role.EDITOR, stage.scene.clock())
    return person
