"""The pictures of docs/readers.md: what a reader of Arabic and one of English see, drawn from the running bot.

    python3 dev bench pictures    needs `apt install chromium fonts-noto-{core,cjk,color-emoji}`

Each picture is a step that both take, and what is on their screens then; a new one is a function and a line of STEPS.
"""

import asyncio
import shlex
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.engine import make_url

import runtime
from db.migrate import migrate
from db.tables import pushes
from sandbox.drawing import draw
from tests.reader import OLD, Reader, articles, open_reader

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
FEW = 5  # articles of the digest
NAMES = {"ar": "قاصد", "en": "Qasid"}
MEASURE = "<script>document.title = document.body.offsetWidth + ',' + document.body.offsetHeight</script>"
BROWSER = shlex.split(
    "chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking"
)


async def meet(reader: Reader) -> None:
    """Begin, and choose the first topics."""
    await reader.writes("/start")
    for tag in ("s:science-space", "s:trade"):
        await reader.presses(f"➕ {reader.name(tag)}")


async def get_news(reader: Reader) -> None:
    """Say how news are to come, and get the newest."""
    await reader.presses_key("button.onward")
    await reader.presses_key("button.instant")
    await reader.comes("/article_")


async def choose(reader: Reader) -> None:
    """Look for a country."""
    await reader.writes("/topics")
    await reader.presses_key("button.regions")
    await reader.presses(f"🌍 {reader.name('r:arab-world')}")


async def look(reader: Reader) -> None:
    """See how things stand."""
    await reader.writes("/settings")


async def set_rhythm(reader: Reader) -> None:
    """Have a digest a day."""
    await reader.presses_key("button.way")
    await reader.presses_key("button.daily")


async def get_digest(reader: Reader) -> None:
    """Rest while a few articles come, and get them together."""
    await reader.writes("/follow all")
    await reader.writes("/pause 1d")
    for article in articles(reader.t.language)[OLD : OLD + FEW]:
        reader.live.site.publish(article)
    await reader.passes(select(pushes.c.id).where(pushes.c.story_id == OLD + FEW, pushes.c.planned_at.is_not(None)))
    await reader.writes("/resume")
    await reader.comes("🗞")


async def search(reader: Reader) -> None:
    """Look into the archive."""
    await reader.writes(f"/search {reader.said.wanted}")


STEPS: dict[str, tuple[Callable[[Reader], Awaitable[None]], int]] = {  # with how many messages are in the picture
    "start": (meet, 1),
    "news": (get_news, 2),
    "topics": (choose, 1),
    "digest": (get_digest, 1),
    "search": (search, 1),
    "settings": (look, 1),
    "rhythm": (set_rhythm, 1),
}


def run() -> None:
    """Draw all pictures anew."""
    runtime.run(draw_all())


async def draw_all() -> None:
    """Walk with both readers, and draw after each step."""
    FOLDER.mkdir(exist_ok=True)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        template = folder / "template.db"
        await migrate(make_url(f"sqlite+aiosqlite:///{template}"))
        readers = []
        for language in NAMES:
            (own := folder / language).mkdir()
            readers.append(await stack.enter_async_context(open_reader(language, own, template)))
        for name, (step, last) in STEPS.items():
            for reader in readers:
                await step(reader)
            phones = {NAMES[reader.t.language]: reader.person for reader in readers}
            await asyncio.to_thread(photograph, draw(phones, last), FOLDER / f"{name}.png", folder)


def photograph(page: str, picture: Path, folder: Path) -> None:
    """Let a browser make a picture of a page, as large as the page is."""
    (file := folder / "page.html").write_text(page + MEASURE, encoding="utf-8")
    shown = browse(folder, "--dump-dom", file)
    width, height = shown.partition("<title>")[2].partition("</title>")[0].split(",")
    browse(folder, f"--screenshot={picture}", f"--window-size={width},{height}", file)
    print(picture)


def browse(folder: Path, *words: str | Path) -> str:
    """Run the browser, and answer what it says."""
    command = [*BROWSER, f"--user-data-dir={folder / 'browser'}", *words]
    return subprocess.run(  # noqa: S603  (our own page)
        command, check=True, capture_output=True, text=True, timeout=60
    ).stdout
