"""Moderators at work: decisions from the group and in private, the races that they run, and what nobody is to see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.moderating import cards
from db.replying import bans, notices
from db.store import authors, staff
from db.tables import audit
from newsroom.replies import SCREEN, Action, Code, State
from newsroom.roles import Role
from sandbox import Group, Person
from tests.bot.bench import AMAL, BADR, GROUP, GUEST, LEAD, NAMES, OWNER, ROLES, Bench, open_bench

TEXT = "رأي في الخبر"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    """A newsroom with a moderators' group."""
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def ask_for_card(bench: Bench, person: Person) -> None:
    person.writes("/queue")
    await bench.shows(TEXT, person, button="✅")


@pytest.fixture(params=["group", "private"])
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def seat(bench: Bench, where: str) -> Group | Person:
    """Answer the chat in which a moderator sits, with the card there."""
    if where == "group":
        await bench.shows(TEXT, button="✅")
        return bench.group
    await ask_for_card(bench, bench.amal)
    return bench.amal


async def test_a_yes_is_published_when_the_grace_is_over(bench: Bench, where: str) -> None:
    reply = await bench.pending()
    chat = await seat(bench, where)
    assert "اعتُمد" in await bench.press(bench.amal, "✅", TEXT, chat)
    assert await bench.state(reply) is State.APPROVED
    await bench.shows("ويُنشر بعد لحظات", chat, button="⏪")
    await bench.age(reply, seconds=31)
    await bench.becomes(reply, State.PUBLISHED)
    await bench.live.telegram.until(lambda: bench.find(TEXT, chat) is None, timeout=20)
    await bench.shows("نُشر — البوت", chat)


@pytest.mark.parametrize(("label", "state"), [("❌", State.REJECTED), ("↩️", State.RETURNED)])
async def test_a_no_asks_for_a_reason_and_holds_the_reply_meanwhile(
    bench: Bench, where: str, label: str, state: State
) -> None:
    reply = await bench.pending()
    chat = await seat(bench, where)
    await bench.press(bench.amal, label, TEXT, chat)
    assert (await bench.see(reply)).claimed_by == str(AMAL)
    await bench.shows("ينظر فيه المشرف 1", chat, button="▫️ إهانة")
    await bench.press(bench.amal, "▫️ إهانة", TEXT, chat)
    assert await bench.state(reply) is state
    assert await bench.live.ask(select(audit.c.code).where(audit.c.reply_id == reply.id, audit.c.code.is_not(None)))
    await bench.live.telegram.until(lambda: bench.find(TEXT, chat) is None, timeout=20)


async def test_a_note_is_typed_beside_the_reason(bench: Bench, where: str) -> None:
    reply = await bench.pending()
    chat = await seat(bench, where)
    await bench.press(bench.amal, "❌", TEXT, chat)
    await bench.press(bench.amal, "📝", TEXT, chat)
    await bench.press(bench.amal, "▫️ خارج موضوع الخبر", "بعد السبب تُكتب ملاحظة", chat)
    await answer(bench, chat, "📝 السبب", "الخبر عن أمر آخر")
    await bench.becomes(reply, State.REJECTED)
    this = (audit.c.reply_id == reply.id) & (audit.c.action == "reject")
    assert await bench.live.ask(select(audit.c.detail).where(this)) == "الخبر عن أمر آخر"


async def answer(bench: Bench, chat: Group | Person, prompt: str, text: str) -> None:
    """Let a moderator type what was asked for."""
    shown = await bench.shows(prompt, chat)
    if isinstance(chat, Person):
        chat.writes(text)
    else:
        chat.hears(bench.amal, text, reply_to=shown.id)


