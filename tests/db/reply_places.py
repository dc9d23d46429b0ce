"""The other places of the state machine of replies: a site, readers who follow, and digests, each with what it shows.

The jobs of readers, digests and waves are the real ones. What they put into the outbox is brought to a Telegram that
knows which message shows what; the delivery loop itself is in `machine.py`. Another place is a class here, its rules in
`test_reply_machine.py`, and what it shows in `shown`, for nothing may be shown that was not approved.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.replying import publications as publications_table
from db.showing import digests
from db.store import comments, discussions, duties, publications, quotes
from db.store.publications import Errand
from db.store.writing import PublicReply
from db.tables import deliveries, outbox
from jobs.quotes import Corrector
from jobs.tidings import Crier
from jobs.waves import Sweeper
from newsroom.sharing import TRY_AGAIN
from tests.desk import ReplyDesk

SITE = ("site", "https://site.example/")
PUSH = 1
Text = tuple[str, int]  # a reply and its revision


class Teller:
    """Writes to readers which replies a message shows, in which revision."""

    async def write(
        self,
        connection: AsyncConnection,  # noqa: ARG002
        chat_id: int,
        told: Sequence[tuple[PublicReply, bool]],
        *,
        more: int,
    ) -> dict[str, Any]:
        """Answer the message."""
        return {"to": chat_id, "more": more, "shows": [(reply.id, reply.revision) for reply, _ in told]}

    async def renew_counts(self, connection: AsyncConnection, article_id: int, cause: str) -> None:
        """Count nothing: no post shows a count here."""


@dataclass
class Places:
    """All of them, on a desk."""

    desk: ReplyDesk
    site: dict[str, int] = field(default_factory=dict)  # the revision that stands there, by reply
    messages: dict[tuple[int, int], list[Text]] = field(default_factory=dict)  # by chat and message
    told: Counter[tuple[int, str]] = field(default_factory=Counter)  # how often a chat heard of a reply as of a new one
    digests: dict[int, list[Text]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hire those who work here."""
        database, vault, now = self.desk.database, self.desk.vault, self.desk.clock
        self.jobs: list[Crier | Corrector | Sweeper] = [
            Crier(database, vault, Teller(), now),
            Corrector(database, now),
            Sweeper(database, vault, now),
        ]

    def shown(self) -> set[Text]:
        """Answer all that can be read anywhere."""
        in_messages = {text for texts in [*self.messages.values(), *self.digests.values()] for text in texts}
        return {*self.site.items(), *in_messages}

    async def work(self) -> None:
        """Let each job do what is due."""
        for job in self.jobs:
            await job.step()

    async def follow(self, user_id: int, *, muted: bool) -> None:
        """Let somebody follow the discussion, or mute it."""
        author = await self.desk.author(user_id)
        async with self.desk.database.write() as connection:
            await discussions.put(connection, 1, author.key, muted=muted)

    async def take_up(self, connection: AsyncConnection, worker: str = "w") -> list[Errand]:
        """Take what is due on the site."""
        return await comments.claim(connection, SITE[1], worker, self.desk.clock(), 20)

    async def lose(self, connection: AsyncConnection) -> None:
        """Let the site be asked for what a dead worker had."""
        await comments.recover(connection, self.desk.clock())

    async def bring(self, connection: AsyncConnection, errand: Errand, came: str) -> None:
        """Let the site do an errand, which asks first what is there, and its answer come, or not."""
        now, reply_id = self.desk.clock(), None
        if came in {"lands", "unanswered"}:
            self._put(errand)
        if came == "lands":
            number = errand.remote_id or str(errand.id)
            reply_id = await publications.land(connection, errand, now, remote_id=number if errand.revision else None)
        elif came == "refused" and self._is_refused(errand):
            reply_id = await publications.fail(connection, errand, "refused", now)
        else:
            await publications.keep_open(connection, errand, came, now + TRY_AGAIN[0])
        if reply_id:
            await duties.progress(connection, reply_id, now)

    def _put(self, errand: Errand) -> None:
        if errand.revision is None:
            self.site.pop(errand.reply_id, None)
        else:
            self.site[errand.reply_id] = errand.revision

    def _is_refused(self, errand: Errand) -> bool:
        """Tell whether the site will not have it: what it has it would have again, unless its editors took it away."""
        if errand.remote_id:
            self.site.pop(errand.reply_id, None)
        return errand.revision is not None and errand.reply_id not in self.site

    async def deliver(self, came: Sequence[str]) -> None:
        """Let messages of the outbox leave and come to their end: they arrive, are refused, or nobody knows."""
        under_way = select(outbox).where(outbox.c.state.in_(("queued", "sending"))).order_by(outbox.c.id)
        async with self.desk.database.write() as connection:
            for number, row in enumerate((await connection.execute(under_way)).all()):
                await self._send(connection, row, came[number % len(came)])

    async def _send(self, connection: AsyncConnection, row: Any, came: str) -> None:
        this = update(outbox).where(outbox.c.id == row.id)
        if came == "lost":  # it has left, and what came of it is told another time
            await connection.execute(this.values(state="sending"))
            return
        payload = orjson.loads(row.payload)
        place = payload["chat_id"], payload.get("message_id") or row.id
        if came != "refused":
            self._show(place, [(reply_id, revision) for reply_id, revision in payload["shows"]], row.method)
        if came == "refused" or (came == "unanswered" and row.method == "sendMessage"):
            self.messages.pop(place, None)  # it is there no more, or nobody knows which it is
        state = {"lands": "sent", "refused": "failed", "unanswered": "uncertain"}[came]
        end = {"state": state, "message_id": row.id if state == "sent" else None, "payload": b""}
        await connection.execute(this.values(end | {"settled_at": self.desk.clock()}))

    def _show(self, place: tuple[int, int], texts: list[Text], method: str) -> None:
        if method == "sendMessage":
            self.told.update((place[0], reply_id) for reply_id, _ in texts)
        self.messages[place] = texts

    async def make_digest(self) -> None:
        """Let readers get a digest with the article, which brings what readers say of it."""
        number, now = 1 + len(self.digests), self.desk.clock()
        async with self.desk.database.write() as connection:
            made = {"id": number, "hash": f"{number}", "stories": [1], "made_at": now}
            await connection.execute(insert(digests).values(made))
            ids = await quotes.choose(connection, number, [1], now)
            life = {"state": "sent", "due_at": now, "settled_at": now, "version": 1, "article_id": 1}
            row = {"push_id": PUSH, "subscriber_id": 1_000 + number, "digest_id": number, "message_id": number}
            await connection.execute(insert(deliveries).values(row | life))
            self.digests[number] = await _read(connection, ids)

    async def edit_digests(self) -> None:
        """Let the digests be written anew that are to be edited."""
        stale = (deliveries.c.push_id == PUSH) & (deliveries.c.version == 0)
        async with self.desk.database.write() as connection:
            for row in (await connection.execute(select(deliveries.c.digest_id).where(stale))).all():
                ids = await quotes.list_chosen(connection, row.digest_id)
                self.digests[row.digest_id] = await _read(connection, ids)
            await connection.execute(update(deliveries).where(stale).values(version=1))

    async def settle(self) -> None:
        """Let everything come about that is due, without a fault."""
        async with self.desk.database.write() as connection:
            await self.lose(connection)
            for errand in await self.take_up(connection):
                await self.bring(connection, errand, "lands")
        await self.work()
        await self.deliver(["lands"])
        await self.edit_digests()

    def judge(self, public: set[Text]) -> None:
        """Make sure that each place shows in the end what is public, and nothing else."""
        assert self.shown() <= public

    async def look(self, published: Mapping[str, int]) -> None:
        """Make sure that nobody heard of a reply oftener than it was published, and of what the site has at rest."""
        assert all(times <= published[reply_id] for (_, reply_id), times in self.told.items())
        at_rest = (publications_table.c.destination == SITE[0]) & (publications_table.c.state == "settled")
        async with self.desk.database.read() as connection:
            for place in (await connection.execute(select(publications_table).where(at_rest))).all():
                assert self.site.get(place.reply_id) in {None, place.wanted}


async def _read(connection: AsyncConnection, ids: Sequence[str]) -> list[Text]:
    return [(reply.id, reply.revision) for reply in await quotes.list_public(connection, ids)]
