"""The whole way, by the running application: from a post on a real WordPress to a reader in a local Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.tables import sources
from sandbox import Person
from tests.live import Live, open_live
from tests.wordpress.site import WordPress, sample

pytestmark = pytest.mark.wordpress

FARMING = "زراعة وغذاء"
BODY = "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة."
READER, EDITOR = 1, 50
WITHIN = 20.0  # seconds


@asynccontextmanager
async def reading(site: WordPress, folder: Path, template: Path) -> AsyncIterator[tuple[Live, Person]]:
    """Run the application on the site's bare address, with a reader who follows what farmers do."""
    met = select(func.count()).where(sources.c.first_contact_at.is_not(None))
    async with open_live(folder, template, sources=[site.url], site_url=site.url, owner_ids=[EDITOR]) as live:
        await live.until(met, WITHIN)
        reader = live.telegram.person(READER, language="ar")
        reader.writes("/follow agriculture")
        yield live, reader


def times(live: Live, words: str) -> int:
    """Answer how often the reader was sent these words."""
    return sum(call.is_sent and words in call.params.get("text", "") for call in live.telegram.sent_to(READER))


async def test_a_post_is_brought_and_corrected_in_its_place_and_nothing_comes_again_after_a_restart(
    site: WordPress, tmp_path: Path, sqlite_template: Path
) -> None:
    wrong, right, other = sample("برتقال الشتاء يتأخر"), sample("برتقال الشتاء يصل"), sample("عسل الربيع")
    async with reading(site, tmp_path, sqlite_template) as (live, reader):
        await live.hears_of(reader, "الزراعة والغذاء")
        post = await site.publish(wrong, BODY, [FARMING])
        await live.hears_of(reader, wrong, WITHIN)
        await site.edit(post, title=right)
        await live.hears_of(reader, right, WITHIN)
        assert (times(live, wrong), times(live, right)) == (1, 0)
    async with reading(site, tmp_path, sqlite_template) as (live, reader):
        await site.publish(other, BODY, [FARMING])
        await live.hears_of(reader, other, WITHIN)
        assert (times(live, wrong), times(live, right), times(live, other)) == (0, 0, 1)


async def test_a_post_that_is_trashed_is_taken_back_where_readers_have_it_if_an_editor_says_so(
    site: WordPress, tmp_path: Path, sqlite_template: Path
) -> None:
    title = sample("تمر الواحات")
    async with reading(site, tmp_path, sqlite_template) as (live, reader):
        editor = live.telegram.person(EDITOR, language="ar")
        await live.says(editor, "/help")
        post = await site.publish(title, BODY, [FARMING])
        await live.hears_of(reader, title, WITHIN)
        await site.trash(post)
        await live.hears_of(editor, title, WITHIN)
        assert editor.last
        assert "هل يُسحب عند القراء أيضًا؟" in editor.last.text
        await live.presses(editor, "🧹")
        await live.hears_of(reader, "سُحب هذا الخبر", WITHIN)
