"""`/audit`: what was done, by whom and when; for admins alone, and it names no author."""

import ast
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from db.store import staff
from locales import LANGUAGES, texts
from newsroom.roles import Role
from sandbox import Person
from tests.bot.bench import Bench, open_bench
from tests.live import Live

ROOT = Path(__file__).parent.parent.parent
ADMIN = 7_001


@pytest.fixture
async def bench(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, sqlite_template) as opened:
        yield opened


async def hire_admin(live: Live) -> Person:
    person = live.telegram.person(ADMIN, language="ar")
    await live.says(person, "/help")
    async with live.app.database.write() as connection:
        await staff.grant(connection, ADMIN, Role.ADMIN, live.app.clock())
    return person


async def test_what_an_editor_did_is_told_with_when_and_of_what(live: Live, editor: Person) -> None:
    admin = await hire_admin(live)
    await live.says(editor, "/sources 1 label وكالة رسمية")
    told = await live.says(admin, "/audit")
    assert "غُيّر وصف مصدر" in told
    assert "عضو الفريق" in told
    assert f"{live.site.feed_url} · وكالة رسمية" in told


async def test_one_s_acts_are_listed_by_his_number_and_in_pages(live: Live, editor: Person) -> None:
    admin = await hire_admin(live)
    for minutes in range(1, 13):
        await live.says(editor, f"/sources 1 quiet {minutes}")
    first = await live.says(admin, "/audit 1")
    assert first.count("غُيّرت مهلة مصدر") == 10
    assert await live.presses(admin, "➡️") != first
    assert admin.last
    assert admin.last.text.count("غُيّرت مهلة مصدر") == 2
    assert "لا شيء في السجل" in await live.says(admin, "/audit 2")
    assert "ليس في الفريق" in await live.says(admin, "/audit 99")


async def test_an_author_has_no_name_in_it(bench: Bench) -> None:
    reply = await bench.pending()
    admin = await hire_admin(bench.live)
    told = await bench.live.says(admin, "/audit")
    assert reply.id in told
    assert admin.last
    assert "أُرسل: الكاتب" in told
    assert "user?id" not in str(bench.live.telegram.calls[-1].params)


def test_every_act_has_its_words_in_every_language() -> None:
    acts = {*_acts()}
    assert len(acts) > 15
    missing = [(code, act) for code in LANGUAGES for act in acts if not texts(code).knows(f"act.{act}")]
    assert missing == []


def _acts() -> Iterator[str]:
    """Yield the acts that the code puts on the audit, as texts know them."""
    for room in ("bot", "jobs", "commands"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func) in {"staff.Act", "note"}
                    and len(node.args) > 1
                ):
                    act = node.args[1]
                    if isinstance(act, ast.Constant) and isinstance(act.value, str):
                        yield act.value.replace(" ", "-")
