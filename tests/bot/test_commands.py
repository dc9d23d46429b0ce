"""Commands and the words that stand for them, typed by a person."""

from typing import Any

import pytest
from sqlalchemy import select

from db.tables import follows, prompts, subscribers
from sandbox import Person
from tests.live import Live

STICKER = {
    "sticker": {
        "file_id": "x",
        "file_unique_id": "x",
        "type": "regular",
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
    }
}


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ("/follow diplomacy", {"s:diplomacy"}),
        ("/follow TJ", {"c:TJ"}),
        ("/follow طاجيكستان، الإمارات ، sports", {"c:TJ", "c:AE", "s:sports"}),
        ("/follow امريكا", {"c:US"}),
        ("/follow UAE", {"c:AE"}),
        ("/follow «آسيا الوسطى»", {"r:central-asia"}),
        ("/follow central-asia", {"r:central-asia"}),
        ("/follow 塔吉克斯坦", {"c:TJ"}),
        ("/follow Tadjikistan", {"c:TJ"}),
        ("/follow شينجيانغ", {"p:CN-XJ"}),
        ("/follow كل الأخبار", {"all"}),
        ("متابعة الصين", {"c:CN"}),
    ],
)
async def test_a_topic_is_followed_by_any_of_its_names(live: Live, amal: Person, said: str, tags: set[str]) -> None:
    await live.says(amal, said)
    assert set(await live.followed()) == tags


@pytest.mark.parametrize("name", ["عمان", "غينيا", "الكونغو", "كوريا"])
async def test_a_name_that_several_places_share_asks_which(live: Live, amal: Person, name: str) -> None:
    assert name in await live.says(amal, f"/follow {name}")
    assert amal.last
    assert len(amal.last.buttons) >= 2
    await live.presses(amal, amal.last.buttons[0].text)
    assert len(await live.followed()) == 1


async def test_an_unknown_name_is_told_and_a_near_one_is_proposed(live: Live, amal: Person) -> None:
    assert "لا موضوع باسم" in await live.says(amal, "/follow هذا ليس موضوعا")
    assert "هل المقصود" in await live.says(amal, "/follow طاجكستان")
    await live.presses(amal, "➕ طاجيكستان")
    assert await live.followed() == {"c:TJ": False}


