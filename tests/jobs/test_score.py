"""The score: learnt from what moderators decide, kept once for all processes, forgotten with whoever asks for it."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.docket import Docket
from db.replying import learnt as table
from db.replying import replies
from db.store import learnt, pending, people
from db.store.people import Person
from jobs.cards import CardKeeper
from jobs.score import Scorer, Trainer
from jobs.screen import TELLING, Screener
from newsroom.cards import Rules
from newsroom.decisions import EVERY, FEWEST_OF_EACH, Learnt
from newsroom.replies import Action, Reply, State
from newsroom.scoring import Model
from newsroom.screening import FlagKind
from tests.desk import ReplyDesk
from tests.stage import open_stage

FIRST, GROUP, OWNER = 7_700_300_000, -1001000000077, 900
RULES = Rules(GROUP)
KIND = "شكرا لكم على هذا التقرير المفيد رقم {}"
RUDE = "اسكت يا غبي يا تافه فأنت حثالة {}"
ASKED, INSULT = "تقرير مفيد، شكرا لكم", "اسكت يا غبي يا تافه، أنت حثالة"


@dataclass(slots=True)
class Court:
    """Moderators who decide, and what is learnt of it."""

    desk: ReplyDesk
    trainer: Trainer = field(init=False)
    scorer: Scorer = field(init=False)
    screener: Screener = field(init=False)
    authors: int = 0

    def __post_init__(self) -> None:
        self.trainer = Trainer(self.desk.database, self.desk.clock)
        self.scorer = Scorer(self.desk.database)
        self.screener = Screener(self.desk.database, (), self.desk.clock)

    async def refuses(self, text: str, author: int = 0) -> Reply:
        self.authors += 1
        self.desk.rest()
        return await self.desk.reject(await self.desk.pending(author or FIRST + self.authors, text), self.desk.amal)

    async def publishes(self, text: str) -> Reply:
        self.authors += 1
        return await self.desk.published(FIRST + self.authors, text)

    async def decides(self, many: int = FEWEST_OF_EACH) -> None:
        for number in range(many):
            await self.refuses(RUDE.format(number))
            await self.publishes(KIND.format(number))

    async def score(self, text: str) -> float:
        await self.scorer.renew()
        return self.scorer.model.score(text)

    async def kept(self) -> tuple[Learnt, Model]:
        async with self.desk.database.read() as connection:
            found = await learnt.load(connection)
        assert found
        return found[0], learnt.unpack(found[1])

    async def sends(self, text: str) -> Reply:
        self.authors += 1
        return await self.desk.send(FIRST + self.authors, text)

    async def screens(self) -> None:
        while await self.screener.step():
            pass


@pytest.fixture
def court(desk: ReplyDesk) -> Court:
    return Court(desk)


async def test_without_decisions_everything_scores_in_the_middle_and_the_oldest_comes_first(court: Court) -> None:
    assert not await court.trainer.step()
    first, second = await court.sends(INSULT), await court.sends(ASKED)
    await court.screens()
    assert {row.score for row in await court.desk.rows(replies)} == {0.5}
    async with court.desk.database.read() as connection:
        queue = await pending.list_queue(connection, court.desk.clock())
    assert {reply.id for reply in queue} == {first.id, second.id}


async def test_what_was_decided_orders_the_queue_and_the_card_is_told_why(court: Court) -> None:
    await court.decides()
    assert await court.trainer.step()
    assert not await court.trainer.step()
    insult, asked = await court.sends(INSULT), await court.sends(ASKED)
    await court.screens()
    async with court.desk.database.read() as connection:
        queue = await pending.list_queue(connection, court.desk.clock())
        rude, kind = await pending.find_card(connection, insult.id), await pending.find_card(connection, asked.id)
    assert [reply.id for reply in queue] == [asked.id, insult.id]
    assert {reply.state for reply in queue} == {State.PENDING}
    assert rude
    assert kind
    assert rude.score >= TELLING > 0.5 > kind.score
    (why,) = [flag for flag in rude.flags if flag["kind"] == FlagKind.LIKENESS]
    assert why["said"]
    assert all(str(run) in INSULT for run in why["said"])  # type: ignore[attr-defined]
    assert [flag for flag in kind.flags if flag["kind"] == FlagKind.LIKENESS] == []


async def test_moderators_read_on_the_card_why_a_score_is_high(court: Court) -> None:
    await court.decides()
    await court.trainer.step()
    await court.sends(INSULT)
    await court.sends(ASKED)
    await court.screens()
    async with open_stage(court.desk.scene) as stage:
        group = stage.telegram.group(GROUP, title="الإشراف", kind="supergroup")
        group.adds_bot(by=stage.telegram.person(OWNER))
        docket = Docket(court.desk.clock, "ar", "Asia/Riyadh", RULES)
        keeper = CardKeeper(court.desk.database, docket, court.desk.vault, RULES, court.desk.clock)
        for _ in range(12):
            await keeper.step()
            await stage.deliver()
            stage.wait(3)
        (kind,) = [shown.text for shown in group.screen if ASKED in shown.text]
        (rude,) = [shown.text for shown in group.screen if INSULT in shown.text]
    assert "يشبه ما لم ينشره المشرفون من قبل" in rude
    assert "يشبه ما لم ينشره" not in kind


async def test_a_decision_counts_at_once_and_no_more_when_it_is_appealed(court: Court) -> None:
    await court.decides()
    await court.trainer.step()
    said = "زوروا متجرنا الكبير"
    before = await court.score(said)
    reply = await court.refuses(said, FIRST + 900)
    assert await court.score(said) > before
    await court.desk.do(reply, Action.APPEAL, court.desk.acting(FIRST + 900))
    assert await court.score(said) == pytest.approx(before)
    assert (await court.kept())[0].version == 1


async def test_what_is_restored_is_not_learnt_as_spam_when_all_is_learnt_anew(court: Court) -> None:
    await court.decides()
    reply = await court.desk.do(await court.desk.pending(FIRST + 900, "متجرنا"), Action.SPAM, court.desk.amal)
    await court.desk.do(reply, Action.RESTORE, court.desk.badr)
    await court.trainer.step()
    known, model = await court.kept()
    assert known.decisions == 2 * FEWEST_OF_EACH
    assert len(model.moved) == 2 * FEWEST_OF_EACH


async def test_all_is_learnt_anew_after_a_day_and_other_processes_take_it_over(court: Court) -> None:
    await court.decides()
    await court.trainer.step()
    other = Scorer(court.desk.database)
    await other.renew()
    await court.refuses("زوروا متجرنا الكبير")
    assert not await court.trainer.step()
    court.desk.clock.move(seconds=EVERY.total_seconds())
    assert await court.trainer.step()
    await other.renew()
    known, model = await court.kept()
    assert (known.version, known.decisions) == (2, 2 * FEWEST_OF_EACH + 1)
    assert other.model.dump() == model.dump()


async def test_of_two_who_train_at_once_one_has_done_it_in_vain(court: Court) -> None:
    await court.decides()
    async with court.desk.database.write() as connection:
        new = Learnt(0, court.desk.clock(), 0, 5)
        assert await learnt.store(connection, new, b"{}")
        assert not await learnt.store(connection, new, b"{}")
        assert await learnt.find_version(connection) == 1


async def test_what_is_forgotten_is_taken_back_in_the_same_transaction(court: Court) -> None:
    await court.decides()
    await court.refuses("زوروا متجرنا الكبير", FIRST + 900)
    await court.trainer.step()
    before = await court.score("زوروا متجرنا")
    person = Person(FIRST + 900, court.desk.vault.author_key(FIRST + 900))
    async with court.desk.database.write() as connection:
        await people.forget(connection, person, court.desk.clock())
    known, model = await court.kept()
    assert known.version == 2
    assert len(model.moved) == 2 * FEWEST_OF_EACH
    assert await court.score("زوروا متجرنا") < before


async def test_where_too_little_is_left_nothing_stays_learnt(court: Court) -> None:
    await court.decides()
    await court.trainer.step()
    first = court.desk.vault.author_key(FIRST + 1)
    async with court.desk.database.write() as connection:
        await people.forget(connection, Person(FIRST + 1, first), court.desk.clock())
    court.desk.clock.move(seconds=EVERY.total_seconds())
    assert await court.trainer.step()
    assert (await court.kept())[0].decisions == 0
    assert (await court.kept())[1].dump() == Model().dump()
    assert await court.score(INSULT) == 0.5


async def test_a_model_from_elsewhere_is_followed_by_what_is_decided_here(court: Court) -> None:
    await court.decides()
    await court.trainer.step()
    async with court.desk.database.write() as connection:
        await connection.execute(update(table).values(is_own=0, decisions=1_000))
    court.desk.clock.move(seconds=EVERY.total_seconds())
    await court.refuses("زوروا متجرنا الكبير")
    assert not await court.trainer.step()
    assert (await court.kept())[0].at == court.desk.clock()
    assert await court.score("زوروا متجرنا") > 0.5


async def test_a_model_of_another_form_is_none(court: Court) -> None:
    async with court.desk.database.write() as connection:
        await learnt.store(connection, Learnt(0, court.desk.clock() - timedelta(days=2), 0, 50), b'{"form": 99}')
    assert await court.score(INSULT) == 0.5
    await court.refuses(RUDE, FIRST + 900)
    async with court.desk.database.write() as connection:
        person = Person(FIRST + 900, court.desk.vault.author_key(FIRST + 900))
        await people.forget(connection, person, court.desk.clock())
    assert await court.trainer.step()
    assert (await court.kept())[0].decisions == 0


async def test_no_text_is_in_what_is_kept(court: Court) -> None:
    await court.decides()
    await court.trainer.step()
    async with court.desk.database.read() as connection:
        (row,) = (await connection.execute(select(table))).all()
    assert "غبي" not in row.model.decode()
    assert "\\u" not in row.model.decode()
