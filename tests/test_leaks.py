"""A leak of each kind, put into a copy of the code, makes the canary of authors red: so what is green does not leak.

Another way in which an author could be given away is a line of `LEAKS`, and a place where the canary looks.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
CANARY = "tests/bot/test_author_canary.py"
ROOMS = ("bench", "bot", "commands", "db", "jobs", "locales", "newsroom", "sandbox", "tests", "web")
FILES = ("app.py", "cli.py", "demo.py", "logs.py", "pyproject.toml", "runtime.py", "settings.py")
FAILED, PASSED = 1, 0  # how pytest ends
LOG = "__import__('structlog').get_logger().warning"


class Leak(NamedTuple):
    """What is in the code, and what gives an author away instead."""

    file: str
    sound: str
    leaky: str


LEAKS = {
    "a line of the log": Leak(
        "bot/handlers/replying.py",
        "    if await writing.has_said(talk.connection, reply):",
        f"    {LOG}('sent', chat=talk.chat_id)\n    if await writing.has_said(talk.connection, reply):",
    ),
    "an update in the log": Leak(
        "bot/inbox.py",
        'log.error("update failed", reference=reference,',
        'log.error("update failed", update=orjson.loads(claimed.payload), reference=reference,',
    ),
    "the row of an answer": Leak(
        "bot/handlers/authoring.py", "    talk.unlink()\n    if not talk.is_private:", "    if not talk.is_private:"
    ),
    "the row of a notice": Leak(
        "bot/notices.py",
        "orjson.dumps(payload), None, Lane.MODERATION",
        "orjson.dumps(payload), chat_id, Lane.MODERATION",
    ),
    "the key of a message": Leak(
        "bot/handlers/replying.py",
        "    source = talk.newsroom.vault.source_key(talk.chat_id, written.message_id)\n    new = Draft(",
        "    source = f'{talk.chat_id}.{written.message_id}'\n    new = Draft(",
    ),
    "the key of an author": Leak("db/vault.py", "return _name(self._authors, str(user_id))", "return str(user_id)"),
    "a card": Leak(
        "bot/cards.py",
        '    lines.append(t("card.record"',
        "    lines.append(reply.author_key or '')\n    lines.append(t(\"card.record\"",
    ),
    "the data of others": Leak(
        "db/store/people.py",
        "    return kept | {name: [_veil(row, person) for row in kept[name]] for name in VEILED}",
        "    return kept",
    ),
    "a text that stays": Leak(
        "db/store/outbox.py",
        'payload = case((has_ended, literal(b"", LargeBinary)), else_=outbox.c.payload)',
        "payload = case((has_ended, outbox.c.payload), else_=outbox.c.payload)",
    ),
    "a moment": Leak(
        "db/store/chats.py",
        "_is_exact(connection.dialect.name)).limit(most)",
        "_is_exact(connection.dialect.name)).limit(0)",
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code and its tests."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def run_canary(copy: Path) -> tuple[int, str]:
    asked = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--no-header", CANARY]
    done = subprocess.run(  # noqa: S603  (ours)
        asked, cwd=copy, env={"PYTHONPATH": str(copy), "PATH": ""}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def test_the_canary_is_green_as_the_code_is(copy: Path) -> None:
    code, told = run_canary(copy)
    assert code == PASSED, told


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_makes_the_canary_red(copy: Path, name: str) -> None:
    leak = LEAKS[name]
    source = (copy / leak.file).read_text(encoding="utf-8")
    assert source.count(leak.sound) == 1
    (copy / leak.file).write_text(source.replace(leak.sound, leak.leaky), encoding="utf-8")
    code, told = run_canary(copy)
    assert code == FAILED, told
    assert "AssertionError" in told or "assert " in told, told
    assert "1 failed" in told
