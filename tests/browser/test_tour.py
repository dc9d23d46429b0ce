"""The guided tour with the keyboard alone, from the first press to the broadcast; pictures of it for the README.

`PICTURES=1` keeps them in docs/pictures, as demo-⟨language⟩-⟨size⟩.png; another way to go is a line of WAYS.
"""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from demo.tour import STEPS
from tests.browser.conftest import Open, Opened, Theme

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
AGAIN_AFTER = 10  # seconds
MOST = 12  # presses for a step
WAYS: list[tuple[str, str, Theme]] = [
    ("ar", "desktop", "light"),
    ("ar", "phone", "dark"),
    ("en", "desktop", "dark"),
    ("en", "phone", "light"),
]
STATE = """() => {
    const sought = document.querySelector(".pane .sought, #strip .sought");
    return [document.querySelectorAll(".dots .done").length, sought ? sought.textContent : null].join();
}"""
CHANGED = f"(before) => ({STATE})() !== before"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize(("language", "size", "theme"), WAYS)
async def test_the_tour_leads_to_its_end_by_the_keyboard(
    open_page: Open, language: str, size: str, theme: Theme
) -> None:
    opened = await open_page(language, size, theme)
    await opened.page.locator("#guide:visible").press("Enter")
    for number in range(len(STEPS)):
        await go_on(opened, until=number + 1)
        assert await opened.check_access() == []
        if number == len(STEPS) - 2:
            await keep_picture(opened, f"demo-{language}-{size}.png")
    assert not await opened.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert opened.faults == []


async def test_the_tour_can_be_left_and_begun_again_and_outlives_a_reload(open_page: Open) -> None:
    opened = await open_page()
    page, tour = opened.page, opened.page.locator("#tour")
    await page.locator("#guide").click()
    await go_on(opened, until=1)
    await page.reload()
    await tour.locator(".dots .done").wait_for()
    await tour.locator(".stop").click()
    await tour.wait_for(state="hidden")
    assert await page.locator(".sought").count() == 0
    await page.locator("#guide").click()
    await tour.locator(".dots .done").wait_for()  # she follows a topic still
    assert await page.locator("#told").text_content()
    assert opened.faults == []


async def go_on(opened: Opened, until: int) -> None:
    """Do what the tour shows, with the keyboard, until so many steps are done."""
    page, show = opened.page, opened.page.locator("#tour .show")
    for _ in range(MOST):
        if await page.locator(".dots .done").count() >= until:
            return
        before = await page.evaluate(STATE)
        if await show.count():
            await show.press("Enter")
            await page.keyboard.press("Enter")
        with suppress(TimeoutError):  # what was to be pressed may have been drawn anew: then it is pressed again
            async with asyncio.timeout(AGAIN_AFTER):
                await page.wait_for_function(CHANGED, arg=before)
    pytest.fail(f"step {until} does not end")


async def keep_picture(opened: Opened, name: str) -> None:
    """Take a picture of the page, if pictures are wanted."""
    if os.environ.get("PICTURES"):
        await opened.page.screenshot(path=PICTURES / name)
