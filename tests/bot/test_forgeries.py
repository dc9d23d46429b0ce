"""Presses that no button of ours made, that come late, or again: whatever they say, nothing is changed by them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.callbacks import LONGEST, Act
from bot.handlers.moderating import DEEDS, LOOKS
from db.store import pushes
from newsroom.cards import BAN_DAYS
from newsroom.pushes import Lane, PushState
from newsroom.replies import Action, Code, State
from sandbox import Person
from tests.bot.bench import AMAL, BADR, GROUP, GUEST, OWNER, Bench, open_bench
from tests.bot.deeds import WHO, take_stock

TEXT = "رأي في الخبر"
OF_STAFF = (*WHO, Act.INVITED)
OF_AUTHORS = (Act.DRAFT, Act.MINE)
OF_READERS = (
    *(Act.GO, Act.FOLLOW, Act.LEAVE, Act.SPEAK, Act.SET, Act.ASK, Act.COMMAND, Act.ABOUT, Act.LATEST, Act.READ),
    *(Act.DIGEST, Act.SEARCH, Act.NARROW, Act.DROP, Act.MYDATA, Act.FORGET, Act.REPLY, Act.TAKE, Act.REPLIES),
    *(Act.PUBLIC, Act.HEAR),
)
OF_THEMSELVES = {Act.MYDATA, Act.FORGET}  # which give or erase what is kept of who presses them, and nothing else's
SCREENS = (
    "", "send", "edit", "name", "number", "drop", "withdraw", "withdrawn", "accept", "appeal", "reopen", "contest",
    "keep", "lift", "stay", "give", "resume", "cancel", "arrived", "again", "apply", "publish", "refuse", "retract",
    "approve", "spam!", "reject:0", "return:1", "ban:0", "ban90:1", "remove:7", "bulk:spam:0", "undo", "restore",
    "source", "desk", "channel", "staff", "test", "news", "leave",
    "give:moderator", "take:owner", "link:editor", "unlink", "say:gate:held", "pause", "once", "retry", "steal",
    "__class__", "DEEDS", "approve:approve", "🚫", "x" * 40,
)  # fmt: skip

UNSAID = ("nothing", "__class__:x", "approve:approve")  # by any button


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def press(bench: Bench, person: Person, *parts: object) -> None:
    data = "|".join(map(str, ("1", *parts)))
    if len(data.encode()) <= LONGEST:  # no client can send more
        await bench.forges(person, data, person)


def test_every_act_is_somebodys() -> None:
    assert sorted((*OF_STAFF, *OF_AUTHORS, *OF_READERS)) == sorted(Act)


@pytest.mark.timeout(300)
async def test_whoever_has_no_role_changes_nothing_of_the_newsrooms_nor_of_anothers(bench: Bench) -> None:
    pending, rejected = await bench.pending(), await bench.pending()
    await bench.do(rejected, Action.REJECT, bench.moderator(BADR), code=Code.INSULT)
    guest = bench.people[GUEST]
    before = await take_stock(bench)
    for number, (act, screen) in enumerate(product((*OF_STAFF, *OF_AUTHORS), SCREENS)):
        reply = (pending, rejected)[number % 2]
        what = (reply.id, "1", str(GUEST), str(AMAL), f"{GROUP}/0", "")[number % 6] if act in OF_STAFF else reply.id
        if act is Act.CARD:
            what = reply.id
        await press(bench, guest, act, what, screen, reply.version)
    assert await take_stock(bench) == before


@pytest.mark.timeout(300)
async def test_what_readers_press_changes_nothing_of_the_newsrooms(bench: Bench) -> None:
    reply, guest = await bench.pending(), bench.people[GUEST]
    before = await take_stock(bench)
    for number, (act, screen) in enumerate(product(OF_READERS, SCREENS[::10])):
        if act in OF_THEMSELVES:
            continue
        await press(bench, guest, act, (reply.id, "1", str(AMAL), "s:economy")[number % 4], screen, reply.version)
    assert await take_stock(bench) == before


@pytest.mark.timeout(300)
async def test_what_no_button_says_is_not_done_for_an_owner_either(bench: Bench) -> None:
    reply, owner = await bench.pending(), bench.people[OWNER]
    async with bench.live.app.database.write() as connection:
        push_id = await pushes.open_broadcast(connection, Lane.NEWS, bench.live.app.clock())
        await pushes.set_state(connection, push_id, PushState.PAUSED, [*PushState], bench.live.app.clock())
    before = await take_stock(bench)
    whats = (str(push_id), f"{push_id}:1", str(GUEST), f"{GROUP}/0", reply.id)
    for act, screen, what in product(OF_STAFF, UNSAID, whats):
        if act is not Act.CARD or what == reply.id:
            await press(bench, owner, act, what, screen, 1)
    assert await take_stock(bench) == before


@pytest.mark.parametrize(
    "data",
    [
        "", "x", "1|card", "2|card|{id}|approve|3", "1|card|{id}|approve|3|4", "1|nothing|||0",
        "1|card|{id}|approve|3@9",
        "1|card|{id}|approve|٣٣٣٣٣", "\x00", "1|card|{id}\n|approve|3", "🚫" * 16,
    ],
)  # fmt: skip
async def test_what_is_no_data_of_ours_is_answered_and_does_nothing(bench: Bench, data: str) -> None:
    reply = await bench.pending()
    before = await take_stock(bench)
    await bench.forges(bench.amal, data.replace("{id}", reply.id), bench.amal)
    assert await take_stock(bench) == before


async def test_a_moderators_press_that_comes_late_decides_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = await bench.pending()
    before = await take_stock(bench)
    monkeypatch.setattr("bot.inbox.LATE", timedelta(0))
    for deed in DEEDS.keys() - LOOKS:
        for data in (deed, f"{deed}:0"):
            told = await bench.forges(bench.amal, f"1|card|{reply.id}|{data}|{reply.version}", bench.amal)
            assert told, deed
    assert await take_stock(bench) == before


async def test_a_press_on_an_old_card_decides_nothing(bench: Bench) -> None:
    reply = await bench.pending()
    revised = await bench.do(reply, Action.REVISE, bench.author(), text="نص آخر للرد")
    await bench.becomes(revised, State.PENDING)
    before = await take_stock(bench)
    for deed in DEEDS.keys() - LOOKS - {*BAN_DAYS}:  # a ban is of the author, whatever he has written since
        for data in (deed, f"{deed}:0"):
            await bench.forges(bench.amal, f"1|card|{reply.id}|{data}|{reply.version}", bench.amal)
    assert await take_stock(bench) == before


async def test_the_same_update_again_is_done_once(bench: Bench) -> None:
    reply = await bench.pending()
    shown = await bench.shows(TEXT, button="✅")
    query, world = {"id": "77", "from": bench.amal.user, "chat_instance": "1"}, bench.live.telegram.world
    data = f"1|card|{reply.id}|approve|{reply.version}"
    told = {**query, "message": bench.group.messages[shown.id].as_json(), "data": data}
    for _ in range(3):
        world.updates.add("callback_query", bench.group.id, told)
    await bench.becomes(reply, State.APPROVED)
    await bench.live.says(bench.badr, "/help")
    assert (await bench.see(reply)).version == reply.version + 1
