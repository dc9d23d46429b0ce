"""Waves before moderators: one message of all that is set apart, a verdict on what was seen, and who may undo it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from db.replying import replies as replies_table
from db.replying import waves
from db.store import authors, replies, writing
from db.store.replies import Draft
from db.tables import audit
from newsroom.replies import Action, Consent, Deed, State
from sandbox import Group, Person
from tests.bot.bench import AMAL, FIRST_AUTHOR, GUEST, LEAD, Bench, open_bench

SPAM = "ربحت {} دولارًا من البيت بلا تعب ولا خبرة، والطريقة كلها مجانًا في قناة t.me/winners{}"
MANY = 5
HEAD = "جاءت موجةً واحدة"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def flood(bench: Bench) -> None:
    """Let several send nearly the same at once."""
    app, now = bench.live.app, bench.live.app.clock()
    async with app.database.write() as connection:
        for number in range(MANY):
            user_id = FIRST_AUTHOR + 500 + number
            bench.live.telegram.person(user_id, language="ar")
            author = await authors.meet(connection, app.vault, user_id, user_id, now)
            source = app.vault.source_key(user_id, 1)
            new = Draft(1, author.key, source, SPAM.format(number * 7, number), "ar")
            reply, _ = await replies.draft(connection, new, now)
            deed = Deed(Action.SUBMIT, consent=Consent("1", (("bot", ""),)))
            await writing.act(connection, reply.id, deed, bench.author(user_id), now)
    await becomes(bench, State.QUARANTINED)


async def becomes(bench: Bench, state: State, many: int = MANY) -> None:
    """Wait until so many replies are in a state."""
    counted = select(func.count() == many).select_from(replies_table)
    await bench.live.until(counted.where(replies_table.c.state == state.value))


async def hurry(bench: Bench) -> None:
    """Let the time be over in which a verdict is undone."""
    async with bench.live.app.database.write() as connection:
        await connection.execute(update(waves).values(due_at=bench.live.app.clock() - timedelta(seconds=1)))


async def look(bench: Bench, chat: Group | Person | None = None) -> None:
    await bench.press(bench.amal, "👁", HEAD, chat)
    await bench.shows("ما القرار في كل ما عُزل", chat, button="🗑")


async def test_all_of_a_wave_is_decided_together_after_a_look_and_undone_by_who_decided_or_a_lead(bench: Bench) -> None:
    await flood(bench)
    await look(bench)
    assert "سُجّل القرار" in await bench.press(bench.amal, "🗑", "ما القرار في كل ما عُزل")
    shown = await bench.shows("تُعدّ كلها رسائل مزعجة", button="⏪")
    assert "المشرف 1" in shown.text
    assert "لمن اتخذ القرار" in await bench.press_on(bench.badr, "⏪", shown.id)
    assert "أُلغي القرار" in await bench.press_on(bench.people[LEAD], "⏪", shown.id)
    await becomes(bench, State.QUARANTINED)
    await look(bench)
    await bench.press(bench.amal, "🗑", "ما القرار في كل ما عُزل")
    await bench.shows("تُعدّ كلها رسائل مزعجة", button="⏪")
    await hurry(bench)
    await becomes(bench, State.SPAM)
    await bench.shows("حُسم كل ما كان معزولًا")
    told = select(audit.c.actor).where(audit.c.action == "spam").distinct()
    assert await bench.live.ask(told) == str(AMAL)


async def test_all_of_a_wave_is_let_into_the_queue(bench: Bench) -> None:
    await flood(bench)
    await look(bench)
    await bench.press(bench.amal, "♻️", "ما القرار في كل ما عُزل")
    await bench.shows("تعود كلها إلى الطابور", button="⏪")
    await hurry(bench)
    await becomes(bench, State.PENDING)


async def test_who_decides_second_is_told_who_was_first(bench: Bench) -> None:
    await flood(bench)
    await look(bench)
    await bench.press(bench.amal, "🗑", "ما القرار في كل ما عُزل")
    upto = bench.live.app.clock().timestamp()
    assert "سبق القرار في هذه الموجة: المشرف 1" in await bench.forges(bench.badr, f"1|wave|1|queue:{upto:.6f}|0")
    assert await bench.live.ask(select(waves.c.verdict)) == "spam"


async def test_one_of_a_wave_is_looked_at_and_let_into_the_queue_alone(bench: Bench) -> None:
    await flood(bench)
    await look(bench)
    await bench.press(bench.amal, "📄", "ما القرار في كل ما عُزل")
    await bench.press(bench.amal, "♻️", "معزول عن الطابور")
    await becomes(bench, State.PENDING, 1)
    await bench.press(bench.amal, "✖️", "ما القرار في كل ما عُزل")
    await bench.shows(f"{HEAD}: {MANY - 1}")


@pytest.mark.parametrize(
    "data",
    ["spam", "spam:", "spam:x", "spam:inf", "spam:9e99", "approve:1", "undo", "look:1", ""],
)
async def test_what_is_forged_changes_nothing_and_is_answered(bench: Bench, data: str) -> None:
    await flood(bench)
    await bench.shows(HEAD)
    await bench.forges(bench.amal, f"1|wave|1|{data}|0")
    await bench.forges(bench.amal, f"1|wave|77|{data}|0")
    assert "لفريق التحرير" in await bench.forges(bench.people[GUEST], "1|wave|1|spam:9999999999.0|0")
    assert await bench.live.ask(select(waves.c.verdict)) is None


async def test_without_a_group_each_moderator_has_the_message_in_private(tmp_path: Path, sqlite_template: Path) -> None:
    async with open_bench(tmp_path, sqlite_template, moderation_chat_id="") as bench:
        await flood(bench)
        await bench.shows(HEAD, bench.badr)
        await look(bench, bench.amal)
        assert "سُجّل القرار" in await bench.press(bench.amal, "🗑", "ما القرار في كل ما عُزل", bench.amal)
        await bench.shows("تُعدّ كلها رسائل مزعجة", bench.badr)
