"""The owner's first day: a checklist that lives, each step by its button, and nothing of it for anybody else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import exists, select

from bot.callbacks import Act
from bot.handlers.setup import complete
from bot.setup import Pick
from db.operating import checklists, choices
from db.store import staff
from db.store import subscribers as subscribers_store
from db.tables import audit, deliveries, outbox
from db.tables import staff as staff_table
from newsroom.roles import Role
from newsroom.setup import Step
from sandbox import Group, Person
from sandbox.screen import Shown
from tests.live import Live, open_live, unseen

OWNER, FRIEND = 61, 62
DESK, CHANNEL = -1001000000091, -1001000000092
TITLE = "🧭 الخطوات الأولى"
NOBODYS = "لفريق التحرير"
BUSY = exists().where(outbox.c.state.in_(("queued", "sending")))


async def become_owner(live: Live, user_id: int = OWNER, role: Role = Role.OWNER) -> Person:
    person = live.telegram.person(user_id, first_name="سلمى", language="ar")
    async with live.app.database.write() as connection:
        await staff.grant(connection, user_id, role, live.app.clock())
    return person


@pytest.fixture
async def owner(live: Live) -> Person:
    """The owner, who has just begun."""
    person = await become_owner(live)
    assert TITLE in await live.says(person, "/start")
    return person


@pytest.fixture
async def bare(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    """A newsroom without any source."""
    async with open_live(tmp_path, sqlite_template, sources=[]) as opened:
        yield opened


def checklist(person: Person) -> Shown:
    found = [one for one in person.screen if one.by_bot and TITLE in one.text]
    assert len(found) == 1
    return found[0]


def marks(person: Person) -> str:
    """Answer the marks of the five steps."""
    return "".join(button.text[0] for button in checklist(person).buttons)


async def becomes(live: Live, person: Person, expected: str) -> None:
    """Wait until the checklist has these marks."""
    await live.telegram.until(lambda: marks(person) == expected, timeout=20)


async def ticks(live: Live, person: Person, step: int) -> None:
    """Wait until a step is done."""
    await live.telegram.until(lambda: marks(person)[step] == "✅", timeout=20)


async def chosen(live: Live) -> tuple[int, int] | None:
    async with live.app.database.read() as connection:
        found = (await connection.execute(select(choices.c.chat_id, choices.c.thread_id))).one_or_none()
    return (found.chat_id, found.thread_id) if found else None


async def acts(live: Live) -> set[tuple[str, str, str]]:
    async with live.app.database.read() as connection:
        found = await connection.execute(select(audit.c.action, audit.c.subject, audit.c.detail))
        return {(row.action, row.subject, row.detail) for row in found}


def make_group(live: Live, *admins: Person) -> Group:
    group = live.telegram.group(DESK, title="غرفة المشرفين", kind="supergroup")
    for person in admins:
        group.admits(person, admin=True)
    return group


async def test_the_first_start_of_an_owner_is_the_checklist_and_the_next_is_a_readers(live: Live) -> None:
    person = await become_owner(live)
    await live.says(person, "/start")
    assert marks(person) == "✅➕➕➕➕"  # the sample site was read already
    assert "المواضيع التي تختارونها" in await live.says(person, "/start")
    assert len(checklist(person).buttons) == 5


async def test_whoever_takes_the_link_of_the_start_has_the_checklist(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_live(tmp_path, sqlite_template) as live:
        (token,) = re.findall(r"start=(own_[\w-]+)", capsys.readouterr().out)
        person = live.telegram.person(1, language="en")
        person.writes(f"/start {token}")
        await live.telegram.until(lambda: any("First steps" in one.text for one in person.screen))
        assert [one.text for one in person.screen if "is yours now" in one.text]


async def test_an_owner_of_the_settings_has_it_at_the_first_start(tmp_path: Path, sqlite_template: Path) -> None:
    async with open_live(tmp_path, sqlite_template, owner_ids=[OWNER]) as live:
        person = live.telegram.person(OWNER, language="fr")
        assert "Premiers pas" in await live.says(person, "/start")


async def test_a_source_is_added_by_its_address_and_ticked_when_it_was_read(bare: Live) -> None:
    person = await become_owner(bare)
    await bare.says(person, "/start")
    assert marks(person)[0] == "➕"
    assert "عنوان الموقع" in await bare.presses(person, "➕ مصدر")
    assert "يُكتب العنوان" in await bare.says(person, "ليس عنوانًا")
    person.writes(bare.site.feed_url)
    await bare.telegram.until(lambda: any("أُضيف" in one.text for one in person.screen), timeout=20)
    await ticks(bare, person, 0)
    assert "مصدر واحد يُقرأ" in checklist(person).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("site.example", "https://site.example"),
        ("http://site.example/feed", "http://site.example/feed"),
        ("موقع.شبكة/خلاصة", "https://موقع.شبكة/خلاصة"),
        ("site example.", "site example."),
        ("site", "site"),
    ],
)
def test_the_beginning_of_an_address_need_not_be_typed(typed: str, meant: str) -> None:
    assert complete(typed) == meant


async def test_the_group_that_is_picked_is_the_desk_and_nobody_is_asked_what_it_is_for(
    live: Live, owner: Person
) -> None:
    group = make_group(live, owner)
    await live.presses(owner, "➕ مكتب")
    owner.shares("👥", group)
    await live.hears_of(owner, "هذه المجموعة هي مكتب الإشراف الآن")
    assert await chosen(live) == (DESK, 0)
    await ticks(live, owner, 1)
    assert "في المجموعة المختارة" in checklist(owner).text
    assert ("choose desk", str(DESK), "") in await acts(live)
    assert [one for one in owner.screen if "لأي شيء" in one.text] == []
    assert sorted(group.bot_rights or ()) == ["can_delete_messages", "can_manage_chat"]


async def test_commands_of_moderators_are_answered_at_the_desk_at_once(live: Live, owner: Person) -> None:
    group = make_group(live, owner)
    group.adds_bot(by=owner)
    group.hears(owner, "/queue@sample_bot")
    await live.telegram.until(lambda: group.last)
    assert group.last
    assert "ينتظر" not in group.last.text
    await live.presses(owner, "➕ مكتب")
    owner.shares("👥", group)
    await live.hears_of(owner, "مكتب الإشراف الآن")
    group.hears(owner, "/queue@sample_bot")
    await live.telegram.until(lambda: group.last and "لا شيء ينتظر" in group.last.text)


async def test_moderators_may_do_without_a_group(live: Live, owner: Person) -> None:
    await live.presses(owner, "➕ مكتب")
    owner.presses("✉️")
    await live.hears_of(owner, "بلا مجموعة: تصل الردود")
    assert await chosen(live) == (0, 0)
    await ticks(live, owner, 1)
    assert ("choose desk", "private", "") in await acts(live)


async def test_a_setting_wins_and_the_step_says_so(tmp_path: Path, sqlite_template: Path) -> None:
    async with open_live(tmp_path, sqlite_template, moderation_chat_id=str(DESK)) as live:
        person = await become_owner(live)
        await live.says(person, "/start")
        assert marks(person)[1] == "✅"
        assert "MODERATION_CHAT_ID" in checklist(person).text
        assert "MODERATION_CHAT_ID" in await live.is_alerted(person, "✅ مكتب")


async def test_a_group_in_which_the_bot_may_not_write_is_not_the_desk(live: Live, owner: Person) -> None:
    group = make_group(live, owner)
    await live.presses(owner, "➕ مكتب")
    group.adds_bot(by=owner)
    group.removes_bot(by=owner)
    request = {"request_id": int(Pick.DESK), "chat_id": DESK}
    owner.sends({"chat_shared": request})
    await live.hears_of(owner, "البوت ليس في هذه المحادثة")
    assert await chosen(live) is None


async def test_what_is_asked_for_can_be_left(live: Live, owner: Person) -> None:
    for step in ("مكتب", "القناة", "الفريق"):
        await live.presses(owner, f"➕ {step}")
        assert "أسفل الشاشة" in await live.says(owner, "كلام آخر")
        owner.presses("✖️")
        await live.hears_of(owner, "أُلغي")


async def test_a_channel_that_is_picked_lets_the_bot_post_and_is_one_of_ours(live: Live, owner: Person) -> None:
    channel = live.telegram.channel(CHANNEL, title="أخبار الحديقة")
    channel.invite(owner)
    await live.presses(owner, "➕ القناة")
    owner.shares("📢", channel)
    await live.telegram.until(lambda: any("من قنوات البوت" in one.text for one in owner.screen), timeout=20)
    await ticks(live, owner, 2)
    assert "لم تُختر له مواضيع" in checklist(owner).text
    assert [one for one in owner.screen if "صار بإمكان البوت النشر" in one.text]
    await live.presses(owner, "🗂")
    await live.presses(owner, "📰")
    await live.telegram.until(lambda: "لم تُختر له مواضيع" not in checklist(owner).text, timeout=20)


async def test_a_channel_in_which_the_bot_posts_already_ticks_its_step(live: Live, owner: Person) -> None:
    channel = live.telegram.channel(CHANNEL, title="أخبار الحديقة")
    channel.promotes_bot(by=owner)
    await ticks(live, owner, 2)
    channel.removes_bot(by=owner)
    await live.telegram.until(lambda: marks(owner)[2] == "➕", timeout=20)


async def test_somebody_is_picked_and_given_a_role(live: Live, owner: Person) -> None:
    friend = live.telegram.person(FRIEND, first_name="بدر")
    await live.presses(owner, "➕ الفريق")
    owner.shares("👤", friend)
    await live.hears_of(owner, "أي دور")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.user_id == FRIEND)) is None
    assert "التحرير" in await live.presses(owner, "✍️")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.user_id == FRIEND)) == "editor"
    assert ("grant role", str(FRIEND), "editor") in await acts(live)
    await ticks(live, owner, 3)
    assert "بدر" not in str(await acts(live))


async def test_the_test_is_the_newest_article_as_readers_get_it_and_it_comes_once(live: Live, owner: Person) -> None:
    owner.presses("➕ خبر")
    await live.telegram.until(lambda: owner.last and owner.last.button("📖"), timeout=20)
    assert owner.last
    title = next(article.title for article, _ in live.site.published if article.title in owner.last.text)
    assert [button.text.split()[0] for button in owner.last.buttons][:3] == ["📖", "💬", "🔗"]
    await live.until(select(deliveries.c.state).where(deliveries.c.message_id == owner.last.id))
    await ticks(live, owner, 4)
    async with live.app.database.write() as connection:
        long_ago = live.app.clock().replace(year=2020)
        await connection.execute(deliveries.update().values(settled_at=long_ago))
    assert "لا يُرسل خبر مرتين" in await live.is_alerted(owner, "✅ خبر")
    assert len([one for one in owner.screen if title in one.text]) == 1


async def test_without_any_article_a_sample_says_that_it_is_one(bare: Live) -> None:
    person = await become_owner(bare)
    await bare.says(person, "/start")
    assert "هذا نموذج" in await bare.presses(person, "➕ خبر")
    await ticks(bare, person, 4)


async def test_what_is_done_elsewhere_ticks_it_too(live: Live, owner: Person) -> None:
    async with live.app.database.write() as connection:
        await staff.grant(connection, FRIEND, Role.MODERATOR, live.app.clock())
    await becomes(live, owner, "✅➕➕✅➕")
    async with live.app.database.write() as connection:
        await staff.revoke(connection, FRIEND)
    await becomes(live, owner, "✅➕➕➕➕")


async def test_it_is_brought_again_below_and_the_one_before_goes(live: Live, owner: Person) -> None:
    first = checklist(owner).id
    assert TITLE in await live.says(owner, "/setup")
    await live.until(select(~BUSY))
    assert checklist(owner).id > first
    assert (marks(owner)[1], len(marks(owner))) == ("➕", 5)


async def test_whoever_sets_up_has_the_commands_of_the_staff_in_the_menu(live: Live, owner: Person) -> None:
    await live.telegram.until(lambda: "setup" in [name for name, _ in _menu(owner)])
    assert {"latest", "queue", "backup"} <= {name for name, _ in _menu(owner)}


def _menu(person: Person) -> list[tuple[str, str]]:
    return [(one["command"], one["description"]) for one in person.commands]


async def test_admins_may_too_and_have_one_of_their_own(live: Live, owner: Person) -> None:
    admin = await become_owner(live, 63, Role.ADMIN)
    assert "المواضيع التي تختارونها" in await live.says(admin, "/start")
    assert TITLE in await live.says(admin, "/setup")
    await ticks(live, admin, 3)
    await ticks(live, owner, 3)


async def test_a_forged_press_of_another_does_nothing(live: Live, editor: Person) -> None:
    for screen in ("", *Step, "moderator", "__class__"):
        for what in ("", editor.id):
            assert NOBODYS in await forges(live, editor, f"1|{Act.SETUP}|{what}|{screen}|0")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.role == "moderator")) is None
    assert await live.ask(select(checklists.c.chat_id)) is None


async def test_what_somebody_else_picks_is_nothing(live: Live, editor: Person) -> None:
    group = make_group(live, editor)
    group.adds_bot(by=editor)
    for number in (*map(int, Pick), 7):
        editor.sends({"chat_shared": {"request_id": number, "chat_id": DESK}})
        editor.sends({"users_shared": {"request_id": number, "users": [{"user_id": FRIEND}]}})
    editor.writes("/privacy")
    await live.telegram.until(lambda: any("/mydata" in one.text for one in editor.screen), timeout=20)
    assert await chosen(live) is None
    assert [one for one in editor.screen if "أي دور" in one.text] == []


async def test_whoever_lost_the_role_chooses_nothing_by_an_old_button(live: Live, owner: Person) -> None:
    group = make_group(live, owner)
    await live.presses(owner, "➕ مكتب")
    async with live.app.database.write() as connection:
        await staff.revoke(connection, OWNER)
    owner.shares("👥", group)
    await live.hears_of(owner, NOBODYS)
    assert await chosen(live) is None


async def test_no_other_role_is_given_from_here(live: Live, owner: Person) -> None:
    for role in (Role.OWNER, Role.ADMIN, "x", ""):
        await forges(live, owner, f"1|{Act.SETUP}|{FRIEND}|{role}|0")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.user_id == FRIEND)) is None


async def forges(live: Live, person: Person, data: str) -> str:
    """Let a person send callback data as if it stood on the newest message; answers what is told."""
    assert person.last
    world, alerts = live.telegram.world, len(person.alerts)
    query_id = world.ask("callback_query", person.alerts.append)
    message = person.messages[person.last.id].as_json()
    told: dict[str, Any] = {"id": query_id, "from": person.user, "message": message, "chat_instance": "1", "data": data}
    world.updates.add("callback_query", person.id, told)
    await live.telegram.until(lambda: query_id not in world.queries)
    return unseen(person.alerts[-1]) if len(person.alerts) > alerts else ""


async def test_the_channel_is_set_as_any_other(live: Live, owner: Person) -> None:
    channel = live.telegram.channel(CHANNEL, title="أخبار الحديقة")
    channel.invite(owner)
    await live.presses(owner, "➕ القناة")
    owner.shares("📢", channel)
    await live.telegram.until(lambda: any("من قنوات البوت" in one.text for one in owner.screen), timeout=20)
    async with live.app.database.read() as connection:
        made = await subscribers_store.find(connection, CHANNEL)
    assert made
    assert (made.state, made.language) == ("active", "ar")
    assert "يُنشر فيها" in await live.says(owner, "/channels")
