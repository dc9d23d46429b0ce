"""A small way through the page, as whoever tries it goes it: begin, follow, open an article, press a button."""

import pytest

from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_whoever_opens_the_page_can_use_everything_in_a_minute(open_page: Open) -> None:
    opened = await open_page()
    page, reader = opened.page, opened.page.locator(".pane").first
    await reader.get_by_role("button", name="Start", exact=True).click()
    await reader.get_by_role("button", name="📰").click()
    await reader.get_by_role("button", name="✅").first.wait_for()
    box = reader.get_by_role("textbox")
    await box.fill("/settings")
    await box.press("Enter")
    await reader.locator(".mine").get_by_text("/settings", exact=True).wait_for()
    await box.fill("/latest")
    await box.press("Enter")
    await reader.get_by_text("/article_").first.click()
    await reader.get_by_role("button", name="💬").first.click()
    await page.get_by_role("button", name="Publish an article").click()
    assert opened.faults == []


async def test_a_phone_shows_one_chat_at_a_time(open_page: Open) -> None:
    opened = await open_page(size="phone")
    page = opened.page
    await page.locator(".pane:visible").wait_for()
    assert await page.locator(".pane:visible").count() == 1
    await page.locator("#tabs button").nth(2).click()
    await page.get_by_label("Moderators").first.wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_label("Language of the page").select_option("ar")
    await page.locator("html[dir=rtl]").wait_for()
    assert opened.faults == []
