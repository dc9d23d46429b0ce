"""What moderators look up by commands: the history of an author by the pen, by its number or a name it bore."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.store import authors
from newsroom.replies import Action, Code
from tests.bot.bench import BADR, FIRST_AUTHOR, NAMES, Bench, open_bench

OLD, NEW = "ابن النيل", "بنت الواحة"
TEXTS = ("رأي في الخبر: الأهرامات", "رأي في الخبر: الواحات", "رأي في الخبر: القاهرة")
OTHERS = "رأي غيره في الخبر"


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def sign(bench: Bench, name: str) -> None:
    async with bench.live.app.database.write() as connection:
        await authors.choose_pen(connection, bench.author().key, name, bench.live.app.clock())


@pytest.fixture
async def number(bench: Bench) -> int:
    """The number of a pen that wrote under it, then under two names; another one wrote as well."""
    first = await bench.pending(TEXTS[0])
    await bench.do(first, Action.REJECT, bench.moderator(BADR), code=Code.OFF_TOPIC)
    for name, text in zip((OLD, NEW), TEXTS[1:], strict=True):
        await sign(bench, name)
        await bench.pending(text, author=FIRST_AUTHOR)
    await bench.pending(OTHERS)
    async with bench.live.app.database.read() as connection:
        author = await authors.find(connection, bench.author().key)
    assert author
    return author.pen_number


@pytest.mark.parametrize("name", [NEW, OLD, "أبن  النّيل", ""])
async def test_what_an_author_wrote_is_found_by_the_pen_whatever_name_it_bears(
    bench: Bench, number: int, name: str
) -> None:
    said = await bench.live.says(bench.badr, f"/find {name or number}")
    assert [text for text in TEXTS if text in said] == [*TEXTS]
    assert "مرفوض" in said
    assert OTHERS not in said
    told = [str(call.params) for call in bench.live.telegram.calls if call.chat_id == BADR]
    needles = [*map(str, bench.authors), *NAMES, bench.author().key]
    assert [needle for needle in needles if any(needle in one for one in told)] == []


async def test_a_name_that_no_pen_bears_is_looked_for_as_words(bench: Bench, number: int) -> None:
    assert number
    said = await bench.live.says(bench.badr, "/find غيره")
    assert OTHERS in said
    assert TEXTS[0] not in said