async def test_another_wording_goes_to_the_author_and_the_card_leaves_the_queue(bench: Bench, where: str) -> None:
    reply = await bench.pending(f"{TEXT} وفيه خطإ كبير")
    chat = await seat(bench, where)
    await bench.press(bench.amal, "✏️", TEXT, chat)
    await answer(bench, chat, "اكتبوا النص كاملًا", f"{TEXT} وفيه خطأ كبير")
    await bench.shows("عُرض التعديل على الكاتب", chat)
    seen = await bench.see(reply)
    assert (seen.state, seen.proposed_revision) == (State.PENDING, 2)
    assert await bench.live.ask(select(notices.c.what).where(notices.c.what == "proposed"))
    await bench.press(bench.amal, "📄", "عُرض على كاتبه تعديل", chat)
    shown = await bench.shows("التعديل المعروض", chat)
    assert "<s>خطإ</s><u>خطأ</u>" in shown.html


async def test_spam_is_asked_once_and_can_be_brought_back(bench: Bench, where: str) -> None:
    reply = await bench.pending()
    chat = await seat(bench, where)
    await bench.press(bench.amal, "🗑", TEXT, chat)
    assert await bench.state(reply) is State.PENDING
    await bench.press(bench.amal, "✅ نعم", "أهذه رسالة مزعجة", chat)
    assert await bench.state(reply) is State.SPAM
    await bench.press(bench.amal, "📄", "عُدّ رسالة مزعجة", chat)
    await bench.press(bench.amal, "♻️", TEXT, chat)
    assert await bench.state(reply) is State.PENDING


async def test_a_ban_asks_once_and_sets_all_apart(bench: Bench, where: str) -> None:
    reply = await bench.pending()
    chat = await seat(bench, where)
    await bench.press(bench.amal, "🚫", TEXT, chat)
    assert await bench.live.ask(select(func.count()).select_from(bans)) == 0
    assert "أُوقف القلم" in await bench.press(bench.amal, "▫️ إهانة", "ما سبب إيقاف", chat)
    assert await bench.state(reply) is State.QUARANTINED
    said = await bench.live.says(bench.badr, "/bans")
    assert "إهانة" in said
    assert "المشرف 1" in said
    await bench.live.presses(bench.badr, "🔓")
    assert "لا قلم موقوف" in await bench.live.says(bench.badr, "/bans")
    assert await bench.state(reply) is State.PENDING


async def test_the_next_one_is_in_private_only(bench: Bench) -> None:
    await bench.pending("رأي في الخبر: الأول")
    await bench.pending("رأي في الخبر: الثاني")
    shown = await bench.shows(TEXT, button="✅")
    assert shown.button("⏭") is None
    await ask_for_card(bench, bench.amal)
    first = bench.find(TEXT, bench.amal)
    assert first
    await bench.press_on(bench.amal, "⏭", first.id, bench.amal)
    other = "الثاني" if "الأول" in first.text else "الأول"
    assert (await bench.shows(other, bench.amal, button="✅")).id == first.id


# Races


async def test_who_comes_second_is_told_who_was_first_and_the_card_is_renewed(bench: Bench) -> None:  # race 1
    reply = await bench.pending()
    await ask_for_card(bench, bench.amal)
    await ask_for_card(bench, bench.badr)
    old = f"1|card|{reply.id}|reject|{reply.version}"
    await bench.press(bench.badr, "✅", TEXT, bench.badr)
    told = await bench.forges(bench.amal, old, bench.amal)
    assert "سبق القرار: اعتُمد — المشرف 2، الآن" in told
    assert await bench.state(reply) is State.APPROVED
    await bench.shows("ويُنشر بعد لحظات", bench.amal, button="⏪")


async def test_two_at_once_make_one_decision(bench: Bench) -> None:  # race 1
    reply = await bench.pending()
    shown = await bench.shows(TEXT, button="✅")
    for person in (bench.amal, bench.badr):
        bench.group.presses(person, "✅", message_id=shown.id)
    told = [bench.amal.alerts, bench.badr.alerts]
    await bench.live.telegram.until(lambda: all(told))
    assert sorted("سبق القرار" in alerts[-1] for alerts in told) == [False, True]
    this = (audit.c.reply_id == reply.id) & (audit.c.action == "approve")
    assert await bench.live.ask(select(func.count()).select_from(audit).where(this)) == 1


