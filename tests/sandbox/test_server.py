"""The sandbox as a test uses it: it starts, waits, shows what it sees, and carries many people."""

import asyncio
import re

import aiohttp
import pytest

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Bot, keyboard, pressable


async def test_until_wakes_with_a_call(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    sending = asyncio.create_task(bot.says(amal.id, "وصل"))
    await telegram.until(lambda: amal.last is not None and "وصل" in amal.last.text)
    await sending


async def test_until_shows_the_screen_when_time_is_over(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    await bot.says(amal.id, "اختر", reply_markup=keyboard([pressable("✅ نعم"), pressable("✖️ لا")]))
    await bot("sendPigeon")
    with pytest.raises(TimeoutError) as late:
        await telegram.until(lambda: False, timeout=0.01)
    for part in ("أمل (1001)", "bot: اختر", "[✅ نعم] [✖️ لا]", "sendMessage to 1001: 200", "sendPigeon: there is no"):
        assert part in str(late.value)


async def test_ids_are_unique(telegram: Sandbox, amal: Person) -> None:
    with pytest.raises(ValueError, match=re.escape("there is a chat 1001 already")):
        telegram.person(amal.id)
    with pytest.raises(ValueError, match="negative"):
        telegram.group(5)


async def test_ids_of_messages_are_one_row_for_all_private_chats(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    noor = telegram.person(1002)
    assert noor.writes("/start") == amal.writes("x") - 1
    assert (await bot.says(noor.id, "x"))["message_id"] == amal.writes("y") - 1


async def test_equal_seeds_make_equal_ids(bot: Bot) -> None:
    async def run() -> tuple[int, str]:
        async with Sandbox(seed=3) as telegram:
            other = Bot(telegram, bot.session)
            amal = telegram.person(1001)
            amal.writes("/start")
            await other.says(amal.id, "x", reply_markup=keyboard([pressable("✅")]))
            return (await other("getUpdates")).result[0]["update_id"], amal.presses("✅")

    assert await run() == await run()


async def test_a_held_request_does_not_hold_the_end(bot: Bot) -> None:
    async with Sandbox() as telegram:
        poll = asyncio.create_task(Bot(telegram, bot.session)("getUpdates", timeout=50))
        await Bot(telegram, bot.session)("getMe")
    with pytest.raises(aiohttp.ClientConnectionError):
        await poll


async def test_a_broadcast_keeps_its_text_once(bot: Bot, telegram: Sandbox) -> None:
    people = [telegram.person(number) for number in range(2000, 2020)]
    for person in people:
        person.writes("/start")
        await bot.says(person.id, "<b>خبر</b>", reply_markup=keyboard([pressable("💬")]))
    contents = [person.messages[person.screen[-1].id] for person in people]
    assert len({id(message.content) for message in contents}) == 1
    assert len({id(message.markup) for message in contents}) == 1
