"""Collecting: sources that are due are fetched, read, and what is new in them is stored with its pushes.

    claim ─▶ fetch (conditional) ─▶ parse, but not what was told before ─▶ leave out what is known
          ─▶ read the pages of teasers ─▶ classify, find keywords ─▶ store with validators

Each poll is a task of its own: a slow source holds up no other but those of its own host, which take no place while
they wait (`turns.py`), and whatever is asked of the outside has an end. One that fails costs only itself: the reason is
kept with it, and it is asked ever more seldom.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.store import articles, collected, keywords, sources
from db.store.collected import Found, Read
from db.store.sources import Source
from db.store.topics import Topics
from db.store.workers import WorkerLease
from jobs.discover import Discovered, discover
from jobs.fetcher import Fetched, Fetcher
from jobs.pages import Pages
from jobs.teasers import Teasers
from jobs.turns import Turns
from jobs.websub import HubJudge
from jobs.withdrawals import Withdrawals
from newsroom.articles import ParsedArticle, is_news
from newsroom.changes import Wording
from newsroom.delivery import Meter
from newsroom.errors import FetchError, ParseError, RestingError, SourceError
from newsroom.items import ParsedFeed
from newsroom.keywords import KeywordIndex, texts_of
from newsroom.pages import is_teaser
from newsroom.reading import moved_address, read_feed, request_address, second_address
from newsroom.reasons import Reason
from newsroom.semantic import gist
from newsroom.sketches import sketch
from newsroom.sources import Rhythm, is_bad, next_poll
from newsroom.taxonomy import Taxonomy
from newsroom.teasers import keep_whole, put_off
from newsroom.topics import Classifier
from newsroom.websub import name_hub

log = structlog.get_logger()

AT_ONCE = 16  # sources polled side by side
MOST_WAITING = 1_000  # sources that wait for others of their hosts, before no more are claimed
PATIENCE = 75.0  # seconds that one poll may ask for what a source tells, and look for what it took back
LONGEST_TTL = timedelta(days=1)
STORED_AT_ONCE = 5  # articles in one transaction: people's writes pass between


class Teller(Protocol):
    """Who tells editors how a source fares, and asks them what only they can say."""

    async def tell_source(
        self, connection: AsyncConnection, source: Source, state: str, since: datetime, reason: Reason | None = None
    ) -> None:
        """Tell that a source is `failing`, `gone` for good, `well` again or `known` by another address."""

    async def ask_gate(self, connection: AsyncConnection, number: int, taxonomy: Taxonomy) -> None:
        """Ask whether an article may pass; once for each version of it."""

    async def ask_withdrawn(self, connection: AsyncConnection, number: int) -> None:
        """Ask whether an article that its source took back is to be taken back."""


@dataclass(slots=True)
class Collector:
    """Polls sources for one worker; `shortest` is the least time between two polls of a source."""

    database: Database
    fetcher: Fetcher
    topics: Topics
    lease: WorkerLease
    meter: Meter
    teller: Teller
    shortest: timedelta
    hubs: HubJudge | None = None  # where hubs can reach us
    on_free: Callable[[], None] = lambda: None  # called when another poll may be begun
    keywords: KeywordIndex = field(default_factory=KeywordIndex)  # brought up to date when there is something to read
    pages: Pages = field(init=False)
    withdrawals: Withdrawals = field(init=False)
    teasers: Teasers = field(init=False)
    patience: float = PATIENCE
    _teaching: asyncio.Lock = field(default_factory=asyncio.Lock)  # the polls of a start learn them once
    _polls: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # by the source's id
    _turns: Turns = field(default_factory=Turns)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def __post_init__(self) -> None:
        """Read pages as feeds are read."""
        self.pages = Pages(self.fetcher, self.lease.now)
        self.withdrawals = Withdrawals(self.database, self.pages, self.teller, self.lease.now)
        self.teasers = Teasers(self.database, self.pages, self.lease.now)

    async def step(self) -> bool:
        """Claim sources that are due, whose polls begin as others end; tells whether there were any.

        As many are claimed at once as are polled side by side, and again when no more are left: a claim is a
        transaction, and costs as much as a poll that finds nothing.
        """
        waiting = self._turns.waiting()
        if len(self._polls) > AT_ONCE or len(waiting) > MOST_WAITING:
            return False
        now, polled = self.lease.now(), [*self._polls, *waiting]
        async with self.database.read() as connection:
            if not await sources.is_any_due(connection, self.lease.id, polled, now):
                return False
        async with self.database.write() as connection:
            due = await sources.claim_due(connection, self.lease.id, polled, AT_ONCE, now)
        for source in due:
            if self._turns.take(source):
                self._begin(source)
        return bool(due)

    async def finish(self) -> None:
        """Wait for the polls of what was claimed."""
        while self._polls:
            await asyncio.gather(*self._polls.values())

    async def close(self) -> None:
        """Give up the polls that were begun: nothing of them is stored that is not whole."""
        self._turns.clear()
        for poll in (polls := list(self._polls.values())):
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

    def _begin(self, source: Source) -> None:
        poll = self._polls[source.id] = asyncio.create_task(self._poll(source))
        poll.add_done_callback(partial(self._end, source))

    def _end(self, source: Source, _: asyncio.Task[None]) -> None:
        del self._polls[source.id]
        if following := self._turns.pass_on(source):
            self._begin(following)
        if len(self._polls) <= AT_ONCE:
            self.on_free()

    async def _poll(self, source: Source) -> None:
        try:
            async with self._places:
                await self._read_and_store(source)
        except Exception:  # the edge of a poll: what it could not settle is claimed again
            log.exception("poll lost", url=source.url)
            self.meter.count("job_failures", job="collect")

    async def _read_and_store(self, source: Source) -> None:
        try:
            found = await self._find(source)
        except RestingError as error:
            await self._put_off(source, error)
            return
        except SourceError as error:
            await self._note_failure(source, error)
            return
        except Exception as error:  # a fault of ours must cost only this source
            log.exception("poll failed", url=source.url)
            await self._note_failure(source, SourceError(source.url, Reason("ours", cause=type(error).__name__)))
            return
        if found is None:
            return
        self.meter.count("polls", outcome="changed" if found.new or found.changed else "unchanged")
        if found.new or found.changed:
            log.info("source read", url=source.url, new=found.new, changed=found.changed, pushed=found.pushed)

    async def _find(self, source: Source) -> Found | None:
        """Read a source and store what is new; None where it is no feed, but its site has one. Raises SourceError."""
        async with self._in_time(source):
            asked = await self._ask(source)
        if isinstance(asked, Discovered):
            await self._take_up(source, asked)
            return None
        fetched, feed = asked
        found = await self._store(source, fetched, feed)
        if source.pages:
            await self.teasers.look(source, await self.topics.classifier())
        if feed and source.first_contact_at:
            await self._look_for_withdrawals(source, feed)
        return found

    @asynccontextmanager
    async def _in_time(self, source: Source) -> AsyncIterator[None]:
        """Give up what takes too long in all, though each answer came in time. Raises FetchError."""
        try:
            async with asyncio.timeout(self.patience):
                yield
        except TimeoutError as error:
            raise FetchError(source.url, Reason("slow")) from error

    async def _ask(self, source: Source) -> tuple[Fetched, ParsedFeed | None] | Discovered:
        """Ask a source for what it tells; one that never was a feed, for where the news of its site are."""
        address = request_address(source.url, source.since)
        fresh = self.hubs is not None and await self.hubs.has_told(source)
        fetched = await self.fetcher.fetch(address, source.etag, source.last_modified, fresh=fresh)
        try:
            return fetched, await self._parse_all(source, fetched) if fetched.body is not None else None
        except ParseError:
            if source.first_contact_at:
                raise
        return await discover(source.url, self.fetcher, self.lease.now())

    async def _take_up(self, source: Source, found: Discovered) -> None:
        """Read a source at once where the news of its site were found."""
        now = self.lease.now()
        if found.url == source.url:
            raise ParseError(source.url, Reason("feed-now"))
        log.info("source found", url=source.url, found=found.url, items=len(found.feed.items))
        async with self.database.write() as connection:
            await self._move(connection, source, found.url)
            await sources.settle(connection, source, etag=None, last_modified=None, due_at=now)

    async def _move(self, connection: AsyncConnection, source: Source, url: str) -> None:
        """Let a source be read at another address; where that is one already, editors are told that this one ends."""
        if reason := await sources.move(connection, source.id, url):
            await self.teller.tell_source(connection, source, "known", self.lease.now(), reason)

    async def _look_for_withdrawals(self, source: Source, feed: ParsedFeed) -> None:
        try:
            async with self._in_time(source):
                await self.withdrawals.look(source, feed)
        except FetchError as error:
            log.info("withdrawals left out", url=source.url, reason=error.reason)

    async def _parse_all(self, source: Source, fetched: Fetched) -> ParsedFeed:
        """Read what a source answered, and what it must be asked for besides."""
        feed = await self._parse(source, fetched)
        address = second_address(source.url, source.since)
        return feed.joined(await self._parse(source, await self.fetcher.fetch(address))) if address else feed

    async def _parse(self, source: Source, fetched: Fetched) -> ParsedFeed:
        body, now = fetched.body or b"", self.lease.now()
        feed = await asyncio.to_thread(read_feed, body, fetched.url, fetched.charset, now=now, seen=source.seen)
        if feed.has_more:
            log.info("more items than are read at a time", url=fetched.url, read=len(feed.items))
        if feed.unread:
            log.warning("items left out", url=fetched.url, items=feed.unread, reason="they cannot be read")
        return feed

    async def _store(self, source: Source, fetched: Fetched, feed: ParsedFeed | None) -> Found:
        """Store what is new, a few items at a time; the validators go with the last, so a crash loses nothing."""
        now = self.lease.now()
        reads, late = await self._read(source, feed.items) if feed and feed.items else ([], [])
        found = Found()
        while len(reads) > STORED_AT_ONCE:
            async with self.database.write() as connection:
                found += await self._store_some(connection, source, reads[:STORED_AT_ONCE], now)
            reads = reads[STORED_AT_ONCE:]
        async with self.database.write() as connection:
            found += await self._store_some(connection, source, reads, now)
            changed_at = now if found.new else source.changed_at
            ttl = min(feed.ttl, LONGEST_TTL.total_seconds()) if feed else source.ttl
            fresh_for = max(fetched.fresh_for, ttl)
            links = name_hub(feed.links, fetched.link, fetched.url) if feed else None
            is_told = self.hubs is not None and await self.hubs.weigh(connection, source, links, found)
            rhythm = Rhythm(changed_at or source.added_at, fresh_for=fresh_for, is_told=is_told)
            if source.ailing_since:
                await self.teller.tell_source(connection, source, "well", source.ailing_since)
            await sources.settle(
                connection,
                source,
                title=source.title or (feed.title if feed else ""),
                etag=None if feed and feed.has_more else fetched.etag,
                last_modified=None if feed and feed.has_more else fetched.last_modified,
                since=(feed.since if feed else "") or source.since,
                seen=feed.seen if feed else source.seen,
                ttl=int(ttl),
                pages=put_off(source.pages or {}, late) or None,
                first_contact_at=source.first_contact_at or (now if feed and feed.seen else None),
                polled_at=now,
                changed_at=changed_at,
                due_at=next_poll(rhythm, self.shortest, now, random.random()),  # noqa: S311  (spreads polls)
                failures=0,
                ailing_since=None,
                last_error=Reason("unread", items=feed.unread) if feed and feed.unread else "",
            )
            if fetched.moved and feed and feed.seen:
                await self._move(connection, source, moved_address(source.url, fetched.url))
        for number in found.gone:
            self.keywords.discard(number)
        return found

    async def _store_some(self, connection: AsyncConnection, source: Source, reads: list[Read], now: datetime) -> Found:
        """Store items, and ask editors about those that need their yes."""
        found = await collected.store(connection, source, reads, now)
        for number in found.held:
            await self.teller.ask_gate(connection, number, self.topics.edition.taxonomy)
        return found

    async def _read(self, source: Source, items: tuple[ParsedArticle, ...]) -> tuple[list[Read], list[str]]:
        """Classify what is new or changed, the oldest first, and find the keywords that it has.

        Answers also the guids of those whose pages are still to be read.
        """
        late: list[str] = []
        async with self.database.read() as connection:
            unknown = await collected.choose_unknown(connection, source, items)
            if not unknown:
                return [], late
            async with self._teaching:
                await keywords.catch_up(connection, self.keywords)
        if source.first_contact_at:  # before it, all is archive, and its pages are not worth asking for
            unknown, late = await self._complete(source, unknown)
        if source.language:
            unknown = [item.filled(language=source.language) for item in unknown]
        classifier = await self.topics.classifier()
        unknown.reverse()  # feeds begin with the newest
        unknown.sort(key=lambda item: item.published_at or self.lease.now())
        newest = self.keywords.newest  # what comes into the index from now on may be missed
        is_new = partial(is_news, first_contact_at=source.first_contact_at, now=self.lease.now())
        reads = await asyncio.to_thread(
            lambda: [self._read_item(item, classifier, newest, is_new=is_new(item.published_at)) for item in unknown]
        )
        return reads, late

    async def read_alone(self, item: ParsedArticle) -> Read:
        """Answer an item that came by itself, with all that is told of those of a poll."""
        async with self._teaching, self.database.read() as connection:
            await keywords.catch_up(connection, self.keywords)
        classifier, newest = await self.topics.classifier(), self.keywords.newest
        return await asyncio.to_thread(self._read_item, item, classifier, newest, is_new=True)

    async def _complete(self, source: Source, items: list[ParsedArticle]) -> tuple[list[ParsedArticle], list[str]]:
        """Read the pages of teasers; of those that cannot be read, known ones keep the whole text that they have."""
        completed = await self.pages.complete_all(items)
        if not (short := [item.guid for item in completed.items if is_teaser(item)]):
            return completed.items, []
        async with self.database.read() as connection:
            bodies = await articles.find_bodies(connection, source.id, short)
        kept = [keep_whole(item, bodies.get(item.guid, "")) for item in completed.items]
        return kept, [item.guid for item in kept if item.guid in completed.late]

    def _read_item(self, item: ParsedArticle, classifier: Classifier, newest_keyword: int, *, is_new: bool) -> Read:
        """Answer an item with all that is told of it; what is archive already is not held against other news."""
        topicality, semantics = classifier.classify(item), classifier.semantics
        vector = semantics.to_bytes(gist(item.title, item.lead)) if semantics else b""
        told = sketch(Wording(item.title, item.lead, item.body), topicality.zones) if is_new else None
        return Read(item, topicality, frozenset(self.keywords.find(texts_of(item))), newest_keyword, vector, told)

    async def _put_off(self, source: Source, error: RestingError) -> None:
        """Ask a source when its host may be asked again: it has not failed, for it was not asked."""
        at = self.lease.now() + timedelta(seconds=error.retry_after or 0)
        async with self.database.write() as connection:
            await sources.settle(connection, source, due_at=at)

    async def _note_failure(self, source: Source, error: SourceError) -> None:
        failures, now = source.failures + 1, self.lease.now()
        log.warning("source failed", url=source.url, reason=error.reason, failures=failures)
        self.meter.count("polls", outcome="failed")
        after = error.retry_after if isinstance(error, FetchError) else None
        rhythm = Rhythm(source.changed_at or source.added_at, failures, after)
        due_at = next_poll(rhythm, self.shortest, now, random.random())  # noqa: S311  (spreads polls)
        told: dict[str, Any] = {"failures": failures, "last_error": error.reason, "polled_at": now, "due_at": due_at}
        is_gone = isinstance(error, FetchError) and error.status == HTTPStatus.GONE
        async with self.database.write() as connection:
            if is_gone or (is_bad(failures) and not source.ailing_since):
                told |= {"state": "gone"} if is_gone else {"ailing_since": now}
                await self.teller.tell_source(connection, source, "gone" if is_gone else "failing", now, error.reason)
            await sources.settle(connection, source, **told)
