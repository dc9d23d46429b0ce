"""The demo: a local Telegram, a sample site and the bot in one process, and a reader's chat in the terminal.

    sandbox (Bot API) ◀─▶ the bot ◀── feed of the sample site, which gains an article every so often

The reader's part is played until somebody types: a line is a message, a number presses that button. Everything is real
but Telegram; the database is thrown away at the end.
"""

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app import App, open_app
from logs import set_up_logging
from sandbox import Button, Limits, Person, Sandbox, Shown
from sandbox.site import SampleSite
from settings import Settings, read_settings

READER = 1001
NAMES = {"ar": "أمل", "en": "Amal", "zh": "阿迈勒", "fr": "Amal"}
TOKEN = "1234567:a-token-of-the-demo-that-opens-nothing"  # noqa: S105  (of no bot)
ARCHIVE = 12  # articles that the site has when it is found
FIRST_NEWS = 6.0  # seconds until the site's first new article
STEP = 1.2  # seconds between the reader's taps, so that they can be followed
INTRODUCTION = (
    "A reader's chat with the bot, live. Everything is real but Telegram, which runs here too.\n"
    "Type to write as the reader (/latest, متابعة طاجيكستان, help); type a button's number to press it; Ctrl-C ends.\n"
)


@dataclass(slots=True)
class Screen:
    """Prints what the reader sees, as it changes."""

    reader: Person
    _seen: dict[int, tuple[str, tuple[tuple[Button, ...], ...]]] = field(default_factory=dict)
    _alerts: int = 0

    def has_news(self) -> bool:
        """Tell whether there is something that was not printed."""
        shown = {shown.id: (shown.text, shown.keyboard) for shown in self.reader.screen}
        return shown != self._seen or len(self.reader.alerts) > self._alerts

    def show_news(self) -> None:
        """Print messages that are new or changed."""
        for shown in self.reader.screen:
            if self._seen.get(shown.id) != (shown.text, shown.keyboard):
                is_new = shown.id not in self._seen
                self._seen[shown.id] = (shown.text, shown.keyboard)
                print("\n".join(draw(shown, is_new=is_new)), flush=True)
        for alert in self.reader.alerts[self._alerts :]:
            print(f"  ⓘ {alert}", flush=True)
        self._alerts = len(self.reader.alerts)


def draw(shown: Shown, *, is_new: bool) -> Iterator[str]:
    """Yield the lines of a message, with its buttons numbered."""
    head = ("🤖" if shown.by_bot else "👤") + ("" if is_new else " ✎")
    text = shown.text.splitlines() or [""]
    yield f"\n{head} {text[0]}"
    yield from (f"   {line}" for line in text[1:])
    number = 0
    for row in shown.keyboard:
        labels = []
        for button in row:
            number += 1
            labels.append(f"[{number}·{button.text}]")
        yield "   " + " ".join(labels)


async def show(seconds: float, language: str) -> None:
    """Run the demo until it is interrupted; the site gains an article every `seconds`."""
    with tempfile.TemporaryDirectory(prefix="qasid-demo-") as folder:
        async with Sandbox(token=TOKEN, username="sample_news_bot", limits=Limits()) as telegram, SampleSite() as site:
            for _ in range(ARCHIVE):
                site.publish()
            settings = make_settings(Path(folder), telegram, site)
            set_up_logging(settings.log_format, [TOKEN], logging.WARNING)  # the terminal is the reader's
            reader = telegram.person(READER, first_name=NAMES.get(language, "Amal"), language=language)
            async with open_app(settings) as app:
                await perform(app, telegram, site, reader, seconds)


def make_settings(folder: Path, telegram: Sandbox, site: SampleSite) -> Settings:
    """Answer the settings of the demo; nothing of the environment or of `.env` counts."""
    return read_settings(
        env_file=None,
        bot_token=TOKEN,
        telegram_api_url=telegram.url,
        database_url=f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        sources=[site.feed_url],
        site_url=site.url,
        site_name=site.title,
        poll_seconds=1,
        allow_private_sources=True,
        web_port=0,
    )


async def perform(app: App, telegram: Sandbox, site: SampleSite, reader: Person, seconds: float) -> None:
    """Run the bot, the site and the reader side by side until one of them ends."""
    screen = Screen(reader)
    print(INTRODUCTION, flush=True)
    running = asyncio.create_task(app.run())
    acts = [
        asyncio.create_task(act)
        for act in (watch(telegram, screen), publish(site, seconds), play(telegram, reader), listen(reader))
    ]
    try:
        await running
    finally:
        app.stop.set()
        for act in acts:
            act.cancel()
        await asyncio.gather(*acts, return_exceptions=True)
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def watch(telegram: Sandbox, screen: Screen) -> None:
    """Print whatever changes on the reader's screen."""
    while True:
        await telegram.until(screen.has_news, timeout=float("inf"))
        screen.show_news()


async def publish(site: SampleSite, seconds: float) -> None:
    """Let the site gain an article every so often."""
    await asyncio.sleep(FIRST_NEWS)
    while True:
        site.publish()
        await asyncio.sleep(seconds)


async def play(telegram: Sandbox, reader: Person) -> None:
    """Do what a new reader does: begin, choose everything, choose how it comes. Whoever types takes over."""
    await asyncio.sleep(STEP)  # meanwhile the site is found and read
    reader.writes("/start")
    for wanted in ("|follow|all|", "|go|rhythm|", "|rhythm|sound|"):
        await telegram.until(lambda wanted=wanted: find(reader, wanted) is not None, timeout=30)  # type: ignore[misc]
        await asyncio.sleep(STEP)
        button = find(reader, wanted)
        if button:
            print(f"\n👆 {button.text}", flush=True)
            reader.presses(button.text)


def find(reader: Person, wanted: str) -> Button | None:
    """Answer the button of the newest message whose data holds these words."""
    buttons = reader.last.buttons if reader.last else []
    return next((button for button in buttons if wanted in (button.callback_data or "")), None)


async def listen(reader: Person) -> None:
    """Read what is typed: a number presses a button, anything else is written to the bot."""
    if not sys.stdin.isatty():
        return
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: lines.put_nowait(sys.stdin.readline()))
    while line := await lines.get():
        say(reader, line.strip())


def say(reader: Person, line: str) -> None:
    """Write a line to the bot, or press the button of that number on the newest message."""
    buttons = reader.last.buttons if reader.last else []
    if not line:
        return
    if line.isdecimal() and 0 < int(line) <= len(buttons):
        button = buttons[int(line) - 1]
        if button.url:
            print(f"   ↗ {button.url}")
        else:
            reader.presses(button.text)
    else:
        reader.writes(line)


async def serve_sandbox(token: str, port: int) -> None:
    """Run a local Bot API server for any bot, until it is interrupted."""
    async with Sandbox(token=token, port=port) as telegram:
        print(f"A Bot API for any bot. Try it: TELEGRAM_API_URL={telegram.url} BOT_TOKEN={token} qasid run")
        await asyncio.Event().wait()
