"""A reader goes everywhere: every screen and every answer in all four languages, driven by typing and pressing alone.

What she is shown is written down in `__snapshots__/test_walk/`, a file for each language, to be read by an editor. What
changes there is looked at by a person, and then taken over with `--snapshot-update`. A new screen or answer is a line
of a section below; a button that no section presses is pressed in the end, by one who is curious.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from syrupy.assertion import SnapshotAssertion

from bot.callbacks import Act, decode
from db.store import corrections
from db.tables import pushes
from locales import LANGUAGES, OWN_NAMES
from tests.reader import OLD, Reader, articles, open_reader
from tests.walk import ByLanguage, Curious

NEW = 12  # articles that come while she rests: more than a page of a digest


@pytest.fixture(params=LANGUAGES)
async def reader(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Reader]:
    """A reader of one of the languages."""
    async with open_reader(request.param, tmp_path, sqlite_template) as opened:
        yield opened


async def begins(reader: Reader) -> None:
    await reader.writes("/start")
    for tag in ("s:science-space", "s:trade"):
        await reader.presses(f"➕ {reader.name(tag)}")
    await reader.presses_key("button.regions")
    await reader.presses(f"🌍 {reader.name('r:central-asia')}")
    await reader.presses(f"➕ {reader.name('c:TJ')}")
    await reader.presses_key("button.onward")
    await reader.presses_key("button.instant")
    await reader.comes("/article_")


async def chooses_topics(reader: Reader) -> None:
    await reader.says("topics")
    await reader.presses(f"✅ {reader.name('s:trade')}")
    await reader.presses_key("button.everything")
    await reader.presses_key("button.regions")
    await reader.presses(f"🌍 {reader.name('r:arab-world')}")
    await reader.presses_key("button.next")
    await reader.presses_key("button.back")
    await reader.presses_key("button.provinces")
    await reader.presses(f"➕ {reader.t.plain('button.whole_china')}")
    await reader.presses_key("button.find")
    await reader.writes(reader.said.shared)
    await reader.presses_key("button.back")
    await reader.presses_key("button.back")
    await reader.presses_key("button.find")
    await reader.presses_key("button.drop")
    await reader.presses_key("button.find")
    await reader.writes(reader.name("s:sports"))


async def follows(reader: Reader) -> None:
    await reader.says("follow", reader.name("c:EG"))
    await reader.says("follow", reader.name("c:EG"))
    await reader.says("mute", reader.name("s:sports"))
    await reader.says("unmute", reader.name("s:sports"))
    await reader.says("unfollow", reader.name("s:sports"))
    await reader.says("unfollow", reader.name("s:health"))
    await reader.says("mute", reader.name("all"))
    await reader.says("follow", reader.said.shared)
    await reader.presses("➕")
    await reader.says("follow", reader.said.misspelt)
    await reader.presses("➕")
    await reader.says("follow")
    await reader.says("cancel")
    await reader.says("cancel")
    await reader.says("mute")
    await reader.presses_key("button.drop")
    await reader.says("following")
    await reader.presses(f"✅ {reader.name('c:EG')}")


async def follows_words(reader: Reader) -> None:
    await reader.says("follow", reader.said.unknown)
    await reader.presses("➕")
    await reader.says("follow", reader.said.quoted)
    await reader.says("mute", f"{reader.said.quoted[0]}2026{reader.said.quoted[-1]}")
    await reader.says("following")
    await reader.says("unfollow", reader.said.quoted)
    await reader.writes(f"/follow {reader.said.nowhere}, {reader.said.no_city}")
    await reader.writes(reader.name("c:TJ"))


async def reads(reader: Reader) -> None:
    await reader.says("latest")
    await reader.presses_key("button.next")
    await reader.presses_key("button.previous")
    await reader.says("latest", reader.name("s:science-space"))
    await reader.says("latest", reader.said.shared)
    await reader.says("latest", reader.said.unknown)
    await reader.says("article", str(OLD))
    await reader.presses_key("button.next")
    await reader.presses_key("button.previous")
    await reader.presses("⚙️")
    await reader.writes("/article_1")
    await reader.writes("/article")
    await reader.says("article", "999")


async def searches(reader: Reader) -> None:
    await reader.says("search", reader.said.wanted)
    await reader.says("search")
    await reader.writes(reader.said.nowhere)
    await reader.says("search", "«»")
    await reader.writes(f"/search {reader.said.wanted} after:32")


async def sets_preferences(reader: Reader) -> None:
    await reader.says("settings")
    await reader.presses_key("button.way")
    for key in ("button.hourly", "button.daily", "button.no_sound", "button.weekly"):
        await reader.presses_key(key)
    await reader.presses_key("button.hour")
    await reader.presses_key("button.weekday", day=reader.t.weekdays()[0])
    await reader.presses(f"🕗 {reader.t.hour(8)}")
    await reader.presses_key("button.back")
    await reader.presses_key("button.quiet")
    await reader.presses_key("button.wakes")
    await reader.presses_key("button.quiet_other")
    await reader.presses(f"🕙 {reader.t.hour(22)}")
    await reader.presses(f"🕖 {reader.t.hour(7)}")
    await reader.presses_key("button.no_quiet")
    await reader.presses_key("button.back")
    await reader.presses_key("button.reads")
    for code in [code for code in LANGUAGES if code != reader.t.language][1:]:
        await reader.presses(f"✅ {OWN_NAMES[code]}")
    await reader.presses_key("button.back")
    if reader.t.language == "ar":
        await reader.presses_key("button.digits.arab")
        await reader.says("latest")
        await reader.presses_key("button.digits.latn")
    await reader.says("settings")
    await reader.presses_key("button.way")
    await reader.presses_key("button.at_once")
    await reader.presses_key("button.sound")


async def sets_the_zone(reader: Reader) -> None:
    await reader.says("timezone")
    await reader.presses_key("button.city")
    await reader.writes(reader.said.no_city)
    await reader.writes(reader.said.city)
    await reader.says("timezone", reader.said.shared if reader.t.language == "ar" else "Georgia")
    await reader.says("timezone")
    await reader.presses_key("button.location")
    await reader.presses_key("button.drop")
    await reader.says("timezone")
    await reader.presses_key("button.location")
    await reader.sends({"location": {"latitude": 48.85, "longitude": 2.35}}, "📍")
    await reader.sends({"location": {"latitude": 48.85, "longitude": 2.35}}, "📍")


async def rests(reader: Reader) -> None:
    await reader.says("pause")
    await reader.presses_key("button.pause.days")
    await reader.presses_key("button.resume")
    await reader.says("pause", "3d")
    await reader.writes("/pause 5 giraffes")
    await reader.writes("/pause 900d")
    await reader.says("resume")
    await reader.says("resume")
    await reader.says("stop")
    await reader.presses_key("button.pause")
    await reader.presses_key("button.pause.days")
    await reader.presses_key("button.resume")
    await reader.says("stop")
    await reader.says("topics")
    await reader.writes("/start")


async def gets_a_digest(reader: Reader) -> None:
    await reader.says("follow", reader.name("all"))
    await reader.says("pause", "1d")
    for article in articles(reader.t.language)[OLD : OLD + NEW]:
        reader.live.site.publish(article)
    await reader.passes(select(pushes.c.id).where(pushes.c.story_id == OLD + NEW, pushes.c.planned_at.is_not(None)))
    await reader.says("resume")
    await reader.comes(re.sub("<.*?>", "", reader.t.count("digest.title", NEW)))
    await reader.presses(f"📖 {reader.t.number(3)}")
    await reader.presses_key("button.next")
    await reader.presses(f"📖 {reader.t.number(NEW)}")
    await reader.presses_key("button.previous")


async def sees_a_correction(reader: Reader) -> None:
    article, another = articles(reader.t.language)[OLD + NEW : OLD + NEW + 2]
    site = reader.live.site
    site.publish(article)
    await reader.comes(article.title, hours=2)
    site.published[-1] = (replace(article, lead=another.lead), site.published[-1][1])
    await reader.comes(another.lead, hours=2)


async def sees_a_retraction(reader: Reader) -> None:
    number = OLD + NEW + 1
    async with reader.live.app.database.write() as connection:
        assert await corrections.retract(connection, number, "", reader.clock())
    await reader.comes(reader.t.plain("article.retracted"), hours=2)
    await reader.says("article", str(number))


async def asks_about_the_bot(reader: Reader) -> None:
    for command in ("help", "privacy", "mydata", "rules", "thanks", "language"):
        await reader.says(command)
    await reader.writes("/language xx")
    await reader.says("language", reader.t.words(f"words.language.{reader.t.language}")[0])


async def is_not_understood(reader: Reader) -> None:
    await reader.sends({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "🎤")
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 512, "height": 512}
    await reader.sends({"sticker": sticker | {"is_animated": False, "is_video": False}}, "🧸")
    await reader.writes("/nonsense")
    await reader.writes("؟!")
    await reader.writes("/start x_whatever")
    await reader.writes("/start t_culture")
    await reader.writes("/start a_2")
    newest = reader.person.last
    assert newest
    button = next(one for one in newest.buttons if one.callback_data)
    old = replace(button, callback_data=str(button.callback_data).replace("1|", "0|", 1))
    await reader.presses_button(newest, old)


async def is_forgotten(reader: Reader) -> None:
    await reader.says("forget")
    await reader.presses_key("button.forget.no")
    await reader.says("forget")
    await reader.presses_key("button.forget.yes")
    await reader.says("following")
    await reader.writes("/start")


async def begins_with_everything(reader: Reader) -> None:
    await reader.presses_key("button.everything_daily")
    await reader.presses_key("button.onward")
    await reader.presses_key("button.daily")
    await reader.comes("/article_")


async def presses_everything(reader: Reader) -> None:
    """Press every button that can be come to, what is pressed already only to go on; each does something.

    Countries and provinces are many and alike, so each of the four readers presses a quarter of them.
    """
    for command in ("start", "topics", "settings", "privacy", "language"):
        await reader.writes(f"/{command}")
    curious = Curious(lambda data: is_share_of(reader.t.language, data))
    while found := curious.choose(reader):
        await curious.press(reader, *found)
    reader.take()  # what it all looked like is no matter
    assert curious.pressed.total() > 200


def is_share_of(language: str, data: str) -> bool:
    """Tell whether the reader of a language is to press a button: not the end of it all, nor another language."""
    read = decode(data)
    if read is None or (read.act, read.what) == (Act.FORGET, "yes") or read.act is Act.SPEAK:
        return False
    return not read.what.startswith(("c:", "p:")) or sum(map(ord, read.what)) % 4 == LANGUAGES.index(language)


SECTIONS: list[Callable[[Reader], Awaitable[None]]] = [
    begins,
    chooses_topics,
    follows,
    follows_words,
    reads,
    sets_preferences,
    sets_the_zone,
    rests,
    gets_a_digest,
    sees_a_correction,
    sees_a_retraction,
    searches,
    asks_about_the_bot,
    is_not_understood,
    presses_everything,
    is_forgotten,
    begins_with_everything,
]


async def test_a_reader_goes_everywhere(reader: Reader, snapshot: SnapshotAssertion) -> None:
    kept = snapshot.use_extension(ByLanguage)
    for number, section in enumerate(SECTIONS, 1):
        await section(reader)
        assert reader.take() == kept(name=f"{number:02} {section.__name__}")
