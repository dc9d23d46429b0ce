"""A company whose editors write to readers: two or more at their chats, and one record of what all of them are shown.

    bureau = Bureau(live, texts("ar"), clock, make_keeper(live))
    editor = bureau.editor("editor", 1)
    await editor.writes("/broadcast")
    await bureau.passes(seconds=10)

It is the same at any speed: time stands still until all that is due is done. Once something has left, an act ends a few
seconds later, when what rested for a moment has gone on and the cards show it; only then it is written down.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.broadcasting import broadcasts as table
from db.collecting import errands as errands_table
from db.collecting import probes
from db.collecting import watches as watches_table
from db.operating import wishes
from db.store import broadcast_cards, broadcasts, chats, dossiers, follows, pushes, subscribers, watches
from db.store.subscribers import Newcomer
from db.tables import deliveries, sources
from jobs import broadcasts as job
from locales import texts
from newsroom.broadcasts import REDRAWN, State, should_redraw, stamp
from newsroom.dossiers import redraw_pause
from newsroom.dossiers import stamp as stamp_article
from newsroom.readers import Rhythm, Schedule
from newsroom.roles import Role
from sandbox import Person
from tests.company import Company, Seat, make_keeper, no_waiting
from tests.reader import open_newsroom
from tests.walk import LONGEST, UNANSWERED, Walk

RESTS = round(REDRAWN.total_seconds())  # of a second each: what waits while something is under way waits no longer
HAS_LEFT = select(exists().where(table.c.state == State.STARTED.value) | exists().where(watches_table.c.chat_id != 0))
# What somebody of the clock's works on, as long as there is a row of it.
IS_DONE = {
    "probe": select(exists().where(errands_table.c.due_at.is_not(None)) | exists().where(probes.c.id != 0)),
    "stats": select(exists().where(wishes.c.what != "backup")),
}
DAY = 86_400  # seconds
SENDING = select(exists().where(deliveries.c.state == "sending"))


class Bureau(Company):
    """All who are there, and the record."""

    def editor(self, who: str, user_id: int) -> "Editor":
        """Let a person who speaks the language sit at his own chat with the bot."""
        made = Editor(self.live, self.person(user_id), self.t, self.clock, None, lines=self.lines)
        made.company, made.who, made.where = self, who, who
        self.seats.append(made)
        return made

    async def follows(self, person: Person, tag: str) -> None:
        """Let a person have written to the bot before, and follow something."""
        now = self.clock()
        async with self.live.app.database.write() as connection:
            await chats.greet(connection, person.id, "private", now)
            newcomer = Newcomer(person.id, 0, self.t.language, Schedule(Rhythm.INSTANT, "Asia/Riyadh"))
            reader = await subscribers.add(connection, newcomer, now)
            await follows.put(connection, reader.id, [tag], muted=False)
        person.writes("/rules")

    async def is_heard(self, people: int) -> None:
        """Wait until so many have been answered."""
        calls = self.live.telegram.calls
        await self.live.telegram.until(lambda: len({call.chat_id for call in calls if call.is_sent}) >= people, LONGEST)
        await self.settles()
        self.look()

    async def passes(self, **span: float) -> None:
        """Let time pass, and see what comes of it: what leaves by itself does so first, and then the cards show it."""
        self.seats[0].moves(**span)
        await self.settles()
        await self.settles()
        self.look()

    async def settles(self) -> None:
        """Wait until nothing is due; an act takes a second, or until the cards show what became of what has left."""
        await super().settles()
        for _ in range(RESTS if await self.live.ask(HAS_LEFT) else 1):
            self.seats[0].moves(seconds=1)
            await super().settles()

    def look(self) -> None:
        """Write down what has changed anywhere, and what is gone."""
        for seat in self.seats:
            Walk.looks(seat)
            for message_id in [one for one in seat.shown if one not in seat.chat.messages]:
                first, *_ = seat.shown.pop(message_id).text.splitlines() or [""]
                seat.lines.append(f"⟨{seat.where}⟩ ✗ {first}")

    async def _is_any_due(self) -> bool:
        now, database = self.clock(), self.live.app.database
        async with database.read() as connection:
            if (await connection.execute(select(UNANSWERED))).scalar_one():
                return True
            due = {
                "plan": await pushes.is_any_unplanned(connection),
                "deliver": await is_any_leaving(connection, now),
                "broadcasts": bool(await broadcasts.list_due(connection, now)) or await is_any_old(connection, now),
            }
            polled = (sources.c.state == "active") & (sources.c.worker_id.is_not(None) | (sources.c.due_at <= now))
            due |= {"collect": (await connection.execute(select(exists().where(polled)))).scalar_one()}
            due |= {name: (await connection.execute(is_done)).scalar_one() for name, is_done in IS_DONE.items()}
            due |= {"watches": await is_any_watch_old(connection, now)}
        for name in filter(due.get, due):
            database.on_due(name)
        return any(due.values())


async def is_any_leaving(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether anything is on its way, or is to be, or to be changed where it is."""
    on_its_way = (await connection.execute(SENDING)).scalar_one()
    return on_its_way or bool(await pushes.list_running(connection, now))


async def is_any_old(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether a card is to be drawn anew."""
    for card in await broadcast_cards.list_open(connection):
        broadcast = await broadcasts.find(connection, card.broadcast_id)
        assert broadcast
        standing = await broadcasts.read_standing(connection, broadcast, now)
        shows = stamp(broadcast, standing.phase, standing.progress)
        is_whole = card.is_awaited and now - card.drawn_at >= job.COMPLETE
        if is_whole or (not card.is_awaited and should_redraw(card.shown, shows, card.drawn_at, now)):
            return True
    return False


async def is_any_watch_old(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether the card of an article is to be drawn anew, or to be watched no more."""
    for watch in await watches.list_all(connection):
        dossier = await dossiers.read(connection, watch.article_id)
        if dossier is None:
            continue
        is_old = stamp_article(dossier, now) != watch.shown and now - watch.drawn_at >= redraw_pause(dossier)
        if is_old or not dossier.may_change:
            return True
    return False


class Editor(Seat):
    """Somebody in his own chat with the bot."""

    WAKES = ("plan", "deliver", "broadcasts")

    def in_order(self, changed: dict[int, str]) -> list[tuple[int, str]]:
        """Answer what has changed from above to below: an answer and what is sent meanwhile do not wait for another."""
        return sorted(changed.items())


@asynccontextmanager
async def open_bureau(
    language: str, folder: Path, template: Path, readers: int, **settings: str
) -> AsyncIterator[tuple[Bureau, Editor, Editor]]:
    """Open a newsroom with two editors among its readers, of whom one more is seen; nothing new comes by itself."""
    with no_waiting(), pytest.MonkeyPatch.context() as still:
        still.setattr(job, "redraw_pause", lambda _: timedelta())  # few are counted as often as somebody asks
        async with open_newsroom(language, folder, template, poll_seconds=str(DAY), **settings) as (live, clock):
            bureau = Bureau(live, texts(language), clock, make_keeper(live))
            editor, second, _ = (bureau.editor(who, at) for at, who in enumerate(("editor", "second", "reader"), 1))
            seen = [seat.person for seat in bureau.seats]
            for person in [*seen, *map(bureau.person, range(len(seen) + 1, readers + 1))]:
                await bureau.follows(person, "s:economy")
            await bureau.is_heard(readers)
            bureau.take()
            for one in (editor, second):
                await bureau.grant(one.person, Role.EDITOR)
            yield bureau, editor, second
