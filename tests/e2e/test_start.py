"""docs/start.md, followed to the letter: from a bare folder to the first delivered article, against a local Telegram.

The commands are run as they stand; only what is the reader's own (the token, the site) is put in its place. It sets up
an environment of its own from the package index, so it takes as long as that does.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Person, Sandbox
from sandbox.site import SampleSite
from tests.sandbox.oracle import check_with_aiogram

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
RUN = "python3 dev run"
OWNER = 7_001
SET_UP = 600.0  # seconds
STEPS = ("Source of news", "Moderators’ desk", "Channel", "Staff", "Test article")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_names_the_steps_of_the_checklist() -> None:
    named = re.findall(r"^\*\*➕ ([^.*]+)\.\*\*", PAGE, re.MULTILINE)
    assert [name.replace("'", "’") for name in named] == list(STEPS)


def test_the_page_has_all_its_steps_in_order() -> None:
    kinds = [kind for kind in re.findall(r"^```(\w*)$", PAGE, re.MULTILINE) if kind]
    assert kinds == ["botfather", "botfather", "sh", "env", "sh", "telegram", "telegram"]
    assert blocks("sh")[-1].strip() == RUN


def test_what_the_page_says_of_faults_is_what_the_program_says() -> None:
    quoted = re.findall(r"^\| ([^|]+?) … \|", PAGE, re.MULTILINE)
    said = ("web/server.py", "settings.py", "db/lock.py")
    sources = "".join((ROOT / name).read_text(encoding="utf-8") for name in said)
    assert len(quoted) == len(said)
    for words in quoted:
        part = words.removeprefix("BOT_TOKEN: allowed is ").removesuffix(" 127.0.0.1:8080")
        assert part in sources, words


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=None) as opened:
        opened.checks.append(check_with_aiogram)
        yield opened
    assert opened.problems == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project as it is shipped, with nothing installed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    for name in listed.stdout.splitlines():
        (tmp_path / "qasid" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "qasid" / name)
    return tmp_path / "qasid"


def bare_environment() -> dict[str, str]:
    """The machine's, without what belongs to this checkout or to a bot."""
    ours = {"VIRTUAL_ENV", "PYTHONPATH", "BOT_TOKEN", "DATABASE_URL"}
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if not part.startswith(sys.prefix))
    return {name: value for name, value in os.environ.items() if name not in ours} | {"PATH": path}


async def says(person: Person, telegram: Sandbox, text: str, answer: str) -> None:
    person.writes(text)
    await telegram.until(lambda: has(person, answer), timeout=60)


async def find_link(log: Path) -> str:
    """Wait for the link that the start prints."""
    async with asyncio.timeout(60):
        while not (found := read_link(log)):  # noqa: ASYNC110  (a file cannot call us)
            await asyncio.sleep(0.2)
    return found


def read_link(log: Path) -> str:
    found = re.search(r"start=(own_[\w-]+)", log.read_text(encoding="utf-8"))
    return found[1] if found else ""


def start_bot(folder: Path, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Run the last command of the page, and leave it running."""
    with log.open("wb") as out:
        words = ["bash", "-c", f"exec {RUN}"]
        return subprocess.Popen(  # noqa: S603  (the page's own words)
            words, cwd=folder, env=environment, stdout=out, stderr=out, start_new_session=True
        )


async def gets_an_article(owner: Person, site: SampleSite) -> None:
    """Publish until something arrives: what was there when the source was first read is archive."""
    async with asyncio.timeout(120):
        before = len(site.published)
        while not any(has(owner, article.title) for article, _ in site.published[before:]):
            site.publish()
            await asyncio.sleep(5)


def marks(owner: Person) -> str:
    """Answer the marks of the checklist's steps."""
    found = next((shown for shown in owner.screen if "First steps" in shown.text), None)
    return "".join(button.text[0] for button in found.buttons) if found else ""


async def takes_the_steps(owner: Person, telegram: Sandbox, site: SampleSite) -> None:
    """Go by the checklist, each step by its button, until all are ticked."""
    group = telegram.group(-1001, title="Desk", kind="supergroup")
    channel = telegram.channel(-1002, title="News")
    for place in (group, channel):
        place.invite(owner)
    await telegram.until(lambda: len(marks(owner)) == len(STEPS), timeout=60)
    await presses(owner, telegram, STEPS[0], "Write the whole address")
    address = blocks("telegram")[0].strip().replace("https://your-site.example", site.feed_url)
    await says(owner, telegram, address, site.feed_url)
    await presses(owner, telegram, STEPS[1], "In which group")
    owner.shares("👥", group)
    await presses(owner, telegram, STEPS[2], "Which channel")
    owner.shares("📢", channel)
    await presses(owner, telegram, STEPS[3], "Which role")
    owner.presses("➕ moderator")
    await telegram.until(lambda: has(owner, "Who is to"), timeout=60)
    owner.presses("👤")
    await telegram.until(lambda: has(owner, "list"), timeout=60)
    owner.shares("👤", telegram.person(OWNER + 1))
    await telegram.until(lambda: has(owner, "Give "), timeout=60)
    owner.presses("✅")
    await telegram.until(lambda: marks(owner) == "✅✅✅✅➕", timeout=60)
    await presses(owner, telegram, STEPS[4], site.published[-1][0].title)
    await telegram.until(lambda: marks(owner) == "✅" * len(STEPS), timeout=60)


async def presses(owner: Person, telegram: Sandbox, step: str, answer: str) -> None:
    owner.presses(f"➕ {step}")
    await telegram.until(lambda: has(owner, answer), timeout=60)


def has(person: Person, words: str) -> bool:
    return any(words in shown.text for shown in person.screen if shown.by_bot)


def put_own(lines: str, telegram: Sandbox) -> str:
    """The settings of the page, with the reader's token; and where Telegram is, for this one is local."""
    here = {
        "TELEGRAM_API_URL": telegram.url,
        "ALLOW_PRIVATE_SOURCES": "true",
        "POLL_SECONDS": "1",
        "WEB_PORT": "0",
    }
    own = lines.replace("123456:ABC-DEF…", telegram.token)
    return own + "".join(f"{name}={value}\n" for name, value in here.items())


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_the_page_leads_from_a_bare_machine_to_the_first_article(telegram: Sandbox, folder: Path) -> None:
    environment = bare_environment()
    *before, _run = blocks("sh")
    for commands in before:
        words = ["bash", "-euc", commands]
        await asyncio.to_thread(subprocess.run, words, cwd=folder, env=environment, check=True, timeout=SET_UP)
    (lines,) = blocks("env")
    with (folder / ".env").open("a", encoding="utf-8") as file:
        file.write(put_own(lines, telegram))
    log = folder.parent / "log"
    async with SampleSite() as site:
        for _ in range(3):
            site.publish()
        started = start_bot(folder, environment, log)
        try:
            owner = telegram.person(OWNER, language="en")
            await says(owner, telegram, f"/start {await find_link(log)}", "This bot is yours now")
            await takes_the_steps(owner, telegram, site)
            await says(owner, telegram, blocks("telegram")[1].strip(), "All news")
            await gets_an_article(owner, site)
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            await asyncio.to_thread(started.wait, 30)
