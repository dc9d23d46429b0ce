"""The checklist lives, is brought again, and is nobody else's."""

from sqlalchemy import exists, select

from bot.callbacks import Act
from bot.setup import Pick
from db.operating import checklists
from db.store import staff
from db.tables import outbox
from db.tables import staff as staff_table
from newsroom.roles import Role
from newsroom.setup import Step
from sandbox import Person
from tests.bot.checklist import (
    DESK,
    FRIEND,
    NOBODYS,
    OWNER,
    TITLE,
    become_owner,
    becomes,
    checklist,
    chosen,
    forges,
    make_group,
    marks,
    ticks,
)
from tests.live import Live

BUSY = exists().where(outbox.c.state.in_(("queued", "sending")))


async def test_what_is_asked_for_can_be_left(live: Live, owner: Person) -> None:
    for step in ("مكتب", "القناة"):
        await live.presses(owner, f"➕ {step}")
        await live.until(select(~BUSY))
        assert "أسفل الشاشة" in await live.says(owner, "كلام آخر")
        owner.presses("✖️")
        await live.hears_of(owner, "أُلغي")


async def test_what_is_done_elsewhere_ticks_it_too(live: Live, owner: Person) -> None:
    async with live.app.database.write() as connection:
        await staff.grant(connection, FRIEND, Role.MODERATOR, live.app.clock())
    await becomes(live, owner, "✅➕➕✅➕")
    async with live.app.database.write() as connection:
        await staff.revoke(connection, FRIEND)
    await becomes(live, owner, "✅➕➕➕➕")


async def test_it_is_brought_again_below_and_the_one_before_goes(live: Live, owner: Person) -> None:
    first = checklist(owner).id
    await live.until(select(~BUSY))  # nobody writes before his message has arrived
    assert TITLE in await live.says(owner, "/setup")
    await live.telegram.until(lambda: first not in [one.id for one in owner.screen])
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
    await live.hears_of(admin, "مُنح")
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


async def test_whoever_lost_the_role_chooses_nothing_by_an_old_button(live: Live, owner: Person) -> None:
    group = make_group(live, owner)
    await live.presses(owner, "➕ مكتب")
    async with live.app.database.write() as connection:
        await staff.grant(connection, FRIEND, Role.OWNER, live.app.clock())
        await staff.revoke(connection, OWNER)
    owner.shares("👥", group)
    await live.hears_of(owner, NOBODYS)
    assert await chosen(live) is None