async def test_a_double_tap_changes_nothing_and_is_answered(bench: Bench) -> None:  # race 2
    reply = await bench.pending()
    shown = await bench.shows(TEXT, button="✅")
    bench.group.presses(bench.amal, "✅", message_id=shown.id)
    bench.group.presses(bench.amal, "✅", message_id=shown.id)
    await bench.live.telegram.until(lambda: len(bench.amal.alerts) == 2)
    assert "أنتم" in bench.amal.alerts[-1]
    assert (await bench.see(reply)).version == 4


async def test_what_its_author_changed_meanwhile_is_read_again_first(bench: Bench) -> None:  # race 3
    reply = await bench.pending("رأي قديم في الخبر")
    await ask_for_old(bench)
    await bench.do(reply, Action.REVISE, bench.author(), text="رأي جديد في الخبر")
    await bench.do(reply, Action.PASS, SCREEN)
    old = f"1|card|{reply.id}|approve|{reply.version}"
    assert "سبق القرار" in await bench.forges(bench.amal, old, bench.amal)
    assert await bench.state(reply) is State.PENDING
    renewed = await bench.shows("ما تغيّر عن النص السابق", bench.amal)
    assert "<s>قديم</s><u>جديد</u>" in renewed.html
    await bench.press(bench.amal, "✅", "رأي جديد", bench.amal)
    assert await bench.state(reply) is State.APPROVED


async def ask_for_old(bench: Bench) -> None:
    bench.amal.writes("/queue")
    await bench.shows("رأي قديم", bench.amal, button="✅")


async def test_nothing_expires_while_somebody_holds_it_and_a_decision_after_it_is_told(bench: Bench) -> None:  # race 7
    held, left = await bench.pending("رأي في الخبر: محجوز"), await bench.pending("رأي في الخبر: متروك")
    await ask_for_card(bench, bench.amal)
    await bench.do(held, Action.CLAIM, bench.moderator(AMAL))
    await bench.age(held, days=8)
    await bench.age(left, days=8)
    await bench.becomes(left, State.EXPIRED)
    assert await bench.state(held) is State.PENDING
    assert await bench.live.ask(
        select(notices.c.what).where(notices.c.reply_id == left.id, notices.c.what == "expired")
    )
    await bench.live.telegram.until(lambda: bench.find("متروك") is None, timeout=20)


async def test_an_approval_is_undone_within_the_grace_by_who_decided_or_a_lead(bench: Bench) -> None:  # race 8
    reply = await bench.pending()
    await bench.press(bench.amal, "✅", TEXT)
    shown = await bench.shows("ويُنشر بعد لحظات", button="⏪")
    assert "لمن اتخذ القرار" in await bench.press_on(bench.badr, "⏪", shown.id)
    assert await bench.state(reply) is State.APPROVED
    assert "عاد إلى الطابور" in await bench.press_on(bench.amal, "⏪", shown.id)
    assert await bench.state(reply) is State.PENDING
    await bench.press(bench.amal, "✅", TEXT)
    shown = await bench.shows("ويُنشر بعد لحظات", button="⏪")
    assert "عاد إلى الطابور" in await bench.press_on(bench.people[LEAD], "⏪", shown.id)


async def test_after_the_grace_there_is_no_undoing(bench: Bench) -> None:  # race 8
    reply = await bench.pending()
    await bench.press(bench.amal, "✅", TEXT)
    shown = await bench.shows("ويُنشر بعد لحظات", button="⏪")
    data = next(button.callback_data for button in shown.buttons if button.text.startswith("⏪"))
    await bench.age(reply, seconds=31)
    await bench.becomes(reply, State.PUBLISHED)
    assert "سبق القرار" in await bench.forges(bench.amal, str(data))
    assert await bench.state(reply) is State.PUBLISHED


