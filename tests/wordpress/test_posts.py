"""Posts of a real WordPress: found, read by its API and by its feed, and brought to who asked; each once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from db.store import articles, topics
from jobs.discover import discover
from jobs.fetcher import Fetcher
from newsroom.amendments import Amendment
from tests.fakes import Tellings
from tests.wordpress.conftest import Newsroom
from tests.wordpress.site import LINKS, WordPress, next_second, sample

pytestmark = pytest.mark.wordpress

FARMING, AGRICULTURE = "زراعة وغذاء", "s:agriculture"
BODY = """
بدأ مزارعو الوادي حصاد الذرة هذا الأسبوع، بعد موسم تأخرت أمطاره حتى الصيف. ويقولون إن المحصول أقل مما كان.

نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة.
"""


@pytest.fixture(params=["api", "feed"])
def source(request: pytest.FixtureRequest, site: WordPress) -> str:
    """Both ways in which the site is read."""
    return site.posts_url if request.param == "api" else site.feed_url


@pytest.fixture
async def plain(site: WordPress) -> AsyncIterator[WordPress]:
    """The site without pretty links, as WordPress is before anybody sets them."""
    await site.do("set_links", "")
    yield site
    await site.do("set_links", LINKS)


async def test_the_site_s_bare_address_leads_to_its_api(site: WordPress, fetcher: Fetcher) -> None:
    found = await discover(site.url, fetcher, datetime.now(UTC))
    assert found.url == site.posts_url
    assert found.feed.items


async def test_a_site_without_pretty_links_is_read_by_its_api_too(plain: WordPress, fetcher: Fetcher) -> None:
    found = await discover(plain.url, fetcher, datetime.now(UTC))
    assert found.url == f"{plain.url}/index.php?rest_route=/wp/v2/posts"
    assert found.feed.items


async def test_what_was_there_is_archive_and_a_new_post_reaches_who_asked(
    site: WordPress, newsroom: Newsroom, source: str
) -> None:
    old, new = sample("صوامع الحبوب تمتلئ"), sample("قطار القمح يصل إلى تيانجين")
    await newsroom.stage.reader(1, AGRICULTURE)
    await site.publish(old, BODY, [FARMING])
    await newsroom.begin(source)
    await next_second()
    await site.publish(new, BODY, [FARMING])
    await newsroom.bring()
    assert len(await newsroom.find(old)) == 1
    (text,) = newsroom.stage.shown(1)
    assert new in text


async def test_what_plugins_hang_below_a_post_is_no_part_of_it(
    site: WordPress, newsroom: Newsroom, source: str, fetcher: Fetcher
) -> None:
    title = sample("جسر المشاة يصل بين الضفتين")
    await newsroom.begin(source)
    await next_second()
    await site.publish(title, BODY)
    told = (await fetcher.fetch(source)).body or b""
    assert "sharedaddy" in told.decode()
    assert "yarpp" in told.decode()
    await newsroom.read()
    ((_, _, body, _),) = await newsroom.find(title)
    assert body.split() == BODY.split()


async def test_a_post_that_is_read_both_ways_comes_once(site: WordPress, newsroom: Newsroom) -> None:
    title = sample("سوق الشاي يفتح أبوابه في يوننان")
    await newsroom.stage.reader(1, AGRICULTURE)
    await newsroom.begin(site.posts_url, site.feed_url)
    await next_second()
    await site.publish(title, BODY, [FARMING])
    for _ in range(2):
        await newsroom.bring()
    assert len(await newsroom.find(title)) == 1
    assert newsroom.stage.received(1) == 1


async def test_an_unchanged_feed_is_a_304_by_either_validator_until_a_post_comes(
    site: WordPress, fetcher: Fetcher
) -> None:
    first = await fetcher.fetch(site.feed_url)
    assert first.etag
    assert first.last_modified
    for validators in ((first.etag, None), (None, first.last_modified), (first.etag, first.last_modified)):
        assert (await fetcher.fetch(site.feed_url, *validators)).body is None
    await next_second()
    await site.publish(sample("بساتين التفاح في شنشي"), BODY)
    assert (await fetcher.fetch(site.feed_url, first.etag, first.last_modified)).body


async def test_what_did_not_change_costs_nothing(site: WordPress, newsroom: Newsroom, source: str) -> None:
    await newsroom.begin(source)
    for _ in range(2):
        await newsroom.read()
    assert newsroom.meter.counted == {"polls/changed": 1, "polls/unchanged": 2}


async def test_an_edited_post_is_corrected_where_readers_have_it(
    site: WordPress, newsroom: Newsroom, source: str
) -> None:
    wrong, right = sample("محصول الأرز يتراجع حول البحيرة"), sample("محصول الأرز يزيد حول البحيرة")
    await newsroom.stage.reader(1, AGRICULTURE)
    await newsroom.begin(source)
    await next_second()
    post = await site.publish(wrong, BODY, [FARMING])
    await newsroom.bring()
    await next_second()
    await site.edit(post, title=right)
    await newsroom.bring()
    (text,) = newsroom.stage.shown(1)
    assert right in text
    ((_, version, *_),) = await newsroom.find(right)
    assert version == 2
    assert [call.method for call in newsroom.stage.telegram.calls if call.is_sent] == ["sendMessage"]


async def test_what_editors_take_away_is_asked_about_once(site: WordPress, newsroom: Newsroom, source: str) -> None:
    await newsroom.begin(source)
    await next_second()
    posts = [await site.publish(sample("خبر لا يبقى"), BODY) for _ in range(3)]
    await newsroom.read()
    await next_second()
    await site.trash(posts[0])
    await site.edit(posts[1], status="draft")
    await site.edit(posts[2], title=sample("خبر يبقى"))
    for _ in range(2):
        await newsroom.read()
    assert isinstance(newsroom.collector.teller, Tellings)
    assert [what for what, _ in newsroom.collector.teller.told] == ["withdrawn", "withdrawn"]


async def test_what_only_editors_or_a_password_see_is_not_read(
    site: WordPress, newsroom: Newsroom, source: str
) -> None:
    hidden, shown = sample("خبر لا يراه القراء"), sample("خبر يراه القراء")
    await newsroom.begin(source)
    await next_second()
    in_an_hour = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    ways = [{"status": status} for status in ("draft", "pending", "private")]
    for how in (*ways, {"password": "سمسم"}, {"status": "future", "date_gmt": in_an_hour}):
        await site.publish(hidden, BODY, **how)
    await site.publish(shown, BODY)
    await newsroom.read()
    assert len(await newsroom.find(shown)) == 1
    assert await newsroom.count(hidden) == 0


async def test_a_scheduled_post_is_read_when_its_time_has_come(
    site: WordPress, newsroom: Newsroom, source: str
) -> None:
    title = sample("معرض البذور يُفتتح")
    number = await site.do("schedule", title, BODY)
    await site.publish(sample("خبر بعد الجدولة"), BODY)  # edited later than what was scheduled
    await newsroom.begin(source)
    assert await newsroom.find(title) == []
    await next_second()
    await site.do("come_due", number)
    await newsroom.read()
    assert len(await newsroom.find(title)) == 1


async def test_categories_in_arabic_become_topics_even_one_that_is_never_guessed(
    site: WordPress, newsroom: Newsroom, source: str
) -> None:
    title = sample("ما بين السطور")
    await newsroom.begin(source)
    await next_second()
    await site.publish(title, "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة.", ["رأي", "آسيا الوسطى"])
    await newsroom.read()
    ((number, _, _, categories),) = await newsroom.find(title)
    assert set(categories) == {"رأي", "آسيا الوسطى"}
    async with newsroom.stage.scene.database.read() as connection:
        why = await articles.list_reasons(connection, number)
    assert [why[tag][0].zone for tag in ("s:opinion", "r:central-asia")] == ["category", "category"]


async def test_a_category_means_the_topic_that_editors_gave_it_to(site: WordPress, newsroom: Newsroom) -> None:
    title = sample("ما وراء البحار")
    await newsroom.begin(site.posts_url)
    async with newsroom.stage.scene.database.write() as connection:
        said = Amendment(categories={"ar": ("العالم",)})
        await topics.put(connection, "s:diplomacy", said, "50", newsroom.stage.scene.clock())
    newsroom.collector.topics.look_again()
    await site.publish(title, "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة.", ["العالم"])
    await newsroom.read()
    ((number, *_),) = await newsroom.find(title)
    async with newsroom.stage.scene.database.read() as connection:
        assert "s:diplomacy" in await articles.list_reasons(connection, number)


async def test_the_feed_of_a_category_is_a_source_with_all_that_is_filed_below_it(
    site: WordPress, newsroom: Newsroom
) -> None:
    titles = [sample("محطة على الطريق"), sample("محطة أخرى")]
    await newsroom.begin(f"{site.url}/category/العالم/feed/")
    await next_second()
    for title, category in zip(titles, ("آسيا الوسطى", "اقتصاد"), strict=True):
        await site.publish(title, BODY, [category])
    await newsroom.read()
    assert [len(await newsroom.find(title)) for title in titles] == [1, 0]


async def test_more_posts_than_a_page_holds_changed_in_one_second_are_all_read(
    site: WordPress, newsroom: Newsroom
) -> None:
    title = sample("مادة من الأرشيف القديم")
    await newsroom.begin(site.posts_url)
    await next_second()
    await site.do("move_in", title, 60)
    for _ in range(4):
        await newsroom.read()
    await site.do("move_out", title)
    assert await newsroom.count(title) == 60
