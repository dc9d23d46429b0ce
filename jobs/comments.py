"""Comments: replies that are to be on the site are brought there, changed and taken away there.

    claim ─▶ `sending` ─▶ which post, which comment is answered ─▶ is it there already? ─▶ write, or make it so ─▶ land

Before anything is written the site is asked whether it has it, by an address that only this reply bears: so whatever is
unclear is simply tried again, and never stands there twice. What nobody can tell stays open until the site has told.
What the site's editors took away of ours they took away: it is not brought again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import comments, duties, publications
from db.store.comments import Thread
from db.store.publications import Errand
from db.store.workers import WorkerLease
from db.wakeup import announce
from jobs.fetcher import Fetcher, host_of
from jobs.wordpress import Account, Outcome, SiteApi, open_api
from newsroom.comments import Came, mail_of, next_try, write_content
from newsroom.errors import FetchError

log = structlog.get_logger()

AT_ONCE = 5
MOST_WAITS = 8  # in some two hours, until an answer stands alone where what it answers does not come
REMOVED_THERE = {"trash", "spam"}


class Signer(Protocol):
    """Who writes pen names: `bot/notices.py`."""

    def sign(self, signed: str, number: int | None) -> str:
        """Answer by what name a reply is signed on the site."""


@dataclass(slots=True)
class Commenter:
    """Brings replies to the site for one worker."""

    database: Database
    fetcher: Fetcher
    account: Account
    lease: WorkerLease
    signer: Signer
    now: Callable[[], datetime]

    async def step(self) -> bool:
        """Do what is due; tells whether there may be more."""
        now = self.now()
        async with self.database.write() as connection:
            await comments.recover(connection, now)
            errands = await comments.claim(connection, self.account.site, self.lease.id, now, AT_ONCE)
        if not errands:
            return False
        site = await open_api(self.database, self.fetcher, self.account)
        for errand in errands:
            await self._settle(errand, await self._do(site, errand))
        return len(errands) >= AT_ONCE

    async def _do(self, site: SiteApi, errand: Errand) -> Outcome:
        """Let the site be as is wanted."""
        if errand.remote_id:
            number = int(errand.remote_id)
            return await (site.take_away(number) if errand.revision is None else self._change(site, errand, number))
        async with self.database.read() as connection:
            thread = await comments.find_thread(connection, errand.article_id)
            parent, is_coming = await comments.find_parent(connection, errand)
        post = await self._find_post(site, thread)
        if isinstance(post, Outcome):
            return replace(post, in_doubt=errand.in_doubt)
        if is_coming and errand.revision is not None and errand.attempts < MOST_WAITS:
            return Outcome(Came.LATER, why="the comment that it answers is on its way", in_doubt=errand.in_doubt)
        return await self._bring(site, errand, post, parent)

    async def _find_post(self, site: SiteApi, thread: Thread) -> int | Outcome:
        """Answer the number of an article on the site, or why there is none."""
        if thread.post_id is not None:
            return thread.post_id
        if host_of(thread.url) != host_of(self.account.site):
            return Outcome(Came.CLOSED, why="the article is not the site's own")
        try:
            post = await site.find_post(thread.guid, thread.url)
        except FetchError as error:
            return Outcome(Came.LATER, why=str(error.reason))
        if post is None:
            return Outcome(Came.CLOSED, why="the site has no such article")
        async with self.database.write() as connection:
            await comments.note_post(connection, thread.article_id, post, self.now())
        return post

    async def _bring(self, site: SiteApi, errand: Errand, post: int, parent: int | None) -> Outcome:
        """Write a comment unless it is there; what is there is made as it is wanted, or taken away."""
        found = await site.find_comment(post, mail_of(errand.reply_id))
        if found.came is Came.THERE and found.number is not None:
            if errand.revision is None:
                done = await site.take_away(found.number)
            else:
                done = await self._change(site, errand, found.number, show=found.status not in REMOVED_THERE)
            return replace(done, number=found.number, in_doubt=True)  # until it is as it is wanted
        if found.came is Came.CLOSED:  # a post that is hidden may come back, and what stands below it
            found = replace(found, came=Came.LATER)
        if found.came is not Came.GONE or errand.revision is None:
            return replace(found, in_doubt=errand.in_doubt)
        told = self._tell(errand) | {"post": post, "author_email": mail_of(errand.reply_id)}
        written = await site.write(told | ({"parent": parent} if parent else {}))
        if written.came is Came.THERE:  # it refused what it has, though it did not show it just before
            return replace(written, came=Came.LATER)
        return written

    async def _change(self, site: SiteApi, errand: Errand, number: int, *, show: bool = False) -> Outcome:
        changed = await site.change(number, self._tell(errand) | ({"status": "approved"} if show else {}))
        if changed.came is Came.DONE:
            return Outcome(Came.DONE, number)
        if changed.came is Came.GONE:
            return Outcome(Came.CLOSED, why="the site's editors took it away")
        return changed

    def _tell(self, errand: Errand) -> dict[str, object]:
        name = self.signer.sign(errand.signed, errand.pen_number)
        return {"author_name": name, "content": write_content(errand.text)}

    async def _settle(self, errand: Errand, outcome: Outcome) -> None:
        """Note what came of it, and bring the reply on."""
        async with self.database.write() as connection:
            reply_id = await self._note(connection, errand, outcome)
            if reply_id and await duties.progress(connection, reply_id, self.now()):
                announce(connection, "cards")

    async def _note(self, connection: AsyncConnection, errand: Errand, outcome: Outcome) -> str | None:
        now = self.now()
        if outcome.number is not None:
            await comments.note_ours(connection, errand.article_id, outcome.number, now)
        is_back = errand.revision is None and outcome.came in {Came.DONE, Came.GONE, Came.CLOSED}
        if is_back or outcome.came is Came.DONE:
            number = None if outcome.number is None else str(outcome.number)
            return await publications.land(connection, errand, now, remote_id=number)
        log.warning("comment not on the site", reply=errand.reply_id, what=str(outcome.came), why=outcome.why)
        if outcome.came is Came.CLOSED:
            return await publications.fail(connection, errand, outcome.why, now)
        again_at = now + next_try(errand.attempts)
        if outcome.in_doubt:
            return await publications.keep_open(connection, errand, outcome.why, again_at)
        return await publications.fail(connection, errand, outcome.why, now, again_at)