async def test_whoever_was_demoted_meanwhile_decides_nothing(bench: Bench) -> None:  # race 11
    reply = await bench.pending()
    shown = await bench.shows(TEXT, button="✅")
    async with bench.live.app.database.write() as connection:
        await staff.revoke(connection, AMAL, Role.MODERATOR)
    assert "لفريق التحرير" in await bench.press_on(bench.amal, "✅", shown.id)
    assert await bench.state(reply) is State.PENDING


async def test_a_lost_card_comes_again_and_the_queue_can_always_be_asked_for(bench: Bench) -> None:  # race 17
    reply = await bench.pending()
    shown = await bench.shows(TEXT, button="✅")
    del bench.group.messages[shown.id]
    await bench.do(reply, Action.CLAIM, bench.moderator(BADR))
    again = await bench.shows(TEXT, button="✅")
    assert again.id > shown.id
    bench.group.hears(bench.amal, "/queue@sample_bot")
    await bench.live.telegram.until(lambda: (one := bench.find(TEXT)) and one.id > again.id, timeout=20)
    await bench.press(bench.badr, "✅", TEXT)
    assert await bench.state(reply) is State.APPROVED


async def test_a_card_that_nobody_remembers_still_works(bench: Bench) -> None:  # race 17
    reply = await bench.pending()
    shown = await bench.shows(TEXT, button="✅")
    async with bench.live.app.database.write() as connection:
        await connection.execute(cards.delete())
    await bench.press_on(bench.amal, "✅", shown.id)
    assert await bench.state(reply) is State.APPROVED


# What is forged, and what is not for one's eyes


@pytest.mark.parametrize(
    "data",
    [
        "1|card|{id}|launch|3", "1|card|{id}|approve|0", "1|card|{id}|approve|9999", "1|card|{id}|reject:9|3",
        "1|card|{id}|reject:x|3", "1|card|{id}|bulk:spam:0|3", "1|card|{id}|steal|3", "1|card|{id}|undo|3",
        "1|card|{id}|publish|3", "1|card|unknown|approve|3", "1|card||approve|3", "1|bans|x||0",
        "1|card|{id}|approve|-1",
    ],
)  # fmt: skip
async def test_forged_data_changes_nothing_and_is_answered(bench: Bench, data: str) -> None:
    reply = await bench.pending()
    await bench.shows(TEXT, button="✅")
    await bench.forges(bench.amal, data.replace("{id}", reply.id))
    seen = await bench.see(reply)
    assert (seen.state, seen.version) == (State.PENDING, reply.version)


async def test_a_press_in_another_chat_shows_nobody_a_reply(bench: Bench) -> None:
    reply = await bench.pending()
    other = bench.live.telegram.group(-1001000000099, title="مجموعة", kind="supergroup")
    other.admits(bench.amal, admin=True)
    other.adds_bot(by=bench.amal)
    other.hears(bench.amal, "/queue@sample_bot")
    await bench.shows("مجموعة الإشراف", other)
    assert "مجموعة الإشراف" in await bench.forges(bench.amal, f"1|card|{reply.id}|approve|3", other)
    assert await bench.state(reply) is State.PENDING
    assert bench.find(TEXT, other) is None


async def test_nobody_decides_on_his_own(bench: Bench) -> None:
    reply = await bench.pending(author=AMAL)
    shown = await bench.shows(TEXT, button="✅")
    assert "رده بنفسه" in await bench.press_on(bench.amal, "✅", shown.id)
    assert await bench.state(reply) is State.PENDING
    bench.amal.writes("/queue")
    await bench.shows("ينتظر القرار", bench.amal)
    assert bench.cards(bench.amal) == []


