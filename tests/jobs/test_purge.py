"""Purging: of every table with a term what is over goes, what is not stays, and nobody waits long for either."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.broadcasting import broadcast_cards, broadcasts
from db.collecting import errands
from db.engine import Database
from db.meanings import keywords, proposals, sketches, vectors
from db.migrate import migrate
from db.moderating import cards
from db.operating import erasures, invitations
from db.replying import (
    authors,
    bans,
    discussions,
    notices,
    publications,
    replies,
    reports,
    revisions,
    tidings,
    votes,
    waves,
)
from db.showing import copies, digests, openings, quotes, renderings
from db.store import audit, workers
from db.store.terms import Term
from db.tables import (
    articles,
    chats,
    deliveries,
    follows,
    inbox,
    outbox,
    prompts,
    pushes,
    schedules,
    sources,
    subscribers,
    versions,
)
from db.tables import audit as lines
from jobs.purge import FEWEST, MOST, TERMS, Purger
from tests.fakes import Clock
from tests.test_migrations import sample_row

NOW = Clock()()
GONE, STAYS = "gone", "stays"
LONGEST = 0.05  # seconds that anybody may wait
Row = tuple[Table, str, Mapping[str, Any]]


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


LONG_AGO = ago(days=4 * 366)


def write(table: Table, **rows: Mapping[str, Any]) -> Iterator[Row]:
    """Yield rows whose names say what becomes of them."""
    for name, row in rows.items():
        yield table, GONE if name.startswith("gone") else STAYS, row


def make_newsroom() -> Iterator[Row]:
    yield from write(sources, a={})
    for number, at in ((1, ago(days=366)), (2, ago(days=366)), (3, NOW)):
        told = {"story_id": number, "guid": str(number), "version": 3, "appeared_at": at}
        yield from write(articles, a={"id": number, **told})
    for article, newest in ((1, 91), (2, 89)):
        first, replaced, last = ({"article_id": article, "version": version} for version in (1, 2, 3))
        yield from write(versions, first={**first, "seen_at": ago(days=300)})
        yield versions, GONE if newest > 90 else STAYS, {**replaced, "seen_at": ago(days=200)}
        yield from write(versions, last={**last, "seen_at": ago(days=newest)})
    for table in (vectors, sketches):
        gone, kept = ({"article_id": number, "at": ago(hours=hours)} for number, hours in ((1, 73), (2, 71)))
        yield from write(table, gone=gone, kept=kept)
    for days, becomes in ((91, GONE), (89, STAYS)):
        yield erasures, becomes, {"key": str(days), "at": ago(days=days)}
        yield errands, becomes, {"id": days, "begun_at": ago(hours=days - 66)}
        yield openings, becomes, {"day": ago(days=days).date().isoformat()}
        yield proposals, becomes, {"id": days, "created_at": ago(hours=days - 66)}
        yield invitations, becomes, {"hash": str(days), "until": ago(days=days - 90)}


def make_readers() -> Iterator[Row]:
    yield from write(chats, a={"id": 1, "alive_at": NOW, "free_at": NOW}, b={"id": 2, "alive_at": ago(hours=2)})
    yield from write(schedules, a={})
    yield from write(subscribers, a={"id": 1, "chat_id": 1})
    yield from write(keywords, gone={"id": 1, "phrase": "a"}, kept={"id": 2, "phrase": "b"})
    yield from write(follows, a={"subscriber_id": 1, "tag": "k:2"})
    yield from write(prompts, gone={"user_id": 1, "until": ago(seconds=1)}, kept={"user_id": 2, "until": NOW})
    came = {"state": "handled", "received_at": ago(hours=47)}
    old = {"received_at": ago(hours=49)}
    yield from write(inbox, gone={"update_id": 1, **came, **old}, kept={"update_id": 2, **came})
    yield from write(inbox, gone={"update_id": 3, "state": "dead", **old}, waits={"update_id": 4, **old})
    for number, state, settled in ((1, GONE, ago(hours=49)), (2, STAYS, ago(hours=47)), (3, STAYS, None)):
        yield outbox, state, {"id": number, "dedup_key": str(number), "settled_at": settled}
    doubtful = {"state": "uncertain", "settled_at": ago(minutes=2)}
    yield from write(outbox, emptied={"id": 4, "dedup_key": "4", **doubtful})


def make_pushes() -> Iterator[Row]:
    for number, state, days, due_at in (
        (1, "done", 91, NOW), (2, "done", 89, NOW), (3, "paused", 91, ago(days=91)), (4, "paused", 91, ago(days=1)),
        (5, "running", 91, NOW + timedelta(days=30)), (6, "running", 91, NOW),
    ):  # fmt: skip
        began = {"created_at": ago(days=days), "due_at": due_at, "planned_at": ago(days=days), "counts": null()}
        yield from write(pushes, a={"id": number, "story_id": number if number < 3 else None, "state": state, **began})
        becomes = GONE if number in {1, 3, 5} else STAYS
        yield renderings, becomes, {"push_id": number}
        for reader, came in ((1, "sent"), (2, "queued")):
            yield deliveries, becomes, {"push_id": number, "subscriber_id": reader, "state": came}
    for table, at, key in ((copies, "seen_at", "post_id"), (digests, "made_at", "id")):
        days = 91 if table is copies else 181
        gone, kept = ({key: number, at: ago(days=days - 2 * number)} for number in (0, 1))
        yield from write(table, gone=gone | ({"hash": "a"} if table is digests else {}), kept=kept)
    yield from write(quotes, gone={"digest_id": 0}, kept={"digest_id": 1})
    for number, state, days, becomes in (
        (1, "draft", 91, GONE), (2, "dropped", 91, GONE), (3, "asked", 89, STAYS), (4, "started", 400, STAYS),
        (5, "scheduled", 400, STAYS), (6, "draft", 29, STAYS),
    ):  # fmt: skip
        yield broadcasts, becomes, {"id": number, "state": state, "created_at": ago(days=days)}
        yield broadcast_cards, STAYS if days < 30 else GONE, {"broadcast_id": number}


def make_replies() -> Iterator[Row]:
    yield from write(authors, a={"key": "a"})
    for number, state, since, becomes in (
        (1, "erased", LONG_AGO, GONE), (2, "erased", ago(days=700), STAYS), (3, "erased", LONG_AGO, STAYS),
        (4, "published", LONG_AGO, STAYS), (5, "erased", LONG_AGO, STAYS),
    ):  # fmt: skip
        told = {"parent_id": "3" if number == 4 else None, "published_at": ago(days=9) if number == 4 else None}
        yield replies, becomes, {"id": str(number), "article_id": 2, "state": state, "since": since, **told}
        yield revisions, becomes, {"reply_id": str(number)}
        yield votes, becomes, {"reply_id": str(number)}
        there = {"destination": "channel", "state": "settled", "shown": 1 if number == 5 else None}
        yield publications, becomes, {"id": number, "reply_id": str(number), **there}
    for table, key, at in ((notices, "version", "told_at"), (reports, "author_key", "at")):
        gone, kept = ({"reply_id": "4", key: value, at: ago(days=int(value))} for value in keys_of(table))
        yield from write(table, gone=gone, kept=kept)
    yield from write(notices, waits={"reply_id": "4", "version": 7, "told_at": None})
    for days, becomes in ((366, GONE), (364, STAYS)):
        row = {"reply_id": "4", "author_key": "a" if days > 365 else "b", "told_at": ago(days=days), "due_at": None}
        yield authors, STAYS, {"key": "b", "pen_number": 2} if days < 365 else {"key": "c", "pen_number": 3}
        yield tidings, becomes, row
    yield from write(discussions, gone={"article_id": 1, "author_key": "a"}, said={"article_id": 2, "author_key": "a"})
    yield from write(discussions, young={"article_id": 3, "author_key": "a"})
    over, runs = ({"author_key": name, "until": ago(days=days)} for name, days in (("a", 1), ("b", -1)))
    yield from write(bans, gone=over, kept=runs)
    for number, state, days in ((1, "closed", 31), (2, "closed", 29), (3, "lost", 31), (4, "open", 100)):
        becomes = GONE if number in {1, 3} else STAYS
        yield cards, becomes, {"id": number, "reply_id": None, "state": state, "touched_at": ago(days=days)}
    old, young = ({"id": days, "touched_at": ago(days=days)} for days in (31, 29))
    yield from write(waves, gone=old, kept=young)


def keys_of(table: Table) -> tuple[Any, Any]:
    return (91, 89) if table is notices else ("91", "89")


async def write_lines(connection: AsyncConnection) -> None:
    """Put acts and the lives of the replies on the audit."""
    before = ""
    for number, at in enumerate((LONG_AGO, LONG_AGO, ago(days=300))):
        line = {"actor": "5", "action": "grant", "subject": str(number), "detail": ""}
        await audit.write(connection, line, before, at)
        before = await audit.find_newest(connection)
    for number in range(1, 6):
        await audit.note_draft(connection, str(number), LONG_AGO)


ROWS = [*make_newsroom(), *make_readers(), *make_pushes(), *make_replies()]


@pytest.fixture
async def kept(database: Database, clock: Clock) -> Database:
    """A database with rows that are over and rows that are not, after the job has done its work."""
    async with database.write() as connection:
        for table, _, row in ROWS:
            await connection.execute(insert(table).values({**sample_row(table), **row}))
        await write_lines(connection)
    await purge(database, clock)
    return database


async def purge(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        lease = await workers.enrol(connection, "jobs", clock, alone=True)
    await finish(Purger(database, lease))


async def finish(purger: Purger) -> None:
    """Let it step until it says that there is no more."""
    while await purger.step():
        pass


async def read(database: Database, *columns: Any) -> list[Any]:
    async with database.read() as connection:
        return sorted(tuple(row) for row in (await connection.execute(select(*columns))).all())


async def test_what_is_over_is_gone_and_what_is_not_is_there(kept: Database) -> None:
    for table in dict.fromkeys(table for table, _, _ in ROWS):
        key = [column.name for column in table.primary_key.columns]
        rows = [{**sample_row(table), **row} for of, becomes, row in ROWS if of is table and becomes == STAYS]
        assert await read(kept, *table.primary_key.columns) == sorted(tuple(row[name] for name in key) for row in rows)


def test_every_table_with_a_term_is_tried() -> None:
    tried = {table.name for table, becomes, _ in ROWS if becomes == GONE}
    assert {term.table.name for term in TERMS} <= tried | {"audit", "chats", "pushes"}  # each has a test of its own


async def test_a_push_that_stood_still_is_ended_and_its_rows_are_counted(kept: Database) -> None:
    found = {number: (state, counts) for number, state, counts in await read(kept, *pushes.c["id", "state", "counts"])}
    both = {"sent": 1, "queued": 1}
    assert found == {
        1: ("done", both), 2: ("done", None), 3: ("cancelled", both),
        4: ("paused", None), 5: ("done", both), 6: ("running", None),
    }  # fmt: skip


async def test_of_what_may_stay_longer_only_the_row_stays(kept: Database) -> None:
    assert await read(kept, *outbox.c["id", "payload"]) == [(2, b"x"), (3, b"x"), (4, b"")]
    moments = dict(await read(kept, *chats.c["id", "alive_at"]))
    assert moments == {1: NOW, 2: ago(hours=2).replace(hour=0, minute=0, second=0, microsecond=0)}


async def test_the_audit_loses_what_is_three_years_old_says_so_and_is_unbroken(kept: Database) -> None:
    acts = await read(kept, *lines.c["action", "subject"])
    grants = [subject for action, subject in acts if action == "grant"]
    assert grants == ["1", "2"]  # a younger line names the second
    assert [subject for action, subject in acts if action == "draft"] == ["2", "3", "4", "5"]
    assert [subject for action, subject in acts if action == audit.CLEARED] == ["2023-11"] * 2
    async with kept.read() as connection:
        assert (await audit.verify(connection, NOW)).broken == ""


class TimedDatabase(Database):
    """A database that notes how long each writing transaction holds the writer.

    In seconds of the processor, for how long others let us wait for it is no fault of ours.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.held: list[float] = []

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        async with super().write(urgent=urgent) as connection:
            began = time.process_time()
            yield connection
        self.held.append(time.process_time() - began)


