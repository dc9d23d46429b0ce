"""Photos beside replies: off until they are switched on, seen by moderators with the card, public as a bare copy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.replying import replies as replies_table
from db.replying import revisions
from db.store import replies
from newsroom.replies import Action, Reply, State
from sandbox import Person
from sandbox.screen import Shown
from tests.bot.bench import GROUP, Bench, open_bench

AUTHOR, TEXT = 7_700_900_001, "صورة من الشرفة تُظهر الجسر كما هو اليوم"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template, reply_photos=True) as opened:
        yield opened


async def write(bench: Bench) -> Person:
    """Let somebody be asked for a reply to an article."""
    author = bench.live.telegram.person(AUTHOR, first_name="كاتب سري", language="ar")
    await bench.live.says(author, "/help")
    await bench.live.says(author, "/reply 2")
    return author


async def send(bench: Bench, author: Person) -> Reply:
    """Let a reply with a photo come into the queue."""
    author.shows(TEXT)
    shown = await bench.shows(TEXT, author, button="📨")
    assert "🖼 مع صورة" in shown.text
    await bench.live.presses(author, "📨")
    await bench.live.until(select(replies_table.c.id).where(replies_table.c.state == State.PENDING.value))
    reply_id = await bench.live.ask(select(replies_table.c.id))
    async with bench.live.app.database.read() as connection:
        return await replies.get(connection, reply_id)


def photos(bench: Bench, chat: Person | None = None) -> list[Shown]:
    return [one for one in (chat or bench.group).screen if one.by_bot and one.photo]


async def test_moderators_see_the_photo_with_the_card_and_readers_get_a_bare_copy(bench: Bench) -> None:
    author = await write(bench)
    reply = await send(bench, author)
    await bench.shows("🖼 مع الرد صورة", button="✅")
    await bench.live.telegram.until(lambda: bool(photos(bench)), timeout=20)
    assert "قلم" in photos(bench)[0].text
    await bench.press(bench.amal, "✅", TEXT)
    await bench.age(reply, seconds=31)
    await bench.becomes(reply, State.PUBLISHED)
    await bench.live.telegram.until(lambda: not photos(bench), timeout=20)
    assert "🖼 مع صورة" in await bench.live.says(bench.badr, "/replies 2")
    await bench.live.presses(bench.badr, "💬")
    await bench.live.telegram.until(lambda: bool(photos(bench, bench.badr)))
    (copy,) = photos(bench, bench.badr)
    assert copy.text == ""
    told = [str(call.params) for call in bench.live.telegram.calls if call.chat_id in {GROUP, bench.badr.id}]
    assert [one for one in told if str(AUTHOR) in one or "كاتب سري" in one] == []


async def test_other_words_leave_the_photo_and_what_is_erased_has_none(bench: Bench) -> None:
    reply = await send(bench, await write(bench))
    await bench.do(reply, Action.REVISE, bench.author(AUTHOR), text="كلام آخر عن الجسر نفسه")
    assert len(set(await _list_photos(bench))) == 1
    await bench.do(reply, Action.ERASE, bench.author(AUTHOR))
    assert await _list_photos(bench) == ["", ""]
    await bench.live.telegram.until(lambda: not photos(bench), timeout=20)


async def _list_photos(bench: Bench) -> list[str]:
    async with bench.live.app.database.read() as connection:
        return list((await connection.execute(select(revisions.c.photo))).scalars())


async def test_a_photo_without_words_is_no_reply_and_the_rest_of_an_album_is_passed_over(bench: Bench) -> None:
    author = await write(bench)
    author.shows()
    await bench.live.hears_of(author, "الصورة وحدها ليست ردًا")
    author.shows(TEXT, album="7")
    await bench.shows(TEXT, author, button="📨")
    before = len(author.messages)
    author.shows(album="7")
    await bench.live.says(author, "/myreplies")
    assert len(author.messages) == before + 3


async def test_photos_are_off_until_they_are_switched_on(tmp_path: Path, sqlite_template: Path) -> None:
    async with open_bench(tmp_path, sqlite_template) as bench:
        author = await write(bench)
        author.shows(TEXT)
        await bench.live.hears_of(author, "الردود نصوص وحدها")
        assert await bench.live.ask(select(func.count()).select_from(replies_table)) == 0
