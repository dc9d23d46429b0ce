"""An editor's articles and figures, walked through in all four languages by typing and pressing what is on the screen.

What the editor and a reader are shown is written down beside one another in `__snapshots__/test_walk_articles/`, a file
for each language, to be read by an editor. A new screen or answer about articles is a line of a section below.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from sqlalchemy import update
from syrupy.assertion import SnapshotAssertion

from db.tables import sources
from jobs import broadcasts as job
from locales import LANGUAGES, texts
from newsroom.broadcasts import LEAD
from newsroom.roles import Role
from newsroom.taxonomy import ALL
from sandbox.site import SampleArticle
from tests.bot.bureau import Bureau, Editor
from tests.company import make_keeper, no_waiting
from tests.reader import OLD, articles, open_newsroom
from tests.walk import ByLanguage
from tests.written import WrittenSite, open_site

# One after the other: it takes as long as any other two walks.
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
DAY = 86_400  # seconds
FIRST, SECOND, BROUGHT = OLD + 1, OLD + 2, OLD + 3  # the numbers of what comes, in this order
PAGE, LONG = "/news/brought", 8


@dataclass(slots=True)
class Cast:
    """Who is there, and a site that is no source."""

    bureau: Bureau
    editor: Editor
    reader: Editor
    other: WrittenSite

    def take(self) -> str:
        """Answer what was done and shown, the address of the other site as it would be."""
        told = self.bureau.take().replace(self.other.url, "https://other.example")
        told = told.replace(quote_plus(self.other.url), quote_plus("https://other.example"))
        return told.replace(self.other.url.removeprefix("http://"), "other.example")

    def writes_page(self, title: str) -> None:
        """Let the other site have an article with this title."""
        bodies = [story.body for story in articles(self.bureau.t.language)[:LONG]]  # a page of few words is no article
        paragraphs = "".join(f"<p>{part}</p>" for part in "\n\n".join(bodies).split("\n\n"))
        head = f'<title>{title}</title><meta property="og:title" content="{title}">'
        page = f"<html lang='{self.bureau.t.language}'><head>{head}</head>"
        self.other.write(PAGE, f"{page}<body><article><h1>{title}</h1>{paragraphs}</article></body></html>")

    async def come(self, *stories: SampleArticle) -> None:
        """Let the source bring articles."""
        for story in stories:
            self.bureau.live.site.publish(story)
        await self.polls()

    async def polls(self) -> None:
        """Let the source be read."""
        async with self.bureau.live.app.database.write() as connection:
            await connection.execute(update(sources).where(sources.c.id == 1).values(due_at=self.bureau.clock()))
        await self.bureau.passes(seconds=1)


@pytest.fixture(params=LANGUAGES)
async def cast(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Cast]:
    """A newsroom of one of the languages, whose editor reads what comes first, and a reader of all of it."""
    monkeypatch.setattr(job, "redraw_pause", lambda _: timedelta())  # few are counted as often as somebody asks
    language = request.param
    async with AsyncExitStack() as opened:
        opened.enter_context(no_waiting())
        other = await opened.enter_async_context(open_site())
        newsroom = open_newsroom(language, tmp_path, sqlite_template, poll_seconds=str(DAY))
        live, clock = await opened.enter_async_context(newsroom)
        bureau = Bureau(live, texts(language), clock, make_keeper(live))
        editor, reader = (bureau.editor(who, at) for at, who in enumerate(("editor", "reader"), 1))
        await readers_come(bureau)
        await bureau.grant(editor.person, Role.EDITOR)
        yield Cast(bureau, editor, reader, other)


async def readers_come(bureau: Bureau) -> None:
    """Let those who are there write to the bot, and follow everything."""
    async with bureau.live.app.database.write() as connection:
        await connection.execute(update(sources).values(gate="held"))
    for seat in bureau.seats:
        await bureau.follows(seat.person, ALL)
    await bureau.is_heard(len(bureau.seats))
    bureau.take()


async def what_waits_is_gone_through(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/publish")
    first, second = articles(cast.bureau.t.language)[OLD : OLD + 2]
    await cast.come(first, second)
    await editor.writes("/publish")
    await editor.presses_key("button.gate.next", n="1")
    await editor.presses("✏️")
    await editor.writes(second.title[: len(second.title) // 2])
    await editor.presses("❌")
    await editor.writes("/publish")
    await editor.presses("✅")
    await cast.bureau.passes(seconds=LEAD.total_seconds())
    await editor.writes("/publish")


async def one_is_brought_by_its_address(cast: Cast) -> None:
    editor = cast.editor
    cast.writes_page(articles(cast.bureau.t.language)[OLD + 2].title)
    await editor.writes(f"/publish {cast.other.url}/nothing")
    await editor.writes("/publish ?")
    await editor.writes(f"/publish {cast.other.url}{PAGE}")
    await editor.presses("⚙️")
    await editor.presses("➕")
    await editor.presses("✅")
    await editor.presses_key("button.back")
    await editor.presses_key("button.refuse")
    await editor.presses_key("button.dossier.publish")
    await editor.presses_key("button.dossier.sure.send")
    await cast.bureau.passes(seconds=LEAD.total_seconds())
    await editor.writes(f"/publish {cast.other.url}{PAGE}")


async def its_card_is_looked_at(cast: Cast) -> None:
    editor = cast.editor
    await cast.reader.writes(f"/article {BROUGHT}")
    await editor.writes(f"/article {BROUGHT}")
    await editor.presses_key("button.dossier.versions")
    await editor.presses_key("button.back")
    await editor.presses_key("button.about")
    await editor.presses_key("button.back")
    await editor.presses_key("button.dossier.refresh")
    await editor.presses_key("button.cast.preview")
    await editor.writes("/article 999")


async def it_is_corrected(cast: Cast) -> None:
    editor, title = cast.editor, articles(cast.bureau.t.language)[OLD + 2].title
    await editor.writes(f"/correct {BROUGHT} {title} 2")
    await editor.presses_key("button.dossier.quietly")
    await cast.bureau.passes(seconds=1)
    await editor.writes(f"/correct {BROUGHT}")
    await editor.presses("✏️")
    await editor.writes(f"{title} 3")
    await editor.presses_key("button.dossier.loudly")
    await editor.presses_key("button.cast.send")
    await editor.presses_key("button.cast.sure")
    await cast.bureau.passes(seconds=LEAD.total_seconds())


async def its_page_is_read_again(cast: Cast) -> None:
    editor, title = cast.editor, articles(cast.bureau.t.language)[OLD + 2].title
    cast.writes_page(f"{title} 4")
    await editor.writes(f"/correct {BROUGHT}")
    await editor.presses_key("button.dossier.reread")
    await editor.presses_key("button.dossier.forgo")


async def another_is_breaking_news(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/breaking 1")
    await editor.presses_key("button.dossier.sure.break")
    await cast.bureau.passes(seconds=LEAD.total_seconds())
    await editor.writes("/breaking 1")
    await editor.writes("/breaking ?")


async def it_is_taken_back(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes(f"/retract {BROUGHT}")
    await editor.writes("— ⚠️ —")
    await editor.presses_key("button.drop")
    await editor.writes(f"/retract {BROUGHT} — ⚠️ —")
    await editor.presses_key("button.dossier.sure.back")
    await cast.bureau.passes(seconds=1)
    await editor.writes(f"/correct {BROUGHT} ?")
    await editor.writes(f"/retract {BROUGHT} ?")
    await editor.writes("/retract 999 ?")


async def it_goes_to_whoever_has_not_had_it(cast: Cast) -> None:
    editor, late = cast.editor, cast.bureau.editor("late", 3)
    await cast.bureau.follows(late.person, ALL)
    await cast.bureau.is_heard(len(cast.bureau.seats))
    await editor.writes(f"/publish {FIRST}")
    await editor.presses_key("button.dossier.send")
    await editor.presses_key("button.dossier.sure.send")
    await editor.presses_key("button.cast.pause")
    await editor.presses_key("button.resume")
    await editor.presses_key("button.cancel")
    await editor.presses_key("button.dossier.break")
    await editor.presses_key("button.dossier.sure.break")
    await cast.bureau.passes(seconds=LEAD.total_seconds())
    await editor.presses_key("button.retract")
    await editor.writes("/cancel")


async def its_source_says_it_otherwise(cast: Cast) -> None:
    editor, published = cast.editor, cast.bureau.live.site.published
    story, at = published[OLD]
    published[OLD] = replace(story, title=f"{story.title} 5"), at
    await cast.polls()
    await editor.presses("❌")
    await editor.presses("✏️")
    await editor.writes(f"{story.title} 6")
    await editor.presses("✅")
    await cast.bureau.passes(seconds=LEAD.total_seconds())


async def its_source_takes_two_back(cast: Cast) -> None:
    for at in (OLD, OLD - 2):
        del cast.bureau.live.site.published[at]
    await cast.polls()
    await cast.editor.presses("📌")
    await cast.editor.presses("🧹")
    await cast.bureau.passes(seconds=1)


async def figures_are_told(cast: Cast) -> None:
    editor = cast.editor
    await editor.writes("/stats")
    await editor.presses_key("button.stats.month")
    await editor.presses_key("button.stats.again")
    await editor.writes("/stats ?")


SECTIONS: list[Callable[[Cast], Awaitable[None]]] = [
    what_waits_is_gone_through,
    one_is_brought_by_its_address,
    its_card_is_looked_at,
    it_is_corrected,
    its_page_is_read_again,
    another_is_breaking_news,
    it_is_taken_back,
    it_goes_to_whoever_has_not_had_it,
    its_source_says_it_otherwise,
    its_source_takes_two_back,
    figures_are_told,
]


async def test_articles_are_gone_through(cast: Cast, snapshot: SnapshotAssertion) -> None:
    ours = snapshot.use_extension(ByLanguage)
    for section in SECTIONS:
        await section(cast)
        assert cast.take() == ours(name=section.__name__)
