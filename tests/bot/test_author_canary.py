"""The canary of authors: whatever happens to a reply, nobody but its author is told whose it is, nor does anything say.

Somebody whose id, names and number nobody else has writes, is moderated, published, reported, banned, and appeals; an
update of hers fails. What would give her away is sought in every table and file, in a backup, sealed and opened, in the
log, in all that left for anybody else, and in what others are sent as their data. `tests/test_leaks.py` lets a copy of
the code leak in each of these ways, and this is red.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import exists, select

from bot.handlers import myreplies
from db import backups
from db.sealed import read_lines
from db.store import chats as chats_store
from db.tables import chats, inbox, outbox
from newsroom.replies import Reply, State
from sandbox import Person
from sandbox.journal import Call
from tests.bot.bench import OWNER, Bench, open_bench
from tests.bot.newsdesk import Newsdesk
from tests.bot.test_discussing import tables_with
from tests.logged import logging_in_earnest
from tests.terms import keep

HER = 7_700_123_456_781
PHONE = "+999700123456"
NAMES = {"first_name": "كناريّة", "last_name": "المخفيّة", "username": "canary_author"}
TEXT = "رأي في الخبر: القنديل المضيء فكرة جميلة"
BETTER = "رأي في الخبر: القنديل المضيء فكرة جيدة"
NEEDLES = (str(HER), PHONE, PHONE[1:], *NAMES.values())
READER = 7_700_000_000_321
BUSY = exists().where(outbox.c.state.in_(("queued", "sending")))
UNHANDLED = exists().where(inbox.c.state != "handled")


@pytest.fixture(autouse=True)
def lines() -> Iterator[StringIO]:
    """What is logged meanwhile."""
    with logging_in_earnest() as logged:
        yield logged


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def live_through(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> tuple[Reply, list[Person]]:
    """Let her reply go all its way; answers it, and those who had to do with it."""
    live = bench.live
    her = live.telegram.person(HER, language="ar", **NAMES)
    reader = live.telegram.person(READER, language="ar")
    await live.says(her, "/reply 1")
    her.sends({"contact": {"phone_number": PHONE, "first_name": NAMES["first_name"], "user_id": HER}})
    await live.hears_of(her, "الردود نصوص وحدها")
    await live.says(her, TEXT)
    await live.presses(her, "📨")
    reply = await Newsdesk(live).newest()
    await is_moderated(bench, her)
    await bench.age(reply, seconds=31)
    await bench.becomes(reply, State.PUBLISHED)
    await live.hears_of(her, "نُشر الرد")
    await is_read(bench, reader)
    await is_banned(bench, her, reply)
    await fails(bench, her, monkeypatch)
    return reply, [reader, bench.amal, bench.badr, bench.people[OWNER]]


async def is_moderated(bench: Bench, her: Person) -> None:
    """Let moderators look at her reply in every way, and offer another wording, which she accepts."""
    await bench.press(bench.amal, "🗂", TEXT)
    await bench.press(bench.amal, "✖️", "ما كتبه قلم")
    await bench.live.says(bench.badr, "/find القنديل")
    await bench.live.says(bench.badr, "/queue")
    await bench.press(bench.amal, "✏️", TEXT)
    shown = await bench.shows("اكتبوا النص كاملًا")
    bench.group.hears(bench.amal, BETTER, reply_to=shown.id)
    await bench.live.hears_of(her, "صيغة أخرى")
    await bench.live.presses(her, "✅")


async def is_read(bench: Bench, reader: Person) -> None:
    await bench.live.says(reader, "/replies 1")
    await bench.live.presses(reader, "💬 1")
    await bench.live.is_alerted(reader, "🚩")


async def is_banned(bench: Bench, her: Person, reply: Reply) -> None:
    """Let her be banned, and appeal; and let everybody look who may."""
    await bench.live.says(bench.amal, "/find القنديل")
    await bench.forges(bench.amal, f"1|card|{reply.id}|ban:1|0", bench.amal)
    await bench.live.hears_of(her, "الكتابة موقوفة")
    await bench.live.is_alerted(her, "⚖️")
    await bench.shows("تظلّم من إيقاف", button="🔓")
    await bench.live.says(bench.badr, "/bans")
    await bench.live.says(bench.people[OWNER], "/audit")


async def fails(bench: Bench, her: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something of hers fail for a fault of ours."""
    failed = asyncio.Event()
    with monkeypatch.context() as broken:

        async def fail(_talk: object) -> None:
            failed.set()
            raise ValueError("our own fault")

        broken.setattr(myreplies, "show_list", fail)
        her.writes("/myreplies")
        await failed.wait()
    await bench.live.hears_of(her, TEXT[:12])


