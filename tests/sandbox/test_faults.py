"""What goes wrong on demand, and whether it left an effect."""

import asyncio
import time
from random import Random

import aiohttp
import orjson
import pytest

from sandbox import Fault, FaultKind, Person, Sandbox
from sandbox.faults import Latency
from tests.sandbox.conftest import Bot, Clock


def received(amal: Person) -> list[str]:
    return [shown.text for shown in amal.screen if shown.by_bot]


async def test_silence_is_done_and_never_answered(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.faults.add(Fault(FaultKind.SILENCE))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.says(amal.id, "x")
    assert received(amal) == ["x"]
    call = telegram.sent_to(amal.id)[-1]
    assert (call.status, call.description, call.message_id) == (0, "silence", amal.screen[-1].id)


async def test_silence_may_end_with_a_reset(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.faults.add(Fault(FaultKind.SILENCE, seconds=0.01))
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.says(amal.id, "x")


@pytest.mark.parametrize(("kind", "left"), [(FaultKind.RESET, ["x"]), (FaultKind.RESET_BEFORE, [])])
async def test_a_reset_comes_after_or_before(
    bot: Bot, amal: Person, telegram: Sandbox, kind: FaultKind, left: list[str]
) -> None:
    telegram.faults.add(Fault(kind))
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.says(amal.id, "x")
    assert received(amal) == left
    assert await bot.says(amal.id, "y")


@pytest.mark.parametrize(("kind", "left"), [(FaultKind.GARBLED, ["x"]), (FaultKind.GARBLED_BEFORE, [])])
async def test_a_garbled_answer_comes_with_or_without_effect(
    bot: Bot, amal: Person, telegram: Sandbox, kind: FaultKind, left: list[str]
) -> None:
    telegram.faults.add(Fault(kind))
    async with bot.session.post(bot.url("sendMessage"), json={"chat_id": amal.id, "text": "x"}) as answer:
        assert answer.status == 200
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads(await answer.read())
    assert received(amal) == left


async def test_a_bad_gateway_is_a_page(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY))
    async with bot.session.post(bot.url("sendMessage"), json={"chat_id": amal.id, "text": "x"}) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert "<html>" in await answer.text()
    assert received(amal) == []


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault(FaultKind.ERROR), 500, "Internal Server Error: restart"),
        (Fault(FaultKind.ERROR, status=401, description="Unauthorized"), 401, "Unauthorized"),
        (Fault(FaultKind.FLOOD, retry_after=35), 429, "Too Many Requests: retry after 35"),
    ],
)
async def test_errors_are_as_ordered(bot: Bot, amal: Person, fault: Fault, status: int, said: str) -> None:
    bot.telegram.faults.add(fault)
    refused = await bot("sendMessage", chat_id=amal.id, text="x")
    assert (refused.status, refused.refusal) == (status, said)
    assert received(amal) == []


async def test_a_slow_answer_comes(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.faults.add(Fault(FaultKind.SLOW, seconds=0.03))
    began = time.monotonic()
    assert await bot.says(amal.id, "x")
    assert time.monotonic() - began >= 0.03


async def test_a_call_lasts_until_its_answer_leaves_or_the_bot_hangs_up(
    bot: Bot, amal: Person, telegram: Sandbox, clock: Clock
) -> None:
    telegram.faults.add(Fault(FaultKind.SLOW, seconds=0.03))
    asked = asyncio.create_task(bot.says(amal.id, "x"))
    await telegram.until(lambda: telegram.sent_to(amal.id))
    began = clock()
    assert telegram.sent_to(amal.id)[-1].ended_at is None
    clock.passes(5)
    await asked
    call = telegram.sent_to(amal.id)[-1]
    assert (call.began_at, call.ended_at) == (began, began + 5)
    telegram.faults.add(Fault(FaultKind.SILENCE))
    asked = asyncio.create_task(bot.says(amal.id, "y"))
    await telegram.until(lambda: len(telegram.sent_to(amal.id)) == 2)
    asked.cancel()
    await telegram.until(lambda: telegram.sent_to(amal.id)[-1].ended_at is not None)


async def test_faults_meet_the_calls_that_are_meant(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    noor = telegram.person(1002)
    noor.writes("/start")
    telegram.faults.add(Fault(FaultKind.FLOOD, method="sendMessage", chat_id=noor.id, times=None))
    assert (await bot("getMe")).status == 200
    assert (await bot("sendMessage", chat_id=amal.id, text="x")).status == 200
    assert {(await bot("sendMessage", chat_id=noor.id, text="x")).status for _ in range(3)} == {429}
    telegram.faults.clear()
    assert (await bot("sendMessage", chat_id=noor.id, text="x")).status == 200


async def test_faults_are_counted(bot: Bot, telegram: Sandbox) -> None:
    telegram.faults.add(Fault(FaultKind.ERROR, after=2, times=2))
    assert [(await bot("getMe")).status for _ in range(6)] == [200, 200, 500, 500, 200, 200]


async def test_random_faults_are_the_same_again(bot: Bot) -> None:
    async def run() -> list[int]:
        async with Sandbox(seed=7) as telegram:
            telegram.faults.add(Fault(FaultKind.ERROR, times=None, chance=0.5))
            return [(await Bot(telegram, bot.session)("getMe")).status for _ in range(20)]

    first = await run()
    assert first == await run()
    assert {200, 500} == set(first)


async def test_answers_take_their_time(bot: Bot) -> None:
    async with Sandbox(latency=Latency(0.05, spread=0)) as telegram:
        began = time.monotonic()
        assert (await Bot(telegram, bot.session)("getMe")).status == 200
        assert time.monotonic() - began >= 0.05


def test_half_of_all_answers_take_the_median_at_most() -> None:
    random = Random(7)  # noqa: S311  (repeatable on purpose)
    drawn = sorted(Latency().draw(random) for _ in range(2001))
    assert drawn[1000] == pytest.approx(0.057, rel=0.1)
    assert drawn[0] < drawn[1000] < drawn[-1]
