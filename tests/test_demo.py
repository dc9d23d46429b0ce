"""The newsroom's side of the demo: what can be pressed, what is counted, what the site writes, how time strides."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from demo.cast import TOKEN, Cast, make_settings, open_telegram
from demo.clock import STRIDE, FollowingClock, StridingClock
from demo.figures import Count
from demo.news import COUNTRIES, SUBJECTS, Writer, invent, preview
from demo.process import BotProcess
from demo.strip import FIGURES, FIRST_AFTER, GROUPS, MANY, TOUR, Strip
from locales import LANGUAGES
from sandbox import Sandbox
from sandbox.site import SampleSite, read_samples
from settings import read_settings

CONTROLS = [name for names in GROUPS.values() for name in names]


@dataclass
class Room:
    """The newsroom's side, without the bot."""

    telegram: Sandbox
    site: SampleSite
    strip: Strip
    cast: Cast
    session: aiohttp.ClientSession

    async def sends(self, chat_id: int, text: str) -> int:
        address = f"{self.telegram.url}/bot{TOKEN}/sendMessage"
        async with self.session.post(address, json={"chat_id": chat_id, "text": text}) as answer:
            told = await answer.json()
        return int(told["result"]["message_id"]) if told["ok"] else 0


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    clock, site = StridingClock(), SampleSite()
    async with open_telegram(clock) as telegram, aiohttp.ClientSession() as session:
        cast = Cast.enter(telegram, "ar")
        yield Room(telegram, site, Strip(telegram, site, BotProcess({}, clock), clock), cast, session)


def figure(room: Room, name: str) -> str:
    room.strip.count.step()
    return next(one.value for one in room.strip.figures() if one.name == name)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_that_stands_there_has_words(room: Room, language: str) -> None:
    words = room.strip.words(language)
    assert set(words) == {
        *(f"control.{name}" for name in CONTROLS),
        *(f"group.{name}" for name in GROUPS),
        *(f"figure.{name}" for name in FIGURES),
        *(f"tour.{name}" for name in TOUR),
    }
    assert not any(word.startswith("demo.") for word in words.values())


@pytest.mark.parametrize("name", CONTROLS)
async def test_whatever_can_be_pressed_does_something(room: Room, name: str) -> None:
    room.site.publish()
    await room.strip.press(name)


async def test_what_cannot_be_pressed_is_refused(room: Room) -> None:
    with pytest.raises(KeyError):
        await room.strip.press("sing")


async def test_a_fault_is_on_until_it_is_switched_off(room: Room) -> None:
    room.cast.reader.writes("/start")
    await room.strip.press("outage")
    with pytest.raises(aiohttp.ClientError):
        await room.sends(room.cast.reader.id, "one")
    await room.strip.press("outage")
    assert await room.sends(room.cast.reader.id, "two")


async def test_what_comes_once_more_unasked_is_counted_and_an_answer_is_not(room: Room) -> None:
    reader = room.cast.reader
    reader.writes("/start")
    room.strip.clock.stride()
    await room.sends(reader.id, "news /article_12")
    assert figure(room, "twice") == "0"
    await room.sends(reader.id, "news /article_12")
    assert figure(room, "twice") == "1"
    reader.writes("/article 12")
    await room.sends(reader.id, "news /article_12")
    assert figure(room, "twice") == "1"


async def test_what_is_said_to_have_arrived_and_did_not_is_lost(room: Room) -> None:
    room.cast.reader.writes("/start")
    arrived = await room.sends(room.cast.reader.id, "news")
    count = Count(room.telegram)
    count.step()
    assert count.lost({(room.cast.reader.id, arrived)}) == 0
    assert count.lost({(room.cast.reader.id, arrived + 1)}) == 1


async def test_the_first_article_comes_by_itself_and_once(room: Room) -> None:
    published = len(room.site.published)
    for _ in range(FIRST_AFTER):
        room.strip.begin()
    assert len(room.site.published) == published
    room.strip.bot.followed = ["trade"]
    for _ in range(3 * FIRST_AFTER):
        room.strip.begin()
    assert len(room.site.published) == published + 1


async def test_nothing_comes_by_itself_where_an_article_came(room: Room) -> None:
    published = len(room.site.published)
    room.strip.bot.followed, room.strip.bot.counted = ["trade"], {"articles": 1}
    for _ in range(3 * FIRST_AFTER):
        room.strip.begin()
    assert len(room.site.published) == published


async def test_a_hundred_articles_are_a_hundred(room: Room) -> None:
    await room.strip.press("hundred")
    written = [article for article, _ in room.site.published]
    assert len({article.slug for article in written}) == len({article.title for article in written}) == MANY
    assert len(COUNTRIES) * len(SUBJECTS) > MANY


def test_the_samples_come_before_what_is_made_up() -> None:
    site = SampleSite()
    writer = Writer(site, read_samples()[:1])
    writer.publish()
    writer.publish()
    assert [article.slug.startswith("sample-") for article, _ in site.published] == [False, True]


def test_a_correction_keeps_the_address_and_a_withdrawal_takes_it_away() -> None:
    site = SampleSite()
    writer = Writer(site, [])
    writer.publish()
    writer.correct()
    assert [article.slug for article, _ in site.published] == [invent(0).slug]
    assert "تصويب" in site.published[0][0].lead
    writer.withdraw()
    assert site.published == []


def test_a_link_to_the_site_has_a_preview_and_no_other() -> None:
    site = SampleSite(port=1234)
    article = site.publish()
    told = preview(site, f"{site.url}/{article.slug}/")
    assert told
    assert told["title"] == article.title
    assert preview(site, "https://elsewhere.example/") is None


def test_whoever_goes_by_the_clock_hears_of_a_stride() -> None:
    clock, heard = StridingClock(), list[float]()
    clock.told.append(heard.append)
    before = clock()
    clock.stride()
    assert heard == [STRIDE]
    assert STRIDE <= clock() - before < STRIDE + 60


def test_the_clock_of_the_bot_is_as_far_ahead_as_it_is_told() -> None:
    clock = FollowingClock()
    before = clock()
    clock.ahead = timedelta(hours=8)
    assert timedelta(hours=8) <= clock() - before < timedelta(hours=8, minutes=1)


async def test_the_settings_are_the_ones_of_the_bot(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in make_settings(tmp_path, room.telegram, room.site, room.cast).items():
        monkeypatch.setenv(name, value)
    settings = read_settings(env_file=None)
    assert settings.owner_ids == [room.cast.editor.id]
    assert settings.moderation_chat == (room.cast.desk.id, 0)
