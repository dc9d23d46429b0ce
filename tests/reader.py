"""The reader of a language who walks through everything, and the newsroom in front of her, whose time stands still.

    async with open_reader("ar", folder, template) as reader:
        await reader.says("topics")

What she says besides the words of the catalogues is in SAID.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from db.tables import inbox, sources
from locales import texts
from newsroom.taxonomy import shipped_taxonomy
from sandbox.site import SampleArticle, SampleSite
from tests.archive import ARTICLES
from tests.live import OPENS, Live, StoodClock, open_live
from tests.walk import Walk

OLD = 8  # articles that are there when the newsroom opens
LONG = 4_000  # characters of an article that has pages
TAXONOMY = shipped_taxonomy()


class Said(NamedTuple):
    """What a person of a language says and is told, besides the words of the catalogues."""

    site: str
    shared: str  # a name of several places
    misspelt: str  # the name of a place
    unknown: str  # a word that is no topic
    quoted: str
    city: str
    no_city: str
    wanted: str  # in many articles
    nowhere: str  # in none
    staff: str  # who answers for the data


SAID = {
    "ar": Said(
        "موقع النماذج", "عمان", "كازاخستن", "منطاد", "«طريق الحرير»", "القاهرة", "مدينة الضباب", "الصين", "زرافة",
        "إدارة موقع النماذج، privacy@site.example",
    ),
    "en": Said(
        "Sample Site", "Korea", "Kazakstan", "balloons", "“Silk Road”", "Cairo", "Fogtown", "China", "giraffe",
        "The editors of Sample Site, privacy@site.example",
    ),
    "zh": Said(
        "示例网站", "刚果", "哈萨", "气球", "“丝绸之路”", "开罗", "雾都", "中国", "长颈鹿",
        "示例网站编辑部，privacy@site.example",
    ),
    "fr": Said(
        "Site d’exemple", "Congo", "Kazakstan", "ballons", "« route de la soie »", "Le Caire", "Brumeville", "Chine",
        "girafe", "La rédaction de Site d’exemple, privacy@site.example",
    ),
}  # fmt: skip


class Reader(Walk):
    """A reader of one language, with what she says."""

    @property
    def said(self) -> Said:
        return SAID[self.t.language]

    def name(self, tag: str) -> str:
        return TAXONOMY.name(tag, self.t.language)

    async def says(self, command: str, what: str = "") -> None:
        """Write the words for a command, and what they are about."""
        space = "" if self.t.language == "zh" or not what else " "
        await self.writes(f"{self.t.words(f'words.{command}')[0]}{space}{what}")


def articles(language: str) -> list[SampleArticle]:
    rows = [row for row in ARTICLES if row["language"] == language]
    return [SampleArticle(f"sample-{row['number']}", row["title"], row["lead"], after_lead(row)) for row in rows]


def after_lead(row: dict[str, str]) -> str:
    return row["body"].removeprefix(row["lead"]).strip()


def long_article(language: str) -> SampleArticle:
    every = articles(language)
    parts = [article.body for article in every]
    while sum(map(len, parts)) < LONG:
        parts *= 2
    return replace(every[-1], body="\n\n".join(parts))


def open_site(language: str, clock: StoodClock) -> SampleSite:
    """Answer a site whose articles came out one a day, the last of them a long one."""
    site = SampleSite(SAID[language].site, clock=clock.seconds)
    old = [*articles(language)[: OLD - 1], long_article(language)]
    for days, article in zip(range(OLD, 0, -1), old, strict=True):
        site.published.append((article, clock.seconds() - timedelta(days=days).total_seconds()))
    return site


@asynccontextmanager
async def open_newsroom(
    language: str, folder: Path, template: Path, **settings: str
) -> AsyncIterator[tuple[Live, StoodClock]]:
    """Open the newsroom of a language, whose time stands still; nothing of what was done may have gone wrong."""
    clock = StoodClock()
    told = {
        "controller": SAID[language].staff,
        "privacy_url": "https://site.example/privacy",
        "rules_url": "https://site.example/rules",
        "default_language": language,
    }
    site = open_site(language, clock)
    async with open_live(folder, template, archive=0, site=site, clock=clock, **(told | settings)) as live:
        await live.until(select(sources.c.first_contact_at), OPENS)
        yield live, clock
        assert await live.ask(select(inbox.c.reason).where(inbox.c.state == "dead")) is None


@asynccontextmanager
async def open_reader(language: str, folder: Path, template: Path) -> AsyncIterator[Reader]:
    """Open the newsroom and answer who stands in front of it."""
    async with open_newsroom(language, folder, template) as (live, clock):
        person = live.telegram.person(1, first_name="Amal", language=language)
        yield Reader(live, person, texts(language), clock)
