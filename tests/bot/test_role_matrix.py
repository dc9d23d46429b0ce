"""Every command and every button that there is × every role: who may, and who is told that it is for others.

The tables say which role each takes, none for whoever it is; a command or an act that is in neither fails here.
"""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import exists, func, select
from telegram.ext import CommandHandler

from bot.callbacks import Act
from bot.handlers import all_handlers
from bot.menus import READER_COMMANDS, STAFF_COMMANDS
from db.store import staff
from db.tables import inbox, outbox
from locales import texts
from newsroom.roles import INCLUDES, Role
from sandbox import Person
from tests.bot.bench import GROUP, Bench, open_bench
from tests.live import unseen

ROLES = (None, *Role)
COMMANDS: dict[str, Role | None] = {
    **dict.fromkeys((*READER_COMMANDS, "start"), None),
    **{name: role for role, names in STAFF_COMMANDS.items() for name in names},
}
STAFF_ACTS = {
    **dict.fromkeys((Act.CARD, Act.WAVE, Act.BANS, Act.SHARED), Role.MODERATOR),
    **dict.fromkeys((Act.CLOSED, Act.BLOCKED), Role.LEAD),
    **dict.fromkeys((Act.SOURCE, Act.PUSHES), Role.EDITOR),
    **dict.fromkeys((Act.PUSH, Act.DOUBT, Act.WORDS, Act.FILED, Act.GATE, Act.WITHDRAWN), Role.EDITOR),
    **dict.fromkeys((Act.CAST, Act.ARTICLE, Act.STATS), Role.EDITOR),
    **dict.fromkeys((Act.AUDIT, Act.STAFF, Act.SETUP, Act.GROUP), Role.ADMIN),
    Act.ROLE: Role.OWNER,
}
ACTS: dict[Act, Role | None] = {act: STAFF_ACTS.get(act) for act in Act}
SAID = {"follow": "اقتصاد", "article": "1", "replies": "1", "reply": "1 رأي في الخبر", "close": "1", "find": "رأي"}
PRESSED = {  # what a button of an act carries, where it is not nothing
    **dict.fromkeys((Act.READ, Act.ABOUT, Act.REPLY, Act.REPLIES, Act.TAKE, Act.FILED), "1"),
    **dict.fromkeys((Act.GATE, Act.WITHDRAWN, Act.ARTICLE, Act.CAST, Act.PUSH, Act.HEAR, Act.SHARED), "1"),
    **dict.fromkeys((Act.FOLLOW, Act.LEAVE, Act.LATEST, Act.WORDS), "s:economy"),
    Act.STATS: "day",
    Act.DOUBT: "1:1",
    Act.SPEAK: "ar",
    Act.FORGET: "no",
    Act.ROLE: "6999",
    Act.GROUP: f"{GROUP}/0",
    Act.GO: "subjects",
}
T = texts("ar")
COMMAND = re.compile(r"/[a-z]+(?= )")  # whatever mark of direction stands before it
BUSY = exists().where(outbox.c.state.in_(("queued", "sending")))
HANDLED = select(func.count()).where(inbox.c.state == "handled").scalar_subquery()
NOT_YOURS = {T.plain("staff.only"), T.plain("staff.lead")}


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


@pytest.fixture(params=ROLES, ids=str)
def role(request: pytest.FixtureRequest) -> Role | None:
    found: Role | None = request.param
    return found


@pytest.fixture
async def person(bench: Bench, role: Role | None) -> Person:
    """Somebody with that role alone, or none."""
    hired = bench.live.telegram.person(6_000, language="ar")
    await ask(bench, hired, "/help")
    if role:
        async with bench.live.app.database.write() as connection:
            await staff.grant(connection, hired.id, role, bench.live.app.clock())
    return hired


def may(role: Role | None, wanted: Role | None) -> bool:
    return wanted is None or (role is not None and wanted in INCLUDES[role])


async def ask(bench: Bench, person: Person, text: str) -> str:
    """Let somebody write, and answer all that is told to it, however many messages that are."""
    before, seen = await bench.live.ask(select(HANDLED)), person.last.id if person.last else 0
    person.writes(text)
    await bench.live.until(select(before < HANDLED))
    await bench.live.until(select(~BUSY))
    return "\n".join(unseen(one.text) for one in person.screen if one.by_bot and one.id > seen)


def registered() -> Iterator[str]:
    for handler in chain.from_iterable(all_handlers().values()):
        if isinstance(handler, CommandHandler):
            yield from handler.commands


def test_every_command_is_in_the_table() -> None:
    assert {*registered()} == {*COMMANDS}


async def test_commands(bench: Bench, role: Role | None, person: Person) -> None:
    for command, wanted in COMMANDS.items():
        told = await ask(bench, person, f"/{command} {SAID.get(command, '')}".strip())
        assert NOT_YOURS.isdisjoint(told.splitlines()) is may(role, wanted), (command, told)


async def test_a_command_of_the_staff_is_in_the_help_of_those_who_may_alone(
    bench: Bench, role: Role | None, person: Person
) -> None:
    lines = (await ask(bench, person, "/help")).splitlines()
    told = {found[0] for line in lines if (found := COMMAND.search(line))}
    assert told == {f"/{name}" for name, wanted in COMMANDS.items() if name != "start" and may(role, wanted)}


async def test_buttons(bench: Bench, role: Role | None, person: Person) -> None:
    reply = await bench.pending()
    for act, wanted in ACTS.items():
        of_reply = {
            Act.CARD: ("pen", reply.version),
            Act.ROLE: ("leave", 0),
            Act.STAFF: ("list", 0),
            Act.SOURCE: ("list", 0),
            Act.SETUP: ("source", 0),
            Act.GROUP: ("desk", 0),
            Act.CAST: ("list", 0),
        }
        screen, page = of_reply.get(act, ("", 0))
        what = reply.id if act is Act.CARD else PRESSED.get(act, "")
        told = await bench.forges(person, f"1|{act}|{what}|{screen}|{page}", person)
        assert (told not in NOT_YOURS) is may(role, wanted), (act, told)
