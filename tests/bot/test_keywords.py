"""Keywords, typed and pressed: followed at once in quotes, offered for an unknown name, ended by a tap."""

import pytest
from sqlalchemy import func, select

from db.meanings import keywords
from db.tables import article_topics, deliveries
from sandbox import Person
from sandbox.site import SampleArticle
from tests.live import Live

TEA = SampleArticle(
    slug="tea-lanes",
    title="ممرات الشاي القديمة تعود إلى الحياة",
    lead="فتحت ثلاثة من بيوت الشاي أبوابها هذا الأسبوع.",
    body="يقصدها الطلاب بالشاي والكتب.\n\nنص تجريبي كُتب لعرض البرنامج.",
    categories=(),
)


async def kept(live: Live) -> int:
    return int(await live.ask(select(func.count()).select_from(keywords)))


@pytest.mark.parametrize(
    "said",
    [
        '/follow "بيوت الشاي"',
        "/follow «بيوت الشاي»",
        "/follow “بيوت الشاي”",
        "/follow 「بيوت الشاي」",
        "متابعة «بيوت الشاي»",
    ],
)
async def test_what_is_in_quotes_is_a_keyword_at_once(live: Live, amal: Person, said: str) -> None:
    text = await live.says(amal, said)
    assert "أُضيف إلى قائمة المتابعة: «بيوت الشاي»" in text
    assert "في عنوانه أو نصه" in text
    assert await live.followed() == {"k:1": False}


async def test_an_article_with_the_words_comes_to_whoever_follows_them_and_to_nobody_else(
    live: Live, amal: Person
) -> None:
    other, muting = live.telegram.person(2, language="ar"), live.telegram.person(3, language="ar")
    await live.says(amal, '/follow "بيوت الشاي"')
    await live.says(other, '/follow "بيوت الحرير"')
    await live.says(muting, "/follow كل الأخبار")
    await live.says(muting, "/mute «ممرات الشاي»")
    live.site.publish(TEA)
    await live.hears_of(amal, TEA.title)
    await live.until(select(func.count()).select_from(deliveries).where(deliveries.c.state == "sent"))
    assert await live.ask(select(func.count()).select_from(deliveries)) == 1
    assert amal.last
    assert "«" not in amal.last.text  # no keyword is shown as a topic
    assert len(live.telegram.sent_to(2)) == 1
    assert len(live.telegram.sent_to(3)) == 2


async def test_the_newest_article_that_has_it_is_shown(live: Live, amal: Person) -> None:
    live.site.publish(TEA)
    await live.until(select(article_topics.c.article_id).where(article_topics.c.article_id == 4).limit(1))
    text = await live.says(amal, '/follow "بيوت شاي"')
    assert TEA.title in text
    assert "/article_4" in text
    assert await live.ask(select(func.count()).select_from(deliveries)) == 0


async def test_an_unknown_name_is_offered_as_a_word(live: Live, amal: Person) -> None:
    assert "متابعة كلمة «أوراق الكركديه»؟" in await live.says(amal, "/follow أوراق الكركديه")
    assert await kept(live) == 0
    assert "أُضيف إلى قائمة المتابعة: «أوراق الكركديه»" in await live.presses(amal, "➕ متابعة الكلمة")
    assert await live.followed() == {"k:1": False}


async def test_an_unknown_name_is_offered_to_be_muted(live: Live, amal: Person) -> None:
    await live.says(amal, "/mute بيوت الشاي")
    assert amal.last
    assert amal.last.buttons[0].text.startswith("🔇")
    assert "كُتم: «بيوت الشاي»" in await live.presses(amal, "🔇 كتم الكلمة")
    assert await live.followed() == {"k:1": True}


@pytest.mark.parametrize("language", ["English", "Français", "中文"])
async def test_an_offer_is_read_again_in_every_language(live: Live, amal: Person, language: str) -> None:
    await live.says(amal, f"/language {language}")
    await live.says(amal, "/follow celadon glazing")
    await live.presses(amal, "➕")
    assert await live.ask(select(keywords.c.said)) == "celadon glazing"


async def test_what_is_near_to_a_name_is_proposed_beside_the_word(live: Live, amal: Person) -> None:
    assert "هل المقصود" in await live.says(amal, "/follow طاجكستان")
    await live.presses(amal, "➕ متابعة الكلمة")
    assert await live.ask(select(keywords.c.said)) == "طاجكستان"


