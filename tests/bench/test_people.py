"""The people of the benches, and what a bench makes of their waiting."""

import asyncio

import pytest

from bench import people
from bench.latency import waits
from bench.people import PEOPLE, Asked, use_commands
from sandbox import Sandbox


async def echo(telegram: Sandbox) -> None:
    """Answer whoever writes, and send a reader news beside each answer."""
    while updates := await telegram.world.updates.poll(0, 1, 1):
        (update,) = updates
        telegram.world.updates.forget(update["update_id"])
        for chat_id in (update["message"]["chat"]["id"], 1):
            telegram.checks[0]("sendMessage", {"chat_id": chat_id})


async def test_each_command_is_timed_to_its_answer_and_news_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "THINKING", (0.01, 0.01))
    monkeypatch.setattr(people, "WARM_UP", 0)
    async with Sandbox() as telegram:
        using = asyncio.create_task(use_commands(telegram, 0.2))
        answering = asyncio.create_task(echo(telegram))
        asked, news = await using
        answering.cancel()
    assert len(asked) > len(PEOPLE)
    assert all(one.answered for one in asked)
    assert 0 < max(one.seconds for one in asked) < 1
    assert news > 0


def test_waits_are_those_within_which_so_many_were_answered() -> None:
    asked = [Asked(0, number / 1000, answered=True) for number in range(1, 201)]
    assert waits(asked) == pytest.approx([100, 190, 198, 200])
    assert waits([]) == [0, 0, 0, 0]
