"""A leak of each kind, put into a copy of the code, makes the canary of authors red: so what is green does not leak.

Another way in which an author could be given away is a line of `LEAKS`, and a place where the canary looks.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
CANARY = "tests/bot/test_author_canary.py"
ROOMS = ("bench", "bot", "commands", "db", "jobs", "locales", "newsroom", "sandbox", "tests", "web")
FILES = ("pyproject.toml", *(path.name for path in ROOT.glob("*.py")))
FAILED, PASSED = 1, 0  # how pytest ends
AS_IT_IS = "none"
AT_ONCE = 2  # flights
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
    "a backup of where authors are reached": Leak(
        "db/dump.py",
        "left_out = OF_THE_WORK if with_authors else OF_THE_WORK | OF_AUTHORS",
        "left_out = OF_THE_WORK",
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


def run_canary(copy: Path, leak: Leak | None) -> tuple[int, str]:
    """Let the canary fly over a copy of the code and its tests, which leaks or does not."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room)  # with what is compiled already
    for file in FILES:
        shutil.copy(ROOT / file, copy / file)
    if leak:
        source = (copy / leak.file).read_text(encoding="utf-8")
        assert source.count(leak.sound) == 1
        (copy / leak.file).write_text(source.replace(leak.sound, leak.leaky), encoding="utf-8")
    asked = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--no-header", CANARY]
    done = subprocess.run(  # noqa: S603  (ours)
        asked, cwd=copy, env={"PYTHONPATH": str(copy), "PATH": ""}, capture_output=True, text=True, check=False
    )
    said = find_failed(done.stdout)[:1] or ["green"]
    print(f"\n{leak.file if leak else 'as it is'}:", *said, flush=True)  # noqa: T201  (for `-s`)
    return done.returncode, done.stdout


def find_failed(told: str) -> list[str]:
    """Answer what failed, line by line."""
    return [line for line in told.splitlines() if line.startswith("E  ")]


Flights = Mapping[str, Future[tuple[int, str]]]


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flights]:
    """The canary over the code as it is and over each leak, two at once; whoever asks for one waits for it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        kinds = {AS_IT_IS: None, **LEAKS}
        yield {kind: pool.submit(run_canary, tmp_path_factory.mktemp("copy"), leak) for kind, leak in kinds.items()}


pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def test_the_canary_is_green_as_the_code_is(flights: Flights) -> None:
    code, told = flights[AS_IT_IS].result()
    assert code == PASSED, told


@pytest.mark.parametrize("kind", LEAKS)
def test_a_leak_makes_the_canary_red(flights: Flights, kind: str) -> None:
    code, told = flights[kind].result()
    assert code == FAILED, told
    assert any("assert" in line for line in find_failed(told)), told
    assert "1 failed" in told
