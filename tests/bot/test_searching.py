"""Searching the archive by command, by words, by buttons, and from any chat."""

import pytest
from sqlalchemy import exists, select

from bot.hits import write_snippet
from bot.queries import operators, read_shown
from db.meanings import indexing
from db.tables import articles, inbox, metadata, outbox, prompts
from newsroom.snippets import Snippet
from sandbox import Person
from sandbox.inline import Offer
from sandbox.site import SampleArticle
from tests.live import Live

BALLOONS = 12  # articles about balloons


@pytest.fixture
async def archive(live: Live) -> Live:
    """A running newsroom whose archive is indexed."""
    await live.until(select(indexing.c.id).where(indexing.c.below == 1))
    return live


@pytest.fixture
async def balloons(archive: Live) -> Live:
    """The same with more articles on one thing than fit on a page; every third is about Egypt."""
    for number in range(BALLOONS):
        place = "في مصر" if number % 3 == 0 else "في الحديقة"
        body = f"حلّق المنطاد {place} مع طائرات أخرى <و> غيرها."
        archive.site.publish(SampleArticle(f"balloon-{number}", f"منطاد جديد رقم {number} {place}", body, body))
    await archive.until(select(articles.c.id).where(articles.c.id == 3 + BALLOONS))
    return archive


async def test_a_search_shows_titles_and_the_words_in_bold(archive: Live, amal: Person) -> None:
    text = await archive.says(amal, "/search الشاحنات كولما")
    assert text.startswith("بحث: الشاحنات كولما\nخبر واحد\n\n▪️ نفق جديد تحت جبال بامير")
    assert "/article_2" in text
    assert amal.last
    assert "<b>الشاحنات</b>" in amal.last.html
    assert "<b>كولما</b>" in amal.last.html


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("بحث عن الشاحنات كولما", 2),
        ("بحث عن «معبر كولما»", 2),
        ("search كولما", 2),
        ("الشاحنات تعبر شتاء", 2),
        ("«مياه الأنهار العابرة»", 1),
        ("حاويات -نفق", 3),
    ],
)
async def test_words_are_looked_for_without_a_command(archive: Live, amal: Person, said: str, number: int) -> None:
    text = await archive.says(amal, said)
    assert next(line for line in text.splitlines() if "/article_" in line).endswith(f"/article_{number}")


async def test_a_search_without_words_asks_for_them(archive: Live, amal: Person) -> None:
    assert "ما المطلوب من الأرشيف" in await archive.says(amal, "/search")
    assert "/article_2" in await archive.says(amal, '"معبر كولما"')
    assert await archive.ask(select(prompts.c.command)) is None


async def test_pages_are_turned_and_come_back(balloons: Live, amal: Person) -> None:
    first = await balloons.says(amal, "/search منطاد")
    assert first.startswith("بحث: منطاد\n12 خبرًا\n")
    assert [f"/article_{number}\n" in first for number in (15, 11, 10)] == [True, True, False]
    second = await balloons.presses(amal, "➡️")
    assert "/article_10\n" in second
    assert "/article_15\n" not in second
    assert "/article_4\n" in (await balloons.presses(amal, "➡️")) + "\n"
    assert await balloons.presses(amal, "⬅️") == second
    assert amal.last
    assert "&lt;و&gt;" in amal.last.html


async def test_hits_are_narrowed_to_a_topic_and_to_the_last_days(balloons: Live, amal: Person) -> None:
    await balloons.says(amal, "/search منطاد")
    narrowed = await balloons.presses(amal, "🗂 ضمن")
    assert narrowed.startswith("بحث: منطاد #")
    assert "12 خبرًا" not in narrowed
    await balloons.says(amal, "/search منطاد")
    lately = await balloons.presses(amal, "🕒")
    assert "بعد:20" in lately
    assert "12 خبرًا" in lately


async def test_where_nothing_is_found_there_is_a_way_on(archive: Live, amal: Person) -> None:
    assert "لا شيء في الأرشيف عن «كلام لم يقله أحد»" in await archive.says(amal, "كلام لم يقله أحد")
    assert amal.last
    assert amal.last.button("🆕")
    assert amal.last.button("🗂")
    await archive.says(amal, "/search طاجكستان")
    assert amal.last.button("🆕 طاجيكستان")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/search -نفق", "ليس في هذا ما يُبحث عنه"),
        ("/search نفق بعد:2026-13-01", "«2026-13-01» ليس تاريخًا"),
        ("/search نفق #لاموضوع", "لا موضوع باسم «لاموضوع»"),
        ("🙂", "لم يُعرف المقصود"),
    ],
)
async def test_what_cannot_be_looked_for_is_told(archive: Live, amal: Person, said: str, told: str) -> None:
    assert told in await archive.says(amal, said)


