"""Hubs, from the feed that names one to the poll that its push brings about, over a real hub and the real web face."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from db.collecting import hubs
from db.store import sources, workers
from db.store.hubs import find
from db.store.topics import Topics
from db.tables import sources as sources_table
from jobs.collect import Collector
from jobs.fetcher import Fetcher
from jobs.websub import HubAsker, HubJudge
from newsroom.taxonomy import Taxonomy, Topic
from newsroom.websub import BREATH
from tests.fakes import CountingMeter, Tellings
from tests.hub import SHORTEST, Newsroom, open_hub, serving_calls
from tests.scene import Scene
from tests.written import open_site
from web.websub import HUBS_PATH, LARGEST_PUSH, HubCalls

TAXONOMY = Taxonomy({"all": Topic("all", {"en": "All news"})})
KEY = 43  # characters of 32 bytes


@pytest.fixture
async def newsroom(scene: Scene) -> AsyncIterator[Newsroom]:
    meter, calls = CountingMeter(), CountingMeter()
    async with (
        open_site() as site,
        open_hub() as hub,
        serving_calls(HubCalls(scene.database, scene.clock, calls)) as public,
        Fetcher("Qasid/test", allow_private=True) as fetcher,
    ):
        judge = HubJudge(scene.database, scene.lease, SHORTEST)
        topics = Topics(scene.database, TAXONOMY)
        collector = Collector(scene.database, fetcher, topics, scene.lease, meter, Tellings(), SHORTEST, judge)
        asker = HubAsker(scene.database, fetcher, scene.lease, public + HUBS_PATH)
        yield Newsroom(scene, site, hub, collector, asker, calls)


async def test_a_hub_that_a_feed_names_is_asked_with_keys_that_only_it_knows(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    (asked,) = newsroom.hub.asked
    token = await newsroom.scene.one(select(hubs.c.token))
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", f"{newsroom.site.url}/f")
    assert asked["hub.callback"] == f"{newsroom.asker.callback}/{token}"
    assert (len(token), len(asked["hub.secret"])) == (KEY, KEY)
    assert token != asked["hub.secret"]
    assert await newsroom.kept() == ("asked", 240, 216, "")


async def test_a_push_brings_its_article_at_once_and_the_source_is_polled_seldom_from_then_on(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe()
    assert not await newsroom.is_polled_seldom()
    newsroom.publish(2, 1)
    newsroom.scene.clock.move(minutes=1)
    await newsroom.poll()
    assert await newsroom.titles() == ["خبر 1"]
    assert await newsroom.hub.push() == 202
    await newsroom.poll()
    assert await newsroom.titles() == ["خبر 1", "خبر 2"]
    assert await newsroom.is_polled_seldom()
    assert newsroom.pushes() == {"taken": 1}


async def test_every_hash_of_the_standard_is_taken(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    for method in ("sha1", "sha256", "sha384", "sha512"):
        assert await newsroom.hub.push(method=method) == 202
    assert newsroom.pushes() == {"taken": 4}


@pytest.mark.parametrize("signature", ["", "sha256=00", "md5=0", "sha256=é"])
async def test_a_push_that_is_not_rightly_signed_is_acknowledged_and_ignored(
    newsroom: Newsroom, signature: str
) -> None:
    await newsroom.subscribe()
    newsroom.publish(2, 1)
    newsroom.scene.clock.move(minutes=1)
    assert await newsroom.hub.push(signature=signature) == 202
    await newsroom.poll()
    assert await newsroom.titles() == ["خبر 1"]
    assert newsroom.pushes() == {"unsigned": 1}


async def test_a_signature_of_other_words_is_wrong(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    hub = newsroom.hub
    async with hub.calls.post(hub.asked[0]["hub.callback"], data=b"<rss/>", headers={"X-Hub-Signature": "x"}) as answer:
        assert answer.status == 202
    assert newsroom.pushes() == {"unsigned": 1}


async def test_a_push_that_is_larger_than_any_feed_is_refused(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    assert await newsroom.hub.push(bytes(LARGEST_PUSH)) == 202
    assert await newsroom.hub.push(bytes(LARGEST_PUSH + 1)) == 413
    assert newsroom.pushes() == {"taken": 1, "large": 1}


async def test_only_what_was_asked_is_verified(newsroom: Newsroom) -> None:
    newsroom.hub.verifies = False
    await newsroom.subscribe()
    assert await newsroom.kept() == ("asked", None, round(5 / 60, 2), "")
    assert await newsroom.hub.verify(topic="https://other.example/feed") == (404, "")
    assert await newsroom.hub.verify(mode="unsubscribe") == (404, "")
    assert await newsroom.hub.verify(mode="x") == (404, "")
    async with newsroom.hub.calls.get(f"{newsroom.asker.callback}/{'x' * KEY}") as answer:
        assert answer.status == 404
    assert await newsroom.kept() == ("asked", None, round(5 / 60, 2), "")
    assert await newsroom.hub.verify(challenge="بينغ") == (404, "")
    assert await newsroom.hub.verify(challenge="<b>x</b>") == (200, "<b>x</b>")
    assert await newsroom.kept() == ("asked", 240, 216, "")


async def test_a_hub_that_does_not_verify_is_asked_ever_more_seldom(newsroom: Newsroom) -> None:
    newsroom.hub.verifies = False
    await newsroom.subscribe()
    waits = []
    for _ in range(12):
        due_at = await newsroom.scene.one(select(hubs.c.due_at))
        waits.append((due_at - newsroom.scene.clock()) / timedelta(minutes=1))
        newsroom.scene.clock.moment = due_at
        await newsroom.asker.step()
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 24 * 60
    assert len(newsroom.hub.asked) == 13
    assert len({asked["hub.callback"] for asked in newsroom.hub.asked}) == 1


@pytest.mark.parametrize("status", [404, 500, 302])
async def test_a_hub_that_answers_with_an_error_is_asked_again_and_the_source_is_polled_as_ever(
    newsroom: Newsroom, status: int
) -> None:
    newsroom.hub.status = status
    await newsroom.subscribe()
    state, until, due, reason = await newsroom.kept() or ("", None, 0, "")
    assert (state, until, due) == ("asked", None, round(5 / 60, 2))
    assert f"HTTP {status}" in reason
    assert not await newsroom.is_polled_seldom()
    newsroom.hub.status = 202
    await newsroom.poll(minutes=6)
    assert await newsroom.kept() == ("asked", 240, 216, "")


async def test_a_hub_that_is_down_keeps_nothing_from_being_read(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    newsroom.publish(2, 1, hub="http://127.0.0.1:1/")
    await newsroom.poll(minutes=6)
    kept = await newsroom.kept()
    assert kept
    assert (kept[0], kept[3].startswith("no connection")) == ("asked", True)
    assert await newsroom.titles() == ["خبر 1", "خبر 2"]


async def test_a_lease_is_renewed_before_its_end_and_the_hub_is_relied_on_meanwhile(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    newsroom.hub.verifies = False
    await newsroom.poll(days=9, minutes=1)
    assert len(newsroom.hub.asked) == 2
    assert await newsroom.is_polled_seldom()
    assert await newsroom.hub.verify() == (200, "a-challenge")
    assert await newsroom.kept() == ("live", 240, 216, "")


async def test_a_lease_that_ended_is_relied_on_no_longer(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    newsroom.hub.status = 503
    await newsroom.poll(days=9, minutes=1)
    await newsroom.poll(days=1)
    newsroom.publish(3, 2, 1)
    await newsroom.poll(hours=2)
    assert not await newsroom.is_polled_seldom()
    kept = await newsroom.kept()
    assert kept
    assert (kept[0], kept[3]) == ("live", "HTTP 503")


async def test_a_hub_may_deny_at_any_time_and_is_asked_again_a_day_later(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    assert await newsroom.hub.verify(mode="denied", reason="لا نعرفكم") == (200, "")
    assert await newsroom.kept() == ("refused", None, 24, "it denied: لا نعرفكم")
    assert await newsroom.hub.verify() == (404, "")
    newsroom.publish(3, 2, 1)
    await newsroom.poll(hours=2)
    assert not await newsroom.is_polled_seldom()
    await newsroom.poll(days=1)
    assert await newsroom.kept() == ("asked", 240, 216, "")


async def test_a_hub_that_left_something_out_is_not_relied_on_for_a_day(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    await newsroom.poll(minutes=70)
    assert await newsroom.is_polled_seldom()
    newsroom.publish(3, 2, 1)
    await newsroom.poll(minutes=70)
    assert await newsroom.titles() == ["خبر 1", "خبر 2", "خبر 3"]
    assert not await newsroom.is_polled_seldom()
    assert await newsroom.kept() == ("refused", None, 24, "a poll found what it had not told of")
    newsroom.publish(4, 3, 2, 1)
    newsroom.scene.clock.move(minutes=1)
    assert await newsroom.hub.push() == 202  # it is heard all the same
    await newsroom.poll()
    assert await newsroom.titles() == ["خبر 1", "خبر 2", "خبر 3", "خبر 4"]
    assert not await newsroom.is_polled_seldom()
    await newsroom.poll(hours=25)
    newsroom.publish(5, 4, 3, 2, 1)
    newsroom.scene.clock.move(minutes=1)
    assert await newsroom.hub.push() == 202
    await newsroom.poll()
    assert await newsroom.is_polled_seldom()


async def test_a_push_that_brings_nothing_is_looked_after_as_without_a_hub(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    newsroom.scene.clock.move(minutes=1)
    assert await newsroom.hub.push() == 202
    await newsroom.poll()
    assert not await newsroom.is_polled_seldom()
    newsroom.publish(3, 2, 1)  # the site's own cache had not known
    await newsroom.poll(minutes=6)
    assert await newsroom.is_polled_seldom()
    assert (await newsroom.kept() or ("",))[0] == "live"


async def test_a_push_during_a_poll_is_followed_by_another(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    newsroom.scene.clock.move(minutes=70)
    async with newsroom.scene.database.write() as connection:
        (source,) = await sources.claim_due(connection, newsroom.scene.lease.id, (), 9, newsroom.scene.clock())
    newsroom.scene.clock.move(seconds=1)
    assert await newsroom.hub.push() == 202
    later = newsroom.scene.clock() + timedelta(hours=1)
    async with newsroom.scene.database.write() as connection:
        await sources.settle(connection, source, due_at=later)
    assert await newsroom.scene.one(select(sources_table.c.due_at)) == newsroom.scene.clock()


async def test_a_hub_that_tells_without_end_does_not_make_us_ask_without_end(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    polls = newsroom.site.asked.count("/f")
    for _ in range(3):
        assert await newsroom.hub.push() == 202
        await newsroom.poll()
    assert newsroom.site.asked.count("/f") == polls
    await newsroom.poll(seconds=BREATH.total_seconds())
    assert newsroom.site.asked.count("/f") == polls + 1


async def test_what_a_hub_told_of_is_asked_past_every_cache(newsroom: Newsroom) -> None:
    await newsroom.go_live()
    newsroom.publish(3, 2, 1)
    newsroom.scene.clock.move(minutes=1)
    await newsroom.hub.push()
    await newsroom.poll()
    await newsroom.poll(minutes=70)
    site = newsroom.site
    told = [told for path, told in zip(site.asked, site.cache_controls, strict=True) if path == "/f"]
    assert told == ["", "no-cache", "no-cache", ""]


async def test_another_hub_or_another_name_is_asked_for_anew_and_the_old_one_ends(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    newsroom.publish(1, topic="{url}/other")
    await newsroom.poll(minutes=10)
    first, second = newsroom.hub.asked
    assert (first["hub.topic"], second["hub.topic"]) == (f"{newsroom.site.url}/f", f"{newsroom.site.url}/other")
    assert first["hub.callback"] != second["hub.callback"]
    assert first["hub.secret"] != second["hub.secret"]
    newsroom.hub.asked.pop()
    assert await newsroom.hub.verify() == (404, "")
    assert await newsroom.hub.push() == 410
    assert newsroom.pushes() == {"unwanted": 1}


async def test_a_source_that_names_no_hub_any_more_has_none(newsroom: Newsroom) -> None:
    await newsroom.subscribe()
    newsroom.publish(1, hub="")
    await newsroom.poll(minutes=10)
    assert await newsroom.kept() is None


@pytest.mark.parametrize("end", ["paused", "gone", "removed"])
async def test_the_hub_of_a_source_that_is_collected_no_longer_is_forgotten(newsroom: Newsroom, end: str) -> None:
    await newsroom.go_live()
    url = f"{newsroom.site.url}/f"
    async with newsroom.scene.database.write() as connection:
        if end == "removed":
            assert await sources.remove(connection, url)
        else:
            await sources.set_state(connection, url, end, newsroom.scene.clock())
    assert await newsroom.hub.push() == 410
    assert await newsroom.hub.verify() == (404, "")
    await newsroom.asker.step()
    assert await newsroom.kept() is None


async def test_a_source_without_articles_is_removed_with_its_hub(newsroom: Newsroom) -> None:
    newsroom.publish()
    url = f"{newsroom.site.url}/f"
    async with newsroom.scene.database.write() as connection:
        await sources.add(connection, url, newsroom.scene.clock())
    await newsroom.poll()
    assert len(newsroom.hub.asked) == 1
    async with newsroom.scene.database.write() as connection:
        assert await sources.remove(connection, url)
    assert await newsroom.kept() is None
    assert await newsroom.scene.one(select(sources_table.c.id)) is None


async def test_two_workers_ask_a_hub_once(newsroom: Newsroom) -> None:
    scene = newsroom.scene
    async with scene.database.write() as connection:
        lease = await workers.enrol(connection, "jobs", scene.clock, alone=False)
    other = HubAsker(scene.database, newsroom.collector.fetcher, lease, newsroom.asker.callback)
    await newsroom.subscribe()
    scene.clock.move(days=9, minutes=1)
    assert [await newsroom.asker.step(), await other.step()] == [True, False]
    assert len(newsroom.hub.asked) == 2


async def test_what_only_the_hub_may_know_is_logged_nowhere(newsroom: Newsroom) -> None:
    with capture_logs() as lines:
        await newsroom.go_live()
        newsroom.hub.status = 500
        await newsroom.poll(days=9, minutes=1)
    async with newsroom.scene.database.read() as connection:
        printed = f"{lines} {await find(connection, 1)}"
    assert "'hub failed'" in printed
    for secret in (newsroom.hub.asked[0]["hub.secret"], newsroom.hub.asked[0]["hub.callback"].rpartition("/")[2]):
        assert secret not in printed
