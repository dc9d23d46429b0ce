"""A small way through the page, as whoever tries it goes it: begin, follow, get an article, press a button."""

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest

from demo import open_demo

playwright = pytest.importorskip("playwright.async_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 60_000  # milliseconds
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
async def page() -> AsyncIterator[Any]:
    async with open_demo("en", 0) as served, playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(locale="en", viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE)
        opened = await context.new_page()
        opened.faults = []
        opened.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.on("console", lambda said: opened.faults.append(said.text) if said.type == "error" else None)
        opened.on("request", lambda asked: opened.faults.append(asked.url) if served.url not in asked.url else None)
        await opened.goto(served.url)
        yield opened
        await browser.close()


async def test_whoever_opens_the_page_can_use_everything_in_a_minute(page: Any) -> None:
    reader = page.locator(".pane").first
    await reader.get_by_role("button", name="Start", exact=True).click()
    await reader.get_by_role("button", name="📰").click()
    await reader.get_by_role("button", name="✅").first.wait_for()
    box = reader.get_by_role("textbox")
    await box.fill("/settings")
    await box.press("Enter")
    await reader.get_by_text("/settings", exact=True).wait_for()
    await box.fill("/latest")
    await box.press("Enter")
    await reader.get_by_role("button", name="💬").first.click()
    await page.get_by_role("button", name="Publish an article").click()
    assert page.faults == []


async def test_a_phone_shows_one_chat_at_a_time(page: Any) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.locator(".pane:visible").count() == 1
    await page.locator("#tabs button").nth(2).click()
    await page.get_by_label("Moderators").first.wait_for()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    await page.get_by_label("Language of the page").select_option("ar")
    assert await page.locator("html").get_attribute("dir") == "rtl"
    assert page.faults == []
