"""Bans from both sides: for how long, why, told, appealed, decided by another, lifted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.articles import name_moment
from db.replying import bans
from db.tables import audit
from locales import texts
from newsroom.cards import BAN_DAYS
from newsroom.replies import State
from sandbox import Person
from tests.bot.bench import AMAL, FIRST_AUTHOR, GROUP, Bench, open_bench

TEXT = "رأي في الخبر"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def ban(bench: Bench, span: str = "") -> Person:
    """Ban the author of a reply from its card; answers him, when he knows."""
    await bench.pending()
    author = bench.person()
    await bench.live.says(author, "/help")
    await bench.press(bench.amal, "🚫", TEXT)
    if span:
        await bench.press(bench.amal, f"▫️ {span}", "ما سبب إيقاف")
        await bench.shows("ما سبب إيقاف", button=f"☑️ {span}")
    assert "أُوقف القلم" in await bench.press(bench.amal, "▫️ إهانة", "ما سبب إيقاف")
    await bench.live.hears_of(author, "الكتابة موقوفة")
    return author


@pytest.mark.parametrize(("span", "days"), [("", 30), ("يوم واحد", 1), ("7 أيام", 7), ("90 يومًا", 90)])
async def test_a_ban_is_for_as_long_as_is_chosen_and_its_author_is_told(bench: Bench, span: str, days: int) -> None:
    author = await ban(bench, span)
    until = await bench.live.ask(select(bans.c.until))
    assert abs(until - bench.live.app.clock() - timedelta(days=days)) < timedelta(minutes=1)
    assert author.last
    assert name_moment(until, texts("ar"), bench.live.app.settings.default_timezone) in author.last.text
    assert "إهانة" in author.last.text
    assert author.last.button("⚖️")


async def test_an_appeal_goes_to_the_group_and_who_banned_does_not_decide_that_it_stays(bench: Bench) -> None:
    author = await ban(bench)
    assert "وصل التظلّم" in await bench.live.is_alerted(author, "⚖️")
    shown = await bench.shows("تظلّم من إيقاف", button="🔓")
    assert "المشرف 1" in shown.text
    assert "غيرُ من أوقف" in await bench.press_on(bench.amal, "🚫 يبقى", shown.id)
    assert "يبقى الإيقاف" in await bench.press_on(bench.badr, "🚫 يبقى", shown.id)
    await bench.live.hears_of(author, "نُظر في التظلّم")
    decided = await bench.shows("وبقي الإيقاف")
    assert (decided.id, decided.buttons) == (shown.id, [])
    acts = select(audit.c.actor).where(audit.c.action == "keep ban")
    assert await bench.live.ask(acts) == "5012"
    assert "الكتابة موقوفة" in await bench.live.says(author, "/reply 1 كلام آخر")
    assert "التظلّم" not in await bench.live.says(author, "/reply 1")


async def test_a_ban_is_lifted_by_an_appeal_and_what_was_set_apart_waits_again(bench: Bench) -> None:
    author = await ban(bench)
    reply = await bench.see(await bench.pending("رأي آخر في الخبر"))
    await bench.live.is_alerted(author, "⚖️")
    shown = await bench.shows("تظلّم من إيقاف", button="🔓")
    assert "ما عاد إلى الطابور: 1" in await bench.press_on(bench.badr, "🔓", shown.id)
    await bench.live.hears_of(author, "الكتابة ممكنة من جديد")
    assert await bench.live.ask(select(bans.c.until)) is None
    assert await bench.state(reply) is State.PENDING
    assert "كما سيظهر" in await bench.live.says(author, "/reply 1 كلام آخر")


async def test_who_wants_to_write_learns_how_to_appeal_and_appeals_once(bench: Bench) -> None:
    author = await ban(bench)
    assert "/myreplies" in await bench.live.says(author, "/reply 1 كلام آخر")
    listed = await bench.live.says(author, "/myreplies")
    assert "الكتابة موقوفة" in listed
    for _ in range(2):
        await bench.forges(author, "1|mine||contest|0", author)
    await bench.shows("تظلّم من إيقاف")
    asked = [one for one in bench.group.screen if one.by_bot and "تظلّم من إيقاف" in one.text]
    assert len(asked) == 1
    assert await bench.live.says(author, "/myreplies")
    assert author.last
    assert author.last.button("⚖️") is None


async def test_moderators_see_appeals_in_the_list_of_bans(bench: Bench) -> None:
    author = await ban(bench)
    await bench.live.is_alerted(author, "⚖️")
    assert "لم يُبتّ فيه" in await bench.live.says(bench.badr, "/bans")
    assert "وبقي الإيقاف" in await bench.live.presses(bench.badr, "🚫 يبقى")
    assert bench.badr.last
    assert [button.text.split()[0] for button in bench.badr.last.buttons] == ["🔓"]


async def test_of_two_who_ban_at_once_the_first_does(bench: Bench) -> None:
    reply = await bench.pending()
    ban_for = {days: f"1|card|{reply.id}|{ask}:1|{reply.version}" for ask, days in BAN_DAYS.items()}
    assert "أُوقف القلم" in await bench.forges(bench.amal, ban_for[7], bench.amal)
    assert "موقوف من قبل" in await bench.forges(bench.badr, ban_for[90], bench.badr)
    assert await bench.live.ask(select(bans.c.actor)) == str(AMAL)
    assert await bench.live.ask(select(audit.c.actor).where(audit.c.action == "ban author")) == str(AMAL)


async def test_nobody_decides_on_a_ban_of_ones_own(bench: Bench) -> None:
    await bench.pending(author=AMAL)
    await bench.press(bench.badr, "🚫", TEXT)
    await bench.press(bench.badr, "▫️ إهانة", "ما سبب إيقاف")
    await bench.live.says(bench.amal, "/bans")
    assert "إيقافه بنفسه" in await bench.live.is_alerted(bench.amal, "🔓")
    assert await bench.live.ask(select(bans.c.until))


@pytest.mark.parametrize("screen", ["keep", "stay", "erase"])
async def test_what_is_not_appealed_is_not_kept_and_a_forged_deed_is_none(bench: Bench, screen: str) -> None:
    await ban(bench)
    await bench.live.says(bench.badr, "/bans")
    assert bench.badr.last
    data = next(b.callback_data for b in bench.badr.last.buttons if b.text.startswith("🔓"))
    assert data
    before = await bench.live.ask(select(bans.c.until))
    await bench.forges(bench.badr, data.replace("||", f"|{screen}|"), bench.badr)
    assert await bench.live.ask(select(bans.c.until)) == before
    assert await bench.live.ask(select(bans.c.kept_at)) is None


async def test_a_press_that_comes_too_late_lifts_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await ban(bench)
    await bench.live.says(bench.badr, "/bans")
    monkeypatch.setattr("bot.inbox.LATE", timedelta(0))
    await bench.live.is_alerted(bench.badr, "🔓")
    assert await bench.live.ask(select(bans.c.until))


async def test_no_moderator_is_shown_who_appeals(bench: Bench) -> None:
    author = await ban(bench)
    await bench.live.is_alerted(author, "⚖️")
    await bench.shows("تظلّم من إيقاف")
    told = [str(call.params) for call in bench.live.telegram.calls if call.chat_id == GROUP]
    assert [one for one in told if str(FIRST_AUTHOR) in one] == []
