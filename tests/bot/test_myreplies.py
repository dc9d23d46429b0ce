"""One's own replies after they were sent: each outcome is told, and what its author may do about it then."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.callbacks import Act, Press
from db.replying import notices, publications, replies, revisions
from db.store import replies as store
from db.tables import schedules
from locales import LANGUAGES, texts
from newsroom.replies import GRACE, Action, Code, Deed, State
from sandbox import Person
from tests.bot.newsdesk import MODERATOR, Newsdesk
from tests.live import Live

TEXT = "رأيي أن النفق خطوة جيدة"


@pytest.fixture
def desk(live: Live) -> Newsdesk:
    return Newsdesk(live)


async def test_each_of_them_is_listed_with_where_it_stands(live: Live, desk: Newsdesk, amal: Person) -> None:
    assert "لا ردود بعد" in await live.says(amal, "/myreplies")
    for number in range(6):
        await desk.write(amal, f"ردي رقم {number} هنا")
    await live.presses(amal, "📨")
    listed = await live.says(amal, "ردودي")
    assert "1. " in listed
    assert "ردي رقم 5 هنا" in listed
    assert "عند المشرفين" in listed
    assert "مسودة لم تُرسل" in listed
    assert "ردي رقم 0 هنا" in await live.presses(amal, "➡️")
    await live.presses(amal, "⬅️")
    assert "عند المشرفين" in await live.presses(amal, "💬 1")
    assert "ردي رقم 5 هنا" in await live.presses(amal, "⬅️ كل")


async def test_it_is_published_and_its_author_is_told_with_the_way_there(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    await desk.publish(amal)
    await live.hears_of(amal, "نُشر الرد")
    assert amal.last
    assert "/replies_2" in amal.last.text
    assert amal.last.button("🧹")
    assert await live.ask(select(notices.c.told_at).where(notices.c.what == "published"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_comes_with_its_reason_and_an_appeal(live: Live, desk: Newsdesk, language: str) -> None:
    person, t = live.telegram.person(3, language=language), texts(language)
    reply = await desk.send(person)
    await desk.decide(reply, Action.REJECT, code=Code.OFF_TOPIC, note="عن خبر آخر")
    await live.hears_of(person, t.plain("reason.off-topic"))
    assert person.last
    assert "عن خبر آخر" in person.last.text
    assert t.plain("reply.state.appealed") in await live.presses(person, "⚖️")
    assert (await desk.see(reply)).state is State.APPEALED
    await desk.decide(reply, Action.REJECT, code=Code.OFF_TOPIC)
    await live.telegram.until(lambda: person.last and person.last.text.startswith("❌"))
    assert person.last.button("⚖️") is None


async def test_spam_is_told_with_that_reason(live: Live, desk: Newsdesk, amal: Person) -> None:
    await desk.decide(await desk.send(amal), Action.SPAM)
    await live.hears_of(amal, "رسالة مزعجة")
    await live.says(amal, "/myreplies")
    assert "رسالة مزعجة" in await live.presses(amal, "💬 1")


async def test_what_is_returned_is_written_anew_and_looked_at_again(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.send(amal)
    await desk.decide(reply, Action.RETURN, code=Code.UNREADABLE, note="الجملة ناقصة")
    await live.hears_of(amal, "الجملة ناقصة")
    await live.presses(amal, "✏️")
    assert "عند المشرفين" in await live.says(amal, "الجملة كاملة الآن")
    await desk.until(reply, "pending")
    assert (await desk.see(reply)).revision == 2


async def test_another_wording_is_shown_by_its_differences_and_accepted(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.send(amal)
    await desk.decide(reply, Action.PROPOSE, text="رأيي أن الجسر خطوة جيدة")
    await live.hears_of(amal, "صيغة أخرى")
    assert amal.last
    assert "<s>النفق</s><u>الجسر</u>" in amal.last.html
    assert [button.text.split()[0] for button in amal.last.buttons] == ["✅", "🧹"]
    assert "مقبول" in await live.presses(amal, "✅")
    await desk.pass_time(reply, GRACE)
    await desk.until(reply, "published")
    assert "الجسر" in await live.says(amal, "/replies 2")


async def test_a_yes_to_a_wording_that_is_no_more_shows_how_things_are(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    message = amal.writes(f"/reply 2 {TEXT}")
    await live.hears_of(amal, "كما سيظهر")
    await live.presses(amal, "📨")
    reply = await desk.newest()
    await desk.until(reply, "pending")
    await desk.decide(reply, Action.PROPOSE, text="رأيي أن الجسر خطوة جيدة")
    await live.hears_of(amal, "صيغة أخرى")
    assert amal.last
    offered = amal.last.id
    amal.edits(message, "/reply 2 بل رأيي غير ذلك كله")
    await live.hears_of(amal, "بل رأيي غير ذلك كله")
    await desk.until(reply, "pending")
    amal.presses("✅", message_id=offered)
    await live.telegram.until(lambda: amal.alerts and "تغيّر الرد" in amal.alerts[-1])
    after = await desk.see(reply)
    assert (after.state, after.revision, after.proposed_revision) == (State.PENDING, 3, None)


async def test_an_edited_message_leaves_what_is_public_until_it_is_approved(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    message = amal.writes(f"/reply 2 {TEXT}")
    await live.hears_of(amal, "كما سيظهر")
    await live.presses(amal, "📨")
    reply = await desk.newest()
    await desk.until(reply, "pending")
    await desk.decide(reply, Action.APPROVE)
    await desk.pass_time(reply, GRACE)
    await live.hears_of(amal, "نُشر الرد")
    amal.edits(message, "/reply 2 غيّرت رأيي في ذلك")
    await live.hears_of(amal, "منشور، وتعديله عند المشرفين")
    listed = await live.says(amal, "/replies 2")
    assert TEXT in listed
    assert "غيّرت رأيي" not in listed
    await desk.until(reply, "pending")
    await desk.decide(reply, Action.REJECT, code=Code.INSULT)
    await live.hears_of(amal, "يبقى المنشور كما هو")
    assert TEXT in await live.says(amal, "/replies 2")


async def test_a_withdrawal_is_asked_once_and_holds_before_and_after_it_is_public(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.send(amal)
    await desk.decide(reply, Action.APPROVE)
    assert "لا رجوع" in await live.presses(amal, "🧹")
    assert "مقبول" in await live.presses(amal, "✖️")
    await live.presses(amal, "🧹")
    assert "سُحب" in await live.presses(amal, "🧹 سحب نهائي")
    await desk.pass_time(reply, GRACE)
    assert (await desk.see(reply)).state is State.WITHDRAWN
    assert await live.ask(select(publications.c.id)) is None
    await desk.rest()
    public = await desk.publish(amal, "رد ثان على هذا الخبر")
    await live.hears_of(amal, "نُشر الرد")
    assert "من كل مكان" in await live.presses(amal, "🧹")
    await live.presses(amal, "🧹 سحب نهائي")
    assert (await desk.see(public)).state in {State.REMOVING, State.REMOVED}
    assert "لا ردود" in await live.says(amal, "/replies 2")


async def test_what_its_author_withdrew_is_not_told_with_a_moderators_reason(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.send(amal)
    await desk.decide(reply, Action.RETURN, code=Code.INSULT, note="كلمة نابية")
    await live.hears_of(amal, "إهانة")
    await live.presses(amal, "✏️")
    await live.says(amal, "رأيي بلا إهانة في النفق")
    await desk.until(reply, "pending")
    await desk.decide(reply, Action.APPROVE)
    await desk.pass_time(reply, GRACE)
    await desk.until(reply, "published")
    await live.says(amal, "/myreplies")
    await live.presses(amal, "💬 1")
    await live.presses(amal, "🧹 سحب")
    assert "كلمة نابية" not in await live.presses(amal, "🧹 سحب")


async def test_a_withdrawal_pressed_twice_is_one(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.send(amal)
    await live.presses(amal, "🧹")
    for _ in range(2):
        desk.forge(amal, Press(Act.MINE, reply.id, "withdrawn", reply.version).encode())
    await live.hears_of(amal, "سُحب")
    await live.says(amal, "/help")
    assert (await desk.see(reply)).version == reply.version + 1


async def test_who_waits_for_a_day_is_told_so_and_what_expired_can_come_again(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.send(amal)
    for _ in range(3):
        await desk.pass_time(reply, timedelta(hours=25))
    await live.hears_of(amal, "منذ أكثر من يوم")
    await desk.pass_time(reply, timedelta(days=8))
    await live.hears_of(amal, "انقضت المهلة")
    assert "عند المشرفين" in await live.presses(amal, "🔁")
    assert (await desk.see(reply)).state is State.PENDING


async def test_what_moderators_take_back_is_told_with_the_reason(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.publish(amal)
    await desk.decide(reply, Action.REMOVE, code=Code.PERSONAL_DATA)
    await live.hears_of(amal, "أزال مشرف")
    assert amal.last
    assert "بيانات شخصية" in amal.last.text


async def test_quiet_hours_delay_what_is_told(live: Live, desk: Newsdesk, amal: Person) -> None:
    await live.says(amal, "/start")
    reply = await desk.send(amal)
    async with live.app.database.write() as connection:
        hour = live.app.clock().hour
        quiet = {"zone": "UTC", "quiet_from": hour, "quiet_to": (hour + 2) % 24}
        await connection.execute(update(schedules).values(quiet))
    await desk.decide(reply, Action.REJECT, code=Code.REPEATED)
    await live.until(
        select(notices.c.reply_id).where(notices.c.what == "rejected", notices.c.due_at > live.app.clock())
    )
    assert await live.ask(select(notices.c.told_at).where(notices.c.what == "rejected")) is None
    async with live.app.database.write() as connection:
        await connection.execute(update(schedules).values(quiet_from=0, quiet_to=0))
        await connection.execute(update(notices).values(due_at=live.app.clock()))
    await live.hears_of(amal, "لم يُقبل الرد")


async def test_what_was_undone_before_it_could_be_told_is_not_told(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.send(amal)
    async with live.app.database.write() as connection:
        for action in (Action.SPAM, Action.RESTORE):
            await store.act(connection, reply.id, Deed(action), MODERATOR, live.app.clock())
    await live.until(select(notices.c.told_at).where(notices.c.what == "rejected"))
    await live.says(amal, "/help")
    assert not any("لم يُقبل" in shown.text for shown in amal.screen)


async def test_forget_takes_what_is_public_too(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.publish(amal)
    await live.says(amal, "/forget")
    assert "مُحي كل شيء" in await live.presses(amal, "✅")
    assert (await desk.see(reply)).state is State.ERASED
    assert await live.ask(select(revisions.c.text)) == ""
    assert await live.ask(select(replies.c.author_key)) is None
