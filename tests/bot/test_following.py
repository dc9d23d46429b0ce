"""Following by name: several at once, what was so already, what nothing is called, what is ended."""

import pytest
from sqlalchemy import func, select

from db.tables import deliveries, prompts, pushes, subscribers
from sandbox import Person
from tests.live import Live


def said_to(live: Live, chat_id: int) -> list[str]:
    return [call.params["text"] for call in live.telegram.sent_to(chat_id)]


async def test_what_is_new_and_what_was_so_already_are_told_in_one_answer(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    text = await live.says(amal, "/follow طاجيكستان، الرياضة")
    assert "أُضيف إلى قائمة المتابعة: الرياضة." in text
    assert "في قائمة المتابعة من قبل: طاجيكستان." in text


async def test_several_unknown_names_are_told_together(live: Live, amal: Person) -> None:
    text = await live.says(amal, "/follow لاشيءهنا، ولاهناك أبدا")
    assert "لا مواضيع بهذه الأسماء: لاشيءهنا، ولاهناك أبدا" in text
    assert len(said_to(live, 1)) == 1


async def test_a_long_name_is_said_back_in_short(live: Live, amal: Person) -> None:
    text = await live.says(amal, "/follow " + "كلمة " * 300)
    assert len(text) < 200


async def test_ten_names_are_read_and_the_rest_is_told(live: Live, amal: Person) -> None:
    names = "TJ,KZ,UZ,KG,TM,IR,IQ,EG,MA,TN,DZ"
    assert "عشرة أسماء" in await live.says(amal, f"/follow {names}")
    assert len(await live.followed()) == 10
    assert "c:DZ" not in await live.followed()


async def test_following_china_says_what_that_is(live: Live, amal: Person) -> None:
    assert "كل الأخبار" in await live.says(amal, "متابعة الصين")


async def test_everything_cannot_be_muted(live: Live, amal: Person) -> None:
    assert "/stop" in await live.says(amal, "/mute كل الأخبار")
    assert await live.followed() == {}


async def test_what_is_to_end_is_looked_for_among_what_is_followed(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow KR")
    assert "حُذف" in await live.says(amal, "/unfollow كوريا")
    assert await live.followed() == {}


async def test_ending_without_a_name_shows_what_can_be_ended(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow TJ")
    await live.says(amal, "/unfollow")
    await live.presses(amal, "✅ طاجيكستان")
    assert await live.followed() == {}
    assert await live.ask(select(func.count()).select_from(prompts)) == 0


async def test_a_wrong_answer_keeps_the_prompt_and_another_command_ends_it(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow")
    assert "لا موضوع باسم" in await live.says(amal, "لاشيءهنا أبدا")
    assert await live.ask(select(prompts.c.command)) == "follow"
    await live.says(amal, "طاجيكستان")
    assert await live.followed() == {"c:TJ": False}
    await live.says(amal, "/mute")
    await live.says(amal, "/latest")
    assert await live.ask(select(prompts.c.command)) is None


async def test_who_had_stopped_and_follows_again_gets_news_again(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow TJ")
    await live.says(amal, "/stop")
    assert "الإرسال موقوف" in await live.says(amal, "/following")
    assert await live.ask(select(subscribers.c.state)) == "stopped"
    assert "استؤنف الإرسال" in await live.says(amal, "/follow KZ")
    assert await live.ask(select(subscribers.c.state)) == "active"


async def test_the_name_of_a_topic_offers_it_and_its_newest(live: Live, amal: Person) -> None:
    await live.says(amal, "طاجيكستان؟")
    assert "الأحدث: طاجيكستان" in await live.presses(amal, "🆕")
    await live.presses(amal, "➕ طاجيكستان")
    assert await live.followed() == {"c:TJ": False}
    assert "من قبل" in await live.says(amal, "طاجيكستان 🇹🇯")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("شكرًا!", "على الرحب"),
        ("Français", "français"),
        ("English.", "English"),
        ("no", "ليس هناك ما يُلغى"),
        ("is", "لا شيء في الأرشيف"),
        ("طاجكستان", "هل المقصود"),
        ("«الأحدث»", "أحدث الأخبار"),
        ("الأحدث كوريا", "أي «كوريا»"),
        ("الأحدث طاجكستان", "هل المقصود"),
        ("?", "/follow"),
    ],
)
async def test_words_are_understood_through_what_stands_around_them(
    live: Live, amal: Person, said: str, told: str
) -> None:
    assert told in await live.says(amal, said)


@pytest.mark.parametrize("said", ["/language en-US", "/language anglais", "/language الإنجليزية", "/language 英语"])
async def test_a_language_is_known_by_its_name_in_any_language(live: Live, amal: Person, said: str) -> None:
    assert "English" in await live.says(amal, said)
    assert await live.ask(select(subscribers.c.language)) == "en"


async def test_an_example_does_not_come_of_a_push_that_people_hold_back(live: Live, amal: Person) -> None:
    await live.says(amal, "/start")
    await live.presses(amal, "📰")
    newest = live.site.published[-1][0]
    async with live.app.database.write() as connection:
        moment = live.app.clock()
        held = {"lane": 2, "state": "paused", "due_at": moment, "created_at": moment, "planned_at": moment}
        await connection.execute(pushes.insert().values(story_id=3, **held))
    await live.presses(amal, "🕒")
    assert "مثالًا" not in await live.presses(amal, "⚡")
    assert await live.ask(select(func.count()).select_from(deliveries)) == 0
    assert newest.title not in " ".join(said_to(live, 1))


async def test_an_article_link_shows_a_newcomer_the_way_in_after_it(live: Live, amal: Person) -> None:
    amal.writes("/start a_1")
    await live.hears_of(amal, "أهلًا بكم")
    first, second = said_to(live, 1)
    assert live.site.published[0][0].title in first
    assert "أهلًا بكم" in second
