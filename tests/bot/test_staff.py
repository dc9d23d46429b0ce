"""`/staff`, `/grant`, `/revoke`: roles by a number, a person who is chosen, a link; told at once, menus with them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from db.operating import invitations as invitations_table
from db.store import staff
from db.tables import audit
from db.tables import staff as staff_table
from newsroom.roles import Role
from sandbox import Person
from tests.live import Live, open_live, unseen

OPEN = select(invitations_table.c.role).where(invitations_table.c.actor != "")
OWNER, AMAL, BADR = 7_700_000_001, 7_700_000_002, 7_700_000_003


async def come(live: Live, user_id: int, *roles: Role) -> Person:
    """Let somebody write to the bot, and have roles."""
    person = live.telegram.person(user_id, language="ar")
    await live.says(person, "/help")
    async with live.app.database.write() as connection:
        for role in roles:
            await staff.grant(connection, user_id, role, live.app.clock())
    return person


@pytest.fixture
async def owner(live: Live) -> Person:
    return await come(live, OWNER, Role.OWNER)


@pytest.fixture
async def amal(live: Live) -> Person:
    return await come(live, AMAL)


async def roles_of(live: Live, user_id: int) -> list[Role]:
    async with live.app.database.read() as connection:
        return await staff.list_roles(connection, user_id)


async def has_menu(live: Live, person: Person, *names: str, lacks: tuple[str, ...] = ()) -> None:
    """Wait until somebody's menu has these commands, and not those."""

    def is_so() -> bool:
        shown = {command["command"] for command in person.commands}
        return {*names} <= shown and shown.isdisjoint(lacks)

    await live.telegram.until(is_so)


async def make_link(live: Live, owner: Person, role: str) -> str:
    """Let somebody make a link; answers what is opened by it."""
    await live.says(owner, f"/grant {role}")
    told = await live.presses(owner, "🔗")
    found = re.search(r"https://\S+start=staff_[\w-]+", told)
    assert found
    return found[0]


async def is_shown(live: Live, person: Person, words: str) -> str:
    await live.telegram.until(lambda: any(words in unseen(one.text) for one in person.screen if one.by_bot))
    return next(unseen(one.text) for one in reversed(person.screen) if words in unseen(one.text))


async def test_a_role_by_a_number_is_told_and_in_the_menu_at_once(live: Live, owner: Person, amal: Person) -> None:
    assert "broadcast" not in {command["command"] for command in amal.commands}
    assert "مُنح" in await live.says(owner, f"/grant {AMAL} editor")
    assert "محرر" in await is_shown(live, amal, "مُنح هذا الحساب دورًا")
    await has_menu(live, amal, "broadcast", "sources", "latest", lacks=("staff", "queue"))
    assert "من قبل" in await live.says(owner, f"/grant محرر {AMAL}")
    assert "سُحب" in await live.says(owner, f"/revoke {AMAL} editor")
    await is_shown(live, amal, "لم يبقَ لهذا الحساب دور")
    await has_menu(live, amal, "latest", lacks=("broadcast", "sources"))
    assert await roles_of(live, AMAL) == []
    async with live.app.database.read() as connection:
        lines = (await connection.execute(select(audit.c.actor, audit.c.action, audit.c.detail))).all()
    assert lines == [(str(OWNER), "grant role", "editor"), (str(OWNER), "revoke role", "editor")]


async def test_of_several_roles_one_is_left(live: Live, owner: Person) -> None:
    badr = await come(live, BADR, Role.LEAD, Role.EDITOR)
    await live.says(owner, f"/revoke {BADR} editor")
    assert "الباقي: قائد المشرفين" in await is_shown(live, badr, "سُحب من هذا الحساب")
    await has_menu(live, badr, "queue", "close", lacks=("sources",))


