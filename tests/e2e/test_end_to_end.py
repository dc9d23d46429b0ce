"""The main job, whole: from a site's feed to the readers who asked, by the command itself."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Fault, FaultKind, Person, Sandbox
from sandbox.site import SampleArticle, SampleSite
from tests.conftest import new_postgres_database
from tests.e2e.process import process_in
from tests.sandbox.oracle import check_with_aiogram
from tests.written import open_site

ARTICLE = SampleArticle(
    slug="central-asia-talks",
    title="قمة صينية مع دول آسيا الوسطى في دوشنبه تبحث إدارة المياه",
    lead="بحث وزراء خارجية الصين وطاجيكستان وأوزبكستان التعاون في إدارة المياه المشتركة.",
    body="اجتمع الوزراء في دوشنبه واتفقوا على لجنة مشتركة.\n\nنص تجريبي كُتب لعرض البرنامج.",
    categories=("آسيا الوسطى", "سياسة خارجية"),
)
ARCHIVE_IS_READ = "SELECT 1 FROM sources WHERE first_contact_at IS NOT NULL"
WITHIN = 10.0  # seconds from publication to the readers


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox() as opened:
        opened.checks.append(check_with_aiogram)
        yield opened
    assert opened.problems == []


@pytest.fixture
async def site() -> AsyncIterator[SampleSite]:
    async with SampleSite() as opened:
        for _ in range(3):
            opened.publish()
        yield opened


def settings_for(telegram: Sandbox, site: SampleSite, **others: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "SOURCES": site.feed_url,
        "SITE_URL": site.url,
        "POLL_SECONDS": "1",
        "ALLOW_PRIVATE_SOURCES": "true",
        "WEB_PORT": "0",
        **others,
    }


def has(person: Person, words: str) -> bool:
    return any(words in shown.text for shown in person.screen if shown.by_bot)


async def follow(telegram: Sandbox, number: int, *topics: str) -> Person:
    person = telegram.person(number, first_name=f"قارئ {number}", language="ar")
    for topic in topics:
        seen = len(telegram.sent_to(number))
        person.writes(f"/follow {topic}")
        await telegram.until(lambda seen=seen: len(telegram.sent_to(number)) > seen, timeout=20)  # type: ignore[misc]
    return person


def received(telegram: Sandbox, number: int, words: str) -> int:
    return sum(words in call.params.get("text", "") for call in telegram.sent_to(number))


async def test_an_article_reaches_everyone_who_asked_within_ten_seconds_and_nobody_else(
    telegram: Sandbox, site: SampleSite, tmp_path: Path
) -> None:
    with process_in(tmp_path, **settings_for(telegram, site)) as process:
        process.start()
        stranger = telegram.person(99, first_name="غريب")
        asked = [
            await follow(telegram, 1, "central-asia"),
            await follow(telegram, 2, "طاجيكستان"),
            await follow(telegram, 3, "diplomacy"),
            await follow(telegram, 5, '"لجنة مشتركة"'),  # words of its body
        ]
        other = await follow(telegram, 4, "sports")
        await process.until(ARCHIVE_IS_READ)
        published = time.monotonic()
        site.publish(ARTICLE)
        await telegram.until(lambda: all(has(person, ARTICLE.title) for person in asked), timeout=WITHIN)
        assert time.monotonic() - published < WITHIN
        site.publish()  # something else comes, and nothing of the first again
        await asyncio.to_thread(time.sleep, 2)
        assert [received(telegram, number, ARTICLE.title) for number in (1, 2, 3, 4, 5)] == [1, 1, 1, 0, 1]
        assert not has(other, ARTICLE.title)
        assert stranger.screen == []
        assert telegram.sent_to(99) == []
        assert await process.stop() == 0
        # What came last may wait for the next start; nothing is under way, in doubt or lost.
        assert process.ask("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'queued')") == [(0,)]


async def test_the_token_is_found_in_no_log_line_and_no_table(
    telegram: Sandbox, site: SampleSite, tmp_path: Path
) -> None:
    with process_in(
        tmp_path, **settings_for(telegram, site, SOURCES=f"{site.feed_url} http://127.0.0.1:1/feed")
    ) as process:
        process.start()
        await follow(telegram, 1, "طاجيكستان")
        await process.until(ARCHIVE_IS_READ)
        telegram.faults.add(Fault(FaultKind.RESET, times=3))
        site.publish(ARTICLE)
        await asyncio.to_thread(time.sleep, 3)
        await process.stop()
        secret = telegram.token.partition(":")[2]
        assert secret not in process.log.read_text(encoding="utf-8")
        assert "source failed" in process.log.read_text(encoding="utf-8")
        for name in ("qasid.db", "qasid.db-wal", "qasid.db-shm", "qasid.db.lock"):
            kept = tmp_path / name
            assert not kept.exists() or secret.encode() not in kept.read_bytes()


async def test_a_wrong_setting_refuses_to_start_and_says_what_is_allowed(tmp_path: Path) -> None:
    with process_in(tmp_path, SEND_RATE="fast", BOT_TOKEN="no-token") as process:
        process.start()
        assert await asyncio.to_thread(process.wait) == 1
        said = process.log.read_text(encoding="utf-8")
        assert said == (
            "BOT_TOKEN: allowed is a token like 123456:ABC-DEF…\nSEND_RATE: allowed is a number from 0.1 to 100000\n"
        )


async def test_without_a_token_the_start_says_where_to_get_one(tmp_path: Path) -> None:
    with process_in(tmp_path) as process:
        process.start()
        assert await asyncio.to_thread(process.wait) == 1
        assert "BotFather" in process.log.read_text(encoding="utf-8")


async def test_a_token_of_another_bot_refuses_this_database(
    telegram: Sandbox, site: SampleSite, tmp_path: Path
) -> None:
    with process_in(tmp_path, **settings_for(telegram, site)) as process:
        process.start()
        await process.until(ARCHIVE_IS_READ)
        assert await process.stop() == 0
    with process_in(
        tmp_path, **settings_for(telegram, site, BOT_TOKEN="654321:another-bots-token-of-no-worth")
    ) as process:
        process.start()
        assert await asyncio.to_thread(process.wait) == 1
        assert "belongs to the bot 123456" in process.log.read_text(encoding="utf-8")


async def test_a_second_process_on_the_database_is_refused(telegram: Sandbox, site: SampleSite, tmp_path: Path) -> None:
    with process_in(tmp_path, **settings_for(telegram, site)) as first:
        first.start()
        await first.until(ARCHIVE_IS_READ)
        with process_in(tmp_path, **settings_for(telegram, site)) as second:
            second.start()
            assert await asyncio.to_thread(second.wait) == 1
            assert "another Qasid runs" in second.log.read_text(encoding="utf-8")
        assert await first.stop() == 0


async def test_a_broken_feed_is_seen_at_the_terminal(telegram: Sandbox, site: SampleSite, tmp_path: Path) -> None:
    async with open_site() as empty:  # nor does its first page lead to another feed
        settings = settings_for(telegram, site, SOURCES=f"{empty.url}/nothing")
        with process_in(tmp_path, **settings) as process:
            process.start()
            await process.until("SELECT 1 FROM sources WHERE failures > 0")
            assert re.search(r"failing \(\d+\): HTTP 404", (await process.run("sources", "list"))[1])
            code, said = await process.run("sources", "check", site.feed_url)
            assert code == 0
            assert site.published[0][0].title in said
            assert "c:TJ" in said
            code, said = await process.run("sources", "check", f"{empty.url}/nothing")
            assert code == 1
            assert "failures in a row" in said
            assert f"{empty.url}/nothing: HTTP 404\n" in said
            assert await process.stop() == 0


async def test_two_processes_share_the_work_on_postgresql(
    telegram: Sandbox, site: SampleSite, tmp_path: Path, postgres_server: str
) -> None:
    database = await new_postgres_database(postgres_server, template="template1")
    (tmp_path / "bot").mkdir()
    (tmp_path / "jobs").mkdir()
    shared = settings_for(telegram, site, DATABASE_URL=database, PSEUDONYM_SECRET="the same for both")
    with (
        process_in(tmp_path / "bot", **shared, ROLES="bot") as bot,
        process_in(tmp_path / "jobs", **shared, ROLES="jobs") as jobs,
    ):
        bot.start()
        assert await asyncio.to_thread(bot.wait) == 1
        assert "qasid migrate" in bot.log.read_text(encoding="utf-8")
        assert await bot.run("migrate") == (0, "The database is at the schema of this version.\n")
        bot.start()
        jobs.start()
        reader = await follow(telegram, 1, "كل الأخبار")
        async with asyncio.timeout(20):
            while not site.polls:  # noqa: ASYNC110  (a site cannot call us): what it holds at first contact is archive
                await asyncio.sleep(0.05)
        for _ in range(3):
            site.publish()
            title = site.published[-1][0].title
            await telegram.until(lambda title=title: has(reader, title), timeout=20)  # type: ignore[misc]
        assert [received(telegram, 1, article.title) for article, _ in site.published[-3:]] == [1, 1, 1]
        assert [await bot.stop(), await jobs.stop()] == [0, 0]
