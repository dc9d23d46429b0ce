"""Channels: brought in by editors, set from their private chats, and by nobody else; what is posted there."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from telegram import ChatMember, ChatMemberAdministrator, ChatMemberLeft, User

from bot.callbacks import Act, Press, decode
from bot.handlers.channels import may_post
from db.store import staff
from db.store import subscribers as store
from db.store.subscribers import ON_PURPOSE
from db.tables import audit, chats, deliveries, follows, outbox, subscribers
from newsroom.roles import Role
from sandbox import Channel, Person
from sandbox.communities import RIGHTS
from tests.live import Live, unseen

CHANNEL = -1009876543210
IS_CHANNEL = subscribers.c.chat_id == CHANNEL
REASON = select(subscribers.c.reason).where(IS_CHANNEL)
NUMBER = select(subscribers.c.id).where(IS_CHANNEL)
FOLLOWED = select(func.count()).select_from(follows).where(follows.c.subscriber_id == NUMBER.scalar_subquery())
REFUSALS = "لفريق التحرير"


@pytest.fixture
def channel(live: Live) -> Channel:
    """A channel without the bot."""
    return live.telegram.channel(CHANNEL, title="أخبار الحديقة")


async def attach(live: Live, editor: Person, channel: Channel) -> None:
    channel.promotes_bot(by=editor)
    await live.hears_of(editor, "أخبار الحديقة")


async def follow_everything(live: Live, editor: Person) -> None:
    await live.presses(editor, "🗂")
    await live.presses(editor, "📰")


async def posts(live: Live, channel: Channel) -> str:
    """Let an article appear, and answer the post about it."""
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: channel.last and title in channel.last.text)
    assert channel.last
    return unseen(channel.last.text)


async def craft(live: Live, person: Person, press: Press) -> None:
    """Let a press arrive whose data no button of this person has."""
    assert person.last
    query = {
        "id": "1",
        "from": person.user,
        "message": person.messages[person.last.id].as_json(),
        "chat_instance": "1",
        "data": press.encode(),
    }
    calls = len(live.telegram.calls)
    live.telegram.world.updates.add("callback_query", person.id, query)
    await live.telegram.until(lambda: any(one.method == "answerCallbackQuery" for one in live.telegram.calls[calls:]))


def alert(live: Live) -> str:
    """Answer what the last press was told."""
    told = [call.params.get("text", "") for call in live.telegram.calls if call.method == "answerCallbackQuery"]
    return str(told[-1])


async def number(live: Live) -> int:
    return int(await live.ask(NUMBER))


async def test_an_editor_brings_a_channel_in_and_is_told_what_to_do(
    live: Live, editor: Person, channel: Channel
) -> None:
    await attach(live, editor, channel)
    assert editor.last
    assert "لن يُنشر فيها شيء قبل اختيار المواضيع" in editor.last.text
    async with live.app.database.read() as connection:
        made = await store.find(connection, CHANNEL)
    assert made
    assert (made.language, made.state) == ("ar", "active")
    assert await live.ask(FOLLOWED) == 0
    assert live.telegram.sent_to(CHANNEL) == []


async def test_the_title_of_a_channel_is_kept_nowhere(live: Live, editor: Person, channel: Channel) -> None:
    await attach(live, editor, channel)
    await live.until(select(outbox.c.id).where(outbox.c.dedup_key.like("channel:%"), outbox.c.state == "sent"))
    async with live.app.database.read() as connection:
        for table in subscribers.metadata.sorted_tables:
            assert "الحديقة" not in str((await connection.execute(select(table))).all())


async def test_what_was_chosen_by_buttons_is_posted_with_links_alone(
    live: Live, editor: Person, channel: Channel
) -> None:
    await attach(live, editor, channel)
    await live.presses(editor, "🗂")
    assert "القناة" in await live.presses(editor, "📰")
    await posts(live, channel)
    assert channel.last
    assert channel.last.buttons
    assert all(button.url for button in channel.last.buttons)
    assert await live.ask(select(subscribers.c.id).where(subscribers.c.chat_id == editor.id)) is None
    done = select(audit.c.detail).where(audit.c.action == "follow channel", audit.c.subject == str(CHANNEL))
    assert await live.ask(done) == "all"


async def test_a_daily_channel_gets_one_digest_without_buttons_to_press(
    live: Live, editor: Person, channel: Channel
) -> None:
    await attach(live, editor, channel)
    await follow_everything(live, editor)
    await live.presses(editor, "⚙️")
    await live.presses(editor, "📬")
    await live.presses(editor, "📅")
    titles = []
    for _ in range(2):
        live.site.publish()
        titles.append(live.site.published[-1][0].title)
    due = select(func.count()).select_from(deliveries).where(deliveries.c.state == "queued")
    await live.until(select(due.scalar_subquery() == 2))
    async with live.app.database.write() as connection:
        await connection.execute(update(deliveries).values(due_at=live.app.clock() - timedelta(seconds=1)))
    await live.telegram.until(lambda: channel.last and all(title in channel.last.text for title in titles))
    assert channel.last
    assert [button for button in channel.last.buttons if button.callback_data] == []
    assert len(live.telegram.sent_to(CHANNEL)) == 1


async def test_a_stranger_brings_nothing_in_and_editors_are_told(live: Live, editor: Person, channel: Channel) -> None:
    channel.promotes_bot(by=live.telegram.person(7, language="ar"))
    await live.hears_of(editor, "من خارج فريق التحرير")
    assert editor.last
    assert str(CHANNEL) in unseen(editor.last.text)
    assert "الحديقة" not in editor.last.text
    assert await live.ask(select(func.count()).select_from(subscribers).where(IS_CHANNEL)) == 0
    live.site.publish()
    await live.until(select(chats.c.id).where(chats.c.id == CHANNEL))
    assert live.telegram.sent_to(CHANNEL) == []


async def test_a_channel_that_an_editor_returns_the_bot_to_has_kept_its_choices(
    live: Live, editor: Person, channel: Channel
) -> None:
    await attach(live, editor, channel)
    await follow_everything(live, editor)
    channel.removes_bot(by=editor)
    await live.hears_of(editor, "لم يعد بإمكان البوت الكتابة")
    await live.until(select(chats.c.id).where(chats.c.id == CHANNEL, chats.c.state == "suspended"))
    assert await live.ask(REASON) == ON_PURPOSE
    assert "معلّقة" in await live.says(editor, "/channels")
    channel.promotes_bot(by=editor)
    await live.hears_of(editor, "اختياراتها محفوظة، والنشر فيها مستأنف")
    await posts(live, channel)


async def test_a_bot_that_may_no_longer_post_posts_nothing(live: Live, editor: Person, channel: Channel) -> None:
    await attach(live, editor, channel)
    await follow_everything(live, editor)
    channel.demotes_bot(by=editor)
    await live.hears_of(editor, "لم يعد بإمكان البوت الكتابة")
    await live.until(select(chats.c.id).where(chats.c.id == CHANNEL, chats.c.state == "suspended"))
    assert await live.ask(select(subscribers.c.state).where(IS_CHANNEL)) == "suspended"
    assert await live.ask(REASON) == "member"


async def test_a_stranger_who_returns_the_bot_wakes_nothing_until_an_editor_chooses(
    live: Live, editor: Person, channel: Channel
) -> None:
    await attach(live, editor, channel)
    await follow_everything(live, editor)
    channel.removes_bot(by=editor)
    await live.hears_of(editor, "لم يعد بإمكان البوت الكتابة")
    await live.until(select(subscribers.c.id).where(IS_CHANNEL, subscribers.c.state == "suspended"))
    channel.promotes_bot(by=live.telegram.person(7))
    await live.hears_of(editor, "من خارج فريق التحرير")
    assert await live.ask(select(subscribers.c.state).where(IS_CHANNEL)) == "suspended"
    assert "⚠️" in await live.says(editor, "/channels")
    await live.presses(editor, "📢")
    await live.presses(editor, "English")
    assert await live.ask(select(subscribers.c.state).where(IS_CHANNEL)) == "active"
    await posts(live, channel)


async def test_the_language_of_the_posts_is_the_channels_and_that_of_the_screens_the_editors(
    live: Live, editor: Person, channel: Channel
) -> None:
    await attach(live, editor, channel)
    await live.presses(editor, "⚙️")
    assert "الإعدادات" in await live.presses(editor, "English")
    assert editor.last
    assert "• English" in [button.text for button in editor.last.buttons]
    assert await live.ask(select(subscribers.c.language).where(IS_CHANNEL)) == "en"


async def test_channels_are_listed_and_opened_by_number_and_by_word(
    live: Live, editor: Person, channel: Channel
) -> None:
    assert "لا قنوات بعد" in await live.says(editor, "/channels")
    await attach(live, editor, channel)
    await follow_everything(live, editor)
    told = await live.says(editor, "القنوات")
    assert str(CHANNEL) in told
    assert "يُنشر فيها · موضوع واحد" in told
    opened = await live.says(editor, f"/channels {await number(live)}")
    assert opened.startswith(f"📢 القناة {await number(live)}")
    await live.presses(editor, "⏸")
    await live.presses(editor, "⏸ أسبوع")
    assert "متوقفة مؤقتًا" in await live.says(editor, "/channels")
    assert "ليس هناك قناة" in await live.says(editor, "/channels 999")


async def test_no_screen_of_a_channel_asks_for_what_is_typed(live: Live, editor: Person, channel: Channel) -> None:
    await attach(live, editor, channel)
    await live.presses(editor, "🗂")
    assert editor.last
    assert [button.text for button in editor.last.buttons if button.text.startswith("🔎")] == []
    await live.presses(editor, "⚙️")
    zone = await live.presses(editor, "🕰")
    assert "/timezone" not in zone
    presses = [decode(button.callback_data) for button in editor.last.buttons]
    assert {press.whose for press in presses if press} == {await number(live)}


async def test_readers_may_not(live: Live, editor: Person, channel: Channel, amal: Person) -> None:
    await attach(live, editor, channel)
    assert REFUSALS in await live.says(amal, "/channels")
    assert REFUSALS in await live.says(amal, f"/channels {await number(live)}")
    assert REFUSALS not in await live.says(amal, "القنوات")


@pytest.mark.parametrize("act", [Act.GO, Act.FOLLOW, Act.SET, Act.SPEAK, Act.LATEST])
async def test_a_crafted_press_of_a_reader_sets_and_shows_no_channel(
    live: Live, editor: Person, channel: Channel, amal: Person, act: Act
) -> None:
    await attach(live, editor, channel)
    await live.says(amal, "/help")
    edits = len([call for call in live.telegram.calls if call.method == "editMessageText"])
    what = {Act.GO: "settings", Act.SET: "silent:1", Act.SPEAK: "en"}.get(act, "all")
    before = await live.ask(select(subscribers.c.schedule_id).where(IS_CHANNEL))
    await craft(live, amal, Press(act, what, "subjects", whose=await number(live)))
    assert REFUSALS in alert(live)
    assert await live.ask(FOLLOWED) == 0
    assert await live.ask(select(subscribers.c.language).where(IS_CHANNEL)) == "ar"
    assert await live.ask(select(subscribers.c.schedule_id).where(IS_CHANNEL)) == before
    assert len([call for call in live.telegram.calls if call.method == "editMessageText"]) == edits


@pytest.mark.parametrize("act", [Act.GO, Act.FOLLOW, Act.SET, Act.SPEAK])
async def test_a_crafted_press_of_an_editor_reaches_no_readers_preferences(
    live: Live, editor: Person, amal: Person, act: Act
) -> None:
    await live.says(amal, "/follow طاجيكستان")
    reader = await live.ask(select(subscribers.c.id).where(subscribers.c.chat_id == amal.id))
    what = {Act.GO: "following", Act.SET: "silent:1", Act.SPEAK: "en"}.get(act, "all")
    await craft(live, editor, Press(act, what, "subjects", whose=reader))
    assert "ليس هناك قناة" in alert(live)
    assert await live.followed() == {"c:TJ": False}
    assert await live.ask(select(subscribers.c.language).where(subscribers.c.id == reader)) == "ar"
    assert editor.last
    assert "طاجيكستان" not in editor.last.text.partition("،")[0]


async def test_a_group_is_no_channel(live: Live, editor: Person) -> None:
    group = live.telegram.group(-1005, title="مجموعة")
    group.admits(editor, admin=True)
    group.adds_bot(by=editor)
    group.hears(editor, "/follow@sample_bot طاجيكستان")
    await live.until(select(follows.c.tag))
    reader = await live.ask(select(subscribers.c.id).where(subscribers.c.chat_id == group.id))
    await craft(live, editor, Press(Act.LEAVE, "c:TJ", "subjects", whose=reader))
    assert "ليس هناك قناة" in alert(live)
    assert await live.followed() == {"c:TJ": False}


async def test_what_cannot_be_done_for_a_channel_is_refused(live: Live, editor: Person, channel: Channel) -> None:
    await attach(live, editor, channel)
    for act in set(Act) - {Act.GO, Act.FOLLOW, Act.LEAVE, Act.SPEAK, Act.SET}:
        await craft(live, editor, Press(act, "yes", whose=await number(live)))
        assert "بهذا الزر" in alert(live)
    assert await live.ask(NUMBER)


async def test_whoever_lost_the_role_sets_nothing_more(live: Live, editor: Person, channel: Channel) -> None:
    await attach(live, editor, channel)
    await live.presses(editor, "🗂")
    async with live.app.database.write() as connection:
        await staff.revoke(connection, editor.id, Role.EDITOR)
    assert REFUSALS in await live.is_alerted(editor, "📰")
    assert await live.ask(FOLLOWED) == 0


async def test_a_late_press_only_shows_how_things_are(
    live: Live, editor: Person, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await attach(live, editor, channel)
    await live.presses(editor, "🗂")
    monkeypatch.setattr("bot.inbox.LATE", timedelta(seconds=-1))
    assert "القناة" in await live.presses(editor, "📰")
    assert await live.ask(FOLLOWED) == 0


async def test_staff_are_told_their_commands_and_readers_are_not(live: Live, editor: Person, amal: Person) -> None:
    assert "/channels" in await live.says(editor, "/help")
    assert "/status" not in await live.says(editor, "/help")
    assert "/channels" not in await live.says(amal, "/help")


def administrator(*, posts: bool) -> ChatMemberAdministrator:
    rights = dict.fromkeys(("can_be_edited", "is_anonymous", *RIGHTS), True)
    user = {"id": 1, "first_name": "x", "is_bot": True}
    told = {"status": "administrator", "user": user, **rights, "can_post_messages": posts}
    member = ChatMember.de_json(told)
    assert isinstance(member, ChatMemberAdministrator)
    return member


@pytest.mark.parametrize(
    ("member", "may"),
    [
        (administrator(posts=True), True),
        (administrator(posts=False), False),
        (ChatMemberLeft(User(1, "x", is_bot=True)), False),
    ],
)
def test_only_an_administrator_with_the_right_to_post_may(member: ChatMember, *, may: bool) -> None:
    assert may_post(member) is may
