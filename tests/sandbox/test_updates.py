"""Updates by polling and by webhook: confirmation, expiry, conflicts, order, secrets."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox import Person, Sandbox
from sandbox.updates import KINDS
from tests.sandbox.conftest import Bot, Clock, Json, keyboard, pressable

WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


def texts(updates: list[Json]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_they_are_confirmed(bot: Bot, amal: Person) -> None:
    for text in "abc":
        amal.writes(text)
    first = (await bot("getUpdates", limit=2)).result
    assert texts(first) == ["a", "b"]
    assert texts((await bot("getUpdates")).result) == ["a", "b", "c"]
    assert texts((await bot("getUpdates", offset=first[0]["update_id"] + 1)).result) == ["b", "c"]
    assert texts((await bot("getUpdates")).result) == ["b", "c"]


async def test_a_negative_offset_keeps_the_newest(bot: Bot, amal: Person) -> None:
    for text in "abc":
        amal.writes(text)
    assert texts((await bot("getUpdates", offset=-1)).result) == ["c"]
    assert texts((await bot("getUpdates")).result) == ["c"]


async def test_an_offset_out_of_reach_confirms_nothing(bot: Bot, amal: Person) -> None:
    amal.writes("a")
    assert texts((await bot("getUpdates", offset=2_000_000_000)).result) == ["a"]


async def test_a_poll_waits_for_an_update(bot: Bot, amal: Person) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=30))
    await bot("getMe")  # so the poll is there first
    amal.writes("أخيرًا")
    assert texts((await poll).result) == ["أخيرًا"]


async def test_a_poll_that_hears_nothing_ends(bot: Bot, telegram: Sandbox) -> None:
    assert await telegram.world.updates.poll(0, 100, 0.01) == []
    assert (await bot("getUpdates")).result == []


async def test_the_later_of_two_polls_wins(bot: Bot, amal: Person) -> None:
    earlier = asyncio.create_task(bot("getUpdates", timeout=30))
    await bot("getMe")
    later = asyncio.create_task(bot("getUpdates", timeout=30))
    assert (await earlier).refusal == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    amal.writes("x")
    assert texts((await later).result) == ["x"]


async def test_a_poller_that_is_gone_takes_nothing_along(bot: Bot, amal: Person) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=30))
    await bot("getMe")
    poll.cancel()
    amal.writes("x")
    assert texts(await bot.updates()) == ["x"]


async def test_updates_expire_by_kind(bot: Bot, amal: Person, clock: Clock) -> None:
    await bot.says(amal.id, "x", reply_markup=keyboard([pressable("✅")]))
    amal.presses("✅")
    amal.writes("a")
    clock.passes(151)
    assert texts((await bot("getUpdates")).result) == ["a"]
    clock.passes(86_400)
    assert (await bot("getUpdates")).result == []


async def test_allowed_kinds_stick(bot: Bot, amal: Person) -> None:
    await bot("getUpdates", allowed_updates=["my_chat_member"])
    amal.writes("unheard")
    amal.blocks()
    amal.unblocks()
    assert [next(reversed(update)) for update in await bot.updates()] == ["my_chat_member", "my_chat_member"]
    assert (await bot("getWebhookInfo")).result["allowed_updates"] == ["my_chat_member"]
    await bot("getUpdates", allowed_updates=[])
    amal.writes("heard")
    assert texts(await bot.updates()) == ["heard"]


async def test_every_kind_can_be_asked_for(bot: Bot) -> None:
    await bot("getUpdates", allowed_updates=list(KINDS))
    assert (await bot("getWebhookInfo")).result["allowed_updates"] == list(KINDS)


@dataclass
class Receiver:
    """A bot's webhook, which answers as it is told and then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[Json] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, request: web.Request) -> web.Response:
        """Take an update."""
        assert request.content_type == "application/json"
        self.heard.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.came.set()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def wait(self, count: int) -> list[Json]:
        """Answer the updates once there are so many."""
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                self.came.clear()
                await self.came.wait()
        return self.heard


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/", receiver.hear)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/"))
        yield receiver