async def test_mute_unmute_and_unfollow(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    assert "كُتم" in await live.says(amal, "/mute طاجيكستان")
    assert await live.followed() == {"c:TJ": True}
    assert "رُفع الكتم" in await live.says(amal, "/unmute طاجيكستان")
    assert "ليس في قائمة المتابعة" in await live.says(amal, "/unfollow طاجيكستان")
    await live.says(amal, "/follow طاجيكستان")
    assert "حُذف من قائمة المتابعة" in await live.says(amal, "/unfollow طاجيكستان")
    assert await live.followed() == {}


async def test_a_command_without_a_name_waits_for_it(live: Live, amal: Person) -> None:
    assert "متابعة أي موضوع" in await live.says(amal, "/follow")
    assert "طاجيكستان" in await live.says(amal, "طاجيكستان")
    assert await live.followed() == {"c:TJ": False}
    assert await live.ask(select(prompts.c.command)) is None


async def test_a_prompt_is_left_by_its_button_or_by_cancel(live: Live, amal: Person) -> None:
    await live.says(amal, "/mute")
    assert "أُلغي" in await live.presses(amal, "✖️")
    await live.says(amal, "/mute")
    assert "أُلغي" in await live.says(amal, "/cancel")
    assert "ليس هناك" in await live.says(amal, "إلغاء")


async def test_following_lists_and_ends_by_a_tap(live: Live, amal: Person) -> None:
    assert "قائمة المتابعة فارغة" in await live.says(amal, "/following")
    await live.says(amal, "/follow طاجيكستان، sports")
    await live.says(amal, "/mute اليابان")
    text = await live.says(amal, "المتابع")
    assert "طاجيكستان" in text
    assert "المكتوم" in text
    text = await live.presses(amal, "✅ طاجيكستان")
    assert "طاجيكستان" not in text
    assert await live.followed() == {"s:sports": False, "c:JP": True}


async def test_the_picker_goes_from_subjects_to_a_country(live: Live, amal: Person) -> None:
    await live.says(amal, "/topics")
    await live.presses(amal, "➕ الرياضة")
    assert "الدول والأقاليم" in await live.presses(amal, "🌍")
    await live.presses(amal, "🌍 آسيا الوسطى")
    await live.presses(amal, "➕ طاجيكستان")
    await live.presses(amal, "◀️")
    await live.presses(amal, "🗺")
    await live.presses(amal, "➡️")
    await live.presses(amal, "⬅️")
    await live.presses(amal, "➕ شينجيانغ")
    assert set(await live.followed()) == {"s:sports", "c:TJ", "p:CN-XJ"}
    assert len([shown for shown in amal.screen if shown.by_bot]) == 1


async def test_the_picker_finds_a_topic_by_its_name_and_comes_back(live: Live, amal: Person) -> None:
    await live.says(amal, "/topics")
    await live.presses(amal, "🌍")
    await live.presses(amal, "🌍 آسيا الوسطى")
    assert "متابعة أي موضوع" in await live.presses(amal, "🔎 بحث عن موضوع")
    assert "هل المقصود" in await live.says(amal, "طاجكستان")
    assert await live.followed() == {}
    back = await live.presses(amal, "➕ طاجيكستان")
    assert "آسيا الوسطى: ➕ للمتابعة" in back
    assert "قائمة المتابعة: طاجيكستان" in back
    await live.presses(amal, "🔎 بحث عن موضوع")
    assert "آسيا الوسطى: ➕ للمتابعة" in await live.presses(amal, "✖️")


async def test_the_only_topic_of_a_name_is_followed_in_the_picker_at_once(live: Live, amal: Person) -> None:
    await live.says(amal, "/start")
    await live.presses(amal, "🔎 بحث عن موضوع")
    told = await live.says(amal, "الرياضة")
    assert "أُضيف" in told
    assert "أهلًا" in told
    assert "قائمة المتابعة: الرياضة" in told


async def test_several_topics_of_a_name_are_offered_in_the_picker(live: Live, amal: Person) -> None:
    await live.says(amal, "/topics")
    await live.presses(amal, "🔎 بحث عن موضوع")
    assert "ما المقصود" in await live.says(amal, "عمان")
    assert amal.last
    assert [button.text.split()[0] for button in amal.last.buttons] == ["➕", "➕", "◀️"]
    assert "المواضيع: ➕ للمتابعة" in await live.presses(amal, "➕ الأردن")
    assert await live.followed() == {"c:JO": False}


async def test_pressing_follow_twice_follows_once(live: Live, amal: Person) -> None:
    await live.says(amal, "/topics")
    amal.presses("➕ الرياضة")
    await live.presses(amal, "➕ الرياضة")
    assert await live.followed() == {"s:sports": False}


async def test_latest_lists_and_turns_pages(live: Live, amal: Person) -> None:
    for _ in range(4):
        live.site.publish()
    await live.until(
        select(follows.metadata.tables["articles"].c.id).where(follows.metadata.tables["articles"].c.id == 7)
    )
    text = await live.says(amal, "/latest")
    newest = live.site.published[-1][0].title
    assert newest in text
    assert text.count("/article_") == 5
    older = await live.presses(amal, "➡️")
    assert older.count("/article_") == 2
    assert newest not in older
    assert newest in await live.presses(amal, "⬅️")


async def test_latest_of_a_topic(live: Live, amal: Person) -> None:
    assert "الأحدث: طاجيكستان" in await live.says(amal, "/latest طاجيكستان")
    assert "لا أخبار بعد" in await live.says(amal, "الأحدث أستراليا")
    assert "لا موضوع باسم" in await live.says(amal, "/latest هذا ليس موضوعا")


@pytest.mark.parametrize("said", ["/article 1", "/article ١", "/article_1", "مقال 1"])
async def test_an_article_is_read_whole_by_its_number(live: Live, amal: Person, said: str) -> None:
    text = await live.says(amal, said)
    article = live.site.published[0][0]
    assert article.title in text
    assert article.body.split("\n\n")[0] in text
    assert "نص تجريبي كُتب لعرض البرنامج" in text


@pytest.mark.parametrize(
    ("said", "told"), [("/article", "/article 12"), ("/article x", "/article 12"), ("/article 99", "99")]
)
async def test_an_article_that_is_not_there_is_told(live: Live, amal: Person, said: str, told: str) -> None:
    assert told in await live.says(amal, said)


async def test_the_topics_of_an_article_open_below_it(live: Live, amal: Person) -> None:
    await live.says(amal, "/article 1")
    assert "مواضيع" in await live.presses(amal, "⚙️")
    assert amal.last
    assert any("طاجيكستان" in button.text for button in amal.last.buttons)
    await live.presses(amal, "➕ طاجيكستان")
    assert await live.followed() == {"c:TJ": False}


@pytest.mark.parametrize(
    ("said", "told"), [("/language English", "speaks English"), ("/language fr", "français"), ("اللغة الصينية", "中文")]
)
async def test_the_language_is_changed_by_its_name(live: Live, amal: Person, said: str, told: str) -> None:
    assert told in await live.says(amal, said)


async def test_the_language_is_offered_by_buttons(live: Live, amal: Person) -> None:
    await live.says(amal, "/language")
    assert "Choose the language" in await live.presses(amal, "English")
    assert "not available" in await live.says(amal, "/language Klingon")


async def test_stop_keeps_what_was_chosen_for_a_return(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    assert "توقّف الإرسال" in await live.says(amal, "/stop")
    assert await live.ask(select(subscribers.c.state)) == "stopped"
    assert "طاجيكستان" in await live.says(amal, "/start")
    assert await live.ask(select(subscribers.c.state)) == "active"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/privacy", "لا يُحفظ اسم"),
        ("الخصوصية", "لا يُحفظ اسم"),
        ("/help", "/follow متابعة موضوع"),
        ("مساعدة", "/latest"),
        ("/nothing", "لا أمر بهذا الاسم"),
        ("ما هذا الكلام", "لا شيء في الأرشيف عن «ما هذا الكلام»"),
        ("طاجيكستان", "متابعة «طاجيكستان»؟"),
    ],
)
async def test_everything_said_gets_a_fitting_answer(live: Live, amal: Person, said: str, told: str) -> None:
    assert told in await live.says(amal, said)


