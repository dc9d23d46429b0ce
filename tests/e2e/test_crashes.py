"""SIGKILL at random moments: nothing is lost, and what comes twice was in flight and is on record.

`python3 dev test -m long` runs these; the seed of the moments is printed when one fails.
"""

import asyncio
import os
import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.engine import make_url

from db.migrate import migrate
from newsroom.names import Directory
from newsroom.taxonomy import Kind, shipped_taxonomy
from sandbox import Sandbox
from sandbox.site import SampleSite
from tests.e2e.process import Process, process_in
from tests.sandbox.oracle import check_with_aiogram

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]

SEED = int(os.environ.get("CRASH_SEED", "20261124"))
KILLS = int(os.environ.get("KILLS", "50"))
READERS = 2_000
RATE = 150  # messages a second: an article is on its way for a quarter of a minute
DIRECTORY = Directory(shipped_taxonomy())
PLACES = DIRECTORY.taxonomy.of_kind(Kind.PLACE)
# Places that their code alone means, and whose name is no part of another's, so that an answer is theirs alone.
ASKED = [
    place
    for place in PLACES
    if DIRECTORY.find(place.slug) == [place] and sum(place.names["ar"] in other.names["ar"] for other in PLACES) == 1
][:KILLS]
NUMBER = re.compile(r"/article_(\d+)")


async def prepare(process: Process, telegram: Sandbox, readers: int) -> None:
    """Make a database whose readers all follow everything, and a Telegram in which they have written to the bot."""
    await migrate(make_url(process.environment["DATABASE_URL"]))
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(process.database)) as connection:
        connection.execute("INSERT INTO schedules (id, rhythm, zone, silent) VALUES (1, 'instant', 'Asia/Riyadh', 0)")
        for number in range(1, readers + 1):
            telegram.person(number).writes("/help")
            connection.execute(
                "INSERT INTO chats (id, kind, alive_at, free_at) VALUES (?, 'private', ?, ?)", (number, now, now)
            )
            row = (number, number, now)
            connection.execute(
                "INSERT INTO subscribers (id, chat_id, schedule_id, language, since) VALUES (?, ?, 1, 'ar', ?)", row
            )
            connection.execute("INSERT INTO follows (subscriber_id, tag, muted) VALUES (?, 'all', 0)", (number,))
        connection.commit()


def settings_for(telegram: Sandbox, site: SampleSite, **others: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "SOURCES": site.feed_url,
        "POLL_SECONDS": "1",
        "ALLOW_PRIVATE_SOURCES": "true",
        "WEB_PORT": "0",
        "SEND_RATE": str(RATE),
        **others,
    }


def in_flight(process: Process) -> set[tuple[int, int]]:
    """Answer the rows that were `sending` at the kill: (article, chat)."""
    found = process.ask(
        "SELECT p.story_id, s.chat_id FROM deliveries d JOIN pushes p ON p.id = d.push_id "
        "JOIN subscribers s ON s.id = d.subscriber_id WHERE d.state = 'sending'"
    )
    return {(int(str(story)), int(str(chat))) for story, chat in found}


def arrived(telegram: Sandbox) -> Counter[tuple[int, int]]:
    """Answer how often each article reached each chat."""
    counted: Counter[tuple[int, int]] = Counter()
    for call in telegram.calls:
        if call.is_sent and call.chat_id and (number := NUMBER.search(call.params.get("text", ""))):
            counted[int(number[1]), call.chat_id] += 1
    return counted


