"""What people do about what is kept on them: read it, have it sent, have it erased, stop; and the rules."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, insert, select

from db.store import staff
from db.tables import chats, deliveries, follows, inbox, outbox, prompts, subscribers
from newsroom.direction import runs_rtl
from newsroom.roles import Role
from sandbox import Fault, FaultKind, Person
from sandbox.groups import Group
from tests.live import Live, open_live, unseen

COUNT = select(func.count())


def files(live: Live, chat_id: int) -> dict[str, str]:
    """Answer the newest files that a chat was sent, by name."""
    sent = (call.params.get("document") for call in live.telegram.sent_to(chat_id))
    return {str(file): file.content.decode("utf-8-sig") for file in sent if file is not None}


async def ask_for_files(live: Live, person: Person, said: str = "/mydata") -> dict[str, str]:
    before = len(live.telegram.sent_to(person.id))
    person.writes(said)
    await live.telegram.until(lambda: len(live.telegram.sent_to(person.id)) == before + 2)
    return files(live, person.id)


async def is_gone(live: Live) -> bool:
    return not any([await live.ask(COUNT.select_from(table)) for table in (chats, subscribers, follows, prompts)])


async def test_all_that_is_kept_comes_as_two_files(live: Live, amal: Person) -> None:
    await live.says(amal, '/follow طاجيكستان، كل الأخبار، "قمة AT&T"')
    await live.says(amal, "/mute الرياضة")
    live.site.publish()
    await live.until(select(deliveries.c.push_id).where(deliveries.c.state == "sent"))
    got = await ask_for_files(live, amal)
    text = unseen(got["data.txt"])
    assert "رقم المحادثة في تيليغرام: 1\n" in text
    assert "ما كُتم: الرياضة\n" in text
    assert "«قمة AT&T»" in text
    assert "الأخبار المرسلة والمنتظرة: 1\nالخبر 4: أُرسل، " in text
    told = orjson.loads(got["data.json"])["tables"]
    assert told["chats"][0]["id"] == told["subscribers"][0]["chat_id"] == 1
    assert {row["tag"] for row in told["follows"]} == {"c:TJ", "all", "s:sports", "k:1"}
    assert told["deliveries"][0]["article_id"] == 4


async def test_every_line_runs_as_its_language_does(live: Live, amal: Person) -> None:
    await live.says(amal, '/follow "G20"')
    lines = [line for line in (await ask_for_files(live, amal))["data.txt"].splitlines() if line]
    assert all(map(runs_rtl, lines))
    await live.says(amal, "/language en")
    lines = [line for line in (await ask_for_files(live, amal))["data.txt"].splitlines() if line]
    assert lines[0].startswith("What the bot of")
    assert not any(map(runs_rtl, lines))


async def test_files_that_telegram_does_not_take_at_once_come_later_and_are_not_kept(live: Live, amal: Person) -> None:
    live.telegram.faults.add(Fault(FaultKind.ERROR, method="sendDocument", status=502, times=1))
    amal.writes("/mydata")
    await live.telegram.until(lambda: len(files(live, 1)) == 2)
    await live.until(select(COUNT.where(outbox.c.state == "sent").scalar_subquery() == 2))
    assert await live.ask(select(func.max(func.length(outbox.c.payload)))) == 0


@pytest.mark.parametrize("said", ["بياناتي", "my data", "我的数据", "mes données"])
async def test_words_ask_for_the_files_too(live: Live, amal: Person, said: str) -> None:
    assert set(await ask_for_files(live, amal, said)) == {"data.txt", "data.json"}


@pytest.mark.parametrize("said", ["/forget", "محو بياناتي", "forget me", "删除我的数据", "effacer mes données"])
async def test_to_forget_asks_and_keeps_all_on_a_no(live: Live, amal: Person, said: str) -> None:
    await live.says(amal, "/follow طاجيكستان")
    assert "محو كل شيء؟" in await live.says(amal, said)
    assert "لم يُمحَ شيء" in await live.presses(amal, "✖️")
    assert await live.followed() == {"c:TJ": False}


async def test_a_yes_erases_at_once_and_says_one_word(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/forget")
    sent = len(live.telegram.sent_to(1))
    assert "مُحي كل شيء" in await live.presses(amal, "✅")
    assert await is_gone(live)
    assert await live.ask(COUNT.select_from(outbox).where(outbox.c.chat_id.is_not(None))) == 0
    await live.until(select(~select(outbox.c.id).where(outbox.c.state != "sent").exists()))
    assert await live.ask(select(func.max(func.length(outbox.c.payload)))) == 0
    assert len(live.telegram.sent_to(1)) == sent
    assert amal.last
    assert amal.last.buttons == []


async def test_two_yeses_are_one_and_who_returns_is_new(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/forget")
    queries = {amal.presses("✅"), amal.presses("✅")}
    await live.telegram.until(lambda: not queries & live.telegram.world.queries.keys())
    assert await is_gone(live)
    assert "أهلًا بك" in await live.says(amal, "/start")
    assert await live.followed() == {}


async def test_a_yes_that_is_handled_too_late_only_asks_again(live: Live, amal: Person) -> None:
    await live.says(amal, "/follow طاجيكستان")
    await live.says(amal, "/forget")
    shown, moment = amal.last, live.app.clock() - timedelta(minutes=11)
    assert shown
    update = {
        "update_id": 77,
        "callback_query": {"id": "9", "from": {"id": 1, "is_bot": False, "first_name": "x"}, "chat_instance": "x",
                           "data": "1|forget|yes||0",
                           "message": {"message_id": shown.id, "date": 1, "chat": {"id": 1, "type": "private"}}},
    }  # fmt: skip
    row = {"update_id": 77, "chat_id": 1, "payload": orjson.dumps(update), "received_at": moment, "due_at": moment}
    async with live.app.database.write() as connection:
        await connection.execute(insert(inbox).values(**row))
    await live.says(amal, "/help")
    await live.until(select(inbox.c.update_id).where(inbox.c.update_id == 77, inbox.c.state == "handled"))
    assert await live.followed() == {"c:TJ": False}
    assert any("محو كل شيء؟" in message.text for message in amal.screen)


async def test_staff_are_forgotten_when_their_roles_are_gone(live: Live, amal: Person) -> None:
    await live.says(amal, "/forget")
    async with live.app.database.write() as connection:
        await staff.grant(connection, 1, Role.EDITOR, live.app.clock())
    assert "دور في فريق التحرير (editor)" in await live.is_alerted(amal, "✅")
    assert "دور في فريق التحرير" in await live.says(amal, "/forget")
    async with live.app.database.write() as connection:
        await staff.revoke(connection, 1)
    await live.says(amal, "/forget")
    assert "مُحي كل شيء" in await live.presses(amal, "✅")


def a_group(live: Live, admin: Person, member: Person) -> Group:
    group = live.telegram.group(-1005, title="مجموعة")
    group.admits(admin, admin=True)
    group.admits(member)
    group.adds_bot(by=admin)
    return group


async def test_a_groups_admins_and_nobody_else_have_it_forgotten(live: Live) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = a_group(live, admin, member)
    group.hears(admin, "/follow@sample_bot طاجيكستان")
    await live.telegram.until(lambda: group.last and "طاجيكستان" in group.last.text)
    group.hears(admin, "/forget@sample_bot")
    await live.telegram.until(lambda: group.last and "محو كل ما يخص" in group.last.text)
    group.presses(member, "✅")
    await live.telegram.until(lambda: member.alerts)
    assert await live.followed() == {"c:TJ": False}
    group.presses(admin, "✅")
    await live.telegram.until(lambda: group.last and "مُحي كل شيء" in group.last.text)
    assert await is_gone(live)


async def test_no_file_is_sent_before_a_group(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = a_group(live, admin, live.telegram.person(2))
    group.hears(admin, "/mydata@sample_bot")
    await live.telegram.until(lambda: group.last and "أمام الجميع" in group.last.text)
    assert files(live, group.id) == {}


async def test_stop_offers_a_pause_and_names_what_erases(live: Live, amal: Person) -> None:
    assert "/forget" in await live.says(amal, "/stop")
    assert amal.last
    assert [button.text for button in amal.last.buttons] == ["⏸ إيقاف مؤقت"]
    assert await live.ask(COUNT.select_from(subscribers)) == 0


async def test_privacy_tells_what_the_code_does_and_who_answers(tmp_path: Path, sqlite_template: Path) -> None:
    who: dict[str, Any] = {
        "controller": "دار المثال",
        "privacy_url": "https://site.example/p",
        "rules_url": "https://site.example/r",
    }
    async with open_live(tmp_path, sqlite_template, **who) as live:
        amal = live.telegram.person(1, language="ar")
        text = await live.says(amal, "/privacy")
        for told in ("48 ساعة", "90 يومًا", "/mydata", "/forget", "/stop", "دار المثال", "https://site.example/p"):
            assert told in text
        await live.presses(amal, "🧽")
        await live.hears_of(amal, "محو كل شيء؟")
        amal.presses("📄")
        await live.telegram.until(lambda: len(files(live, 1)) == 2)
        assert "https://site.example/r" in await live.says(amal, "/rules")


@pytest.mark.parametrize("language", ["ar", "en", "zh", "fr"])
async def test_the_rules_are_short_in_every_language(live: Live, language: str) -> None:
    text = await live.says(live.telegram.person(5, language=language), "/rules")
    assert 4 <= len(text.splitlines()) <= 8
