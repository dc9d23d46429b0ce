"""A wave of spam: the group hears no more than it may, what is none of it is seen at once, and nothing is lost.

`WAVE=2000` makes the wave of a minute that long; it prints its figures (`-s`). Among the long ones is a minute of the
real clock, in which another process writes, as PostgreSQL lets it: what falls behind there is late.
"""

import asyncio
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import update

from bot.docket import Docket
from db.engine import Database
from db.moderating import cards
from db.replying import notices, replies
from db.store import authors, waves
from db.store import replies as replies_store
from db.store.replies import Draft
from db.tables import audit
from db.vault import Vault
from jobs.cards import CardKeeper
from jobs.replies import Overseer
from jobs.screen import Screener
from jobs.waves import Sweeper
from newsroom.cards import Rules
from newsroom.replies import Action, Actor, Consent, Deed, Notice, Reply, State, Who
from newsroom.waves import GRACE_OF_MANY, Ruling, Verdict, Wave
from sandbox import Group
from tests.desk import PLACES, SECRET, ReplyDesk, set_desk
from tests.fakes import Clock
from tests.stage import Stage, open_stage

WAVE = int(os.environ.get("WAVE", "200"))
GROUP, FIRST, OWNER = -1001000000077, 7_700_200_000, 900
PER_MINUTE, MINUTE = 20, 60
# Real replies: none says what another says, one has a link, the last speak of the spam in its own words.
REAL = (
    "أسكن قرب المحطة منذ عشر سنين، والقطار الجديد غيّر حياة الحي كله إلى الأحسن",
    "الأرقام في الفقرة الثالثة لا تتفق مع ما نشرته الوزارة في الصيف الماضي",
    "سؤال للكاتب: هل يشمل الخفض تذاكر الطلاب أيضًا أم الموظفين وحدهم؟",
    "لم أفهم لماذا اختاروا الشمال قبل الجنوب مع أن الجنوب أكثر سكانًا",
    "زرت المعرض أمس مع أولادي، والجناح الصيني كان أجمل ما رأينا فيه",
    "قرأت الدراسة كاملة على https://university.example/study وفيها عكس ما قيل هنا",
    "شكرًا على الخريطة المفصلة، كانت تنقصنا في التغطية السابقة",
    "عندي اعتراض واحد: كلفة الصيانة لم تُحسب في الجدول المرفق",
    "جدّي عمل في ذلك المصنع قبل أن يُغلق، وهذه أول مرة أرى صورته",
    "الترجمة في العنوان غير دقيقة، فالكلمة الصينية تعني التعاون لا التحالف",
    "يقول أحدهم إنه ربح من البيت بلا تعب ولا خبرة، فلا تصدقوا هذه الرسائل",
    "من ربح من هذه الصفقة؟ ذهبت الدولارات كلها إلى القناة لا إلى العمال",
)  # fmt: skip


def write_spam(number: int) -> str:
    """Answer what one of many accounts sends: a few words and all numbers are other ones each time."""
    names = ("سالم", "هدى", "ماجد", "نوف", "بدر")
    name, channel = names[number % 5], f"t.me/winners{number}"
    return f"مع {name} ربحت {number * 37} دولارًا من البيت بلا تعب ولا خبرة، والطريقة كلها مجانًا في القناة {channel}"


SENT_IN = dict(zip(range(1, 4 * len(REAL), 4), REAL, strict=True))  # real replies, by the second of the minute