async def test_an_appeal_is_for_another_moderator(bench: Bench) -> None:
    reply = await bench.pending()
    await bench.do(reply, Action.REJECT, bench.moderator(AMAL), code=Code.INSULT)
    await bench.do(reply, Action.APPEAL, bench.author())
    await bench.shows("تظلّم ينتظر القرار", button="✅")
    assert "غير الذي رفض" in await bench.press(bench.amal, "✅", "تظلّم ينتظر القرار")
    assert await bench.state(reply) is State.APPEALED
    await bench.press(bench.badr, "✅", "تظلّم ينتظر القرار")
    assert await bench.state(reply) is State.APPROVED


async def test_owners_are_asked_about_a_presser_without_a_role_and_may_give_one(bench: Bench) -> None:
    reply = await bench.pending()
    guest = bench.people[GUEST]
    shown = await bench.shows(TEXT, button="✅")
    assert "لفريق التحرير" in await bench.press_on(guest, "✅", shown.id)
    owner = bench.people[OWNER]
    await bench.shows("ليس له دور", owner)
    assert "صار مشرفًا" in await bench.live.presses(owner, "✅ دور مشرف")
    await bench.press_on(guest, "✅", shown.id)
    assert await bench.state(reply) is State.APPROVED


async def test_no_author_is_named_to_anybody(bench: Bench) -> None:
    parent = await bench.pending("رأي في الخبر: الأصل")
    reply = await bench.pending("رأي في الخبر: الجواب", parent=parent.id)
    await bench.shows("جوابًا على قلم", button="✅")
    await bench.press(bench.amal, "🗂", "الجواب")
    await bench.shows("ما كتبه قلم")
    await ask_for_card(bench, bench.badr)
    await bench.live.says(bench.badr, "/find الجواب")
    await bench.press(bench.amal, "🚫", "الأصل")
    await bench.press(bench.amal, "▫️ إهانة", "ما سبب إيقاف")
    await bench.live.says(bench.badr, "/bans")
    await bench.age(reply, hours=13)
    told = [str(call.params) for call in bench.live.telegram.calls if call.chat_id in {GROUP, *ROLES}]
    assert any("الجواب" in one for one in told)
    needles = [*map(str, bench.authors), *NAMES]
    assert [needle for needle in needles if any(needle in one for one in told)] == []


async def test_replies_are_found_by_words_and_by_pen_and_what_is_erased_leaves_the_list(bench: Bench) -> None:
    reply = await bench.pending("رأي في الخبر: الأهرامات")
    said = await bench.live.says(bench.badr, "/find الاهرامات")
    assert "الأهرامات" in said
    async with bench.live.app.database.read() as connection:
        author = await authors.find(connection, bench.author().key)
    assert author
    assert "الأهرامات" in await bench.live.says(bench.badr, f"/find {author.pen_number}")
    await bench.press(bench.badr, "📄", "ما وُجد", bench.badr)
    await bench.shows("ينتظر القرار", bench.badr, button="✅")
    await bench.do(reply, Action.ERASE, bench.author())
    await bench.live.telegram.until(lambda: bench.find("الأهرامات", bench.badr) is None, timeout=20)
    await bench.live.telegram.until(lambda: bench.find("الأهرامات") is None, timeout=20)
    assert "لا رد" in await bench.live.says(bench.badr, "/find الاهرامات")


async def test_what_waits_for_long_is_reminded_of_and_then_told_to_leads(bench: Bench) -> None:
    reply = await bench.pending()
    await bench.age(reply, hours=5)
    await bench.shows("طال الانتظار: 1")
    await bench.age(reply, hours=13)
    await bench.shows("لم يبتّ فيها أحد", bench.people[LEAD])
    assert bench.find("لم يبتّ فيها أحد", bench.amal) is None
    await bench.age(reply, hours=25)
    await bench.live.until(select(notices.c.what).where(notices.c.what == "waiting"))


async def test_a_group_has_five_cards_and_a_count(bench: Bench) -> None:
    for number in range(7):
        await bench.pending(f"رأي في الخبر: رقم {number}")
    await bench.shows("ينتظر القرار: ")  # that no card says so
    assert len(bench.cards()) == 5