async def test_fifty_kills_lose_nothing_and_repeat_only_what_was_in_flight(tmp_path: Path) -> None:
    random = Random(SEED)  # noqa: S311  (moments, not secrets)
    publish_at = {0, 12, 24, 36}
    possible: Counter[tuple[int, int]] = Counter()
    async with Sandbox(limits=None) as telegram, SampleSite() as site:
        telegram.checks.append(check_with_aiogram)
        site.publish()
        with process_in(tmp_path, **settings_for(telegram, site, ROLES="jobs,web")) as process:
            await prepare(process, telegram, READERS)
            process.start()
            await process.until("SELECT 1 FROM sources WHERE first_contact_at IS NOT NULL")
            for kill in range(KILLS):
                if kill in publish_at:
                    site.publish()
                await asyncio.sleep(random.uniform(0.3, 3.0))
                process.kill()
                possible.update(in_flight(process))
                process.start()
            wanted = READERS * len(publish_at)
            done = f"SELECT 1 FROM pushes WHERE state = 'done' GROUP BY state HAVING count(*) = {len(publish_at)}"
            await process.until(done, 600)
            assert await process.stop() == 0
        assert telegram.problems == []
        counted = arrived(telegram)
        doubts = process.ask(
            "SELECT p.story_id, s.chat_id, d.doubts FROM deliveries d JOIN pushes p ON p.id = d.push_id "
            "JOIN subscribers s ON s.id = d.subscriber_id WHERE d.doubts > 0"
        )
    on_record = {(int(str(story)), int(str(chat))): int(str(count)) for story, chat, count in doubts}
    twice = {key: count - 1 for key, count in counted.items() if count > 1}
    print(
        f"\nseed {SEED}: {KILLS} kills, {wanted} deliveries, lost {wanted - len(counted)}, "
        f"in flight at kills {sum(possible.values())}, twice {sum(twice.values())}, on record {len(on_record)}"
    )
    assert len(counted) == wanted
    assert all(count <= possible[key] for key, count in twice.items())
    assert all(on_record.get(key, 0) >= count for key, count in twice.items())
    assert process.ask("SELECT count(*) FROM deliveries WHERE state <> 'sent'") == [(0,)]


async def test_fifty_kills_between_handing_over_and_handling_lose_no_update(tmp_path: Path) -> None:
    """Each round a reader asks to follow another topic, and the bot dies somewhere on the way to doing it."""
    random = Random(SEED)  # noqa: S311  (moments, not secrets)
    async with Sandbox(limits=None) as telegram, SampleSite() as site:
        telegram.checks.append(check_with_aiogram)
        with process_in(tmp_path, **settings_for(telegram, site)) as process:
            amal = telegram.person(1, language="ar")
            process.start()
            for place in ASKED:
                polls = count_polls(telegram)
                await telegram.until(lambda polls=polls: count_polls(telegram) > polls, timeout=30)  # type: ignore[misc]
                amal.writes(f"/follow {place.slug}")
                await asyncio.sleep(random.uniform(0, 0.03))
                process.kill()
                process.start()
            await process.until(
                f"SELECT 1 FROM inbox WHERE state = 'handled' GROUP BY state HAVING count(*) = {KILLS}", 60
            )
            await process.until(
                "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE state IN ('queued', 'sending'))",
                4 * KILLS,  # a chat gets one message a second, and each kill may have left an answer to repeat
            )
            assert await process.stop() == 0
        assert telegram.problems == []
        texts = [call.params.get("text", "") for call in telegram.sent_to(1)]
    followed = {str(tag) for (tag,) in process.ask("SELECT tag FROM follows")}
    answers = {place.tag: sum(place.names["ar"] in text for text in texts) for place in ASKED}
    (doubts,) = process.ask("SELECT coalesce(sum(doubts), 0) FROM outbox")[0]
    print(f"\nseed {SEED}: {KILLS} kills, followed {len(followed)}, answers {sum(answers.values())}, doubts {doubts}")
    assert followed == {place.tag for place in ASKED}
    assert process.ask("SELECT count(*) FROM inbox WHERE state <> 'handled'") == [(0,)]
    assert all(answers.values())
    assert sum(answers.values()) - KILLS <= int(str(doubts))


def count_polls(telegram: Sandbox) -> int:
    return sum(call.method == "getUpdates" for call in telegram.calls)
