"""Moderators without a group, and what is off until it is switched on: a quorum, taking over, deciding on many."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsroom.replies import GRACE, Action, Code, State
from tests.bot.bench import AMAL, BADR, EDITOR, FIRST_AUTHOR, GUEST, LEAD, Bench, open_bench
from tests.live import unseen

TEXT = "رأي في الخبر"


@pytest.fixture
async def alone(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    """A newsroom without a moderators' group, with all that is off by default."""
    more = {"moderation_quorum": 2, "moderation_bulk": True, "moderation_steal": True}
    async with open_bench(tmp_path, sqlite_template, moderation_chat_id="", **more) as opened:
        yield opened


async def test_without_a_group_each_moderator_has_a_card_and_sees_what_others_decide(alone: Bench) -> None:
    reply = await alone.pending()
    for user_id in (AMAL, BADR, LEAD):
        await alone.shows(TEXT, alone.people[user_id], button="✅")
    await alone.do(reply, Action.REJECT, alone.moderator(BADR), code=Code.INSULT)
    await alone.live.telegram.until(lambda: alone.find(TEXT, alone.amal) is None, timeout=20)
    await alone.shows("رُفض — المشرف 2", alone.amal)
    assert alone.find(TEXT, alone.people[EDITOR]) is None


async def test_with_a_quorum_two_have_to_approve_the_same_text(alone: Bench) -> None:
    reply = await alone.pending()
    await alone.press(alone.amal, "✅", TEXT, alone.amal)
    assert await alone.state(reply) is State.PENDING
    await alone.shows("الأصوات: 1 من 2", alone.amal)
    await alone.shows("الأصوات: 1 من 2", alone.badr)
    assert "محسوب" in await alone.press(alone.amal, "✅", TEXT, alone.amal)
    await alone.press(alone.badr, "✅", TEXT, alone.badr)
    assert await alone.state(reply) is State.APPROVED


async def test_what_its_author_accepts_still_waits_for_the_quorum(alone: Bench) -> None:
    guest = alone.people[GUEST]
    reply = await alone.pending(author=GUEST)
    await alone.do(reply, Action.CLAIM, alone.moderator(AMAL))
    reply = await alone.do(reply, Action.PROPOSE, alone.moderator(AMAL), text="رأي في الخبر منقّحًا")
    await alone.forges(guest, f"1|mine|{reply.id}|accept|{reply.version}", guest)
    accepted = await alone.see(reply)
    assert (accepted.state, accepted.revision) == (State.PENDING, 2)
    await alone.press(alone.badr, "✅", "منقّحًا", alone.badr)
    assert await alone.state(reply) is State.APPROVED


async def test_a_lead_takes_over_what_another_holds(alone: Bench) -> None:
    reply = await alone.pending()
    lead = alone.people[LEAD]
    await alone.shows(TEXT, lead, button="✅")
    await alone.press(alone.amal, "❌", TEXT, alone.amal)
    await alone.press(lead, "✋", TEXT, lead)
    assert (await alone.see(reply)).claimed_by == str(LEAD)
    assert "مشرف آخر" in await alone.press(alone.amal, "▫️ إهانة", TEXT, alone.amal)


async def test_many_are_refused_together_as_they_were_seen(alone: Bench) -> None:
    first = await alone.pending("رأي في الخبر: أ")
    await alone.shows(TEXT, alone.amal, button="✅")
    second = await alone.pending("رأي في الخبر: ب", author=FIRST_AUTHOR)
    await alone.do(first, Action.CLAIM, alone.moderator(AMAL))
    await alone.press(alone.amal, "🧺", TEXT, alone.amal)
    shown = await alone.shows("قرار واحد في كل ما ينتظر لهذا القلم: 2", alone.amal)
    assert "رأي في الخبر: ب" in unseen(shown.text)
    third = await alone.pending("رأي في الخبر: ج", author=FIRST_AUTHOR)
    assert "تغيّر" in await alone.press(alone.amal, "🗑 كلها", TEXT, alone.amal)
    assert await alone.state(second) is State.PENDING
    await alone.do(third, Action.CLAIM, alone.moderator(BADR))
    assert "تمّ: 2. بقي كما هو: 1" in await alone.press(alone.amal, "🗑 كلها", TEXT, alone.amal)
    assert [await alone.state(one) for one in (first, second, third)] == [State.SPAM, State.SPAM, State.PENDING]


def test_the_span_of_undoing_is_as_the_answer_says() -> None:
    assert timedelta(seconds=30) == GRACE
