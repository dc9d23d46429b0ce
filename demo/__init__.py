"""The demo: a local Telegram with a page in the browser, a sample site and the bot, all on this machine.

    page ─▶ sandbox (Bot API) ◀─▶ the bot, a process of its own ◀── feed of the sample site

Everything is real but Telegram and the site; the database is thrown away at the end. `cast.py` says who takes part,
`bot.py` is the bot's process and `process.py` its keeper, `clock.py` the time that can stride, `strip.py` the
newsroom's side of the page with its `figures.py`, `news.py` what the site writes.
"""

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from demo.cast import Cast, make_settings, open_telegram
from demo.clock import StridingClock
from demo.news import preview
from demo.process import BotProcess
from demo.strip import Strip
from newsroom.errors import QasidError
from sandbox.page import Page
from sandbox.site import SampleSite

__all__ = ["open_demo", "show"]

ARCHIVE = 12  # articles that the site has when it is found
PORT = 8080
SHOWN = 150  # items of the feed, so that a hundred at once are all in it
INTRODUCTION = """
  {url}   ← open it in a browser: a reader, an editor and the moderators, each with a phone.

  Everything is real but Telegram, which runs here too; nothing leaves this machine. Ctrl-C ends.
"""


async def show(language: str, port: int = PORT) -> None:
    """Run the demo until it is interrupted."""
    async with open_demo(language, port) as page:
        print(INTRODUCTION.format(url=page.url), flush=True)
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # on Windows
                loop.add_signal_handler(name, stopped.set)
        await stopped.wait()


@asynccontextmanager
async def open_demo(language: str, port: int) -> AsyncIterator[Page]:
    """Open everything that the demo consists of; answers its page."""
    clock = StridingClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qasid-demo-")))
        site = await stack.enter_async_context(SampleSite(clock=clock, shown=SHOWN))
        for _ in range(ARCHIVE):
            site.publish()
        telegram = await stack.enter_async_context(open_telegram(clock))
        cast = Cast.enter(telegram, language)
        bot = BotProcess(make_settings(folder, telegram, site, cast), clock)
        strip = Strip(telegram, site, bot, clock)
        panes = [(cast.reader.id, cast.reader.id), (cast.editor.id, cast.editor.id), (cast.lead.id, cast.desk.id)]
        page = Page(telegram, panes, port, strip, lambda url: preview(site, url))
        try:
            await stack.enter_async_context(page)
        except OSError as error:
            raise QasidError(f"the page cannot open port {port} ({error.strerror}): try `--port 0`") from None
        await stack.enter_async_context(bot.at_work())
        await stack.enter_async_context(strip.at_work())
        yield page