async def test_a_command_that_is_mended_by_editing_is_done(live: Live, amal: Person) -> None:
    message = amal.writes("/folow طاجيكستان")
    await live.hears_of(amal, "لا أمر بهذا الاسم")
    amal.edits(message, "/follow طاجيكستان")
    await live.hears_of(amal, "أُضيف")
    assert await live.followed() == {"c:TJ": False}
    amal.edits(message, "/folow الرياضة")
    await live.hears_of(amal, "لا أمر بهذا الاسم")


async def test_a_change_of_a_message_that_no_person_made_is_no_command(live: Live, amal: Person) -> None:
    message = amal.messages[amal.writes("/follow طاجيكستان")]
    await live.hears_of(amal, "أُضيف")
    live.telegram.world.updates.add("edited_message", amal.id, message.as_json())
    await live.says(amal, "/help")
    assert len([shown for shown in amal.screen if shown.by_bot]) == 2


@pytest.mark.parametrize("content", [{"text": "شيء لا يوجد في الأرشيف"}, STICKER])
async def test_what_comes_by_another_bot_gets_an_answer(live: Live, amal: Person, content: dict[str, Any]) -> None:
    amal.sends(content, via="pic")
    await live.hears_of(amal, "لا شيء في الأرشيف" if "text" in content else "الكلمات المكتوبة")


async def test_what_is_no_text_gets_a_fitting_answer(live: Live, amal: Person) -> None:
    amal.sends(STICKER)
    await live.hears_of(amal, "الكلمات المكتوبة")


async def test_a_forged_or_old_button_is_harmless(live: Live, amal: Person) -> None:
    await live.says(amal, "/topics")
    shown = amal.last
    assert shown
    message = amal.messages[shown.id]
    assert message.markup
    message.markup["inline_keyboard"][0][0]["callback_data"] = "9|x|y"
    assert "لا يمكن العمل بهذا الزر" in await live.is_alerted(amal, shown.buttons[0].text)
    for data, way in (("1|digest|999||1", "/latest"), ("1|search|||1", "/search"), ("1|narrow|c:TJ||0", "/search")):
        message.markup["inline_keyboard"][0][0]["callback_data"] = data
        assert way in await live.is_alerted(amal, shown.buttons[0].text)
    message.markup["inline_keyboard"][0][0]["callback_data"] = "1|follow|s:no-such-topic|subjects|0"
    await live.presses(amal, shown.buttons[0].text)
    assert await live.followed() == {}


async def test_the_menus_are_written_in_every_language(live: Live) -> None:
    english, arabic = live.telegram.person(8, language="en"), live.telegram.person(9, language="ar")
    assert [one["command"] for one in english.commands] == [one["command"] for one in arabic.commands]
    assert english.commands[0] == {"command": "latest", "description": "Latest articles"}
    assert arabic.commands[0] == {"command": "latest", "description": "أحدث الأخبار"}
