"""A long article as one rich message, and its pages wherever that cannot be."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.tables import articles
from sandbox import Person
from sandbox.faults import Fault, FaultKind
from sandbox.site import SampleArticle
from tests.live import Live, open_live, unseen

PARTS = [f"فقرة {number}. {'كلام من عندنا لهذا النموذج. ' * 12}".strip() for number in range(14)]
LONG = SampleArticle("long", "تحقيق طويل (نموذج)", "مقدمة التحقيق.", "\n\n".join(PARTS))
COMMAND = "/article 4"  # three are there when the newsroom opens


@pytest.fixture
async def rich(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    """The application, allowed to send rich messages, with one long article."""
    async with open_live(tmp_path, sqlite_template, rich_messages=True, poll_seconds=1) as live:
        await publish(live)
        yield live


async def publish(live: Live) -> None:
    await live.until(select(articles.c.id).limit(1))
    live.site.publish(LONG)
    await live.until(select(func.count() == 4).select_from(articles))


def methods(live: Live, person: Person) -> list[str]:
    return [call.method for call in live.telegram.sent_to(person.id)]


async def test_a_long_article_comes_whole(rich: Live, amal_of_rich: Person) -> None:
    told = await rich.says(amal_of_rich, COMMAND)
    assert methods(rich, amal_of_rich) == ["sendRichMessage"]
    assert [part for part in PARTS if part in told] == PARTS
    assert told.startswith(LONG.title)
    assert "/article_4" in told
    shown = amal_of_rich.last
    assert shown
    assert [button.text[0] for button in shown.buttons] == ["📖", "💬", "🔗", "⚙"]


@pytest.fixture
def amal_of_rich(rich: Live) -> Person:
    """A reader."""
    return rich.telegram.person(1, first_name="أمل", language="ar")


async def test_a_short_article_comes_as_ever(rich: Live, amal_of_rich: Person) -> None:
    await rich.says(amal_of_rich, "/article 1")
    assert methods(rich, amal_of_rich) == ["sendMessage"]


@pytest.mark.parametrize(
    ("status", "told", "tries"),
    [
        (HTTPStatus.NOT_FOUND, "Not Found: method not found", 1),
        (HTTPStatus.BAD_REQUEST, "Bad Request: failed to get HTTP URL content", 2),
    ],
)
async def test_pages_come_where_it_is_refused(
    rich: Live, amal_of_rich: Person, status: HTTPStatus, told: str, tries: int
) -> None:
    fault = Fault(FaultKind.ERROR, method="sendRichMessage", times=None, status=status, description=told)
    rich.telegram.faults.add(fault)
    for _ in range(2):
        assert PARTS[0] in await rich.says(amal_of_rich, COMMAND)
    assert await rich.presses(amal_of_rich, "➡️")
    assert amal_of_rich.last
    assert PARTS[-1] in unseen(amal_of_rich.last.text)
    assert [call.method for call in rich.telegram.calls].count("sendRichMessage") == tries


async def test_nothing_is_rich_unless_the_operator_wants_it(live: Live, amal: Person) -> None:
    await publish(live)
    await live.says(amal, COMMAND)
    assert methods(live, amal) == ["sendMessage"]
