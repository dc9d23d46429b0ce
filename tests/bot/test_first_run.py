"""The first run: three taps in one message, and an article as an example."""

from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select

from db.tables import chats, deliveries, follows, subscribers
from locales import END_ISOLATE, ISOLATE
from sandbox.screen import Button
from sandbox.site import SampleArticle
from tests.live import Live, unseen


def labels(live: Live, person: object) -> list[str]:
    assert hasattr(person, "last")
    return [button.text for button in person.last.buttons]


async def test_three_taps_in_one_message(live: Live) -> None:
    amal = live.telegram.person(1, first_name="أمل", language="ar")
    assert "أهلًا بكم في موقع النماذج" in await live.says(amal, "/start")
    first = amal.last
    assert first
    assert [text for text in labels(live, amal) if text.startswith("🕒")] == []  # nothing is chosen yet
    await live.presses(amal, "📰")
    await live.presses(amal, "🕒")
    assert "كيف تصل الأخبار؟" in amal.screen[-1].text
    await live.presses(amal, "⚡")
    shown = next(message for message in amal.screen if message.id == first.id)
    assert "تمّ. سيصلكم هنا كل جديد." in shown.text
    assert len([message for message in amal.screen if message.by_bot]) <= 2  # that message, and the example


async def test_the_example_is_the_newest_fitting_article_and_never_comes_again(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    await live.says(amal, "/start")
    await live.presses(amal, "📰")
    await live.presses(amal, "🕒")
    await live.presses(amal, "⚡")
    newest = live.site.published[-1][0]
    await live.hears_of(amal, newest.title)
    assert await live.ask(select(func.count()).select_from(deliveries)) == 1
    bilal = live.telegram.person(2, language="ar")
    await live.says(bilal, "/start")
    await live.presses(bilal, "📰")
    await live.presses(bilal, "🕒")
    await live.presses(bilal, "🔕")
    await live.hears_of(bilal, newest.title)
    assert bilal.last
    assert bilal.last.silent
    assert len(live.telegram.sent_to(1)) == 2


async def test_nothing_is_followed_until_a_tap(live: Live) -> None:
    amal = live.telegram.person(1)
    await live.says(amal, "/start")
    assert await live.ask(select(func.count()).select_from(follows)) == 0


async def test_a_persons_language_is_taken_and_can_be_changed_at_any_step(live: Live) -> None:
    lea = live.telegram.person(1, language="fr")
    assert "Bienvenue" in await live.says(lea, "/start")
    assert "Welcome" in await live.presses(lea, "English")
    assert "欢迎" in await live.presses(lea, "中文")
    assert "أهلًا" in await live.presses(lea, "العربية")
    assert await live.ask(select(subscribers.c.language)) == "ar"


async def test_who_speaks_none_of_the_four_gets_the_default(live: Live) -> None:
    assert "أهلًا" in await live.says(live.telegram.person(1, language="de"), "/start")


async def test_who_comes_back_sees_what_is_followed(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    await live.says(amal, "متابعة طاجيكستان")
    assert "طاجيكستان" in await live.says(amal, "/start")


async def test_a_link_to_a_topic_follows_it(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    assert "السياسة الخارجية" in await live.says(amal, "/start t_diplomacy")
    assert await live.ask(select(follows.c.tag)) == "s:diplomacy"


async def test_who_follows_a_topic_can_share_it_and_who_opens_that_follows_it(live: Live) -> None:
    amal, badr = (live.telegram.person(number, language="ar") for number in (1, 2))
    link = "https://t.me/sample_bot?start=t_TJ"
    for said in ("/follow طاجيكستان", "طاجيكستان"):
        await live.says(amal, said)
        shown = amal.last
        assert shown
        assert parse_qs(urlsplit(str(find(shown.buttons, "🔗").url)).query)["url"] == [link]
    badr.follows(link)
    await live.hears_of(badr, "طاجيكستان")
    assert await live.ask(select(func.count()).select_from(follows).where(follows.c.tag == "c:TJ")) == 2


async def test_what_is_shared_of_an_article_opens_it_in_the_bot(live: Live) -> None:
    amal, badr = (live.telegram.person(number, language="ar") for number in (1, 2))
    await live.says(amal, "/article 2")
    shown = amal.last
    assert shown
    (text,) = parse_qs(urlsplit(str(find(shown.buttons, "🔗").url)).query)["text"]
    badr.follows(text.splitlines()[-1])
    title = live.site.published[1][0].title
    await live.telegram.until(lambda: any(title in message.text for message in badr.screen))


def find(buttons: Iterable[Button], label: str) -> Button:
    return next(button for button in buttons if button.text.startswith(label))


async def test_a_link_to_an_article_opens_it(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    assert live.site.published[0][0].title in await live.says(amal, "/start a_1")


async def test_an_unknown_payload_gives_the_plain_welcome(live: Live) -> None:
    assert "أهلًا" in await live.says(live.telegram.person(1, language="ar"), "/start x_whatever")


async def test_no_name_of_a_reader_is_kept(live: Live) -> None:
    canary = live.telegram.person(1, first_name="كناري", last_name="سري", username="canary_user", language="ar")
    await live.says(canary, "/start")
    await live.presses(canary, "📰")
    async with live.app.database.read() as connection:
        kept = []
        for table in chats.metadata.sorted_tables:
            kept += [str(row) for row in (await connection.execute(select(table))).all()]
    assert [row for row in kept if "كناري" in row or "canary_user" in row or "سري" in row] == []


async def test_an_article_arrives_once_for_whoever_asked_and_looks_right(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    await live.says(amal, "متابعة طاجيكستان")
    article = SampleArticle(
        slug="test-water",
        title="PDF & طاجيكستان: اتفاق على «المياه» <ثلاثة> بنود",
        lead="وقّع وزيرا خارجية الصين وطاجيكستان اتفاقًا في دوشنبه، ونمو التبادل > 5%.",
        body="نص أول.\n\nنص تجريبي.",
        categories=("سياسة خارجية",),
    )
    live.site.publish(article)
    await live.hears_of(amal, "المياه")
    shown = amal.last
    assert shown
    assert shown.text.splitlines()[0] == f"\u200f{article.title}"
    assert article.lead in shown.text
    assert f"{ISOLATE}موقع النماذج{END_ISOLATE} · " in shown.text
    assert "السياسة الخارجية · طاجيكستان" in unseen(shown.text)
    assert "/article_4" in shown.text
    assert [button.text.split()[0] for button in shown.buttons] == ["📖", "💬", "🔗", "⚙️"]
    assert shown.buttons[0].url == f"{live.site.url}/test-water/"
    assert {entity["type"] for entity in shown.entities} >= {"bold", "date_time", "bot_command"}
    assert shown.preview["url"] == f"{live.site.url}/test-water/"
