"""What moderators are asked to type in their group: a question goes when it is left, and takes no other's answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from db.moderating import cards
from newsroom.replies import Action, State
from sandbox.screen import Shown
from tests.bot.bench import AMAL, Bench, open_bench

ASKED = "اكتبوا النص كاملًا"
OVER = "لم يعد يُنتظر جواب"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def ask(bench: Bench, words: str) -> Shown:
    """Let a moderator press ✏️ on a card in the group; answers the question, when it is known which message it is."""
    await bench.press(bench.amal, "✏️", words)
    shown = await bench.shows(ASKED)
    await bench.live.until(select(cards.c.id).where(cards.c.kind == "prompt", cards.c.message_id == shown.id))
    return shown


async def test_a_question_that_is_left_goes(bench: Bench) -> None:
    await bench.pending("رأي أول في الخبر")
    asked = await ask(bench, "رأي أول")
    await bench.press(bench.amal, "✖️", "رأي أول")
    await bench.live.telegram.until(lambda: asked.id not in bench.group.messages, timeout=20)
    await bench.shows("رأي أول", button="✅")


async def test_what_is_typed_for_a_question_that_was_left_is_not_taken_and_that_is_said(bench: Bench) -> None:
    reply = await bench.pending("رأي أول في الخبر")
    asked = await ask(bench, "رأي أول")
    await bench.press(bench.amal, "✖️", "رأي أول")
    bench.group.hears(bench.amal, "رأي آخر في الخبر", reply_to=asked.id)
    await bench.shows(OVER)
    assert (await bench.see(reply)).proposed_revision is None


async def test_an_answer_to_one_question_is_not_taken_for_another(bench: Bench) -> None:
    first, second = await bench.pending("رأي أول في الخبر"), await bench.pending("رأي ثان في الخبر")
    asked = await ask(bench, "رأي أول")
    await bench.press(bench.amal, "✏️", "رأي ثان")
    await bench.live.telegram.until(lambda: (one := bench.find(ASKED)) and one.id > asked.id)
    bench.group.hears(bench.amal, "رأي أول منقّح في الخبر", reply_to=asked.id)
    await bench.shows(OVER)
    assert [(await bench.see(one)).proposed_revision for one in (first, second)] == [None, None]


async def test_a_question_that_was_answered_stays_where_it_is(bench: Bench) -> None:
    reply = await bench.pending("رأي أول في الخبر")
    asked = await ask(bench, "رأي أول")
    bench.group.hears(bench.amal, "رأي أول منقّح في الخبر", reply_to=asked.id)
    await bench.shows("عُرض التعديل على الكاتب")
    assert (await bench.see(reply)).proposed_revision == 2
    assert await bench.live.ask(select(cards.c.state).where(cards.c.kind == "prompt")) == "closed"
    assert asked.id in bench.group.messages


async def test_the_question_of_a_reply_that_was_decided_elsewhere_is_told_so(bench: Bench) -> None:
    reply = await bench.pending("رأي أول في الخبر")
    asked = await ask(bench, "رأي أول")
    await bench.do(reply, Action.APPROVE, bench.moderator(AMAL))
    bench.group.hears(bench.amal, "رأي أول منقّح في الخبر", reply_to=asked.id)
    await bench.shows("سبق القرار")
    assert await bench.state(reply) is State.APPROVED
