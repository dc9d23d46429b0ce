"""A broadcast to many, killed, paused, resumed and stopped on its way: each has it once, and the report is true.

`python3 dev test -m long -n 0 -s` runs it and prints its figures; BROADCAST_READERS changes how many there are.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import Call, Person, Sandbox
from sandbox.people import Standing
from sandbox.site import SampleSite
from tests.conftest import new_postgres_database
from tests.e2e.crew import Ask
from tests.e2e.opening import asking, prepare, settings_for, slow_telegram
from tests.e2e.process import Process, process_in

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]

READERS = int(os.environ.get("BROADCAST_READERS", "20000"))
BLOCKERS = range(READERS * 45 // 100, READERS * 46 // 100)  # readers who block the bot before their turn comes
EDITORS = 2
FORBIDDEN = 403
FIRST_EDITOR, SECOND_EDITOR = READERS + 1, READERS + EDITORS
WORDS = "An evening of poetry, on Thursday at eight"
RATE = READERS / 80  # messages a second, so that there is time for all that happens
AT_ONCE = 1.0  # seconds after ⏹ in which the last may leave
SIGNS = {"sent": "✅ Sent: ", "failed": "❌ Failed: ", "uncertain": "❔ Nobody can tell: ", "left": "⏳ Left: "}
SIGNS |= {"unsent": "⏹ Not sent to: "}


@dataclass(slots=True)
class Desk:
    """Two editors, all readers, and the processes that serve them; the first is killed."""

    telegram: Sandbox
    processes: list[Process]
    ask: Ask
    one: Person
    other: Person

    def arrived(self) -> list[Call]:
        """Answer the calls by which readers have it."""
        calls = (call for call in self.telegram.calls if call.is_sent and call.params.get("text") == WORDS)
        return [call for call in calls if call.chat_id and call.chat_id <= READERS]

    def refused(self) -> list[Call]:
        """Answer the calls by which it was to be sent, and which Telegram refused."""
        return [call for call in self.telegram.calls if call.params.get("text") == WORDS and call.status == FORBIDDEN]

    def blocked(self) -> set[int | None]:
        """Answer the readers to whom Telegram lets the bot send nothing."""
        people = (self.telegram.world.chats[number] for number in BLOCKERS)
        return {one.id for one in people if isinstance(one, Person) and one.standing is Standing.BLOCKED}

    async def reaches(self, share: float) -> None:
        """Wait until so many of the readers have it."""
        await self.telegram.until(lambda: len(self.arrived()) >= share * READERS, timeout=300)

    async def presses(self, editor: Person, label: str, then: str) -> None:
        """Let an editor press, until the screen says what it leads to."""
        await self.telegram.until(lambda: offers(editor, label), timeout=60)
        editor.presses(label)
        await self.telegram.until(lambda: says(editor, then), timeout=60)


def says(person: Person, words: str) -> bool:
    return any(words in shown.text for shown in person.screen[-3:] if shown.by_bot)


def offers(person: Person, label: str) -> bool:
    return any(button.text.startswith(label) for shown in person.screen for button in shown.buttons)


@asynccontextmanager
async def open_desk(folder: Path, postgres: str) -> AsyncIterator[Desk]:
    """Let editors and readers be there: one process on SQLite, or a bot and two workers on PostgreSQL."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(slow_telegram(READERS))
        site = await stack.enter_async_context(SampleSite())
        owners = f"{FIRST_EDITOR},{SECOND_EDITOR}"
        settings = settings_for(telegram, site, SEND_RATE=str(RATE), OWNER_IDS=owners, DEFAULT_LANGUAGE="en")
        if postgres:
            settings["DATABASE_URL"] = await new_postgres_database(postgres)
        roles = ["jobs", "jobs", "bot"] if postgres else ["bot,jobs"]
        processes: list[Process] = []
        for number, role in enumerate(roles):
            own = folder / f"worker{number}"
            own.mkdir()
            processes.append(stack.enter_context(process_in(own, **settings, ROLES=role)))
        await prepare(processes[0].environment["DATABASE_URL"], READERS)
        ask = await stack.enter_async_context(asking(processes[0]))
        one, other = (telegram.person(number, language="en") for number in (FIRST_EDITOR, SECOND_EDITOR))
        for process in processes:
            await asyncio.to_thread(process.start)
        for editor in (one, other):
            editor.writes("/start")
            editor.writes("/help")
            await telegram.until(lambda editor=editor: says(editor, "/broadcast"), timeout=90)  # type: ignore[misc]
        yield Desk(telegram, processes, ask, one, other)


