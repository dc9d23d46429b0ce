"""The owner's first day: a checklist that lives, each step by its button, and nothing of it for anybody else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.handlers.sources import complete
from bot.setup import Pick
from db.store import subscribers as subscribers_store
from db.tables import staff as staff_table
from sandbox import Person
from tests.bot.checklist import (
    CHANNEL,
    DESK,
    FRIEND,
    OWNER,
    acts,
    become_owner,
    checklist,
    chosen,
    make_group,
    marks,
    ticks,
)
from tests.live import Live, open_live


@pytest.fixture
async def bare(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    """A newsroom without any source."""
    async with open_live(tmp_path, sqlite_template, sources=[]) as opened:
        yield opened


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


async def test_the_button_for_none_works_for_as_long_as_it_stands_there(live: Live, owner: Person) -> None:
    await live.presses(owner, "➕ مكتب")
    await live.presses(owner, "➕ الفريق")  # something else is begun meanwhile
    await live.presses(owner, "➕ محرر")
    owner.presses("✉️")
    await live.hears_of(owner, "بلا مجموعة: تصل الردود")
    assert await chosen(live) == (0, 0)


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
    await live.presses(owner, "➕ محرر")
    await live.presses(owner, "👤")
    owner.shares("👤", friend)
    await live.hears_of(owner, "منح")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.user_id == FRIEND)) is None
    assert "مُنح" in await live.presses(owner, "✅")
    assert await live.ask(select(staff_table.c.role).where(staff_table.c.user_id == FRIEND)) == "editor"
    assert ("grant role", str(FRIEND), "editor") in await acts(live)
    await ticks(live, owner, 3)
    assert "بدر" not in str(await acts(live))


async def test_the_test_is_the_newest_article_as_readers_get_it(live: Live, owner: Person) -> None:
    owner.presses("➕ خبر")
    await live.telegram.until(lambda: owner.last and owner.last.button("📖"), timeout=20)
    assert owner.last
    assert any(article.title in owner.last.text for article, _ in live.site.published)
    assert [button.text.split()[0] for button in owner.last.buttons][:3] == ["📖", "💬", "🔗"]
    await ticks(live, owner, 4)


async def test_without_any_article_a_sample_says_that_it_is_one(bare: Live) -> None:
    person = await become_owner(bare)
    await bare.says(person, "/start")
    assert "هذا نموذج" in await bare.presses(person, "➕ خبر")
    await ticks(bare, person, 4)


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
