"""Comments of a real WordPress, both ways: what readers answer in Telegram, and what is said on the site."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from commands.site import find_faults
from db.store import comments, pending
from db.tables import articles, sources
from jobs.fetcher import Fetcher
from jobs.threads import ThreadReader
from jobs.wordpress import Account, SiteApi
from newsroom.comments import RHYTHM, Came, find_api, mail_of, write_content
from tests.desk import ReplyDesk
from tests.wordpress.site import EDITOR, ZONE, Post, WordPress, sample

pytestmark = pytest.mark.wordpress

BODY = "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة."
SAYS = "رأيي أن <النفق> خطوة & نصف 🚇 لا «أكثر»"


class Nobody:
    """Who has no posts that say a number."""

    async def renew_counts(self, connection: object, article_id: int, cause: str) -> None:
        """Let it be."""


@dataclass(slots=True)
class Below:
    """What is said below a post, as it is read by a newsroom whose one article that is."""

    desk: ReplyDesk
    reader: ThreadReader
    site: WordPress
    post: Post

    async def read(self) -> None:
        """Ask for what is due when the article is asked for again."""
        self.desk.clock.move(seconds=RHYTHM[0][1].total_seconds())
        await self.reader.step()

    async def counts(self, expected: int) -> bool:
        """Tell whether an article has so many comments, here and on the site."""
        async with self.desk.database.read() as connection:
            here = await pending.count_public(connection, 1)
        return here == await self.site.count_comments(self.post) == expected

    async def shown(self, skip: int = 0) -> list[Any]:
        async with self.desk.database.read() as connection:
            return list(await comments.list_shown(connection, 1, 20, skip))


@pytest.fixture
async def below(desk: ReplyDesk, fetcher: Fetcher, site: WordPress) -> Below:
    post = await site.publish(sample("سوق الخزف يعود"), BODY)
    async with desk.database.write() as connection:
        await connection.execute(update(sources).values(url=site.posts_url))
        await connection.execute(update(articles).values(url=post.url, guid=f"{site.url}/?p={post.id}"))
    reader = ThreadReader(desk.database, fetcher, Account(site.url), Nobody(), desk.clock)
    return Below(desk, reader, site, post)


@pytest.fixture
async def api(site: WordPress) -> AsyncIterator[SiteApi]:
    """The API with the account of the site's editor."""
    async with Fetcher("Qasid/test", allow_private=True) as fetcher:
        account = Account(site.url, EDITOR, "".join(site.password.split()))
        yield SiteApi(fetcher, find_api(site.url, [site.posts_url]), account)


async def test_the_account_is_known_and_may_moderate(api: SiteApi) -> None:
    outcome, told = await api.look_at_us()
    assert list(find_faults(api.account, outcome, told)) == []


async def test_a_wrong_password_is_named_with_its_remedy(api: SiteApi) -> None:
    wrong = SiteApi(api.fetcher, api.api, Account(api.account.site, EDITOR, "x" * 24))
    outcome, told = await wrong.look_at_us()
    (fault,) = find_faults(wrong.account, outcome, told)
    assert outcome.came is Came.REFUSED
    assert "application password" in fault


async def test_the_site_keeps_a_text_as_it_is_sent_and_refuses_it_the_second_time(
    site: WordPress, api: SiteApi
) -> None:
    post = await site.publish(sample("ما لا يقال مرتين"), BODY)
    told = {"post": post.id, "author_name": "قلم 4821", "author_email": mail_of("abcdefghjkmn")}
    told |= {"content": write_content(SAYS)}
    first, second = await api.write(told), await api.write(told)
    assert (first.came, second.came) == (Came.DONE, Came.THERE)
    found = await api.find_comment(post.id, mail_of("abcdefghjkmn"))
    assert (found.came, found.number, found.status) == (Came.THERE, first.number, "approved")
    assert first.number
    assert (await api.take_away(first.number)).came is Came.DONE
    assert (await api.take_away(first.number)).came is Came.GONE
    assert (await api.change(first.number, {"content": "x"})).came is Came.GONE
    assert (await api.find_comment(post.id, mail_of("abcdefghjkmn"))).came is Came.GONE


async def test_a_post_that_takes_no_comments_says_so(site: WordPress, api: SiteApi) -> None:
    post = await site.publish(sample("مغلق للتعليق"), BODY, comment_status="closed")
    told = {"post": post.id, "author_name": "قلم", "author_email": mail_of("x"), "content": "نص"}
    assert (await api.write(told)).came is Came.CLOSED


async def test_a_post_is_found_by_its_guid_and_by_its_address(site: WordPress, api: SiteApi) -> None:
    drafted = await site.publish(sample("مادة لها رقم"), BODY, status="draft")
    await site.edit(drafted, status="publish")
    assert await api.find_post(f"{site.url}/?p={drafted.id}", "") == drafted.id
    post = await site.publish(sample("مادة بلا رقم"), BODY)  # whose guid is its address
    assert await api.find_post("https://old.example/?p=1", post.url) == post.id
    assert await api.find_post("https://old.example/?p=1", f"{site.url}/nothing/") is None


async def test_what_waits_is_trashed_or_marked_as_spam_there_is_neither_shown_nor_counted(below: Below) -> None:
    site, post = below.site, below.post
    numbers = [await site.says(post, f"<b>تعليق</b> & نصف {number}", "سلمى") for number in range(4)]
    await below.read()
    assert await below.counts(4)
    for number, status in zip(numbers, ("hold", "spam", "trash"), strict=False):
        await site.ask("POST", f"comments/{number}", {"status": status})
    await site.edit(post, comment_status="closed")
    await below.read()
    assert await below.counts(1)
    (shown,) = await below.shown()
    assert (shown.name, shown.text) == ("سلمى", "تعليق & نصف 3")


async def test_of_a_post_that_is_trashed_nothing_is_shown(below: Below) -> None:
    await below.site.says(below.post, "تعليق", "سلمى")
    await below.read()
    assert len(await below.shown()) == 1
    await below.site.trash(below.post)
    await below.read()
    assert await below.shown() == []


@pytest.mark.parametrize("zone", ["America/Lima", "Asia/Shanghai"])
async def test_a_long_thread_is_read_to_its_end_and_then_by_what_is_newer_whatever_the_site_s_zone(
    below: Below, zone: str
) -> None:
    await below.site.do("set_zone", zone)
    try:
        await below.site.do("say", below.post.id, 120)
        await below.read()
        assert await below.counts(120)
        number = await below.site.says(below.post, "تعليق جديد", "سلمى")
        await below.read()
        assert await below.counts(121)
    finally:
        await below.site.do("set_zone", ZONE)
    (newest,) = await below.shown(120)
    assert (newest.id, newest.name, newest.text) == (number, "سلمى", "تعليق جديد")