async def test_nobody_waits_long_for_it_however_much_is_over(tmp_path: Path, clock: Clock) -> None:
    database = TimedDatabase(f"sqlite+aiosqlite:///{tmp_path}/qasid.db")
    await migrate(database.url)
    numbers, old = range(1, 8_001), {"received_at": ago(days=9), "due_at": NOW, "chat_id": 0, "state": "handled"}
    push = {"id": 1, "lane": 3, "state": "done", "due_at": NOW, "created_at": ago(days=91)}
    async with database.write() as connection:
        await connection.execute(insert(inbox), [{"update_id": number, **old} for number in numbers])
        await connection.execute(insert(pushes).values(push))
        row = {"push_id": 1, "state": "sent", "due_at": NOW}
        await connection.execute(insert(deliveries), [{"subscriber_id": number, **row} for number in numbers])
    database.held.clear()
    await purge(database, clock)
    left = [*await read(database, inbox.c.update_id), *await read(database, deliveries.c.push_id)]
    await database.close()
    held = sorted(database.held)
    assert left == []
    assert held[int(len(held) * 0.95)] < LONGEST, held[-5:]  # one or two may meet the log being written into the file


@pytest.mark.parametrize(("seconds", "most"), [(0.1, FEWEST), (0.001, MOST)])
async def test_a_step_is_as_large_as_fits_into_its_time(
    sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, seconds: float, most: int
) -> None:
    times = count(step=seconds)
    monkeypatch.setattr("jobs.purge.perf_counter", lambda: next(times))
    numbers, old = range(1, 30_001), {"received_at": LONG_AGO, "due_at": NOW, "chat_id": 0, "state": "handled"}
    async with sqlite.write() as connection:
        await connection.execute(insert(inbox), [{"update_id": number, **old} for number in numbers])
        lease = await workers.enrol(connection, "jobs", clock, alone=True)
    purger = Purger(sqlite, lease)
    for _ in range(16):
        assert await purger.step()
    assert purger.most == most


class Failing(Term):
    """A term that cannot be kept."""

    async def drop(self, *_: Any) -> None:
        raise LookupError


async def test_a_term_that_fails_holds_up_no_other(
    sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.purge.TERMS", (Failing(chats, lambda _: chats.c.id > 0), *TERMS))
    async with sqlite.write() as connection:
        await connection.execute(insert(chats).values(sample_row(chats)))
        await connection.execute(insert(inbox).values(sample_row(inbox) | {"state": "dead", "received_at": LONG_AGO}))
        lease = await workers.enrol(connection, "jobs", clock, alone=True)
    purger = Purger(sqlite, lease)
    for _ in range(2):  # each time it is woken
        with pytest.raises(LookupError):
            await finish(purger)
    assert await read(sqlite, inbox.c.update_id) == []