async def test_somebody_is_chosen_from_the_list_and_asked_about_once(live: Live, owner: Person, amal: Person) -> None:
    await live.says(owner, "/grant")
    await live.presses(owner, "➕ مشرف")
    await live.presses(owner, "👤")
    asked = live.telegram.sent_to(OWNER)[-1].params["reply_markup"]["keyboard"][0][0]["request_users"]
    assert asked == {"request_id": 1, "user_is_bot": False, "max_quantity": 1}
    owner.shares("👤", amal)
    await live.hears_of(owner, "منح")
    assert await roles_of(live, AMAL) == []
    assert "مُنح" in await live.presses(owner, "✅")
    assert await roles_of(live, AMAL) == [Role.MODERATOR]
    await has_menu(live, amal, "queue")


async def test_a_choice_that_nobody_asked_for_gives_nothing(live: Live, owner: Person, amal: Person) -> None:
    await live.says(owner, "/grant editor")
    await live.presses(owner, "👤")
    await live.says(owner, "/cancel")
    owner.sends({"users_shared": {"request_id": 1, "users": [{"user_id": AMAL}]}})
    await live.hears_of(owner, "لم يُطلب")
    amal.sends({"users_shared": {"request_id": 1, "users": [{"user_id": AMAL}]}})
    await live.hears_of(amal, "لفريق التحرير")
    assert await roles_of(live, AMAL) == []


async def test_a_number_that_is_typed_for_a_role_is_asked_about(live: Live, owner: Person, amal: Person) -> None:
    await live.says(owner, "/grant lead")
    assert "بالأرقام وحدها" in await live.says(owner, "أمل")
    assert "قائد المشرفين" in await live.says(owner, str(amal.id))
    await live.presses(owner, "✅")
    assert await roles_of(live, AMAL) == [Role.LEAD]


async def test_a_link_shows_what_it_gives_and_works_once(live: Live, owner: Person, amal: Person) -> None:
    link = await make_link(live, owner, "editor")
    token = link.partition("staff_")[2]
    amal.follows(link)
    assert "محرر" in await is_shown(live, amal, "دعوة إلى فريق")
    assert await roles_of(live, AMAL) == []
    assert "مُنح هذا الحساب دورًا" in await live.presses(amal, "✅")
    assert await roles_of(live, AMAL) == [Role.EDITOR]
    await has_menu(live, amal, "sources")
    badr = await come(live, BADR)
    assert "استُعمل أو سُحب" in await live.says(badr, f"/start staff_{token}")
    acts = [act for _, act in await lines(live)]
    assert acts == ["make link", "accept role"]


async def lines(live: Live) -> list[tuple[str, str]]:
    async with live.app.database.read() as connection:
        found = (await connection.execute(select(audit.c.actor, audit.c.action).order_by(audit.c.id))).all()
    return [(row.actor, row.action) for row in found]


async def test_whoever_declines_has_nothing_and_leaves_the_link(live: Live, owner: Person, amal: Person) -> None:
    amal.follows(await make_link(live, owner, "moderator"))
    await is_shown(live, amal, "دعوة إلى فريق")
    assert "لم يتغير شيء" in await live.presses(amal, "✖️")
    assert await roles_of(live, AMAL) == []
    assert await live.ask(OPEN) == "moderator"


async def test_a_link_is_taken_back_by_its_button(live: Live, owner: Person, amal: Person) -> None:
    link = await make_link(live, owner, "editor")
    await live.presses(owner, "🗑")
    amal.follows(link)
    await live.hears_of(amal, "استُعمل أو سُحب")
    assert await live.ask(OPEN) is None
    assert [act for _, act in await lines(live)] == ["make link", "take back link"]


async def test_a_link_is_worth_what_its_maker_may_give(live: Live, owner: Person, amal: Person) -> None:
    badr = await come(live, BADR, Role.ADMIN)
    link = await make_link(live, badr, "editor")
    amal.follows(link)
    await is_shown(live, amal, "دعوة إلى فريق")
    await live.says(owner, f"/revoke {BADR}")
    assert "استُعمل أو سُحب" in await live.is_alerted(amal, "✅")
    assert await roles_of(live, AMAL) == []


