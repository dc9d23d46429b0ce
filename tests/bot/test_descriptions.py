"""What the bot says of itself before anybody has started it: in each language, and never over its operator's words."""

from collections.abc import AsyncIterator

import pytest
from telegram.ext import ExtBot

from bot.api import BotApi
from bot.menus import describe
from bot.transport import Transport
from locales import LANGUAGES, texts
from sandbox import Sandbox


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    """A Telegram that knows nothing of the bot but its token."""
    async with Sandbox(limits=None) as opened:
        yield opened
    assert opened.problems == []


@pytest.fixture
async def bot(telegram: Sandbox) -> AsyncIterator[ExtBot[None]]:
    """The bot, as the application has it."""
    async with BotApi(telegram.url, telegram.token) as api:
        transport = Transport(api)
        yield ExtBot(telegram.token, base_url=f"{telegram.url}/bot", request=transport, get_updates_request=transport)


async def read(bot: ExtBot[None]) -> list[tuple[str, str]]:
    """Answer the long and the short description, without a language and in each."""
    return [
        (
            (await bot.get_my_description(language)).description,
            (await bot.get_my_short_description(language)).short_description,
        )
        for language in (None, *LANGUAGES)
    ]


async def test_where_nothing_is_said_each_language_says_what_the_bot_does(telegram: Sandbox, bot: ExtBot[None]) -> None:
    await describe(bot, "fr")
    told = [(t.plain("bot.description"), t.plain("bot.description.short")) for t in map(texts, ("fr", *LANGUAGES))]
    assert await read(bot) == told
    calls = len(telegram.calls)
    await describe(bot, "fr")
    assert not any(call.method.startswith("set") for call in telegram.calls[calls:])


async def test_what_its_operator_wrote_stays(bot: ExtBot[None]) -> None:
    await bot.set_my_description("أخبارنا")
    await bot.set_my_short_description("كلنا")
    before = await read(bot)
    await describe(bot, "ar")
    assert await read(bot) == before


async def test_what_its_operator_wrote_in_one_language_stays_and_the_others_are_filled(bot: ExtBot[None]) -> None:
    await bot.set_my_description("أخبارنا", language_code="ar")
    await bot.set_my_short_description("Tout", language_code="fr")
    await describe(bot, "en")
    told = dict(zip((None, *LANGUAGES), await read(bot), strict=True))
    assert (told["ar"][0], told["fr"][1]) == ("أخبارنا", "Tout")
    for language in (None, "en", "zh"):
        t = texts(language or "en")
        assert told[language] == (t.plain("bot.description"), t.plain("bot.description.short"))


def test_descriptions_are_as_long_as_telegram_takes() -> None:
    for t in map(texts, LANGUAGES):
        assert len(t.plain("bot.description")) <= 512
        assert len(t.plain("bot.description.short")) <= 120
