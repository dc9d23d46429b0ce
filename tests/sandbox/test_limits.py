"""How fast a bot may be, and what happens when it is faster."""

import aiohttp
import pytest

from sandbox import Limits, Person, Sandbox
from sandbox.limits import MOST_BUCKETS, OVERLOADED, Throttle
from tests.sandbox.conftest import Bot, Clock, Reply


@pytest.fixture
def limits() -> Limits:
    return Limits()


async def send(bot: Bot, chat_id: int) -> Reply:
    return await bot("sendMessage", chat_id=chat_id, text="x")


async def test_a_person_gets_one_a_second_with_a_small_burst(bot: Bot, amal: Person, clock: Clock) -> None:
    assert [(await send(bot, amal.id)).status for _ in range(4)] == [200, 200, 200, 429]
    clock.passes(1)
    assert [(await send(bot, amal.id)).status for _ in range(2)] == [200, 429]


async def test_a_429_says_how_long_to_wait(bot: Bot, amal: Person, telegram: Sandbox) -> None:
    telegram.throttle.pause(7)
    async with bot.session.post(bot.url("sendMessage"), json={"chat_id": amal.id, "text": "x"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert await answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }


async def test_who_does_not_wait_waits_longer(bot: Bot, amal: Person, clock: Clock) -> None:
    for _ in range(3):
        await send(bot, amal.id)
    waits = [(await send(bot, amal.id)).body["parameters"]["retry_after"] for _ in range(4)]
    assert waits == [1, 2, 4, 8]
    clock.passes(8)
    assert (await send(bot, amal.id)).status == 200


async def test_a_group_gets_twenty_a_minute(bot: Bot, amal: Person, telegram: Sandbox, clock: Clock) -> None:
    group = telegram.group(-1001)
    group.adds_bot(by=amal)
    statuses = []
    for _ in range(21):
        clock.passes(0.01)
        statuses.append((await send(bot, group.id)).status)
    assert statuses == [200] * 20 + [429]


async def test_edits_count_and_answers_do_not(bot: Bot, amal: Person) -> None:
    number = (await bot.says(amal.id, "0"))["message_id"]
    edits = [await bot("editMessageText", chat_id=amal.id, message_id=number, text=text) for text in "123"]
    assert [edit.status for edit in edits] == [200, 200, 429]
    assert (await bot("sendChatAction", chat_id=amal.id, action="typing")).status == 200


def test_thirty_a_second_go_to_everyone_together_and_a_thousand_when_paid(clock: Clock) -> None:
    throttle = Throttle(Limits(), clock)
    assert [throttle.take(person) for person in range(100, 131)] == [0] * 30 + [1]
    assert sum(throttle.take(person, paid=True) == 0 for person in range(1000, 3000)) == 1000


def test_a_pause_can_be_for_one_chat(clock: Clock) -> None:
    throttle = Throttle(None, clock)
    throttle.pause(30, chat_id=100)
    assert (throttle.take(100), throttle.take(101)) == (30, 0)


def test_each_limit_can_be_switched_off(clock: Clock) -> None:
    throttle = Throttle(Limits(overall_per_second=None, private_per_second=None, group_per_minute=None), clock)
    assert {throttle.take(chat) for chat in [100, -100] * 200} == {0}


def test_too_many_calls_under_way_are_too_many(clock: Clock) -> None:
    throttle = Throttle(Limits(), clock)
    assert throttle.overload(1000, []) is None
    assert (fault := throttle.overload(1001, []))
    assert (fault.retry_after, fault.seconds) == (60, OVERLOADED)
    assert Throttle(None, clock).overload(1001, []) is None


def test_the_same_file_uploaded_again_and_again_is_too_much(clock: Clock) -> None:
    throttle = Throttle(Limits(), clock)
    taken = [throttle.overload(1, [3_000_000]) for _ in range(17)]
    assert [one is None for one in taken] == [True] * 16 + [False]  # 0.3 s each, five seconds' worth
    assert throttle.overload(1, [3_000_001]) is None
    assert [throttle.overload(1, [99_000]) for _ in range(100)] == [None] * 100
    clock.passes(0.3)
    assert throttle.overload(1, [3_000_000]) is None


async def test_a_bot_that_uploads_to_each_is_told_so_after_a_while(
    bot: Bot, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.limits.OVERLOADED", 0.01)
    bot.telegram.throttle.limits = Limits(overall_per_second=None)
    statuses = []
    for person in range(2000, 2030):
        bot.telegram.person(person).writes("/start")
        form = aiohttp.FormData({"chat_id": str(person)})
        form.add_field("photo", b"x" * 100_001, filename="a.jpg")
        async with bot.session.post(bot.url("sendPhoto"), data=form) as answer:
            statuses.append((answer.status, answer.headers.get("Retry-After")))
    assert statuses[:24] == [(200, None)] * 24  # 0.2 s each
    assert statuses[25:] == [(429, "60")] * 5


def test_memory_stays_flat(clock: Clock) -> None:
    throttle = Throttle(Limits(overall_per_second=None), clock)
    for person in range(100, 100 + 2 * MOST_BUCKETS):
        clock.passes(0.01)
        throttle.take(person)
    assert len(throttle._buckets) <= MOST_BUCKETS + 1  # noqa: SLF001 (memory is what is looked at)
