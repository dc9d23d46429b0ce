"""The inbox at work: order, failures, apologies, what a crash leaves behind, and the webhook."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import orjson
import pytest
from sqlalchemy import func, insert, select

from bot.handlers import data
from bot.handlers.errors import tell
from bot.handlers.views import site_name
from bot.talk import Talk, Visit, current_visit
from db.store import inbox as store
from db.tables import follows, inbox, outbox
from sandbox import Call, Fault, FaultKind, Person
from tests.live import Live, open_live

AT_ONCE = (timedelta(), timedelta())


async def states(live: Live) -> dict[str, int]:
    async with live.app.database.read() as connection:
        counted = select(inbox.c.state, func.count().label("updates")).group_by(inbox.c.state)
        return {row.state: row.updates for row in (await connection.execute(counted)).all()}


async def test_what_was_handled_is_emptied(live: Live, amal: Person) -> None:
    await live.says(amal, "/help")
    await live.until(select(inbox.c.update_id).where(inbox.c.state == "handled"))
    assert await live.ask(select(inbox.c.payload)) is None


async def test_many_messages_of_a_chat_are_answered_in_order(live: Live, amal: Person) -> None:
    for number in (1, 2, 3, 1, 2):
        amal.writes(f"/article {number}")
    await live.telegram.until(lambda: len(live.telegram.sent_to(1)) == 5)
    said = [shown.text for shown in amal.screen if shown.by_bot]
    assert [next(n for n in (1, 2, 3) if live.site.published[n - 1][0].title in text) for text in said] == [
        1,
        2,
        3,
        1,
        2,
    ]


async def test_a_failing_handler_is_tried_three_times_then_told_with_a_reference(
    live: Live, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def fail(*_args: object) -> str:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError

    monkeypatch.setattr(data, "site_name", fail)
    monkeypatch.setattr("db.store.inbox.TRY_AGAIN_AFTER", AT_ONCE)
    amal.writes("/privacy")
    await live.hears_of(amal, "المرجع")
    assert tries == 3
    assert await states(live) == {"dead": 1}
    assert await live.ask(select(inbox.c.payload)) is None
    assert len(live.telegram.sent_to(1)) == 1


@pytest.mark.parametrize("is_refused", [False, True])
async def test_who_waits_longer_than_a_moment_sees_that_an_answer_is_being_made(
    live: Live, amal: Person, monkeypatch: pytest.MonkeyPatch, *, is_refused: bool
) -> None:
    async def take_long(_talk: Talk) -> str:
        await live.telegram.until(lambda: typing(live))
        return "موقع النماذج"

    monkeypatch.setattr(data, "site_name", take_long)
    monkeypatch.setattr("bot.inbox.SOON", 0.01)
    if is_refused:
        live.telegram.faults.add(Fault(FaultKind.FLOOD, method="sendChatAction", retry_after=3))
    assert "الخصوصية" in await live.says(amal, "/privacy")
    assert typing(live)[0].params == {"action": "typing", "chat_id": 1}


async def test_who_is_answered_at_once_sees_nothing_else(
    live: Live, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inbox.SOON", 3600)
    await live.says(amal, "/privacy")
    assert typing(live) == []


def typing(live: Live) -> list[Call]:
    return [call for call in live.telegram.calls if call.method == "sendChatAction"]


async def test_a_failed_handler_leaves_nothing_and_its_second_try_does_it_all(
    live: Live, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failed = site_name, asyncio.Event()

    async def fail_once(talk: Any) -> str:
        if not failed.is_set():
            failed.set()
            raise ZeroDivisionError
        return await whole(talk)

    monkeypatch.setattr(data, "site_name", fail_once)
    monkeypatch.setattr("db.store.inbox.TRY_AGAIN_AFTER", AT_ONCE)
    amal.writes("/privacy")
    await live.hears_of(amal, "الخصوصية")
    assert await states(live) == {"handled": 1}
    assert len(live.telegram.sent_to(1)) == 1


async def test_an_update_that_could_not_even_be_given_back_is_handled_again(
    live: Live, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True, True]  # the effects cannot be written, and the failure neither

    async def fail(*_: Any) -> bool:
        away.pop()
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(store, "mark_handled", fail)
        broken.setattr(store, "mark_failed", fail)
        amal.writes("/help")
        await live.telegram.until(lambda: not away)
    await live.hears_of(amal, "/latest")


async def test_an_answer_that_meets_a_429_arrives_later(live: Live, amal: Person) -> None:
    live.telegram.faults.add(Fault(FaultKind.FLOOD, method="sendMessage", retry_after=1))
    assert "/latest" in await live.says(amal, "/help")
    await live.until(select(outbox.c.id).where(outbox.c.state == "sent"))
    assert await live.ask(select(outbox.c.payload)) == b""


async def test_an_answer_without_an_answer_is_repeated_once(live: Live, amal: Person) -> None:
    live.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage"))
    amal.writes("/help")
    await live.telegram.until(lambda: len(live.telegram.sent_to(1)) == 2)
    await live.until(select(outbox.c.id).where(outbox.c.state == "sent", outbox.c.doubts == 1))


async def test_an_update_whose_handing_over_was_cut_off_is_handed_over_again(live: Live, amal: Person) -> None:
    live.telegram.faults.add(Fault(FaultKind.RESET, method="getUpdates", times=2))
    assert "/latest" in await live.says(amal, "/help")
    await live.says(amal, "/privacy")
    assert len(live.telegram.sent_to(1)) == 2


async def test_what_was_left_in_the_inbox_is_handled_at_the_next_start(tmp_path: Path, sqlite_template: Path) -> None:
    async with open_live(tmp_path, sqlite_template) as live:
        amal = live.telegram.person(1, language="ar")
        await live.says(amal, "/help")
        moment = live.app.clock()
    update = {
        "update_id": 77,
        "message": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "/privacy",
                    "from": {"id": 1, "is_bot": False, "first_name": "x"},
                    "entities": [{"type": "bot_command", "offset": 0, "length": 8}]},
    }  # fmt: skip
    row = {"update_id": 77, "chat_id": 1, "payload": orjson.dumps(update), "received_at": moment, "due_at": moment}
    async with live.app.database.write() as connection:
        await connection.execute(insert(inbox).values(**row, state="working", worker_id="dead"))
    await live.app.database.close()
    async with open_live(tmp_path, sqlite_template) as live:
        live.telegram.person(1, language="ar").writes("/start")
        await live.telegram.until(
            lambda: any("الخصوصية" in call.params.get("text", "") for call in live.telegram.sent_to(1))
        )


async def test_a_press_that_is_handled_too_late_only_shows_how_things_are(live: Live, amal: Person) -> None:
    await live.says(amal, "/topics")
    shown = amal.last
    assert shown
    moment = live.app.clock() - timedelta(minutes=11)
    update = {
        "update_id": 77,
        "callback_query": {"id": "9", "from": {"id": 1, "is_bot": False, "first_name": "x"}, "chat_instance": "x",
                           "data": "1|follow|s:sports|subjects|0",
                           "message": {"message_id": shown.id, "date": 1, "chat": {"id": 1, "type": "private"}}},
    }  # fmt: skip
    row = {"update_id": 77, "chat_id": 1, "payload": orjson.dumps(update), "received_at": moment, "due_at": moment}
    async with live.app.database.write() as connection:
        await connection.execute(insert(inbox).values(**row))
    amal.writes("/help")
    await live.hears_of(amal, "/latest")
    await live.until(select(inbox.c.update_id).where(inbox.c.update_id == 77, inbox.c.state == "handled"))
    assert await live.ask(select(follows.c.tag)) is None


async def test_updates_come_by_webhook_with_its_secret(tmp_path: Path, sqlite_template: Path) -> None:
    with_hook: dict[str, Any] = {"public_url": "http://127.0.0.1:1", "webhook_secret": "the-secret"}
    async with open_live(tmp_path, sqlite_template, **with_hook) as live:
        hook = next(call for call in live.telegram.calls if call.method == "setWebhook")
        assert hook.params["url"] == "http://127.0.0.1:1/telegram"
        assert hook.params["secret_token"] == "the-secret"
        wanted = {"message", "edited_message", "callback_query", "inline_query", "my_chat_member"}
        assert set(hook.params["allowed_updates"]) == wanted
        assert not any(call.method == "getUpdates" for call in live.telegram.calls)
        amal = live.telegram.person(1, language="ar")
        amal.writes("/help")
        update = orjson.loads(orjson.dumps({"update_id": 5, "message": amal.messages[1].as_json()}))
        url = f"http://127.0.0.1:{live.app.port}/telegram"
        statuses = []
        async with aiohttp.ClientSession() as session:
            for secret, body in (
                ("wrong", update),
                ("the-secret", {"x": 1}),
                ("the-secret", update),
                ("the-secret", update),
            ):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                async with session.post(url, json=body, headers=headers) as answer:
                    statuses.append(answer.status)
        assert statuses == [403, 400, 200, 200]
        await live.hears_of(amal, "/latest")
        assert len(live.telegram.sent_to(1)) == 1


async def test_the_first_failure_of_an_update_is_the_one_on_record() -> None:
    visit = Visit(cast("Any", None), cast("Any", None), datetime.now(UTC), may_set=True, is_late=False)
    current_visit.set(visit)
    for error in (first := ZeroDivisionError(), RuntimeError("current transaction is aborted")):
        await tell(object(), cast("Talk", SimpleNamespace(error=error)))
    assert visit.failure is first