async def test_a_topic_and_a_day_narrow_what_is_typed(archive: Live, amal: Person) -> None:
    assert "3 أخبار" in await archive.says(amal, "/search #آسيا_الوسطى")
    assert "خبر واحد" in await archive.says(amal, "/search #كازاخستان حدود")
    assert "لا شيء" in await archive.says(amal, "/search حدود قبل:2020")
    assert "3 أخبار" in await archive.says(amal, "/search #آسيا_الوسطى بعد:2020")


async def test_the_name_of_a_topic_can_be_looked_for_too(archive: Live, amal: Person) -> None:
    await archive.says(amal, "طاجيكستان")
    assert (await archive.presses(amal, "🔎")).startswith("بحث: طاجيكستان\n")


async def test_everybody_in_a_group_can_search_and_turn_pages(balloons: Live, amal: Person) -> None:
    group, member = balloons.telegram.group(-1005, title="مجموعة"), balloons.telegram.person(8, language="ar")
    group.admits(amal, admin=True)
    group.admits(member)
    group.adds_bot(by=amal)
    group.hears(member, "/search@sample_bot منطاد")
    await balloons.telegram.until(lambda: group.last and "12 خبرًا" in group.last.text)
    group.presses(member, "➡️")
    await balloons.telegram.until(lambda: group.last and "/article_10" in group.last.text)


async def test_nothing_that_was_looked_for_is_kept(archive: Live, amal: Person) -> None:
    await archive.says(amal, "/search كلمتيالسرية")
    amal.types("كلمتيالسرية")
    await archive.telegram.until(lambda: amal.offers)
    await archive.until(select(~exists().where(inbox.c.payload.is_not(None))))
    await archive.until(select(~exists().where(outbox.c.payload != b"")))
    async with archive.app.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            assert "كلمتيالسرية" not in "".join(
                value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )


async def test_articles_are_offered_in_any_chat(archive: Live, amal: Person) -> None:
    amal.types("الشاحنات")
    await archive.telegram.until(lambda: amal.offers)
    offer = amal.offers[-1]
    assert [result["id"] for result in offer.results] == ["3.1", "2.1"]
    assert "الشاحنات" in offer.results[1]["description"]
    assert offer.next_offset == ""
    shown = amal.screen[-1] if amal.picks("2.1") else None
    assert shown
    assert "نفق جديد" in shown.text
    assert [button.url is not None for button in shown.buttons] == [True, True, True]


async def test_before_anything_is_typed_the_newest_are_offered_page_by_page(balloons: Live, amal: Person) -> None:
    for number in range(10):
        balloons.site.publish(SampleArticle(f"more-{number}", f"خبر آخر {number}", "نص", f"نص {number}"))
    await balloons.until(select(articles.c.id).where(articles.c.id == 25))
    amal.types("")
    await balloons.telegram.until(lambda: amal.offers)
    assert numbers_of(amal.offers[-1]) == [*range(25, 5, -1)]
    amal.types("", offset=amal.offers[-1].next_offset)
    await balloons.telegram.until(lambda: len(amal.offers) == 2)
    assert numbers_of(amal.offers[-1]) == [*range(5, 0, -1)]
    assert amal.offers[-1].next_offset == ""


def numbers_of(offer: Offer) -> list[int]:
    """Answer which articles are offered; a page that is read meanwhile makes another version of one."""
    return [int(result["id"].partition(".")[0]) for result in offer.results]


async def test_an_article_that_was_put_into_the_chat_is_not_answered(archive: Live, amal: Person) -> None:
    await archive.says(amal, "/start")
    amal.types("نفق")
    await archive.telegram.until(lambda: amal.offers)
    amal.picks(amal.offers[-1].results[0]["id"])
    assert "لا شيء" in await archive.says(amal, "كلام لم يقله أحد")
    assert len([shown for shown in amal.screen if shown.by_bot]) == 2


async def test_offers_speak_the_language_of_the_reader(archive: Live) -> None:
    wei = archive.telegram.person(7, first_name="Wei", language="zh")
    wei.types("نفق")
    await archive.telegram.until(lambda: wei.offers)
    assert "年" in wei.offers[-1].results[0]["input_message_content"]["message_text"]


def test_a_snippet_is_escaped_and_set_in_its_direction() -> None:
    assert write_snippet(Snippet("<b> قمة", ((4, 7),)), rtl=True) == "\u200f&lt;b&gt; <b>قمة</b>"
    assert write_snippet(Snippet("قمة"), rtl=True) == "قمة"


def test_the_words_before_a_day_are_those_of_all_languages() -> None:
    assert {operators()[word] for word in ("after", "بعد", "之后", "apres")} == {"after"}
    assert {operators()[word] for word in ("before", "قبل", "之前", "avant")} == {"before"}


def test_the_query_is_read_from_the_message_that_shows_it() -> None:
    assert read_shown("بحث: \u2068قمة «دوشنبه»\u2069\nخبر واحد") == "قمة «دوشنبه»"
    assert read_shown("غيره") == ""