async def test_the_name_of_a_topic_in_quotes_is_the_topic_and_what_sites_call_one_is_words(
    live: Live, amal: Person
) -> None:
    await live.says(amal, '/follow «آسيا الوسطى»، "الذكاء الاصطناعي"، الرياضة')
    assert await live.followed() == {"r:central-asia": False, "k:1": False, "s:sports": False}


async def test_several_are_followed_muted_and_ended_together(live: Live, amal: Person) -> None:
    await live.says(amal, '/follow "بيوت الشاي"، «طريق الحرير»، الرياضة')
    text = await live.says(amal, '/follow "بيوتُ الشّاي", "خزف"')
    assert "في قائمة المتابعة من قبل: «بيوت الشاي»" in text
    assert "أُضيف إلى قائمة المتابعة: «خزف»" in text
    assert "كُتم: «طريق الحرير»" in await live.says(amal, "/mute «طريق الحرير»")
    assert "حُذف من قائمة المتابعة: «بيوت الشاي»" in await live.says(amal, "/unfollow بيوت الشاي")
    assert "رُفع الكتم عن: «طريق الحرير»" in await live.says(amal, '/unmute "طريق الحرير"')
    assert "ليس في قائمة المتابعة: «أي شيء»" in await live.says(amal, '/unfollow "أي شيء"')
    assert await live.followed() == {"s:sports": False, "k:3": False}


async def test_what_is_followed_is_listed_in_quotes_and_ended_by_a_tap(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow «بيوت الشاي», sports")
    await live.says(amal, "/mute «طريق الحرير»")
    text = await live.says(amal, "/following")
    assert "الرياضة، «بيوت الشاي»" in text
    assert "المكتوم: «طريق الحرير»" in text
    await live.presses(amal, "✅ «بيوت الشاي»")
    await live.presses(amal, "🔇 «طريق الحرير»")
    assert await live.followed() == {"s:sports": False}
    assert "«بيوت الشاي»" not in await live.says(amal, "/topics")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('"في"', "ترد في كل خبر"),
        ('"2026"', "الأرقام وحدها"),
        ('"茶"', "عن حرفين"),
        ('"واحد اثنان ثلاثة أربعة خمسة ستة"', "خمس كلمات"),
        ('"؟"', "عن حرفين"),
    ],
)
async def test_what_is_no_keyword_is_refused_with_the_reason(live: Live, amal: Person, said: str, told: str) -> None:
    text = await live.says(amal, f"/follow {said}، sports")
    assert told in text
    assert "أُضيف" in text  # the other one
    assert await live.followed() == {"s:sports": False}


async def test_a_reader_has_twenty_keywords_at_most(live: Live, amal: Person) -> None:
    for start in (0, 9, 18):
        words = "، ".join(f'"كلمة رقم{number}"' for number in range(start, start + 9))
        told = await live.says(amal, f"/follow {words}")
        assert ("الحد 20" in told) is (start == 18)
    assert len(await live.followed()) == await kept(live) == 20
    assert "من قبل" in await live.says(amal, '/follow "كلمة رقم1"')
    await live.says(amal, "/unfollow كلمة رقم1")
    assert "أُضيف" in await live.says(amal, '/follow "شاي"')


async def test_the_answer_to_a_prompt_may_be_in_quotes(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow")
    assert "أُضيف" in await live.says(amal, "«بيوت الشاي»")
    assert await live.followed() == {"k:1": False}


@pytest.mark.parametrize("data", ["1|follow|k:1|following|0", "1|do|k:1|follow|0", "1|do|w:00000000|follow|0"])
async def test_a_press_that_was_made_up_follows_nothing_of_others(live: Live, amal: Person, data: str) -> None:
    await live.says(amal, "/follow «بيوت الشاي»")
    curious = live.telegram.person(2, language="ar")
    await live.says(curious, "/topics")
    assert curious.last
    message = curious.messages[curious.last.id]
    assert message.markup
    message.markup["inline_keyboard"][0][0]["callback_data"] = data
    curious.presses("📰")
    await live.telegram.until(lambda: live.telegram.calls[-1].method in {"answerCallbackQuery", "editMessageText"})
    assert await live.followed() == {"k:1": False}


async def test_a_group_follows_keywords_by_its_admins(live: Live, amal: Person) -> None:
    group = live.telegram.group(-1005, title="محبو الشاي")
    group.admits(amal, admin=True)
    group.adds_bot(by=amal)
    group.hears(amal, '/follow@sample_bot "بيوت الشاي"')
    await live.telegram.until(lambda: group.last and "أُضيف" in group.last.text)
    live.site.publish(TEA)
    await live.telegram.until(lambda: group.last and TEA.title in group.last.text)