@pytest.mark.parametrize("said", ["/grant 7700000002 owner", "/grant 7700000002 admin", "/grant owner"])
async def test_an_admin_makes_no_admins_and_no_owners(live: Live, amal: Person, said: str) -> None:
    badr = await come(live, BADR, Role.ADMIN)
    assert "المالك ويسحبه وحده" in await live.says(badr, said)
    assert await roles_of(live, amal.id) == []


async def test_an_admin_takes_nothing_from_an_owner_and_may_lay_down_his_own(live: Live, owner: Person) -> None:
    badr = await come(live, BADR, Role.ADMIN)
    assert "المالك ويسحبه وحده" in await live.says(badr, f"/revoke {owner.id}")
    await live.says(badr, "/staff 2")
    await live.presses(badr, "➖")
    assert "سُحب" in await live.presses(badr, "✅")
    assert await roles_of(live, BADR) == []
    assert "لفريق التحرير" in await live.says(badr, "/staff")


async def test_the_last_owner_stays(live: Live, owner: Person, amal: Person) -> None:
    assert "آخر مالك" in await live.says(owner, f"/revoke {OWNER} owner")
    assert "آخر مالك" in await live.says(owner, f"/revoke {OWNER}")
    await live.says(owner, f"/grant {amal.id} owner")
    assert "سُحب" in await live.says(owner, f"/revoke {OWNER}")
    assert await roles_of(live, OWNER) == []


async def test_the_staff_is_listed_with_who_cannot_be_reached(live: Live, owner: Person) -> None:
    await live.says(owner, "/grant 7700000009 editor")
    told = await live.says(owner, "/staff")
    assert "عضو الفريق 1: مالك" in told
    assert "عضو الفريق 2: محرر (editor) 💤" in told
    assert "لا يصل إليه البوت" in await live.presses(owner, "👤 العضو 2")
    assert "سحب دور محرر" in await live.presses(owner, "➖ محرر")
    assert "سُحب" in await live.presses(owner, "✅")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.user_id == 7_700_000_009)) is None


async def test_who_was_hired_before_he_had_written_is_told_when_he_does(live: Live, owner: Person) -> None:
    await live.says(owner, f"/grant {BADR} editor")
    badr = live.telegram.person(BADR, language="ar")
    badr.writes("/start")
    await is_shown(live, badr, "مُنح هذا الحساب دورًا")
    await has_menu(live, badr, "sources")


async def test_the_menu_speaks_the_language_that_is_chosen(live: Live, owner: Person, amal: Person) -> None:
    await live.says(owner, f"/grant {amal.id} editor")
    await has_menu(live, amal, "sources")
    await live.says(amal, "/language en")
    await live.telegram.until(lambda: {"command": "sources", "description": "Sources"} in amal.commands)


@pytest.mark.parametrize("said", ["/grant 1 2 editor", "/grant boss", "/grant 7700000002 boss", "/revoke editor"])
async def test_what_cannot_be_understood_says_how(live: Live, owner: Person, said: str) -> None:
    assert "/grant 123456789 editor" in await live.says(owner, said)


async def test_nobody_else_sees_the_staff(live: Live, editor: Person) -> None:
    for said in ("/staff", "/grant 5 moderator", "/revoke 5"):
        assert "لفريق التحرير" in await live.says(editor, said)


@pytest.fixture
async def begun(tmp_path: Path, sqlite_template: Path) -> Path:
    """A newsroom with an editor, at rest."""
    async with open_live(tmp_path, sqlite_template) as live:
        await come(live, AMAL, Role.EDITOR)
    return tmp_path


async def test_the_start_writes_the_menus_of_all_staff(begun: Path, sqlite_template: Path) -> None:
    async with open_live(begun, sqlite_template) as live:
        amal = live.telegram.person(AMAL, language="ar")
        await has_menu(live, amal, "sources")
