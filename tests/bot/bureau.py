"""A company whose editors write to readers: two or more at their chats, and one record of what all of them are shown.

    bureau = Bureau(live, texts("ar"), clock, make_keeper(live))
    editor = bureau.editor("editor", 1)
    await editor.writes("/broadcast")
    await bureau.passes(seconds=10)

It is the same at any speed: time stands still until all is sent that is due and every card shows it, and only then a
moment passes. So nothing leaves while somebody acts, and what leaves later meets nobody who acts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import broadcast_cards, broadcasts, pushes
from db.tables import deliveries
from newsroom.broadcasts import REDRAWN, should_redraw, stamp
from sandbox import Call
from tests.company import Company, Seat
from tests.walk import UNANSWERED, Walk

MOMENT = REDRAWN.total_seconds()  # that passes after each act: a card shows then what became of it meanwhile
SOON = timedelta(seconds=1)  # what rests for less, while something is under way, is done in the same breath
SENDING = select(exists().where(deliveries.c.state == "sending"))


class Bureau(Company):
    """All who are there, and the record."""

    def editor(self, who: str, user_id: int) -> "Editor":
        """Let a person who speaks the language sit at his own chat with the bot."""
        made = Editor(self.live, self.person(user_id), self.t, self.clock, None, lines=self.lines)
        made.company, made.who, made.where = self, who, who
        self.seats.append(made)
        return made

    async def is_heard(self, people: int) -> None:
        """Wait until so many have been answered."""
        calls = self.live.telegram.calls
        await self.live.telegram.until(lambda: len({call.chat_id for call in calls if call.is_sent}) >= people)
        await self.settles()
        self.look()

    async def passes(self, **span: float) -> None:
        """Let time pass, and a moment more in which every card comes to show what is so."""
        for passing in filter(None, (span, {"seconds": MOMENT})):
            self.seats[0].moves(**passing)
            await self.settles()
        self.look()

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
        for name in filter(due.get, due):
            database.on_due(name)
        return any(due.values())


async def is_any_leaving(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether anything is on its way, or is to be, or to be changed where it is."""
    on_its_way = (await connection.execute(SENDING)).scalar_one()
    return on_its_way or bool(await pushes.list_running(connection, now + SOON))


async def is_any_old(connection: AsyncConnection, now: datetime) -> bool:
    """Tell whether a card is to be drawn anew."""
    for card in await broadcast_cards.list_open(connection):
        broadcast = await broadcasts.find(connection, card.broadcast_id)
        assert broadcast
        standing = await broadcasts.read_standing(connection, broadcast, now)
        shows = stamp(broadcast, standing.phase, standing.progress)
        if should_redraw(card.shown, shows, card.drawn_at, now):
            return True
    return False


class Editor(Seat):
    """Somebody in his own chat with the bot."""

    async def is_answered(self, begins: Callable[[Call], bool]) -> list[Call]:
        """Wait until all is said that answers an act, and until what it made leave has left."""
        did = await super().is_answered(begins)
        toast = self.toast
        await self.company.passes()
        self.toast = toast
        return did

    def in_order(self, changed: dict[int, str]) -> list[tuple[int, str]]:
        """Answer what has changed from above to below: an answer and what is sent meanwhile do not wait for another."""
        return sorted(changed.items())
