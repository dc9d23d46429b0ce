"""Killed and frozen at random moments: nothing is lost, and what comes twice was in flight and is on record.

`python3 dev test -m long -n 0 -s` runs these and prints their figures; KILLS and CRASH_SEED change them. Whoever sends
is slowed by a Telegram that takes its time, so that two requests to one chat would be seen to overlap.
"""

import asyncio
import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from newsroom.names import Directory
from newsroom.taxonomy import Kind, shipped_taxonomy
from sandbox import Sandbox
from sandbox.site import SampleSite
from tests.e2e.evidence import gather_evidence, read_keys
from tests.e2e.opening import RATE, WORKERS, crew_at_work, settings_for
from tests.e2e.process import process_in
from tests.sandbox.oracle import check_with_aiogram

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]

SEED = int(os.environ.get("CRASH_SEED", "20261124"))
KILLS = int(os.environ.get("KILLS", "200"))
READERS = 100 * KILLS  # so that the push is on its way until about the last kill
BETWEEN = 2 * READERS / KILLS / RATE  # seconds that a process lives at most
UPDATE_KILLS = KILLS // 4
DIE_YOUNG = 0.1  # share of the kills that come while a process starts
LONG_NAP = 30.0  # seconds; after ten the others take a worker for dead
STILL_ALIVE = 5.0  # seconds of its nap in which whatever arrives is what it had sent
NAPS = 10
ARTICLES = 3
DIRECTORY = Directory(shipped_taxonomy())
PLACES = DIRECTORY.taxonomy.of_kind(Kind.PLACE)
# Places that their code alone means, and whose name is no part of another's, so that an answer is theirs alone.
ASKED = [
    place
    for place in PLACES
    if DIRECTORY.find(place.slug) == [place] and sum(place.names["ar"] in other.names["ar"] for other in PLACES) == 1
][:UPDATE_KILLS]


async def test_kills_over_a_push_lose_nothing_and_repeat_only_what_was_in_flight(tmp_path: Path) -> None:
    random = Random(SEED)  # noqa: S311  (moments, not secrets)
    async with crew_at_work(tmp_path, READERS) as (crew, lookout):
        for _ in range(KILLS):
            if random.random() < DIE_YOUNG:
                await asyncio.sleep(random.uniform(0, 1.5))
            else:
                await crew.arrive()
                await asyncio.sleep(random.uniform(0, BETWEEN))
            await crew.kill(0)
            await crew.start(0)
        await crew.finish(1, timeout=600)
        evidence = await gather_evidence(lookout, crew, READERS)
    print(f"\nseed {SEED}: {KILLS} kills on SQLite, {evidence}")
    evidence.check(RATE)


async def test_kills_among_workers_lose_nothing_and_repeat_only_what_was_in_flight(
    tmp_path: Path, postgres_server: str
) -> None:
    random = Random(SEED)  # noqa: S311  (moments, not secrets)
    async with crew_at_work(tmp_path, READERS, postgres=postgres_server) as (crew, lookout):
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0, BETWEEN))
            number = random.randrange(WORKERS)
            await crew.kill(number)
            await crew.start(number)
        await crew.finish(1, timeout=600)
        evidence = await gather_evidence(lookout, crew, READERS)
    print(f"\nseed {SEED}: {KILLS} kills among {WORKERS} workers on PostgreSQL, {evidence}")
    evidence.check(RATE)


@pytest.mark.parametrize(("engine", "readers"), [("SQLite", 500), ("PostgreSQL", 1_200)])
async def test_a_worker_that_stood_still_repeats_nothing_but_what_had_left(
    tmp_path: Path, request: pytest.FixtureRequest, engine: str, readers: int
) -> None:
    """What it had sent may come twice: nobody could tell. What it only held comes once, whoever sends it."""
    random = Random(SEED)  # noqa: S311  (moments, not secrets)
    server = request.getfixturevalue("postgres_server") if engine == "PostgreSQL" else ""
    async with crew_at_work(tmp_path, readers, ARTICLES, server) as (crew, lookout):
        await crew.until("SELECT 1 FROM deliveries WHERE state = 'sent'")
        await asyncio.sleep(random.uniform(1, 2))
        frozen_at, held = await crew.nap(random.randrange(len(crew.processes)), LONG_NAP)
        calls = [call for call in lookout.sandbox.calls if call.began_at < frozen_at + STILL_ALIVE]
        had_left = set(chain.from_iterable(map(read_keys, calls))) & held
        for _ in range(NAPS):  # so short that nobody takes them for dead
            await asyncio.sleep(random.uniform(0, 1.5))
            await crew.nap(random.randrange(len(crew.processes)), random.uniform(0.1, 4))
        await crew.finish(ARTICLES, timeout=300)
        evidence = await gather_evidence(lookout, crew, ARTICLES * readers)
    print(f"\nseed {SEED}: {NAPS + 1} naps of {len(crew.processes)} on {engine}, {evidence}")
    evidence.check(RATE)
    others = [call for call in lookout.sandbox.calls if {*read_keys(call)} & (evidence.twice.keys() - had_left)]
    assert others == [], f"frozen at {frozen_at}"


async def test_kills_between_handing_over_and_handling_lose_no_update(tmp_path: Path) -> None:
    """Each round a reader asks to follow another topic, and the bot dies somewhere on the way to doing it."""
    random = Random(SEED)  # noqa: S311  (moments, not secrets)
    async with Sandbox(limits=None) as telegram, SampleSite() as site:
        telegram.checks.append(check_with_aiogram)
        polls = watch_polls(telegram)
        with process_in(tmp_path, **settings_for(telegram, site)) as process:
            amal = telegram.person(1, language="ar")
            process.start()
            for place in ASKED:
                await telegram.until(lambda: len(polls) > 0, timeout=30)
                amal.writes(f"/follow {place.slug}")
                await asyncio.sleep(random.uniform(0, 0.03))
                process.kill()
                polls.clear()
                process.start()
            await process.until(
                f"SELECT 1 FROM inbox WHERE state = 'handled' GROUP BY state HAVING count(*) = {UPDATE_KILLS}", 60
            )
            await process.until(
                "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE state IN ('queued', 'sending'))",
                4 * UPDATE_KILLS,  # a chat gets one message a second, and each kill may have left an answer to repeat
            )
            assert await process.stop() == 0
        assert telegram.problems == []
        texts = [call.params.get("text", "") for call in telegram.sent_to(1)]
    followed = {str(tag) for (tag,) in process.ask("SELECT tag FROM follows")}
    answers = {place.tag: sum(place.names["ar"] in text for text in texts) for place in ASKED}
    (doubts,) = process.ask("SELECT coalesce(sum(doubts), 0) FROM outbox")[0]
    said = f"followed {len(followed)}, answers {sum(answers.values())}, doubts {doubts}"
    print(f"\nseed {SEED}: {UPDATE_KILLS} kills over updates on SQLite, {said}")
    assert followed == {place.tag for place in ASKED}
    assert process.ask("SELECT count(*) FROM inbox WHERE state <> 'handled'") == [(0,)]
    assert all(answers.values())
    assert sum(answers.values()) - UPDATE_KILLS <= int(str(doubts))


def watch_polls(telegram: Sandbox) -> list[dict[str, Any]]:
    """Answer a list to which every request for updates is added as it arrives, long before it is answered."""
    polls: list[dict[str, Any]] = []

    def note(method: str, params: dict[str, Any]) -> Iterable[str]:
        if method == "getUpdates":
            polls.append(params)
        return ()

    telegram.checks.append(note)
    return polls
