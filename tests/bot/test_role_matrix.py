"""Every command and every button that there is × every role: who may, and who is told that it is for others.

The tables say which role each takes, none for whoever it is: COMMANDS here, of buttons `deeds.py`. A command that is in
no table fails here, and so does a deed of the staff's whose button must say more than its name.
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
from bot.talk import MARK
from db.store import broadcasts, staff
from db.tables import inbox, outbox
from locales import texts
from newsroom.broadcasts import WHOEVER
from newsroom.replies import Reply
from newsroom.roles import INCLUDES, Role
from sandbox import Person
from tests.bot.bench import Bench, open_bench
from tests.bot.deeds import DEEDS, WHO, list_buttons, take_stock, who_may
from tests.live import unseen

ROLES = (None, *Role)
COMMANDS: dict[str, Role | None] = {
    **dict.fromkeys((*READER_COMMANDS, "start"), None),
    **{name: role for role, names in STAFF_COMMANDS.items() for name in names},
}
SAID = {"follow": "اقتصاد", "article": "1", "replies": "1", "reply": "1 رأي في الخبر", "close": "1", "find": "رأي"}
PRESSED = {  # what a button of an act carries, where it is not nothing
    **dict.fromkeys((Act.READ, Act.ABOUT, Act.REPLY, Act.REPLIES, Act.TAKE, Act.HEAR), "1"),
    **dict.fromkeys((Act.FOLLOW, Act.LEAVE, Act.LATEST), "s:economy"),
    Act.SPEAK: "ar",
    Act.FORGET: "no",
    Act.GO: "subjects",
}
WORDS = {WHOEVER: {"method": "sendMessage", "params": {"text": "مساء الخير", "entities": []}}}
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


async def test_what_readers_press_is_refused_to_nobody(bench: Bench, person: Person) -> None:
    for act in (act for act in Act if act not in WHO):
        told = await bench.forges(person, f"1|{act}|{PRESSED.get(act, '')}||0", person)
        assert told not in NOT_YOURS, (act, told)


def test_every_act_of_the_staff_has_its_deeds() -> None:
    assert DEEDS.keys() == WHO.keys()


async def press(bench: Bench, person: Person, reply: Reply, button: tuple[Act, str, str]) -> str:
    """Let somebody press a button of the staff's; answers what is told in passing."""
    act, what, screen = button
    what, page = (reply.id, reply.version) if act is Act.CARD else (what, 1)
    if act is Act.GROUP:  # the button of whoever was asked about it
        what += "/" + bench.live.app.vault.source_key(person.id, int.from_bytes(what.encode()))[:MARK]
    return await bench.forges(person, f"1|{act}|{what}|{screen}|{page}", person)


@pytest.mark.timeout(300)
async def test_whoever_may_not_is_told_so_and_changes_nothing(bench: Bench, role: Role | None, person: Person) -> None:
    reply = await bench.pending()
    before = await take_stock(bench)
    for button in (button for button in list_buttons() if role not in who_may(*button)):
        assert await press(bench, person, reply, button) in NOT_YOURS, button
    assert await take_stock(bench) == before


@pytest.mark.timeout(300)
async def test_whoever_may_is_never_told_that_it_is_for_others_or_that_there_is_no_such_button(
    bench: Bench, role: Role | None, person: Person
) -> None:
    reply = await bench.pending()
    before = await take_stock(bench)
    for act, what, screen in (button for button in list_buttons() if role in who_may(*button)):
        draft = str(await make_draft(bench)) if act is Act.CAST else what
        told = await press(bench, person, reply, (act, draft, screen))
        assert told not in NOT_YOURS | {unseen(T.plain("button.old"))}, (act, screen)
    assert (await take_stock(bench) != before) is (role is not None)


async def make_draft(bench: Bench) -> int:
    async with bench.live.app.database.write() as connection:
        return await broadcasts.add(connection, WORDS, "1", bench.live.app.clock())
