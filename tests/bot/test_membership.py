"""Coming and going: blocked, unblocked, groups and their admins, groups that move."""

import pytest
from sqlalchemy import func, select

from db.store import subscribers as store
from db.tables import chats, follows, subscribers
from sandbox import Group, Person
from tests.live import Live

NEWS = "all"


async def state(live: Live, chat_id: int) -> str:
    return str(await live.ask(select(chats.c.state).where(chats.c.id == chat_id)))


async def test_who_blocks_is_suspended_and_who_returns_has_kept_everything(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    await live.says(amal, "/follow كل الأخبار")
    amal.blocks()
    await live.until(select(chats.c.id).where(chats.c.state == "suspended"))
    live.site.publish()
    amal.unblocks()
    await live.until(select(chats.c.id).where(chats.c.state == "active"))
    assert await live.ask(select(follows.c.tag)) == NEWS
    live.site.publish()
    await live.hears_of(amal, live.site.published[-1][0].title)


async def test_any_message_is_a_sign_of_life(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    await live.says(amal, "/follow كل الأخبار")
    async with live.app.database.write() as connection:
        await connection.execute(chats.update().values(state="suspended", reason="kicked"))
    await live.says(amal, "/help")
    assert await state(live, 1) == "active"


def group_with(live: Live, admin: Person, member: Person) -> Group:
    group = live.telegram.group(-1005, title="مجموعة")
    group.admits(admin, admin=True)
    group.admits(member)
    group.adds_bot(by=admin)
    return group


async def test_only_admins_set_what_a_group_gets(live: Live) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = group_with(live, admin, member)
    group.hears(member, "/follow@sample_bot كل الأخبار")
    await live.telegram.until(lambda: group.last and "للمشرفين" in group.last.text)
    assert await live.ask(select(func.count()).select_from(follows)) == 0
    group.hears(admin, "/follow@sample_bot كل الأخبار")
    await live.telegram.until(lambda: group.last and "أُضيف" in group.last.text)
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: group.last and title in group.last.text)
    assert group.last
    assert [button.text.split()[0] for button in group.last.buttons] == ["📖", "💬", "🔗"]


async def test_in_a_group_the_bot_is_silent_unless_commanded(live: Live) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = group_with(live, admin, member)
    group.hears(member, "طاجيكستان")
    group.hears(member, "/nothing@sample_bot")
    group.hears(member, "/help@sample_bot")
    await live.telegram.until(lambda: group.last)
    assert len(live.telegram.sent_to(group.id)) == 1


async def test_a_group_that_moves_keeps_what_it_follows(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = live.telegram.group(-5, title="مجموعة", kind="group")
    group.admits(admin, admin=True)
    group.adds_bot(by=admin)
    group.hears(admin, "/follow كل الأخبار")
    await live.telegram.until(lambda: group.last and "أُضيف" in group.last.text)
    moved = group.migrates(-1009)
    await live.until(select(subscribers.c.id).where(subscribers.c.chat_id == -1009))
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: moved.last and title in moved.last.text)
    assert await live.ask(select(func.count()).select_from(subscribers)) == 1


async def test_a_bot_that_is_removed_from_a_group_rests(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = group_with(live, admin, live.telegram.person(2))
    group.hears(admin, "/follow@sample_bot كل الأخبار")
    await live.telegram.until(lambda: group.last)
    group.removes_bot(by=admin)
    await live.until(select(chats.c.id).where(chats.c.state == "suspended"))


async def test_the_forum_topic_in_which_the_command_is_given_gets_the_news(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = live.telegram.group(-1006, title="منتدى", forum=True)
    group.admits(admin, admin=True)
    group.adds_bot(by=admin, as_admin=True)
    thread = group.opens_topic("أخبار", admin)
    group.hears(admin, "/follow@sample_bot كل الأخبار", thread=thread)
    await live.telegram.until(lambda: group.last)
    assert group.last
    assert group.last.thread == thread
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: group.last and title in group.last.text)
    assert group.last.thread == thread


async def test_a_member_presses_no_button_that_sets_what_a_group_gets(live: Live) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = group_with(live, admin, member)
    group.hears(admin, "/topics@sample_bot")
    await live.telegram.until(lambda: group.last)
    group.presses(member, "➕ الرياضة")
    await live.telegram.until(lambda: member.alerts)
    assert "للمشرفين" in member.alerts[-1]
    assert await live.ask(select(func.count()).select_from(follows)) == 0


async def test_a_member_asks_for_the_news_and_not_for_the_pickers(live: Live) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = group_with(live, admin, member)
    for command in ("topics", "following", "start"):
        group.hears(member, f"/{command}@sample_bot")
    await live.telegram.until(lambda: len(live.telegram.sent_to(group.id)) == 3)
    assert all("للمشرفين" in call.params["text"] for call in live.telegram.sent_to(group.id))
    group.hears(member, "/latest@sample_bot")
    await live.telegram.until(lambda: group.last and "أحدث الأخبار" in group.last.text)


async def test_a_command_without_a_name_says_how_it_is_written_in_a_group(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = group_with(live, admin, live.telegram.person(2))
    group.hears(admin, "/follow@sample_bot")
    await live.telegram.until(lambda: group.last and "/follow" in group.last.text)


async def test_a_forum_topic_that_is_closed_rests_until_it_is_opened_again(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = live.telegram.group(-1006, title="منتدى", forum=True)
    group.admits(admin, admin=True)
    group.adds_bot(by=admin)
    thread = group.opens_topic("أخبار", admin)
    group.hears(admin, "/follow@sample_bot كل الأخبار", thread=thread)
    await live.telegram.until(lambda: group.last)
    group.closes_topic(thread, admin)
    live.site.publish()
    await live.until(select(subscribers.c.id).where(subscribers.c.state == "suspended"))
    group.reopens_topic(thread, admin)
    await live.until(select(subscribers.c.id).where(subscribers.c.state == "active"))
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: group.last and title in group.last.text)


async def test_a_group_that_gives_the_right_to_write_back_gets_news_again(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = group_with(live, admin, live.telegram.person(2))
    group.hears(admin, "/follow@sample_bot كل الأخبار")
    await live.telegram.until(lambda: group.last)
    async with live.app.database.write() as connection:
        await connection.execute(subscribers.update().values(state="suspended", reason="CHAT_WRITE_FORBIDDEN"))
    group.promotes_bot(by=admin)
    await live.until(select(subscribers.c.id).where(subscribers.c.state == "active"))


async def test_a_forum_topic_has_settings_and_a_pause_of_its_own(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = live.telegram.group(-1006, title="منتدى", forum=True)
    group.admits(admin, admin=True)
    group.adds_bot(by=admin, as_admin=True)
    threads = [group.opens_topic(name, admin) for name in ("أخبار", "نقاش")]
    for thread in threads:
        group.hears(admin, "/follow@sample_bot كل الأخبار", thread=thread)
    group.hears(admin, "/settings@sample_bot", thread=threads[0])
    await live.telegram.until(lambda: group.last and "الإعدادات" in group.last.text)
    assert group.last
    assert group.last.thread == threads[0]
    for label in ("📬", "🔕"):
        calls = len(live.telegram.calls)
        group.presses(admin, label)
        await live.telegram.until(lambda: any(call.method == "editMessageText" for call in live.telegram.calls[calls:]))  # noqa: B023
    group.hears(admin, "/pause@sample_bot 3d", thread=threads[0])
    await live.telegram.until(lambda: group.last and "مؤقتًا" in group.last.text)
    async with live.app.database.read() as connection:
        found = [await store.find(connection, group.id, thread) for thread in threads]
        readers = [reader for reader in found if reader]
        silent = [(await store.find_schedule(connection, reader.schedule_id)).silent for reader in readers]
    assert silent == [True, False]
    assert [reader.paused_until is not None for reader in readers] == [True, False]


async def test_what_is_typed_is_asked_for_in_no_group(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = group_with(live, admin, live.telegram.person(2))
    group.hears(admin, "/timezone@sample_bot")
    await live.telegram.until(lambda: group.last and "/timezone" in group.last.text)
    assert group.last
    assert [button for button in group.last.buttons if button.text[0] in "📍✏"] == []
    group.hears(admin, "/timezone@sample_bot القاهرة")
    await live.telegram.until(lambda: group.last and "القاهرة (" in group.last.text)


@pytest.mark.parametrize("command", ["settings", "timezone القاهرة", "pause 3d", "resume"])
async def test_a_member_sets_nothing_of_a_groups(live: Live, command: str) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = group_with(live, admin, member)
    name, _, argument = command.partition(" ")
    group.hears(member, f"/{name}@sample_bot {argument}".strip())
    await live.telegram.until(lambda: group.last and "للمشرفين" in group.last.text)
    assert await live.ask(select(func.count()).select_from(subscribers)) == 0


async def test_a_group_that_the_bot_returns_to_has_kept_how_it_is_reached(live: Live) -> None:
    admin = live.telegram.person(1, language="ar")
    group = group_with(live, admin, live.telegram.person(2))
    group.hears(admin, "/timezone@sample_bot القاهرة")
    await live.telegram.until(lambda: group.last and "القاهرة (" in group.last.text)
    group.removes_bot(by=admin)
    await live.until(select(chats.c.id).where(chats.c.state == "suspended"))
    group.adds_bot(by=admin)
    group.hears(admin, "/settings@sample_bot")
    await live.telegram.until(lambda: group.last and "الإعدادات" in group.last.text)
    assert group.last
    assert "القاهرة (" in group.last.text


async def test_an_administrator_who_writes_as_the_group_sets_it_and_presses_as_himself(live: Live) -> None:
    admin, member = live.telegram.person(1, language="ar"), live.telegram.person(2, language="ar")
    group = group_with(live, admin, member)
    group.hears(admin, "/settings@sample_bot", anonymous=True)
    await live.telegram.until(lambda: group.last and "الإعدادات" in group.last.text)
    group.presses(member, "⏸")
    await live.telegram.until(lambda: member.alerts)
    assert "للمشرفين" in member.alerts[-1]
    group.presses(admin, "⏸")
    await live.telegram.until(lambda: group.last and "إلى متى" in group.last.text)
    group.presses(admin, "⏸ أسبوع")
    await live.until(select(subscribers.c.id).where(subscribers.c.paused_until.is_not(None)))
