"""What all can read of replies: listed, counted, answered, reported; and that nothing tells who wrote them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from db.replying import authors, notices, replies, reports
from db.tables import outbox, subscribers
from newsroom.replies import Action, State
from sandbox import Person
from tests.bot.newsdesk import Newsdesk
from tests.live import Live

TEXT = "رأيي أن النفق خطوة جيدة"
CANARY = 7_700_123_456_780
NAMES = {"first_name": "كناري", "last_name": "الصامتة", "username": "canary_reader"}
# Where a reader's number stands for what she reads; that she writes, and what, stands in none of them.
OF_READERS = {"chats", "subscribers"}


@pytest.fixture
def desk(live: Live) -> Newsdesk:
    return Newsdesk(live)


@pytest.fixture
def badr(live: Live) -> Person:
    """Another reader."""
    return live.telegram.person(2, first_name="بدر", language="ar")


async def test_replies_are_listed_in_pages_opened_and_answered(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    for number in range(6):
        await desk.publish(amal, f"رد رقم {number} على الخبر")
        await desk.rest()
    first = await live.says(badr, "/replies 2")
    assert first.startswith("💬 6 ردود على «")
    assert "رد رقم 4" in first
    assert "رد رقم 5" not in first
    assert "رد رقم 5" in await live.presses(badr, "➡️")
    assert "رد رقم 5" in await live.presses(badr, "💬 6")
    await live.presses(badr, "↩️")
    preview = await live.says(badr, "جواب من قارئ آخر")
    assert preview.startswith("الجواب على قلم")
    await live.presses(badr, "📨")
    child = await desk.newest()
    await desk.until(child, "pending")
    await desk.decide(child, Action.APPROVE)
    await desk.pass_time(child, timedelta(minutes=1))
    await desk.until(child, "published")
    await live.until(select(~select(notices.c.reply_id).where(notices.c.told_at.is_(None)).exists()))
    amal.writes("/replies_2")
    await live.hears_of(amal, "7 ردود على")
    assert "جوابًا على قلم" in await live.presses(amal, "➡️")


async def test_ones_own_is_withdrawn_and_anothers_reported(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    reply = await desk.publish(amal)
    await live.hears_of(amal, "نُشر الرد")
    await live.says(amal, "/replies 2")
    await live.presses(amal, "💬 1")
    assert amal.last
    assert [button.text.split()[0] for button in amal.last.buttons] == ["↩️", "🧹"]
    await live.says(badr, "/replies 2")
    await live.presses(badr, "💬 1")
    for _ in range(2):
        assert "سُجّل البلاغ" in await live.is_alerted(badr, "🚩")
    assert await live.ask(select(reports.c.counts)) == 0
    assert (await desk.see(reply)).state is State.PUBLISHED


async def test_three_readers_of_a_week_hide_a_reply_until_moderators_have_looked(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.publish(amal)
    readers = [live.telegram.person(number, language="ar") for number in (11, 12, 13)]
    for reader in readers:
        await live.says(reader, "/start")
    async with live.app.database.write() as connection:
        await connection.execute(update(subscribers).values(since=live.app.clock() - timedelta(days=8)))
    for reader in readers:
        await live.says(reader, "/replies 2")
        await live.presses(reader, "💬 1")
        await live.is_alerted(reader, "🚩")
    assert (await desk.see(reply)).state is State.PENDING
    await live.hears_of(amal, "كثرت البلاغات")
    assert "لا ردود" in await live.says(readers[0], "/replies 2")


async def test_a_name_that_waits_for_its_approval_does_not_sign_what_is_public(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.publish(amal)
    async with live.app.database.write() as connection:
        await connection.execute(update(authors).values(pen="ابن البلد"))
    await live.says(amal, "/myreplies")
    await live.presses(amal, "💬 1")
    await live.presses(amal, "✏️")
    await live.says(amal, "غيّرت رأيي في ذلك")
    await desk.until(reply, "pending")
    listed = await live.says(amal, "/replies 2")
    assert "ابن البلد" not in listed
    assert "قلم " in listed


async def test_the_count_is_said_by_the_button_when_it_is_pressed_and_on_posts(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    group = live.telegram.group(-1005, title="مجموعة")
    group.admits(badr, admin=True)
    group.adds_bot(by=badr)
    group.hears(badr, "/follow@sample_bot كل الأخبار")
    await live.telegram.until(lambda: group.last and "أُضيف" in group.last.text)
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: group.last and title in group.last.text)
    await live.says(badr, "/article 4")
    assert badr.last
    before, post = badr.last.id, group.last
    assert post
    assert post.button("💬")
    await desk.publish(amal, article=4)
    await live.telegram.until(lambda: group.last and group.last.button("💬 رد · 1"))
    shown = next(one for one in badr.screen if one.id == before)
    assert shown.button("💬 رد · 1") is None
    badr.presses("💬", message_id=before)
    await live.telegram.until(
        lambda: next(one for one in badr.screen if one.id == before).button("💬 رد · 1") is not None
    )
    await live.hears_of(amal, "نُشر الرد")
    await live.presses(amal, "🧹")
    await live.presses(amal, "🧹 سحب نهائي")
    await live.telegram.until(lambda: group.last and group.last.button("💬 رد · 1") is None)


async def tables_with(live: Live, needles: list[str]) -> dict[str, set[str]]:
    """Answer in which tables each needle stands, in any column."""
    found: dict[str, set[str]] = {}
    async with live.app.database.read() as connection:
        names = (await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        for name in (name for name in names if not name.startswith("fulltext")):
            rows: list[Any] = list((await connection.execute(text(f"SELECT * FROM {name}"))).all())  # noqa: S608
            said = "\n".join(str([bytes(v) if isinstance(v, bytes) else v for v in row]) for row in rows)
            for needle in needles:
                if needle in said or needle.encode().decode("latin-1") in said:
                    found.setdefault(needle, set()).add(name)
    return found


async def test_who_wrote_a_reply_is_in_no_message_and_in_no_table_but_the_sealed_one(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    writer = live.telegram.person(CANARY, language="ar", **NAMES)
    await live.says(amal, "/replies 2")
    await live.presses(amal, "🔔")
    reply = await desk.publish(writer)
    await live.hears_of(writer, "نُشر الرد")
    await live.hears_of(amal, TEXT)
    await live.says(amal, "/replies 2")
    await live.presses(amal, "💬 1")
    await live.is_alerted(amal, "🚩")
    told = [call for call in live.telegram.calls if call.is_sent or call.method.startswith("edit")]
    said = "\n".join(str(call.params.get(name)) for call in told for name in ("text", "reply_markup"))
    needles = [str(CANARY), *NAMES.values()]
    assert [needle for needle in needles if needle in said] == []
    assert any(TEXT in str(call.params.get("text")) for call in told)
    await live.until(select(~select(outbox.c.id).where(outbox.c.state.in_(("queued", "sending"))).exists()))
    found = await tables_with(live, [*needles, TEXT, reply.id])
    assert found.get(str(CANARY), set()) <= OF_READERS
    assert [found.get(name) for name in NAMES.values()] == [None, None, None]
    assert found[TEXT] == {"revisions"}
    assert found[reply.id] & {"outbox", "inbox", "chats", "subscribers", "prompts"} == set()
    assert await live.ask(select(outbox.c.id).where(outbox.c.chat_id == CANARY)) is None
    assert await live.ask(select(replies.c.author_key)) != str(CANARY)