def told_to_others(bench: Bench) -> Iterator[str]:
    """Yield all that left for anybody but her, files too."""
    for call in bench.live.telegram.calls:
        if HER not in {call.chat_id, call.params.get("user_id")}:
            yield " ".join(map(write, call.params.values()))


def write(value: Any) -> str:
    content = getattr(value, "content", value)
    return content.decode() if isinstance(content, bytes) else str(content)


async def back_up(bench: Bench, folder: Path) -> tuple[bytes, dict[str, str]]:
    """Make a backup; answer what is in its file, and what whoever has the secret reads in it, by the table."""
    app = bench.live.app
    made = await backups.make(app.database, app.vault, folder)
    tables: dict[str, str] = {}
    name = ""
    for line in read_lines(folder / made.name, app.vault.backups):
        name = json.loads(line).get("table", name)
        tables[name] = tables.get(name, "") + line.decode()
    return (folder / made.name).read_bytes(), tables


@pytest.mark.timeout(120)
async def test_nothing_says_who_wrote_a_reply(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, lines: StringIO, tmp_path: Path
) -> None:
    reply, others = await live_through(bench, monkeypatch)
    for person in others:
        await export(bench, person)
    live = bench.live
    await live.until(select(~BUSY & ~UNHANDLED), timeout=60)  # what failed once is tried again
    await pass_an_hour(bench)
    file = Path(str(live.app.database.url.database))
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    sealed, backed_up = await back_up(bench, tmp_path / "backups")
    kept += sealed + "".join(backed_up.values()).encode()
    told, logged = [*told_to_others(bench)], lines.getvalue()
    secret = live.app.settings.pseudonym_secret.get_secret_value()
    key = live.app.vault.author_key(HER)
    # The files, and a backup, sealed and opened: no name, no number, nor the secret that would open what is sealed.
    assert [needle for needle in (*NEEDLES[1:], secret) if needle.encode() in kept] == []
    # The tables: her id stands for her chat alone, and neither the reply nor her key stands beside it.
    found = await tables_with(live, [str(HER), BETTER, reply.id, key])
    assert found[str(HER)] == {"chats"}
    assert found[BETTER] == {"revisions"}
    assert (found[reply.id] | found[key]) & {"chats", "subscribers", "outbox", "inbox", "prompts"} == set()
    assert await live.ask(select(outbox.c.id).where(outbox.c.chat_id == HER)) is None
    # A backup has less: nothing in it says where an author is reached.
    assert "author_chats" not in backed_up
    assert {table for table, text in backed_up.items() if str(HER) in text} == {"chats"}
    # Nor does a moment of the one occur in the other.
    moments = select(chats.c.alive_at, chats.c.free_at).where(chats.c.id == HER)
    async with live.app.database.read() as connection:
        mine = [str(moment).partition("+")[0] for moment in (await connection.execute(moments)).one()]
    assert {table for tables in (await tables_with(live, mine)).values() for table in tables} <= {"chats"}
    # What left for others, their data among it, and the log.
    assert any(BETTER in one for one in told)
    assert [needle for needle in (*NEEDLES, key, secret) if any(needle in one for one in told)] == []
    assert "update failed" in logged
    assert [needle for needle in (*NEEDLES, TEXT, BETTER, key, secret) if needle in logged] == []


async def export(bench: Bench, person: Person) -> None:
    """Let somebody ask for all that is kept of him."""
    person.writes("/mydata")
    await bench.live.telegram.until(lambda: any(is_file_for(call, person) for call in bench.live.telegram.calls))


def is_file_for(call: Call, person: Person) -> bool:
    return call.method == "sendDocument" and call.chat_id == person.id and "json" in str(call.params)


async def pass_an_hour(bench: Bench) -> None:
    """Let be done what is done every hour, when she has been away for so long."""
    later = bench.live.app.clock() + timedelta(hours=2)
    async with bench.live.app.database.write() as connection:
        await keep(connection, chats_store.TERM, later)
    async with asyncio.timeout(20):
        while not await bench.live.app.database.flush():  # until nobody reads
            pass
