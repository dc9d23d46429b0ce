"""Replies in the database: one gate, nobody overtaken unawares, and what belongs to a change beside it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.replying import notices, reports, revisions, votes
from db.store import authors, bans, duties, pending
from db.store.bans import Ban
from db.store.replies import Done, Overtaken
from db.tables import metadata
from newsroom.errors import Refusal
from newsroom.replies import CLOCK, GRACE, SCREEN, Action, Code, Notice, State
from newsroom.waiting import EDITS, MOST_DRAFTS, NUDGES, Nudge
from tests.desk import ReplyDesk

SALMA, NOUR = 7_700_123_456, 7_700_654_321


async def test_the_same_message_again_is_the_same_draft(desk: ReplyDesk) -> None:
    first = await desk.draft(SALMA, message=5)
    assert (await desk.draft(SALMA, message=5)).id == first.id
    assert (await desk.draft(SALMA, message=6)).id != first.id
    assert len(await desk.lines(first)) == 1


async def test_a_text_that_cannot_be_a_reply_is_refused(desk: ReplyDesk) -> None:
    with pytest.raises(Refusal, match="too_short"):
        await desk.draft(SALMA, " ا ")
    assert await desk.rows(revisions) == []


async def test_a_reply_goes_all_its_way_and_each_step_is_on_the_audit(desk: ReplyDesk) -> None:
    reply = await desk.published(SALMA, "رأي في الخبر كله وفي ما وراءه")
    assert (reply.state, reply.public_revision, reply.version) == (State.PUBLISHED, 1, 6)
    lines = await desk.lines(reply)
    assert [line.action for line in lines] == ["draft", "submit", "pass", "approve", "start", "publish"]
    assert [line.version for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.actor for line in lines] == ["author", "author", "screen", desk.amal.name, "worker", "worker"]
    assert (await desk.author(SALMA)).trust == 1


async def test_who_comes_second_is_told_who_was_first_and_what_he_did_and_when(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    at = desk.clock()
    await desk.do(reply, Action.APPROVE, desk.amal, seen=reply.version)
    desk.clock.move(seconds=3)
    came = await desk.act(reply, Action.REJECT, desk.badr, seen=reply.version, code=Code.INSULT)
    assert isinstance(came, Overtaken)
    assert (came.by, came.action, came.at, came.reply.state) == (desk.amal.name, Action.APPROVE, at, State.APPROVED)
    assert [line.action for line in await desk.lines(reply)][3:] == ["approve"]


async def test_a_double_tap_does_nothing_the_second_time(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    await desk.do(reply, Action.APPROVE, desk.amal, seen=reply.version)
    again = await desk.act(reply, Action.APPROVE, desk.amal, seen=reply.version)
    assert isinstance(again, Overtaken)
    assert again.by == desk.amal.name


async def test_a_moderator_who_saw_an_older_text_decides_nothing(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    revised = await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="رأي آخر تمامًا")
    came = await desk.act(reply, Action.APPROVE, desk.amal, seen=reply.version)
    assert isinstance(came, Overtaken)
    assert (came.reply.revision, came.action) == (2, Action.REVISE)
    assert (await desk.see(revised)).state is State.SUBMITTED


async def test_a_claim_makes_no_version_and_no_line(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    claimed = await desk.do(reply, Action.CLAIM, desk.amal, seen=reply.version)
    assert claimed.version == reply.version
    with pytest.raises(Refusal, match="held"):
        await desk.act(reply, Action.APPROVE, desk.badr, seen=reply.version)
    await desk.do(reply, Action.STEAL, desk.lead)
    with pytest.raises(Refusal, match="held"):
        await desk.act(reply, Action.APPROVE, desk.amal, seen=reply.version)
    assert len(await desk.lines(reply)) == reply.version


async def test_votes_are_for_a_revision_and_void_with_the_next(desk: ReplyDesk) -> None:
    reply = await desk.do(await desk.pending(SALMA), Action.APPROVE, desk.amal, quorum=2)
    assert reply.state is State.PENDING
    with pytest.raises(Refusal, match="voted"):
        await desk.act(reply, Action.APPROVE, desk.amal, quorum=2)
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="نص جديد")
    await desk.do(reply, Action.PASS, SCREEN)
    assert (await desk.do(reply, Action.APPROVE, desk.badr, quorum=2)).state is State.PENDING
    assert (await desk.do(reply, Action.APPROVE, desk.amal, quorum=2)).state is State.APPROVED
    assert sorted((vote.revision, vote.actor) for vote in await desk.rows(votes)) == [
        (1, desk.amal.name), (2, desk.amal.name), (2, desk.badr.name),
    ]  # fmt: skip


async def test_what_a_moderator_writes_is_public_only_after_its_authors_yes(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA, "رأي فيه خطإ")
    await desk.do(reply, Action.CLAIM, desk.amal)
    proposed = await desk.do(reply, Action.PROPOSE, desk.amal, text="رأي فيه خطأ")
    async with desk.database.read() as connection:
        card = await pending.find_card(connection, reply.id)
        queue = await pending.list_queue(connection, desk.clock())
    assert card
    assert (card.text, card.proposed, queue) == ("رأي فيه خطإ", "رأي فيه خطأ", [])
    accepted = await desk.do(proposed, Action.ACCEPT, desk.acting(SALMA))
    assert (accepted.state, accepted.revision) == (State.APPROVED, 2)
    assert [row.made_by for row in await desk.rows(revisions)] == ["author", desk.amal.name]


async def test_an_appeal_is_decided_by_another_moderator(desk: ReplyDesk) -> None:
    rejected = await desk.reject(await desk.pending(SALMA), desk.amal)
    appealed = await desk.do(rejected, Action.APPEAL, desk.acting(SALMA))
    with pytest.raises(Refusal, match="another"):
        await desk.act(appealed, Action.APPROVE, desk.amal)
    assert (await desk.do(appealed, Action.APPROVE, desk.badr)).state is State.APPROVED


async def test_an_approval_that_is_undone_goes_nowhere(desk: ReplyDesk) -> None:
    approved = await desk.do(await desk.pending(SALMA), Action.APPROVE, desk.amal)
    desk.clock.move(seconds=GRACE.total_seconds() - 1)
    assert await desk.advance(approved) is None
    undone = await desk.do(approved, Action.UNDO, desk.amal, seen=approved.version)
    desk.rest()
    assert await desk.advance(undone) is None
    assert await desk.claim() == []


async def test_each_outcome_is_told_its_author_once(desk: ReplyDesk) -> None:
    reply = await desk.reject(await desk.pending(SALMA), desk.amal, note="بلا تجريح")
    async with desk.database.write() as connection:
        told = await authors.list_notices(connection, desk.clock())
        assert [(row.what, row.version) for row in told] == [("received", 2), ("rejected", 4)]
        assert {row.author_key for row in told} == {reply.author_key}
        assert await authors.open_chat(connection, desk.vault, told[0].author_key) == SALMA
        assert await authors.tell(connection, reply.id, 4, Notice.REJECTED, desk.clock())
        assert not await authors.tell(connection, reply.id, 4, Notice.REJECTED, desk.clock())
        assert len(await authors.list_notices(connection, desk.clock())) == 1
    (line,) = [line for line in await desk.lines(reply) if line.version == 4]
    assert (line.code, line.detail) == ("insult", "بلا تجريح")


async def test_who_tells_authors_is_woken_by_what_there_is_to_tell(desk: ReplyDesk) -> None:
    decided, forgotten = await desk.pending(SALMA), await desk.pending(NOUR)
    woken: list[str] = []
    desk.database.on_due = woken.append
    await desk.reject(decided, desk.amal)
    assert woken.count("notices") == 1
    woken.clear()
    for _ in NUDGES:
        due = (await desk.see(forgotten)).due_at
        assert due
        desk.clock.moment = due
        assert "notices" not in woken
        await desk.advance(forgotten)
    assert woken.count("notices") == 1


async def test_what_nobody_decides_is_reminded_of_told_and_expires(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    nudges = []
    for _ in NUDGES:
        due = (await desk.see(reply)).due_at
        assert due
        desk.clock.moment = due
        nudges.append(await desk.advance(reply))
        assert await desk.advance(reply) is None
    assert nudges == [Nudge.REMIND, Nudge.ESCALATE, Nudge.TELL]
    assert [row.what for row in await desk.rows(notices)] == ["received", "waiting"]
    desk.clock.move(days=7)
    done = await desk.advance(reply)
    assert isinstance(done, Done)
    assert done.reply.state is State.EXPIRED
    assert len(await desk.lines(reply)) == (await desk.see(reply)).version


async def test_what_is_due_is_found_and_nothing_else(desk: ReplyDesk) -> None:
    sent, waiting = await desk.send(SALMA), await desk.pending(NOUR)
    async with desk.database.read() as connection:
        assert [reply.id for reply in await duties.list_due(connection, desk.clock())] == [sent.id]
        later = desk.clock() + timedelta(days=1)
        assert {reply.id for reply in await duties.list_due(connection, later)} == {sent.id, waiting.id}


async def test_a_draft_that_is_not_sent_is_gone_after_an_hour(desk: ReplyDesk) -> None:
    reply = await desk.draft(SALMA, "لم يُرسَل")
    desk.clock.move(hours=1)
    await desk.advance(reply)
    assert (await desk.see(reply)).state is State.ERASED
    assert [row.text for row in await desk.rows(revisions)] == [""]


async def test_who_is_banned_has_nothing_in_the_queue_and_writes_nothing(desk: ReplyDesk) -> None:
    reply, other = await desk.pending(SALMA), await desk.pending(NOUR)
    desk.rest()
    sent = await desk.send(SALMA)
    author = await desk.author(SALMA)
    async with desk.database.write() as connection:
        ban = Ban(author.key, desk.clock() + timedelta(days=3), Code.INSULT, desk.amal.name, desk.clock())
        moved = await duties.ban(connection, ban, desk.amal)
    assert {done.reply.id for done in moved} == {reply.id, sent.id}
    assert (await desk.see(reply)).state is State.QUARANTINED
    assert (await desk.see(other)).state is State.PENDING
    with pytest.raises(Refusal, match="banned"):
        await desk.draft(SALMA)
    desk.clock.move(days=3)
    await desk.draft(SALMA)
    async with desk.database.write() as connection:
        assert await bans.list_all(connection, desk.clock()) == []


@pytest.mark.parametrize("text", ["شكرا جزيلا", "رأي في الخبر كله وفي ما وراءه"])
async def test_trust_is_earned_by_what_says_something_new(desk: ReplyDesk, text: str) -> None:
    await desk.published(SALMA, "رأي في الخبر كله وفي ما وراءه")
    desk.rest()
    await desk.published(SALMA, text)
    assert (await desk.author(SALMA)).trust == 1


async def test_so_many_drafts_and_no_more(desk: ReplyDesk) -> None:
    drafts = [await desk.draft(SALMA, f"مسودة رقم {number}") for number in range(MOST_DRAFTS)]
    with pytest.raises(Refusal, match="drafts"):
        await desk.draft(SALMA, "وأخرى")
    await desk.do(drafts[0], Action.DROP, desk.acting(SALMA))
    await desk.draft(SALMA, "وأخرى")
    await desk.draft(NOUR, "من غيرها")


async def test_who_writes_anew_again_and_again_is_stopped_for_a_while(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    for number in range(EDITS[0][0]):
        await desk.do(reply, Action.REVISE, desk.acting(SALMA), text=f"صياغة رقم {number}")
    with pytest.raises(Refusal, match="edited_often"):
        await desk.act(reply, Action.REVISE, desk.acting(SALMA), text="صياغة أخرى")
    desk.clock.move(hours=1)
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="صياغة أخرى")


async def test_what_is_public_is_hidden_though_an_edit_of_it_waits(desk: ReplyDesk) -> None:
    reply = await desk.published(SALMA)
    await desk.do(reply, Action.REVISE, desk.acting(SALMA), text="رأي آخر في الخبر")
    hidden = await desk.do(reply, Action.HIDE, SCREEN)
    (back,) = await desk.claim()
    assert (hidden.state, hidden.public_revision, back.revision) == (State.SUBMITTED, None, None)


async def test_a_name_is_one_authors_and_signs_what_is_written_from_then_on(desk: ReplyDesk) -> None:
    salma, nour = await desk.author(SALMA), await desk.author(NOUR)
    async with desk.database.write() as connection:
        assert await authors.choose_pen(connection, salma.key, " أحمد  الرافدي ", desk.clock()) == "أحمد الرافدي"
        with pytest.raises(Refusal, match="taken"):
            await authors.choose_pen(connection, nour.key, "احمد الرافدى", desk.clock())
    reply = await desk.pending(SALMA)
    async with desk.database.write() as connection:
        await authors.choose_pen(connection, salma.key, "", desk.clock())
        with pytest.raises(Refusal, match="taken"):
            await authors.choose_pen(connection, nour.key, "أحمد الرافدي", desk.clock())
        card = await pending.find_card(connection, reply.id)
    assert card
    assert card.signed == "أحمد الرافدي"


async def test_an_author_is_the_same_for_ever_and_his_chat_is_sealed(desk: ReplyDesk) -> None:
    first, again = await desk.author(SALMA), await desk.author(SALMA)
    assert first == again
    async with desk.database.read() as connection:
        assert await authors.open_chat(connection, desk.vault, first.key) == SALMA


async def test_the_clock_and_a_person_at_once_make_one_change(desk: ReplyDesk) -> None:
    reply = await desk.pending(SALMA)
    desk.clock.move(days=7)
    acts = (desk.act(reply, Action.APPROVE, desk.amal, seen=3), desk.act(reply, Action.EXPIRE, CLOCK, seen=3))
    came = await asyncio.gather(*acts)
    assert sorted(type(one).__name__ for one in came) == ["Done", "Overtaken"]


async def test_nothing_tells_who_an_author_is_but_the_seal(desk: ReplyDesk) -> None:
    await desk.published(SALMA)
    async with desk.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            assert [row for row in rows if str(SALMA) in str(tuple(row))] == [], table.name
    assert await desk.rows(reports) == []
