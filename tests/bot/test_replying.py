"""Writing a reply as a person does: asked for, previewed, signed, sent; and nothing that was typed is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.articles import name_moment
from bot.callbacks import Act, Press
from db.meanings import indexing
from db.replying import authors, replies, revisions
from db.store import corrections
from db.store.bans import Ban, ban
from db.tables import prompts
from locales import LANGUAGES, texts
from newsroom.replies import Action, Code, State
from sandbox import Person
from tests.bot.newsdesk import Newsdesk
from tests.live import Live, unseen

TEXT = "رأيي أن النفق خطوة جيدة"
AGES = {
    "ar": "عمري 16 سنة أو أكثر",
    "en": "I am 16 or older",
    "zh": "我已年满 16 岁",
    "fr": "J’ai 16 ans ou plus",
}


@pytest.fixture
def desk(live: Live) -> Newsdesk:
    return Newsdesk(live)


@pytest.fixture
def badr(live: Live) -> Person:
    """Another reader."""
    return live.telegram.person(2, first_name="بدر", language="ar")


async def test_a_reply_is_asked_for_previewed_and_sent(live: Live, desk: Newsdesk, amal: Person) -> None:
    await live.says(amal, "/article 2")
    assert "يُكتب في رسالة واحدة" in await live.presses(amal, "💬")
    preview = await live.says(amal, TEXT)
    assert TEXT in preview
    assert "— قلم " in preview
    assert "أمل" not in preview
    assert all(words in preview for words in (AGES["ar"], "هذا البوت", "قواعد النقاش"))
    assert amal.last
    assert [button.text.split()[0] for button in amal.last.buttons] == ["📨", "✏️", "🎭", "✖️"]
    receipt = await live.presses(amal, "📨")
    reply = await desk.newest()
    assert "بين ما ينتظر المشرفين: 1" in receipt
    assert reply.id in receipt
    await desk.until(reply, "pending")
    row = select(replies.c.consent, replies.c.consent_at, replies.c.destinations)
    async with live.app.database.read() as connection:
        consent, at, places = (await connection.execute(row)).one()
    assert (consent, places) == ("1", [["bot", ""]])
    assert at == reply.submitted_at
    assert await live.ask(select(prompts.c.command)) is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_preview_says_what_sending_means_in_each_language(live: Live, language: str) -> None:
    person = live.telegram.person(3, language=language)
    preview = await live.says(person, f"/reply 2 {TEXT}")
    t = texts(language)
    assert AGES[language] in preview
    assert t.plain("reply.place.bot") in preview
    assert "/rules" in preview
    number = await live.ask(select(authors.c.pen_number))
    assert t.plain("pens.number", number=str(number)) in preview


@pytest.mark.parametrize("said", ["/reply 2 {}", "/reply ٢ {}", "رد على الخبر 2 {}", "reply to 2 {}", "回复 2 {}"])
async def test_a_reply_is_written_by_command_and_by_words(live: Live, desk: Newsdesk, amal: Person, said: str) -> None:
    assert TEXT in await live.says(amal, said.format(TEXT))
    assert (await desk.newest()).article_id == 2


@pytest.mark.parametrize("said", ["/reply 2", "/start r_2"])
async def test_what_is_typed_next_is_the_reply_whatever_it_begins_with(live: Live, amal: Person, said: str) -> None:
    await live.says(amal, "/help")
    amal.writes(said)
    await live.hears_of(amal, "يُكتب في رسالة واحدة")
    assert "— قلم " in await live.says(amal, "بحث عن الحقيقة لا يكفي")
    assert await live.ask(select(revisions.c.text)) == "بحث عن الحقيقة لا يكفي"


async def test_who_comes_by_the_link_is_welcomed_and_asked(live: Live, amal: Person) -> None:
    amal.follows("https://t.me/sample_bot?start=r_2")
    await live.hears_of(amal, "يُكتب في رسالة واحدة")


async def test_a_reply_without_a_number_says_how(live: Live, amal: Person) -> None:
    assert "/reply 12" in await live.says(amal, "/reply كلام")
    assert "/reply 12" in await live.says(amal, "/reply")


async def test_an_answer_to_an_articles_message_may_be_a_reply_or_a_search(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    await live.until(select(indexing.c.id).where(indexing.c.below == 1))
    await live.says(amal, "/article 2")
    assert amal.last
    shown = amal.last.id
    amal.writes("كولما", reply_to=shown)
    await live.hears_of(amal, "أهذا رد على")
    assert "/article_2" in await live.presses(amal, "🔎")
    amal.writes(TEXT, reply_to=shown)
    await live.hears_of(amal, "أهذا رد على")
    assert TEXT in await live.presses(amal, "💬")
    assert (await desk.newest()).article_id == 2


async def test_a_command_answers_an_articles_message(live: Live, desk: Newsdesk, amal: Person) -> None:
    await live.says(amal, "/article 2")
    assert amal.last
    amal.writes(f"/reply {TEXT}", reply_to=amal.last.id)
    await live.hears_of(amal, "كما سيظهر")
    assert await live.ask(select(revisions.c.text)) == TEXT


async def test_five_words_after_an_article_may_be_a_reply_to_it(live: Live, desk: Newsdesk, amal: Person) -> None:
    await live.says(amal, "/follow كل الأخبار")
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.hears_of(amal, title)
    assert "أهذا رد على" not in await live.says(amal, "كلام قصير هنا")
    assert unseen(title[:20]) in await live.says(amal, "هذا كلام طويل عن الخبر السابق")
    assert "هذا كلام طويل عن الخبر السابق" in await live.presses(amal, "💬")
    assert (await desk.newest()).article_id == 4


async def test_what_is_not_text_is_no_reply_and_the_prompt_stays(live: Live, amal: Person) -> None:
    await live.says(amal, "/reply 2")
    amal.sends({"contact": {"phone_number": "1", "first_name": "x"}})
    await live.hears_of(amal, "الردود نصوص وحدها")
    assert TEXT in await live.says(amal, TEXT)


async def test_too_short_and_too_long_say_so_and_the_prompt_stays(live: Live, amal: Person) -> None:
    await live.says(amal, "/reply 2")
    assert "أقلّه 3" in await live.says(amal, "هو")
    assert "2,000" in await live.says(amal, "ك" * 2_001)
    assert "ك" * 2_000 in await live.says(amal, "ك" * 2_000)


async def test_two_thousand_emoji_fit_into_their_preview(live: Live, amal: Person) -> None:
    assert "— قلم " in await live.says(amal, f"/reply 2 {'🐉' * 2_000}")


async def test_an_edited_message_renews_the_draft_and_old_buttons_show_it(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    message = amal.writes(f"/reply 2 {TEXT}")
    await live.hears_of(amal, "كما سيظهر")
    assert amal.last
    old = amal.last.id
    amal.edits(message, "/reply 2 نص آخر تمامًا")
    await live.hears_of(amal, "نص آخر تمامًا")
    amal.presses("📨", message_id=old)
    await live.telegram.until(lambda: amal.alerts and "تغيّر الرد" in amal.alerts[-1])
    assert (await desk.newest()).state is State.DRAFT
    assert "وصل الرد" in await live.presses(amal, "📨")


async def test_other_words_are_asked_for_and_known_by_their_message(live: Live, desk: Newsdesk, amal: Person) -> None:
    await desk.write(amal)
    assert "ما النص الجديد" in await live.presses(amal, "✏️")
    message = amal.writes("نص ثان للرد")
    await live.hears_of(amal, "نص ثان للرد")
    amal.edits(message, "نص ثالث للرد")
    await live.hears_of(amal, "نص ثالث للرد")
    assert (await desk.newest()).revisions == 3


async def test_edits_of_other_messages_change_nothing(live: Live, desk: Newsdesk, amal: Person) -> None:
    message = amal.writes("/help")
    await live.hears_of(amal, "أوامر البوت")
    amal.edits(message, "طاجيكستان")
    await desk.write(amal)
    assert not any("متابعة «طاجيكستان»؟" in unseen(shown.text) for shown in amal.screen)
    assert len([shown for shown in amal.screen if shown.by_bot]) == 2


async def test_a_name_signs_the_draft_and_another_cannot_have_it(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    await desk.write(amal)
    assert "ما الاسم الجديد" in await live.presses(amal, "🎭")
    assert "بلا أرقام" in await live.says(amal, "ابن 4 البلد")
    assert "— ابن البلد" in await live.says(amal, "ابن البلد")
    assert await live.ask(select(revisions.c.signed).where(revisions.c.revision == 2)) == "ابن البلد"
    await desk.write(badr, "كلام غيره")
    await live.presses(badr, "🎭")
    assert "لغيركم" in await live.says(badr, "إبن البلد")
    await live.presses(amal, "🎭")
    assert "— قلم " in await live.presses(amal, "🎭 قلم")


async def test_a_dropped_draft_leaves_nothing(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.write(amal)
    assert "حُذفت المسودة" in await live.presses(amal, "✖️")
    assert (await desk.see(reply)).state is State.ERASED
    assert await live.ask(select(revisions.c.text)) == ""


async def test_a_draft_that_lapsed_is_there_again_when_it_is_to_be_sent(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    reply = await desk.write(amal)
    await desk.pass_time(reply, timedelta(hours=2))
    assert (await desk.see(reply)).state is State.ERASED
    assert TEXT in await live.presses(amal, "📨")
    assert (await desk.newest()).id != reply.id
    assert "وصل الرد" in await live.presses(amal, "📨")


async def test_a_double_tap_sends_once_and_both_are_answered(live: Live, desk: Newsdesk, amal: Person) -> None:
    await desk.write(amal)
    assert amal.last
    amal.presses("📨", message_id=amal.last.id)
    amal.presses("📨", message_id=amal.last.id)
    await live.telegram.until(lambda: sum(call.method == "answerCallbackQuery" for call in live.telegram.calls) == 2)
    assert await live.ask(select(func.count()).select_from(replies)) == 1
    assert await live.ask(select(func.count()).select_from(revisions)) == 1


async def test_the_same_words_under_the_same_article_are_sent_once(live: Live, desk: Newsdesk, amal: Person) -> None:
    await desk.send(amal)
    await desk.rest()
    await desk.write(amal, f"«{TEXT}!»")
    assert "سبق إرسال" in await live.is_alerted(amal, "📨")


async def test_who_sends_too_often_learns_when_the_next_may_be_sent_and_keeps_the_draft(
    live: Live, desk: Newsdesk, amal: Person
) -> None:
    await desk.send(amal)
    await desk.write(amal, "كلام آخر غيره")
    assert "بعد 1 د" in await live.is_alerted(amal, "📨")
    assert (await desk.newest()).state is State.DRAFT
    await desk.rest()
    assert "وصل الرد" in await live.presses(amal, "📨")


async def test_a_retracted_article_takes_no_replies(live: Live, desk: Newsdesk, amal: Person) -> None:
    await desk.write(amal)
    async with live.app.database.write() as connection:
        await corrections.retract(connection, 2, "خطأ", live.app.clock())
    assert "سُحب الخبر 2" in await live.is_alerted(amal, "📨")
    assert "سُحب الخبر 2" in await live.says(amal, "/reply 2 كلام آخر")


@pytest.mark.parametrize("deed", ["send", "edit", "name", "number", "drop", "nonsense"])
async def test_nobody_touches_or_sees_anothers_draft(
    live: Live, desk: Newsdesk, amal: Person, badr: Person, deed: str
) -> None:
    reply = await desk.write(amal)
    await live.says(badr, "/help")
    for act in (Act.DRAFT, Act.MINE):
        desk.forge(badr, Press(act, reply.id, deed, reply.version).encode())
        await live.telegram.until(lambda: badr.alerts)
        assert "شخص آخر" in badr.alerts.pop()
    desk.forge(badr, Press(Act.PUBLIC, reply.id, "show").encode())
    await live.telegram.until(lambda: badr.alerts)
    assert "لم يعد" in badr.alerts[-1]
    assert await desk.see(reply) == reply
    assert not any(TEXT in shown.text for shown in badr.screen)


@pytest.mark.parametrize("what", ["", "unknown", "x" * 30])
async def test_a_forged_id_is_no_reply(live: Live, desk: Newsdesk, amal: Person, what: str) -> None:
    await live.says(amal, "/help")
    for act in (Act.DRAFT, Act.MINE, Act.PUBLIC, Act.TAKE, Act.REPLY, Act.REPLIES):
        desk.forge(amal, Press(act, what, "send", 1).encode())
        await live.telegram.until(lambda: amal.alerts)
        amal.alerts.clear()


async def test_in_a_group_the_way_to_write_is_shown_and_nothing_is_taken(live: Live, amal: Person) -> None:
    group = live.telegram.group(-1005, title="مجموعة")
    group.admits(amal, admin=True)
    group.adds_bot(by=amal)
    group.hears(amal, "/reply@sample_bot 2 كلامي هنا")
    await live.telegram.until(lambda: group.last and "المحادثة الخاصة" in group.last.text)
    assert group.last
    (button,) = group.last.buttons
    assert (button.text.split()[0], button.url) == ("💬", "https://t.me/sample_bot?start=r_2")
    group.hears(amal, "هذا كلام طويل عن الخبر السابق")
    group.hears(amal, "/replies@sample_bot 2")
    await live.telegram.until(lambda: group.last and "لا ردود" in group.last.text)
    assert len(live.telegram.sent_to(group.id)) == 2
    assert await live.ask(select(func.count()).select_from(replies)) == 0


async def test_who_is_banned_is_told_until_when_and_why(live: Live, desk: Newsdesk, amal: Person) -> None:
    reply = await desk.write(amal)
    now = live.app.clock()
    assert reply.author_key
    async with live.app.database.write() as connection:
        await ban(connection, Ban(reply.author_key, now + timedelta(days=3), Code.INSULT, "900", now))
    told = await live.says(amal, "/reply 2")
    assert name_moment(now + timedelta(days=3), texts("ar"), live.app.settings.default_timezone) in told
    assert "إهانة" in told


async def test_an_answer_whose_reply_was_taken_back_meanwhile_is_one_to_the_article(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    parent = await desk.publish(amal)
    await live.says(badr, "/replies 2")
    await live.presses(badr, "💬 1")
    assert "جواب على قلم" in await live.presses(badr, "↩️")
    await desk.decide(parent, Action.REMOVE, code=Code.LEGAL)
    preview = await live.says(badr, "جوابي على ما قيل")
    assert "الرد على «" in preview
    assert "جوابي على ما قيل" in preview
