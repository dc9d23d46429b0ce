"""Threads: what the site's own readers say under its articles is read back, and counts beside replies.

    open what is young ─▶ claim ─▶ ask, without a name ─▶ keep ─▶ the count on posts, where it is another one

An article is asked for by its own address, so that the site's caches answer where nothing has changed, and the seldomer
the older it is; at once where somebody looks at its replies. Whatever the site shows no more is kept no more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import comments
from db.store.comments import Heard, Thread
from jobs.fetcher import Fetcher, host_of
from jobs.wordpress import Account, SiteApi, open_api
from newsroom.comments import (
    COMMENTS,
    FIELDS,
    MOST_PAGES,
    PAGE,
    Comment,
    decide_asking,
    read_comments,
)
from newsroom.errors import FetchError, ParseError
from newsroom.reasons import Reason
from newsroom.wordpress import is_posts_address, write_moment

log = structlog.get_logger()

AT_ONCE = 5
CLOSED = {401, 403, 404}  # the site does not show them: a post that is private by now, comments that are switched off
SHUT_FOR = timedelta(days=1)


class Teller(Protocol):
    """Who writes what posts say: `bot/notices.py`."""

    async def renew_counts(self, connection: AsyncConnection, article_id: int, cause: str) -> None:
        """Let the posts of an article say how many replies it has; the same cause twice is once."""


@dataclass(slots=True)
class ThreadReader:
    """Reads the site's comments for one worker."""

    database: Database
    fetcher: Fetcher
    account: Account
    teller: Teller
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Ask for what is due, so many at a time: more waits for the next time, for a site is no machine of ours."""
        if not await self._open():
            return False
        async with self.database.read() as connection:
            due = await comments.list_due(connection, self.now(), AT_ONCE)
        site = await open_api(self.database, self.fetcher, self.account) if due else None
        for article_id in due if site else ():
            async with self.database.write() as connection:
                thread = await comments.claim_thread(connection, article_id, self.now())
            if thread and site:
                await self._tend(site, thread)
        return False

    async def _open(self) -> bool:
        """Begin with what is new; tells whether the site is one that can be asked."""
        host = host_of(self.account.site)
        async with self.database.read() as connection:
            known = [(number, url) for number, url in await comments.list_sources(connection) if host_of(url) == host]
        if not (self.account.may_write or any(is_posts_address(url) for _, url in known)):
            return False
        async with self.database.write() as connection:
            await comments.open_threads(connection, [number for number, _ in known], self.now())
        return True

    async def _tend(self, site: SiteApi, thread: Thread) -> None:
        asked_at = self.now()
        try:
            post = thread.post_id or await self._find_post(site, thread)
            if post is None:
                return
            heard = await self._ask(site, thread, post, asked_at)
        except FetchError as error:
            if not (error.status in CLOSED and await self._is_gone(site, thread)):
                await self._miss(thread, error)
            return
        except ParseError as error:
            await self._miss(thread, FetchError(error.url, error.reason))
            return
        async with self.database.write() as connection:
            if await comments.keep(connection, thread, heard, self.now()):
                await self._tell(connection, thread, asked_at)

    async def _tell(self, connection: AsyncConnection, thread: Thread, asked_at: datetime) -> None:
        await self.teller.renew_counts(connection, thread.article_id, f"site:{asked_at.timestamp():.0f}")

    async def _is_gone(self, site: SiteApi, thread: Thread) -> bool:
        """Tell whether the site has an article no more; nobody knows where it does not say."""
        try:
            return await self._find_post(site, thread) is None
        except FetchError:
            return False

    async def _find_post(self, site: SiteApi, thread: Thread) -> int | None:
        """Answer the number of an article on the site; what is not there is asked for and shown no more."""
        is_theirs = host_of(thread.url) == host_of(self.account.site)
        post = await site.find_post(thread.guid, thread.url) if is_theirs else None
        async with self.database.write() as connection:
            now = self.now()
            if post is not None:
                await comments.note_post(connection, thread.article_id, post, now)
            elif await comments.leave_thread(connection, thread.article_id, now):
                await self._tell(connection, thread, now)
        return post

    async def _ask(self, site: SiteApi, thread: Thread, post: int, asked_at: datetime) -> Heard:
        """Ask for the comments of a post, page by page."""
        asking = decide_asking(thread.pages, thread.whole_at, thread.newest_at, asked_at)
        how: dict[str, object] = {"post": post, "per_page": PAGE, "orderby": "id", "order": "asc", "_fields": FIELDS}
        how |= {"after": write_moment(asking.after)} if asking.after else {}
        known = (thread.etag, thread.last_modified) if asking.is_whole and thread.pages == 1 else (None, None)
        first = await self.fetcher.fetch(site.api.at(COMMENTS, **how), *known)
        if first.body is None:
            return Heard(asked_at, None, etag=first.etag, last_modified=first.last_modified)
        found, pages = _read(first.url, first.body, asked_at), 1
        last: Sequence[Comment] = found
        while len(last) == PAGE and pages < MOST_PAGES:
            pages += 1
            more = await self.fetcher.fetch(site.api.at(COMMENTS, **how, page=pages))
            last = _read(more.url, more.body or b"", asked_at)
            found = [*found, *last]
        told = (first.etag, first.last_modified) if pages == 1 else (None, None)
        return Heard(asked_at, found, pages, asking.is_whole and len(last) < PAGE, *told)

    async def _miss(self, thread: Thread, error: FetchError) -> None:
        log.info("comments left out", article=thread.article_id, reason=str(error.reason))
        after = SHUT_FOR if error.status in CLOSED else timedelta(seconds=error.retry_after or 0)
        async with self.database.write() as connection:
            await comments.miss_thread(connection, thread, after, self.now())


def _read(url: str, body: bytes, now: datetime) -> list[Comment]:
    found = read_comments(body, now)
    if found is None:
        raise ParseError(url, Reason("no-comments"))
    return found
