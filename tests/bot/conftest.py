"""What the tests of the running bot share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from db.store import staff
from db.tables import sources
from newsroom.roles import Role
from sandbox import Person
from tests.bot.checklist import TITLE, become_owner
from tests.live import Live, open_live


@pytest.fixture
async def live(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    """The whole application, running."""
    async with open_live(tmp_path, sqlite_template) as opened:
        await opened.until(select(sources.c.first_contact_at))
        yield opened


@pytest.fixture
def amal(live: Live) -> Person:
    """A reader who speaks Arabic."""
    return live.telegram.person(1, first_name="أمل", language="ar")


@pytest.fixture
async def editor(live: Live) -> Person:
    """An editor who has written to the bot, in Arabic."""
    person = live.telegram.person(50, language="ar")
    await live.says(person, "/help")
    async with live.app.database.write() as connection:
        await staff.grant(connection, person.id, Role.EDITOR, live.app.clock())
    return person


@pytest.fixture
async def readers(live: Live) -> list[Person]:
    """Readers who have written to the bot and chosen something."""
    people = [live.telegram.person(number, language="ar") for number in range(101, 113)]
    for person in people:
        await live.says(person, "/follow الاقتصاد")
    return people


@pytest.fixture
async def owner(live: Live) -> Person:
    """The owner, who has just begun."""
    person = await become_owner(live)
    assert TITLE in await live.says(person, "/start")
    return person