def write_in(second: int) -> list[str]:
    """Answer what is sent in a second of the minute."""
    spam = map(write_spam, range(WAVE * second // MINUTE, WAVE * (second + 1) // MINUTE))
    return [*spam, *([SENT_IN[second]] if second in SENT_IN else [])]


@dataclass(slots=True)
class Room:
    """A moderators' group on a clock that stands still, and readers who write."""

    desk: ReplyDesk
    stage: Stage
    group: Group
    keeper: CardKeeper
    screener: Screener
    sweeper: Sweeper
    overseer: Overseer
    screening: float = 0.0  # seconds of the processor while replies were screened
    heard: list[int] = field(default_factory=list)  # how many requests about the group there were in each second
    authors: int = 0

    async def sends(self, text: str) -> Reply:
        """Let somebody who never wrote send a reply."""
        self.authors += 1
        return await self.desk.send(FIRST + self.authors, text)

    async def send_at_once(self, texts: Sequence[str]) -> None:
        """Let somebody who never wrote send each of these."""
        first = FIRST + self.authors + 1
        self.authors += len(texts)
        await send_all(self.desk.database, self.desk.vault, first, texts, self.desk.clock())

    async def second(self) -> None:
        """Let a second pass, with all that is due in it."""
        started = time.process_time()
        while await self.screener.step():
            pass
        self.screening += time.process_time() - started
        await self.work()
        self.stage.wait(1)

    async def work(self) -> None:
        """Let all take their turn."""
        before = self._count()
        await self.screener.step()
        await self.sweeper.step()
        await self.overseer.step()
        await self.keeper.step()
        await self.stage.deliver()
        self.heard.append(self._count() - before)

    def _count(self) -> int:
        return sum(call.chat_id == GROUP for call in self.stage.telegram.calls)

    def most_in_a_minute(self) -> int:
        return max(sum(self.heard[start : start + MINUTE]) for start in range(len(self.heard)))

    def shows(self, text: str) -> bool:
        return any(text in shown.text for shown in self.group.screen)

    def digests(self) -> list[Any]:
        return [shown for shown in self.group.screen if "🌊" in shown.text]

    async def states(self) -> Counter[str]:
        return Counter(row.state for row in await self.desk.rows(replies))

    async def waves(self) -> list[Wave]:
        async with self.desk.database.read() as connection:
            return await waves.list_living(connection)

    async def decide(self, wave: Wave, verdict: Verdict) -> bool:
        async with self.desk.database.write() as connection:
            ruling = Ruling(verdict, self.desk.amal.name, wave.newest)
            return await waves.decide(connection, wave.id, ruling, self.desk.clock())

    async def undo(self, wave: Wave, **whose: str) -> bool:
        async with self.desk.database.write() as connection:
            return await waves.undo(connection, wave.id, self.desk.clock(), **whose)

    async def passes(self, span: timedelta) -> None:
        self.stage.wait(span.total_seconds())
        await self.second()


async def send_all(database: Database, vault: Vault, first: int, texts: Sequence[str], now: datetime) -> None:
    """Let as many people as there are texts send one each, in one transaction."""
    async with database.write() as connection:
        for user_id, text in enumerate(texts, first):
            author = await authors.meet(connection, vault, user_id, user_id, now)
            new = Draft(1, author.key, vault.source_key(user_id, 1), text, "ar")
            reply, _ = await replies_store.draft(connection, new, now)
            deed = Deed(Action.SUBMIT, consent=Consent("1", PLACES))
            await replies_store.act(connection, reply.id, deed, Actor(Who.AUTHOR, "author", author.key), now)


@pytest.fixture
async def room(database: Database, clock: Clock) -> AsyncIterator[Room]:
    desk = await set_desk(database, clock)
    async with open_stage(desk.scene) as stage:
        group = stage.telegram.group(GROUP, title="الإشراف", kind="supergroup")
        group.adds_bot(by=stage.telegram.person(OWNER))
        rules = Rules(GROUP)
        docket = Docket(clock, "ar", "Asia/Riyadh", rules)
        keeper, screener = CardKeeper(database, docket, desk.vault, rules, clock), Screener(database, (), clock)
        sweeper, overseer = Sweeper(database, desk.vault, clock), Overseer(database, docket, clock)
        yield Room(desk, stage, group, keeper, screener, sweeper, overseer)


@pytest.mark.thorough
@pytest.mark.timeout(300 + WAVE)
async def test_a_wave_within_a_minute_is_one_message_and_real_replies_have_cards(room: Room) -> None:
    seen: dict[str, int] = {}
    for second in range(MINUTE):
        await room.send_at_once(write_in(second))
        await room.second()
        seen |= {text: second for text in REAL if text not in seen and room.shows(text)}
    waited = {text: seen.get(text, MINUTE) - second for second, text in SENT_IN.items()}
    print(  # noqa: T201  (the figures are what it is for)
        f"\n{room.desk.database.url.get_backend_name()}: {WAVE:,} of spam and {len(REAL)} real replies in a minute;"
        f" the group heard {sum(room.heard)} requests; real replies had their cards within {max(waited.values())} s;"
        f" {room.authors / room.screening:.0f} screened in a second of the processor"
    )
    assert sorted(seen) == sorted(REAL)
    assert sum(room.heard) <= PER_MINUTE
    assert len(room.digests()) == 1
    assert await room.states() == {State.QUARANTINED: WAVE, State.PENDING: len(REAL)}
    for _ in range(MINUTE):
        await room.second()
    assert room.most_in_a_minute() <= PER_MINUTE
    assert str(WAVE) in room.digests()[0].text.replace(",", "").replace("٬", "")


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_wave_of_a_real_minute_keeps_no_real_reply_from_its_card(room: Room) -> None:
    if room.desk.database.url.get_backend_name() == "sqlite":
        pytest.skip("one process writes to SQLite")
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    url = room.desk.database.url.render_as_string(hide_password=False)
    writer = multiprocessing.get_context("spawn").Process(target=write_for_a_minute, args=(url, theirs))
    writer.start()
    await asyncio.to_thread(ours.recv)
    begun, moment = time.time(), room.desk.clock()
    ours.send((begun, moment))
    seen: dict[str, float] = {}
    while writer.is_alive() or len(seen) < len(REAL) or (await room.states())[State.SUBMITTED.value]:
        room.stage.wait(time.time() - begun - (room.desk.clock() - moment).total_seconds())
        await room.work()
        seen |= {text: time.time() - begun for text in REAL if text not in seen and room.shows(text)}
        assert time.time() - begun < 2 * MINUTE, "real replies have no cards"
        await asyncio.sleep(0.05)
    waited = {text: seen[text] - second for second, text in SENT_IN.items()}
    states = await room.states()
    print(  # noqa: T201  (the figures are what it is for)
        f"\n{room.desk.database.url.get_backend_name()}: {WAVE:,} of spam and {len(REAL)} real replies in a minute of"
        f" the real clock; the group heard {sum(room.heard)} requests; real replies had their cards after"
        f" {min(waited.values()):.1f} to {max(waited.values()):.1f} s, the last of the wave was set apart after"
        f" {time.time() - begun - MINUTE:.1f} s; {dict(states)}"
    )
    assert max(waited.values()) < MINUTE
    assert max(seen.values()) < MINUTE
    assert sum(room.heard) <= PER_MINUTE
    assert states == {State.QUARANTINED: WAVE, State.PENDING: len(REAL)}


def write_for_a_minute(url: str, beginning: "Connection[None, tuple[float, datetime]]") -> None:
    """Send one after the other what is sent in a minute; say when ready, and begin when told."""
    beginning.send(None)
    begun, moment = beginning.recv()

    async def write() -> None:
        database, vault = Database(url), Vault(SECRET)
        written = 0
        for second in range(MINUTE):
            texts = write_in(second)
            for place, text in enumerate(texts):
                await asyncio.sleep(max(0.0, begun + second + place / len(texts) - time.time()))
                now = moment + timedelta(seconds=time.time() - begun)
                await send_all(database, vault, FIRST + written, [text], now)
                written += 1
        await database.close()

    asyncio.run(write())


async def test_what_came_before_the_wave_was_known_is_set_apart_too_but_not_what_somebody_holds(room: Room) -> None:
    first = []
    for number in range(3):
        first.append(await room.sends(write_spam(number)))
        await room.second()
    assert await room.states() == {State.PENDING: 3}
    held = await room.desk.do(first[0], Action.CLAIM, room.desk.amal)
    await room.sends(write_spam(3))
    await room.second()
    assert await room.states() == {State.PENDING: 1, State.QUARANTINED: 3}
    assert (await room.desk.see(held)).state is State.PENDING
    for _ in range(30):
        await room.second()
    assert [one.text for one in room.group.screen if write_spam(1) in one.text and "🌊" not in one.text] == []


@pytest.mark.thorough
async def test_what_waits_in_hundreds_when_the_screen_comes_to_it_is_one_wave(room: Room) -> None:
    await room.send_at_once([write_spam(number) for number in range(130)])
    await room.second()
    assert [wave.count for wave in await room.waves()] == [130]


async def flood(room: Room, many: int = 12) -> Wave:
    for number in range(many):
        await room.sends(write_spam(number))
    await room.second()
    (wave,) = await room.waves()
    assert wave.count == many
    return wave


async def test_a_verdict_is_done_when_its_time_is_over_with_all_that_was_seen(room: Room) -> None:
    wave = await flood(room)
    room.stage.wait(1)
    assert await room.decide(wave, Verdict.SPAM)
    await room.sends(write_spam(99))
    await room.second()
    assert await room.states() == {State.QUARANTINED: 13}
    await room.passes(GRACE_OF_MANY)
    assert await room.states() == {State.SPAM: 12, State.QUARANTINED: 1}
    told = [row for row in await room.desk.rows(notices) if row.what == Notice.REJECTED]
    assert len(told) == 12
    lines = [row for row in await room.desk.rows(audit) if row.action == Action.SPAM.value]
    assert {line.actor for line in lines} == {room.desk.amal.name}
    (left,) = await room.waves()
    assert (left.count, left.verdict) == (1, None)
    assert (await room.desk.verify()).broken == ""


async def test_a_verdict_is_undone_before_anything_was_done(room: Room) -> None:
    wave = await flood(room)
    assert await room.decide(wave, Verdict.SPAM)
    assert not await room.decide(wave, Verdict.QUEUE)
    assert not await room.undo(wave, by=room.desk.badr.name)
    assert await room.undo(wave, by=room.desk.amal.name)
    await room.passes(GRACE_OF_MANY)
    assert await room.states() == {State.QUARANTINED: 12}
    assert await room.decide(wave, Verdict.SPAM)
    await room.passes(GRACE_OF_MANY)
    assert not await room.undo(wave)
    assert await room.states() == {State.SPAM: 12}


async def test_what_is_let_into_the_queue_is_no_wave_when_it_comes_again(room: Room) -> None:
    wave = await flood(room)
    assert await room.decide(wave, Verdict.QUEUE)
    await room.passes(GRACE_OF_MANY)
    assert await room.states() == {State.PENDING: 12}
    await room.sends(write_spam(99))
    await room.second()
    assert await room.states() == {State.PENDING: 13}
    room.stage.wait(timedelta(hours=1).total_seconds())
    for number in range(20, 26):
        await room.sends(write_spam(number))
    await room.second()
    assert await room.states() == {State.PENDING: 19}


async def test_what_its_author_withdraws_or_changes_meanwhile_is_left_alone(room: Room) -> None:
    reply = await room.sends(write_spam(50))
    author = room.desk.acting(FIRST + room.authors)
    wave = await flood_more(room)
    assert await room.decide(wave, Verdict.SPAM)
    await room.desk.do(reply, Action.WITHDRAW, author)
    await room.passes(GRACE_OF_MANY)
    assert (await room.desk.see(reply)).state is State.WITHDRAWN
    assert await room.states() == {State.SPAM: 11, State.WITHDRAWN: 1}


async def flood_more(room: Room) -> Wave:
    for number in range(11):
        await room.sends(write_spam(number))
    await room.second()
    (wave,) = await room.waves()
    return wave


async def test_an_author_is_told_that_it_waits_after_a_day_and_when_it_expires(room: Room) -> None:
    await flood(room, 4)
    await room.passes(timedelta(days=1))
    assert {row.what for row in await room.desk.rows(notices)} >= {Notice.WAITING}
    await room.passes(timedelta(days=7))
    await room.second()
    assert await room.states() == {State.EXPIRED: 4}
    for _ in range(10):
        await room.second()
    assert await room.waves() == []
    assert [shown.text for shown in room.digests()] == ["🌊 حُسم كل ما كان معزولًا."]


async def test_a_lost_message_of_a_wave_is_sent_anew(room: Room) -> None:
    await flood(room)
    for _ in range(4):
        await room.second()
    (digest,) = room.digests()
    async with room.desk.database.write() as connection:
        this = update(cards).where(cards.c.message_id == digest.id)
        await connection.execute(this.values(state="lost"))
    for _ in range(4):
        await room.second()
    assert len(room.digests()) == 2
