"""What is said on the site, as readers see it in Telegram: beside replies, marked, and counted with them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from db.commenting import comments
from db.replying import replies
from db.tables import sources
from newsroom.replies import GRACE
from sandbox import Person
from tests.bot.newsdesk import Newsdesk
from tests.live import Live, open_live, unseen

HERS, HIS = 501, 502


@pytest.fixture
def badr(live: Live) -> Person:
    return live.telegram.person(2, first_name="بدر", language="ar")


async def say(live: Live, number: int, name: str, text: str, **other: object) -> None:
    """Let a comment have been read back from under article 2, written after what a desk published."""
    said_at = live.app.clock() + GRACE * 2 + timedelta(seconds=number)
    row = {"article_id": 2, "remote_id": number, "name": name, "text": text, "said_at": said_at}
    async with live.app.database.write() as connection:
        await connection.execute(insert(comments).values(row | other))


async def test_they_are_listed_beside_replies_opened_and_counted(live: Live, amal: Person, badr: Person) -> None:
    await Newsdesk(live).publish(amal)
    await say(live, HERS, "سلمى <b>", "تعليق من صفحة الخبر")
    await say(live, HIS, "", "جواب عليها", parent_id=HERS)
    listed = await live.says(badr, "/replies 2")
    assert listed.startswith("💬 3 ردود على «")
    assert "سلمى <b> · من الموقع" in listed
    assert "زائر من الموقع، جوابًا على سلمى" in listed
    assert "تعليق من صفحة الخبر" in await live.presses(badr, "💬 2")
    assert badr.last
    (button,) = badr.last.buttons
    assert button.text == "📖 فتح التعليق في الموقع"
    assert button.url
    assert button.url.endswith(f"#comment-{HERS}")
    await live.says(badr, "/article 2")
    assert badr.last.button("💬 رد · 3")


async def test_what_came_back_of_ours_counts_once(live: Live, amal: Person, badr: Person) -> None:
    await Newsdesk(live).publish(amal)
    await say(live, HERS, "", "", ours=True)
    assert (await live.says(badr, "/replies 2")).startswith("💬 رد واحد على «")


async def test_one_that_is_gone_meanwhile_is_said_to_be(live: Live, badr: Person) -> None:
    await say(live, HERS, "سلمى", "تعليق من صفحة الخبر")
    await live.says(badr, "/replies 2")
    async with live.app.database.write() as connection:
        await connection.execute(delete(comments))
    assert "لم يعد" in await live.is_alerted(badr, "💬 1")


async def test_pages_go_through_both(live: Live, amal: Person, badr: Person) -> None:
    await Newsdesk(live).publish(amal)
    for number in range(5):
        await say(live, HERS + number, "سلمى", f"تعليق رقم {number}")
    first = await live.says(badr, "/replies 2")
    assert "تعليق رقم 3" in first
    assert "تعليق رقم 4" not in first
    assert "تعليق رقم 4" in await live.presses(badr, "➡️")


async def test_where_there_is_an_account_on_the_site_the_consent_names_it(
    tmp_path: Path, sqlite_template: Path
) -> None:
    account: dict[str, Any] = {"wordpress_user": "editor", "wordpress_app_password": "a" * 24}
    async with open_live(tmp_path, sqlite_template, **account) as live:
        await live.until(select(sources.c.first_contact_at))
        amal = live.telegram.person(1, first_name="أمل", language="ar")
        await Newsdesk(live).write(amal)
        assert amal.last
        assert "هذا البوت، الموقع" in unseen(amal.last.text)
        await live.presses(amal, "📨")
        assert await live.ask(select(replies.c.destinations)) == [["bot", ""], ["site", live.site.url]]
