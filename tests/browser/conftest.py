"""The demo, open in a real browser: any size, language and theme. What went wrong there is in `faults`."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, async_playwright

from demo import open_demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 90_000  # milliseconds
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SEVERE = ("serious", "critical")


@dataclass
class Opened:
    """The page in a browser."""

    page: Page
    faults: list[str] = field(default_factory=list)

    async def check_access(self) -> list[str]:
        """Answer what hinders people with a keyboard, a screen reader or weak eyes, each with where it is."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate("axe.run()")
        severe = [one for one in found["violations"] if one["impact"] in SEVERE]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in severe for node in one["nodes"]]


Theme = Literal["light", "dark"]
Open = Callable[..., Awaitable[Opened]]


@pytest.fixture
async def open_page() -> AsyncIterator[Open]:
    """Answer what opens the demo in a browser."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with AsyncExitStack() as stack:
        driver = await stack.enter_async_context(async_playwright())
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        async def opening(language: str = "en", size: str = "desktop", theme: Theme = "light") -> Opened:
            served = await stack.enter_async_context(open_demo(language, 0))
            width, height = SIZES[size]
            context = await browser.new_context(
                locale=language,
                viewport={"width": width, "height": height},
                color_scheme=theme,
                reduced_motion="reduce",  # what fades in is too pale for a moment
            )
            context.set_default_timeout(PATIENCE)
            opened = Opened(await context.new_page())
            listen(opened, served.url)
            await opened.page.goto(served.url)
            return opened

        yield opening
        await browser.close()


def listen(opened: Opened, home: str) -> None:
    """Note every error of the page, and every request that is not to the page's own server."""
    faults = opened.faults
    opened.page.on("pageerror", lambda error: faults.append(str(error)))
    opened.page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.page.on("request", lambda asked: None if asked.url.startswith(home) else faults.append(asked.url))
