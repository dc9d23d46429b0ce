"""Replies beyond the list, as people see them: followers, whoever is answered, channels, and moderators in doubt."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sharing import draw_doubt, draw_post, draw_tidings
from db.replying import discussions, publications
from db.showing import copies
from db.store import staff
from db.store.publications import Errand
from db.store.writing import PublicReply
from db.tables import audit, sources
from locales import LANGUAGES, texts
from newsroom.replies import State
from newsroom.roles import Role
from sandbox import Channel, Fault, FaultKind, Group, Person
from sandbox.markup import parse_html
from tests.bot.newsdesk import Newsdesk
from tests.bot.test_articles import article
from tests.bot.test_notices import NOW
from tests.live import Live, open_live

TEXT = "رأيي أن النفق خطوة جيدة"
CHANNEL, DISCUSSION = -1009876543210, -1001000000099
ERRAND = Errand(3, "abcdefghjkmn", 12, None, "channel", "-1001", 1, None, "نص <الرد>", "", 4821, None, None, 0, NOW)
REPLY = PublicReply("abcdefghjkmn", 12, NOW, "key", "نص <الرد>", "", 4821)


@pytest.fixture
async def live(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    """The whole application, which shares replies in channels."""
    how = getattr(request, "param", "posts")
    async with open_live(tmp_path, sqlite_template, share_in_channels=how) as opened:
        await opened.until(select(sources.c.first_contact_at))
        yield opened


@pytest.fixture
def desk(live: Live) -> Newsdesk:
    return Newsdesk(live)


@pytest.fixture
def badr(live: Live) -> Person:
    """Another reader."""
    return live.telegram.person(2, first_name="بدر", language="ar")


@pytest.fixture
def discussion(live: Live) -> Group:
    """The group in which the channel is discussed."""
    group = live.telegram.group(DISCUSSION, title="نقاش الحديقة")
    group.adds_bot(by=live.telegram.person(77), as_admin=True)
    return group


@pytest.fixture
async def channel(live: Live, editor: Person, discussion: Group) -> Channel:
    """A channel that gets all news, and has article 4."""
    made = live.telegram.channel(CHANNEL, title="أخبار الحديقة")
    made.promotes_bot(by=editor)
    made.is_discussed_in(discussion)
    await live.hears_of(editor, "أخبار الحديقة")
    await live.presses(editor, "🗂")
    await live.presses(editor, "📰")
    live.site.publish()
    title = live.site.published[-1][0].title
    await live.telegram.until(lambda: made.last and title in made.last.text)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shared_reads_well_in_every_language_and_is_escaped(language: str) -> None:
    t = texts(language)
    for text in (draw_post(t, ERRAND, None), draw_post(t, ERRAND, REPLY)):
        shown, _ = parse_html(text)
        assert "نص <الرد>" in shown
        assert t.plain("pens.number", number="4821") in shown
    for told, more in ([(REPLY, True)], 0), ([(REPLY, False)], 0), ([(REPLY, False)] * 5, 3):
        text, keyboard = draw_tidings(t, article(), told, more, "Asia/Riyadh")
        shown, _ = parse_html(text)
        assert shown.count("نص <الرد>") == len(told)
        assert "/replies_" in shown
        assert keyboard
        marks = [button.text.split()[0] for button in keyboard.inline_keyboard[0]]
        assert marks == (["↩️", "🔕"] if len(told) == 1 else ["🔕"])
    text, _ = draw_doubt(t, ERRAND)
    assert "abcdefghjkmn" in text
    assert "الرد>" not in text


async def test_a_reader_follows_by_a_button_hears_of_a_reply_and_mutes_it(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    await live.says(badr, "/replies 2")
    await live.presses(badr, "🔔")
    assert badr.last is not None
    assert badr.last.button("🔕")
    reply = await desk.publish(amal)
    await live.hears_of(badr, TEXT)
    assert badr.last is not None
    told = badr.last.id
    assert "/replies_2" in await live.is_alerted(badr, "🔕")
    assert await live.ask(select(discussions.c.muted).where(discussions.c.author_key != reply.author_key))
    await live.hears_of(amal, "نُشر الرد")
    await live.presses(amal, "🧹")
    await live.presses(amal, "🧹 سحب نهائي")
    await live.telegram.until(lambda: all(TEXT not in shown.text for shown in badr.screen if shown.id == told))
    await desk.until(reply, "removed")


async def test_whoever_writes_follows_and_hears_of_answers(
    live: Live, desk: Newsdesk, amal: Person, badr: Person
) -> None:
    await desk.publish(amal)
    await live.hears_of(amal, "نُشر الرد")
    await live.says(amal, "/replies 2")
    assert amal.last is not None
    assert amal.last.button("🔕")
    await live.says(badr, "/replies 2")
    await live.presses(badr, "💬 1")
    await live.presses(badr, "↩️")
    await live.says(badr, "جواب من قارئ آخر")
    await live.presses(badr, "📨")
    child = await desk.newest()
    await desk.until(child, "pending")
    await desk.approve(child)
    await live.hears_of(amal, "جواب على ردّكم")
    assert amal.last is not None
    assert "جواب من قارئ آخر" in amal.last.text


async def test_a_reply_answers_the_post_of_a_channel_and_its_author_is_told_where(
    live: Live, desk: Newsdesk, amal: Person, channel: Channel
) -> None:
    assert channel.last
    post = channel.last.id
    assert "القناة" in await live.says(amal, f"/reply 4 {TEXT}")
    await live.presses(amal, "✖️")
    reply = await desk.publish(amal, article=4)
    (shown,) = [one for one in channel.screen if one.reply_to == post]
    assert TEXT in shown.text
    assert shown.silent
    assert shown.button("💬")
    await live.hears_of(amal, f"https://t.me/c/9876543210/{shown.id}")
    await live.presses(amal, "🧹")
    await live.presses(amal, "🧹 سحب نهائي")
    await live.telegram.until(lambda: shown.id not in channel.messages)
    await desk.until(reply, State.REMOVED.value)
    left = [str(call.params) for call in live.telegram.calls if call.chat_id == CHANNEL]
    assert not any("أمل" in said or str(reply.author_key) in said for said in left)


@pytest.mark.parametrize(("label", "state", "posts"), [("✅", "settled", 1), ("🔁", "settled", 2)])
async def test_moderators_say_what_became_of_a_post_in_doubt(  # noqa: PLR0913, PLR0917  (fixtures)
    live: Live, desk: Newsdesk, amal: Person, badr: Person, channel: Channel, label: str, state: str, posts: int
) -> None:
    await live.says(badr, "/help")
    async with live.app.database.write() as connection:
        await staff.grant(connection, badr.id, Role.MODERATOR, live.app.clock())
    assert channel.last
    post = channel.last.id
    live.telegram.faults.add(Fault(FaultKind.RESET, method="sendMessage", chat_id=CHANNEL))
    reply = await desk.send(amal, article=4)
    await desk.approve(reply)
    await live.hears_of(badr, "هل ظهر في القناة")
    assert reply.id in await live.presses(badr, label)
    this = (publications.c.destination == "channel") & (publications.c.state == state)
    await live.until(select(publications.c.id).where(this))
    assert len([one for one in channel.screen if one.reply_to == post]) == posts
    assert await live.ask(select(audit.c.action).where(audit.c.actor == "2", audit.c.reply_id.is_(None)))


@pytest.mark.parametrize("live", ["comments"], indirect=True)
async def test_where_a_channel_is_discussed_a_reply_is_a_comment(
    live: Live, desk: Newsdesk, amal: Person, channel: Channel, discussion: Group
) -> None:
    await live.until(select(copies.c.message_id))
    posts = len(channel.messages)
    reply = await desk.publish(amal, article=4)
    (shown,) = [one for one in discussion.screen if one.by_bot and TEXT in one.text]
    assert shown.reply_to == await live.ask(select(copies.c.message_id))
    assert len(channel.messages) == posts
    await live.hears_of(amal, f"https://t.me/c/1000000099/{shown.id}")
    await live.presses(amal, "🧹")
    await live.presses(amal, "🧹 سحب نهائي")
    await live.telegram.until(lambda: shown.id not in discussion.messages)
    await desk.until(reply, State.REMOVED.value)
