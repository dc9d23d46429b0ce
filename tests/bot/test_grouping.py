"""What a group is for: whoever of the staff brings the bot there is asked in private, and nobody else."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from bot.callbacks import LONGEST
from bot.grouping import Question, draw_purpose, read_place
from bot.setup import Pick
from db.operating import choices
from db.store import staff
from db.store.cards import Spot
from db.tables import audit, chats, subscribers
from locales import texts
from newsroom.roles import Role
from sandbox import Group, Person
from tests.bot.checklist import forges
from tests.live import Live

GROUP = -1001000000095
QUESTION = "لأي شيء"
MARK = "0123456789abcdef"
NOBODYS = "لفريق التحرير"


@pytest.fixture
async def admin(live: Live) -> Person:
    return await hire(live, 71, Role.ADMIN)


async def hire(live: Live, user_id: int, role: Role | None) -> Person:
    person = live.telegram.person(user_id, language="ar")
    await live.says(person, "/help")
    if role:
        async with live.app.database.write() as connection:
            await staff.grant(connection, user_id, role, live.app.clock())
    return person


def make_group(live: Live, *people: Person, forum: bool = False) -> Group:
    group = live.telegram.group(GROUP, title="غرفة التحرير", kind="supergroup", forum=forum)
    for person in people:
        group.admits(person, admin=True)
    return group


def read_button(person: Person, emoji: str) -> str:
    """Answer what a button of the newest message sends."""
    assert person.last
    button = person.last.button(emoji)
    assert button
    assert button.callback_data
    return button.callback_data


async def is_asked(live: Live, person: Person) -> list[str]:
    """Wait for the question; answers its buttons by their emoji."""
    await live.hears_of(person, QUESTION)
    assert person.last
    return [button.text.split()[0] for button in person.last.buttons]


async def desk(live: Live) -> tuple[int, int] | None:
    async with live.app.database.read() as connection:
        found = (await connection.execute(select(choices.c.chat_id, choices.c.thread_id))).one_or_none()
    return (found.chat_id, found.thread_id) if found else None


async def test_an_admin_makes_a_group_the_desk(live: Live, admin: Person) -> None:
    make_group(live, admin).adds_bot(by=admin)
    assert await is_asked(live, admin) == ["🛡", "🗞", "🚪"]
    assert admin.last
    assert "غرفة التحرير" in admin.last.text
    told = await live.presses(admin, "🛡")
    assert "غرفة التحرير" in told
    assert "هي مكتب الإشراف الآن" in told
    assert "يحتاج إلى حق حذف الرسائل" in told
    assert await desk(live) == (GROUP, 0)
    assert admin.last.buttons == []


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.LEAD])
async def test_others_of_the_staff_choose_news_or_leave(live: Live, role: Role) -> None:
    person = await hire(live, 72, role)
    make_group(live, person).adds_bot(by=person)
    assert await is_asked(live, person) == ["🗞", "🚪"]
    assert NOBODYS in await forges(live, person, read_button(person, "🗞").replace("|news|", "|desk|"))
    assert await desk(live) is None


async def test_a_group_gets_news_whose_topics_its_administrators_choose_there(live: Live, admin: Person) -> None:
    group = make_group(live, admin)
    group.adds_bot(by=admin)
    await is_asked(live, admin)
    assert "تصل الأخبار إلى هذه المجموعة" in await live.presses(admin, "🗞")
    await live.telegram.until(lambda: group.last)
    group.presses(admin, "📰")
    await live.telegram.until(lambda: group.last and group.last.button("✅"))
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: group.last and title in group.last.text, timeout=20)
    assert await live.ask(select(audit.c.subject).where(audit.c.action == "subscribe group")) == str(GROUP)


async def test_the_bot_leaves_a_group_that_is_for_nothing(live: Live, admin: Person) -> None:
    group = make_group(live, admin)
    group.adds_bot(by=admin)
    await is_asked(live, admin)
    assert "غادر البوت" in await live.presses(admin, "🚪")
    await live.telegram.until(lambda: group.bot_status == "left")
    await live.until(select(chats.c.id).where(chats.c.id == GROUP, chats.c.state == "suspended"))
    assert await live.ask(select(audit.c.subject).where(audit.c.action == "leave group")) == str(GROUP)


async def test_nobody_else_is_asked_anything(live: Live, admin: Person, amal: Person) -> None:
    await live.says(amal, "/help")
    group = make_group(live, amal, admin)
    group.adds_bot(by=amal)
    await live.until(select(chats.c.id).where(chats.c.id == GROUP))
    await live.says(amal, "/help")
    assert [one for person in (amal, admin) for one in person.screen if QUESTION in one.text] == []
    assert live.telegram.sent_to(GROUP) == []


async def test_one_of_the_staff_who_never_wrote_to_the_bot_cannot_be_asked_and_nothing_breaks(live: Live) -> None:
    stranger = live.telegram.person(73, language="ar")
    async with live.app.database.write() as connection:
        await staff.grant(connection, 73, Role.ADMIN, live.app.clock())
    make_group(live, stranger).adds_bot(by=stranger)
    await live.until(select(chats.c.id).where(chats.c.id == GROUP, chats.c.state == "active"))
    assert [call for call in live.telegram.calls if call.chat_id == 73] == []


async def test_the_desk_is_not_left_before_there_is_another(live: Live, admin: Person) -> None:
    group = make_group(live, admin)
    group.adds_bot(by=admin)
    await is_asked(live, admin)
    leaves = read_button(admin, "🚪")
    await live.presses(admin, "🛡")
    assert "يُختار له مكان آخر أولًا" in await forges(live, admin, leaves)
    assert group.bot_status == "member"


async def test_the_topic_in_which_setup_is_written_may_be_the_desk(live: Live, admin: Person) -> None:
    group = make_group(live, admin, forum=True)
    group.adds_bot(by=admin, as_admin=True)
    thread = group.opens_topic("الردود", admin)
    group.hears(admin, "/setup@sample_bot", thread=thread)
    await live.hears_of(admin, "هذا الموضوع من")
    await live.telegram.until(lambda: group.last and "في المحادثة الخاصة" in group.last.text)
    assert group.last
    assert group.last.thread == thread
    await live.presses(admin, "🛡")
    assert await desk(live) == (GROUP, thread)


async def test_a_forum_that_is_the_desk_as_a_whole_tells_how_one_topic_is(live: Live, admin: Person) -> None:
    make_group(live, admin, forum=True).adds_bot(by=admin)
    await is_asked(live, admin)
    assert "ليكون المكتب في أحدها" in await live.presses(admin, "🛡")


async def test_a_forum_topic_gets_news_of_its_own(live: Live, admin: Person) -> None:
    group = make_group(live, admin, forum=True)
    group.adds_bot(by=admin, as_admin=True)
    thread = group.opens_topic("أخبار", admin)
    group.hears(admin, "/setup@sample_bot", thread=thread)
    await live.hears_of(admin, "هذا الموضوع من")
    await live.presses(admin, "🗞")
    await live.telegram.until(lambda: group.last and group.last.button("📰"))
    assert group.last
    assert group.last.thread == thread
    assert await live.ask(select(subscribers.c.thread_id).where(subscribers.c.chat_id == GROUP)) == thread


async def test_in_a_group_setup_is_for_admins(live: Live, admin: Person, amal: Person) -> None:
    group = make_group(live, amal, admin)
    group.adds_bot(by=amal)
    group.hears(amal, "/setup@sample_bot")
    await live.telegram.until(lambda: group.last and NOBODYS in group.last.text)
    assert [one for one in amal.screen if QUESTION in one.text] == []


async def test_a_bot_that_is_gone_meanwhile_is_told_of(live: Live, admin: Person) -> None:
    group = make_group(live, admin)
    group.adds_bot(by=admin)
    await is_asked(live, admin)
    group.removes_bot(by=admin)
    for button in ("🛡", "🗞", "🚪"):
        assert "البوت ليس في هذه المحادثة" in await live.is_alerted(admin, button)
    assert await desk(live) is None


async def test_a_forged_press_of_a_reader_does_nothing(live: Live, admin: Person, amal: Person) -> None:
    await live.says(amal, "/help")
    group = make_group(live, admin, amal)
    group.adds_bot(by=admin)
    await is_asked(live, admin)
    asked = read_button(admin, "🚪").split("|")[2]
    for what, deed in product((asked, f"{GROUP}/0", "5/0", "x", ""), ("desk", "news", "leave", "", "__class__")):
        assert NOBODYS in await forges(live, amal, f"1|group|{what}|{deed}|0")
    assert (await desk(live), group.bot_status) == (None, "member")
    assert await live.ask(select(subscribers.c.id).where(subscribers.c.chat_id == GROUP)) is None


async def test_a_late_press_does_nothing(live: Live, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    make_group(live, admin).adds_bot(by=admin)
    await is_asked(live, admin)
    monkeypatch.setattr("bot.inbox.LATE", timedelta(seconds=-1))
    await live.is_alerted(admin, "🛡")
    assert await desk(live) is None


@pytest.mark.parametrize("deed", ["desk", "news", "leave"])
async def test_whoever_was_not_asked_about_a_place_does_nothing_with_it(live: Live, admin: Person, deed: str) -> None:
    other = await hire(live, 74, Role.ADMIN)
    group = make_group(live, admin)
    group.adds_bot(by=admin)
    await is_asked(live, admin)
    place = read_button(admin, "🚪").split("|")[2]
    for person, what in (
        (other, place),  # he was not asked
        (admin, place.replace("/0/", "/17/")),  # nor was anybody about this topic
        (admin, place.replace(str(GROUP), str(GROUP - 1))),
        (admin, f"{GROUP}/0/{'0' * 16}"),
        (admin, f"{GROUP}/0"),
    ):
        assert "هذا الزر" in await forges(live, person, f"1|group|{what}|{deed}|0")
    assert (await desk(live), group.bot_status) == (None, "member")
    assert await live.ask(select(subscribers.c.id).where(subscribers.c.chat_id == GROUP)) is None


async def test_a_channel_in_the_place_of_a_group_is_refused(live: Live, admin: Person) -> None:
    channel = live.telegram.channel(GROUP, title="قناة")
    channel.promotes_bot(by=admin)
    await live.until(select(subscribers.c.id).where(subscribers.c.chat_id == GROUP))
    admin.sends({"chat_shared": {"request_id": int(Pick.DESK), "chat_id": GROUP}})
    await live.hears_of(admin, "هذه قناة لا مجموعة")
    assert await desk(live) is None


@pytest.mark.parametrize(
    "said",
    ["", "-1", "-1/", "5/0", "-1/1", f"5/0/{MARK}", f"-1/x/{MARK}", f"-1/-1/{MARK}", f"-1/1/{MARK}0", f"-١/٠/{MARK}"],
)
def test_what_no_button_of_ours_says_is_no_place(said: str) -> None:
    assert read_place(said) is None


def test_a_place_is_read_with_its_mark() -> None:
    assert read_place(f"{GROUP}/17/{MARK}") == (Spot(GROUP, 17), MARK)


def test_the_longest_place_has_room_in_a_button() -> None:
    longest = Question(Spot(-(10**16) + 1, 10**12 - 1), "", MARK, may_desk=True)
    _, keyboard = draw_purpose(texts("ar"), longest)
    assert keyboard
    assert max(len(str(row[0].callback_data)) for row in keyboard.inline_keyboard) <= LONGEST