async def test_a_webhook_gets_what_waits_and_what_comes(bot: Bot, amal: Person, receiver: Receiver) -> None:
    amal.writes("a")
    assert (await bot("setWebhook", url=receiver.url, secret_token="S-1")).body["description"] == "Webhook was set"
    amal.writes("b")
    assert texts(await receiver.wait(2)) == ["a", "b"]
    assert receiver.secrets == ["S-1", "S-1"]


async def test_a_poll_is_refused_while_there_is_a_webhook(bot: Bot, receiver: Receiver) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=30))
    await bot("getMe")
    await bot("setWebhook", url=receiver.url)
    assert (await poll).refusal == "Conflict: terminated by setWebhook request"
    assert (await bot("getUpdates")).refusal == WEBHOOK_ACTIVE
    await bot("deleteWebhook")
    assert (await bot("getUpdates")).result == []


async def test_the_next_of_a_chat_waits_for_the_one_before(
    bot: Bot, amal: Person, telegram: Sandbox, receiver: Receiver
) -> None:
    receiver.statuses = [500, 502]
    noor = telegram.person(1002)
    await bot("setWebhook", url=receiver.url)
    amal.writes("a")
    amal.writes("b")
    noor.writes("c")
    await receiver.wait(5)
    order = [text for text in texts(receiver.heard) if text != "c"]
    assert order == sorted(order)
    assert set(order) == {"a", "b"}
    info = (await bot("getWebhookInfo")).result
    assert info["last_error_message"].startswith("Wrong response from the webhook: 50")


async def test_what_was_delivered_is_not_heard_again(bot: Bot, amal: Person, receiver: Receiver) -> None:
    await bot("setWebhook", url=receiver.url)
    amal.writes("a")
    await receiver.wait(1)
    await bot("deleteWebhook")
    amal.writes("b")
    assert "b" in texts((await bot("getUpdates")).result)


async def test_pending_updates_can_be_dropped(bot: Bot, amal: Person) -> None:
    amal.writes("a")
    await bot("deleteWebhook", drop_pending_updates=True)
    assert (await bot("getUpdates")).result == []


async def test_a_webhook_that_is_not_there_is_an_error_on_record(bot: Bot, amal: Person) -> None:
    await bot("setWebhook", url="http://127.0.0.1:1/")
    amal.writes("a")
    info: Json = {}
    async with asyncio.timeout(5):
        while "last_error_message" not in info:
            info = (await bot("getWebhookInfo")).result
    assert (info["last_error_message"], info["pending_update_count"]) == ("Connection failed", 1)


async def test_webhooks_stay_on_this_machine(bot: Bot) -> None:
    refused = await bot("setWebhook", url="https://example.com/")
    assert refused.refusal == "Bad Request: sandbox: webhooks are delivered to loopback only"
    refused = await bot("setWebhook", url="http://127.0.0.1/", secret_token="not allowed")
    assert refused.refusal == "Bad Request: secret token contains unallowed characters"


# What a bot must stand


def numbers(heard: list[Json]) -> list[int]:
    return [update["update_id"] for update in heard]


async def test_an_update_that_was_confirmed_may_come_once_more(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.disorder.repeated = 1
    amal.writes("x")
    heard = [numbers(await bot.updates()) for _ in range(3)]
    assert heard[0]
    assert heard == [heard[0], heard[0], []]


async def test_a_press_may_come_before_what_was_written_earlier(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.disorder.swapped = 1
    await bot.says(amal.id, "?", reply_markup=keyboard([pressable("✅")]))
    amal.writes("first")
    amal.presses("✅")
    heard = await bot.updates()
    assert [max(update.keys() - {"update_id"}) for update in heard] == ["callback_query", "message"]
    assert numbers(heard) == sorted(numbers(heard))


async def test_what_the_bot_was_told_keeps_its_number(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.disorder.swapped = 1
    await bot.says(amal.id, "?", reply_markup=keyboard([pressable("✅")]))
    amal.writes("first")
    told = (await bot("getUpdates")).result
    amal.presses("✅")
    assert (await bot("getUpdates")).result[0] == told[0]


async def test_after_a_week_of_silence_numbers_begin_anew(bot: Bot, amal: Person, clock: Clock) -> None:
    amal.writes("x")
    (before,) = numbers(await bot.updates())
    clock.passes(7 * 86_400 + 1)
    amal.writes("y")
    (after,) = numbers(await bot.updates())
    assert abs(after - before) > 1