async def send(desk: Desk) -> None:
    """Let it be written and sent, its number typed where it is asked for."""
    desk.one.writes(f"/broadcast {WORDS}")
    await desk.presses(desk.one, "🚀", "?")
    if READERS > 10_000:
        await desk.presses(desk.one, "✅", "number")
        desk.one.writes(str(READERS + EDITORS))
    else:
        desk.one.presses("✅")
    await desk.telegram.until(lambda: offers(desk.one, "⏸"), timeout=60)
    desk.other.writes("/broadcasts 1")
    await desk.telegram.until(lambda: offers(desk.other, "⏸"), timeout=60)


async def kill(desk: Desk) -> None:
    await asyncio.to_thread(desk.processes[0].kill)
    await asyncio.to_thread(desk.processes[0].start)


async def stands_still(desk: Desk) -> None:
    """Wait until nothing more leaves."""
    async with asyncio.timeout(60):
        while await desk.ask("SELECT 1 FROM deliveries WHERE state = 'sending'"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
async def test_a_broadcast_is_killed_paused_resumed_and_stopped_and_its_report_is_true(
    tmp_path: Path, request: pytest.FixtureRequest, engine: str
) -> None:
    server = request.getfixturevalue("postgres_server") if engine == "PostgreSQL" else ""
    async with open_desk(tmp_path, server) as desk:
        await send(desk)
        await desk.reaches(0.1)
        await kill(desk)
        await desk.reaches(0.25)
        await desk.presses(desk.one, "⏸", "paused")
        await stands_still(desk)
        paused_at = len(desk.arrived())
        await asyncio.sleep(2)
        assert len(desk.arrived()) == paused_at
        for number in BLOCKERS:
            reader = desk.telegram.world.chats[number]
            assert isinstance(reader, Person)
            reader.blocks()
        await desk.presses(desk.other, "▶️", "being sent")
        await desk.reaches(0.5)
        await desk.presses(desk.one, "⏸", "paused")
        await desk.telegram.until(lambda: offers(desk.other, "▶️"), timeout=60)
        pressed_at = desk.telegram.clock()
        desk.one.presses("▶️")
        desk.other.presses("⏹")
        await desk.telegram.until(lambda: says(desk.one, "stopped") and says(desk.other, "stopped"), timeout=60)
        await stands_still(desk)
        await desk.telegram.until(lambda: is_final(read_report(desk.other)), timeout=60)
        print(f"\n{engine}: {await check_report(desk, pressed_at)}")


async def check_report(desk: Desk, pressed_at: float) -> str:
    """Hold the report against what Telegram saw and what the rows say; answer the figures."""
    report, calls = read_report(desk.other), desk.arrived()
    states = await desk.ask("SELECT state, count(*), sum(doubts) FROM deliveries GROUP BY state")
    rows, doubts = {str(row[0]): int(row[1]) for row in states}, sum(int(row[2]) for row in states)
    chats = {call.chat_id for call in calls}
    late = max(0.0, calls[-1].began_at - pressed_at)
    doubtful, blocked = await list_doubtful(desk), desk.blocked()
    assert len(calls) == len(chats)
    assert report["sent"] == len(chats - doubtful) + EDITORS
    assert report["failed"] == len(blocked - chats) > 0
    assert report["uncertain"] == len(doubtful)
    assert report["unsent"] == READERS - len(chats | blocked | doubtful)
    assert {call.chat_id for call in desk.refused()} <= blocked
    assert sum(report.values()) == sum(rows.values()) == READERS + EDITORS
    assert report["unsent"] > 0
    assert report["uncertain"] <= doubts
    assert late <= AT_ONCE
    return (
        f"{READERS} readers and {EDITORS} editors, arrived {len(calls)}, twice {len(calls) - len(chats)}, doubts on"
        f" record {doubts}, the last left {late:.2f} s after ⏹; report {report}, rows {rows}"
    )


async def list_doubtful(desk: Desk) -> set[int | None]:
    """Answer the readers of whom nobody can tell whether they have it, whatever Telegram knows."""
    joined = "deliveries JOIN subscribers ON subscribers.id = deliveries.subscriber_id"
    found = await desk.ask(f"SELECT chat_id FROM {joined} WHERE deliveries.state = 'uncertain'")
    return {int(row[0]) for row in found}


def is_final(report: dict[str, int]) -> bool:
    """Tell whether nothing is under way any more."""
    return sum(report.values()) == READERS + EDITORS and not report["left"]


def read_report(person: Person) -> dict[str, int]:
    """Answer the figures of the report that a person sees; none where it says nothing of them."""
    shown = next(shown.text for shown in reversed(person.screen) if "stopped" in shown.text)
    found = {name: [line for line in shown.splitlines() if line.startswith(sign)] for name, sign in SIGNS.items()}
    return {name: int("".join(filter(str.isdigit, " ".join(lines))) or 0) for name, lines in found.items()}
