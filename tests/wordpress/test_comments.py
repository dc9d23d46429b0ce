"""Comments of a real WordPress, both ways: what readers answer in Telegram, and what is said on the site."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from commands.site import find_faults
from db.commenting import comments, threads
from db.replying import publications
from db.tables import articles, sources, versions
from db.wakeup import announce
from jobs.fetcher import Fetcher
from jobs.wordpress import Account, SiteApi
from newsroom.comments import Came, find_api, mail_of, write_content
from newsroom.replies import GRACE, Action
from tests.bot.newsdesk import Newsdesk
from tests.live import Live, open_live
from tests.wordpress.site import EDITOR, Post, WordPress, sample

pytestmark = [pytest.mark.wordpress, pytest.mark.xdist_group("wordpress")]

BODY = "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة."
SAYS = "رأيي أن <النفق> خطوة & نصف 🚇 لا «أكثر»"
WITHIN = 20.0  # seconds


async def public(site: WordPress, post: Post) -> list[Mapping[str, Any]]:
    """Answer what anybody reads below a post, the oldest first, as its editor sees it."""
    found: list[Mapping[str, Any]] = await site.ask("GET", f"comments?post={post.id}&order=asc&context=edit", {})
    return found


def tells_nobody(comment: Mapping[str, Any], pen: str, reply_id: str, text: str, canary: str) -> bool:
    """Tell whether a comment is a reply's, under a pen's name and with nobody's address."""
    is_hers = (comment["author_email"], comment["content"]["raw"]) == (mail_of(reply_id), write_content(text))
    return is_hers and comment["author_name"].startswith(pen) and canary not in str(comment)


@asynccontextmanager
async def speaking(site: WordPress, folder: Path, template: Path) -> AsyncIterator[Live]:
    """Run the application with an account on the site."""
    account: dict[str, Any] = {"wordpress_user": EDITOR, "wordpress_app_password": site.password}
    async with open_live(folder, template, sources=[site.url], site_url=site.url, **account) as live:
        await live.until(select(sources.c.first_contact_at), WITHIN)
        yield live


async def number_of(live: Live, title: str) -> int:
    """Wait for an article, and answer its number."""
    found = (
        select(articles.c.id).join(versions, versions.c.article_id == articles.c.id).where(versions.c.title == title)
    )
    await live.until(found, WITHIN)
    return int(await live.ask(found))


async def hurry(live: Live) -> None:
    """Let all threads be asked for now."""
    async with live.app.database.write() as connection:
        await connection.execute(update(threads).values(due_at=live.app.clock()))
        announce(connection, "threads")


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
    post = await site.publish(sample("مادة لها رقم"), BODY)
    assert await api.find_post(f"{site.url}/?p={post.id}", "") == post.id
    assert await api.find_post("https://old.example/?p=1", post.url) == post.id
    assert await api.find_post("https://old.example/?p=1", f"{site.url}/nothing/") is None


async def test_a_reply_becomes_a_comment_under_a_pen_name_is_answered_and_disappears(
    site: WordPress, tmp_path: Path, sqlite_template: Path
) -> None:
    title = sample("نفق جديد تحت النهر")
    async with speaking(site, tmp_path, sqlite_template) as live:
        desk, amal = Newsdesk(live), live.telegram.person(7_700_123_456_780, first_name="كناري", language="ar")
        post = await site.publish(title, BODY)
        number = await number_of(live, title)
        reply = await desk.write(amal, SAYS, number)
        assert amal.last
        assert "الموقع" in amal.last.text  # the consent names it
        await live.presses(amal, "📨")
        await desk.until(reply, "pending")
        await desk.decide(reply, Action.APPROVE)
        await desk.pass_time(reply, GRACE)
        there = select(publications.c.id).where(publications.c.destination == "site", publications.c.shown == 1)
        await live.until(there, WITHIN)
        (comment,) = await public(site, post)
        assert tells_nobody(comment, "قلم ", reply.id, SAYS, "7700123456780")
        await site.ask("POST", "comments", {"post": post.id, "content": "جواب من الموقع", "parent": comment["id"]})
        await live.says(amal, f"/replies {number}")
        await hurry(live)
        await live.until(select(comments.c.remote_id).where(comments.c.ours.is_(False)), WITHIN)
        listed = await live.says(amal, f"/replies {number}")
        assert "💬 ردّان على" in listed
        assert "من الموقع، جوابًا على قلم" in listed
        await live.presses(amal, "💬 1")
        await live.presses(amal, "🧹")
        await live.presses(amal, "🧹 سحب نهائي")
        gone = select(publications.c.id).where(publications.c.destination == "site", publications.c.shown.is_(None))
        await live.until(gone, WITHIN)
        assert [one["author_name"] for one in await public(site, post)] == ["محررة النماذج"]
        assert await site.ask("GET", f"comments?post={post.id}&status=trash", {}) == []


async def test_a_comment_of_the_site_comes_and_goes_with_it(
    site: WordPress, tmp_path: Path, sqlite_template: Path
) -> None:
    title = sample("سوق الخزف يعود")
    async with open_live(tmp_path, sqlite_template, sources=[site.url], site_url=site.url) as live:
        await live.until(select(sources.c.first_contact_at), WITHIN)
        amal = live.telegram.person(1, language="ar")
        post = await site.publish(title, BODY)
        number = await number_of(live, title)
        held = {"post": post.id, "content": "تعليق ينتظر", "author_name": "ناصر", "author_email": "n@site.example"}
        waiting = await site.ask("POST", "comments", held)
        shown = await site.ask("POST", "comments", {"post": post.id, "content": "<b>تعليق</b> & نصف"})
        await live.says(amal, f"/replies {number}")
        of_site = select(comments.c.text).where(comments.c.article_id == number)
        await live.until(of_site, WITHIN)
        listed = await live.says(amal, f"/replies {number}")
        assert "تعليق & نصف" in listed.replace("&amp;", "&")
        assert ("تعليق ينتظر" in listed) is (waiting["status"] == "approved")
        for comment in (waiting, shown):
            await site.ask("DELETE", f"comments/{comment['id']}", {})
        await hurry(live)
        async with asyncio.timeout(WITHIN):
            while await live.ask(of_site):  # noqa: ASYNC110  (a database cannot call us)
                await asyncio.sleep(0.05)
        assert "لا ردود" in await live.says(amal, f"/replies {number}")
