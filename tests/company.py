"""Several people in several chats before one newsroom, and one record of what each does and what each chat shows.

    async with open_company("ar", folder, template) as company:
        author = company.seat("author", company.person(1))
        desk = company.seat("moderator", company.person(2), group)
        await author.writes("/reply 2")
        await desk.presses("✅")
        company.take()

Time stands still, and nobody waits for a chat's pace: what an act brings about in any chat is there when the act ends.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.callbacks import Act, Press, decode
from bot.docket import Docket
from db.replying import replies as replies_table
from db.store import authors, overseeing, publications, replies, staff, tidings, writing
from jobs import collect
from jobs.cards import CardKeeper
from locales import LANGUAGES, Texts, texts
from newsroom import delivery, pacing
from newsroom.replies import State
from newsroom.roles import Role
from newsroom.sharing import Destination
from opening import read_rules
from sandbox import Call, Group, Person
from sandbox.screen import Shown, VisibleChat
from tests.live import Live, StoodClock
from tests.reader import open_newsroom
from tests.walk import LONGEST, UNANSWERED, Curious, Walk

DESK = -1001000000077  # the moderators' group
SEED = 7  # of the pens and of the replies' references
QUIET = 2  # looks in a row that find nothing to do

# What goes out or is taken back is another step before it is there or gone.
ON_ITS_WAY = exists().where(replies_table.c.state.in_((State.PUBLISHING.value, State.REMOVING.value)))


@dataclass(slots=True)
class Company:
    """All who are there, and the record."""

    live: Live
    t: Texts
    clock: StoodClock
    keeper: CardKeeper
    seats: list["Seat"] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def person(self, user_id: int, name: str = "Amal") -> Person:
        """Let there be a person who speaks the language."""
        return self.live.telegram.person(user_id, first_name=name, language=self.t.language)

    def seat(self, who: str, person: Person, place: VisibleChat | None = None, where: str = "") -> "Seat":
        """Let a person act in a chat, her own one if no other is said; `where` is what it is called in the record."""
        made = Seat(self.live, person, self.t, self.clock, place, lines=self.lines)
        made.company, made.who, made.where = self, who, where or who
        self.seats.append(made)
        return made

    async def grant(self, person: Person, role: Role) -> None:
        """Give somebody a role."""
        async with self.live.app.database.write() as connection:
            await staff.grant(connection, person.id, role, self.clock())

    async def passes(self, **span: float) -> None:
        """Let time pass, and see what comes of it."""
        self.seats[0].moves(**span)
        await self.settles()
        self.look()

    async def settles(self) -> None:
        """Wait until nothing is due in any chat."""
        quiet = 0
        async with asyncio.timeout(LONGEST):
            while quiet < QUIET:
                quiet = 0 if await self._is_any_due() else quiet + 1
                await asyncio.sleep(0.02)

    async def _is_any_due(self) -> bool:
        now, database = self.clock(), self.live.app.database
        async with database.read() as connection:
            if (await connection.execute(select(UNANSWERED | ON_ITS_WAY))).scalar_one():
                return True
            due: dict[str, Sequence[object]] = {
                "screen": await writing.list_submitted(connection, 1),
                "replies": await overseeing.list_steps(connection, now, 1),
                "notices": await authors.list_notices(connection, now, 1),
                "tidings": await self._list_tidings(connection, now),
            }
        for job in filter(due.get, due):
            database.on_due(job)
        return any(due.values()) or await self.keeper.step()

    async def _list_tidings(self, connection: AsyncConnection, now: datetime) -> list[object]:
        """Answer what is to be told to those who follow a discussion, or is being told."""
        spreads = await publications.is_any_due(connection, Destination.READERS, now)
        due, told = await tidings.list_due(connection, now, 1), await tidings.list_requests(connection, 1)
        return [*([Destination.READERS] if spreads else []), *due, *told]

    def look(self) -> None:
        """Write down what has changed anywhere."""
        for seat in self.seats:
            Walk.looks(seat)

    def take(self) -> str:
        """Answer what was done and shown since this was asked last."""
        told = "\n\n".join(self.lines)
        self.lines.clear()
        return told


class Seat(Walk):
    """Somebody in one of the chats. In a group others may act from it too: `speaker` says who does."""

    company: Company
    who: str
    where: str
    thread: int | None = None
    anonymous = False

    def turns_to(self, who: str, person: Person, *, thread: int | None = None, anonymous: bool = False) -> None:
        """Let somebody else act here from now on, in a topic of a forum or as the group if need be."""
        self.who, self.person, self.thread, self.anonymous = who, person, thread, anonymous

    async def writes(self, text: str, *, below: Shown | None = None) -> None:
        """Write, in a group too, below a message if one is given."""
        if not isinstance(self.place, Group):
            await super().writes(text)
            return
        self.notes(text)
        below_id = below.id if below else None
        self.place.hears(self.person, text, thread=self.thread, reply_to=below_id, anonymous=self.anonymous)
        await self.is_answered(lambda call: call.chat_id == self.chat.id)

    def newest(self) -> Shown:
        """Answer the newest message of the bot here."""
        return list(self.shown.values())[-1]

    async def settles(self) -> None:
        await self.company.settles()

    def notes(self, told: str) -> None:
        super().notes(f"{self.who}: {told}")

    def looks(self) -> list[Call]:
        did = super().looks()
        toast = self.toast
        self.company.look()
        self.toast = toast
        return did

    def describes(self, shown: Shown, mark: str) -> str:
        topic = f" #{shown.thread}" if shown.thread else ""
        return f"⟨{self.where}{topic}⟩ {super().describes(shown, mark)}"

    async def presses_everything(self) -> int:
        """Press every button that can be come to from here and does no harm; answers how many.

        The four languages share them, since what a button does is the same in each.
        """
        curious = Curious(lambda data: is_share_of(self.t.language, data), rounds=1)
        while found := curious.choose(self):
            await curious.press(self, *found)
        self.company.take()  # what it all looked like is no matter
        return curious.pressed.total()


def is_share_of(language: str, data: str) -> bool:
    """Tell whether whoever speaks a language is to press a button: none that ends all, or changes the language."""
    read = decode(data)
    if read is None or (read.act, read.what) == (Act.FORGET, "yes") or read.act is Act.SPEAK:
        return False
    share = sum(map(ord, f"{read.act}{read.what}"))
    return share % 4 == LANGUAGES.index(language) and (not is_place(read) or share % 16 < len(LANGUAGES))


def is_place(read: Press) -> bool:
    """Tell whether a button is one of many alike."""
    return read.what.startswith(("c:", "p:"))


@asynccontextmanager
async def open_company(language: str, folder: Path, template: Path) -> AsyncIterator[Company]:
    """Open a newsroom whose moderators have a group, with nobody in it yet."""
    with no_waiting():
        async with open_newsroom(language, folder, template, moderation_chat_id=str(DESK)) as (live, clock):
            yield Company(live, texts(language), clock, make_keeper(live))


@contextmanager
def no_waiting() -> Iterator[None]:
    """Let nothing wait for a chat's pace, and let what is drawn by lot be the same each time."""
    with pytest.MonkeyPatch.context() as still:
        for name in ("GROUP_GAP", "PRIVATE_GAP", "LONG_GAP"):
            still.setattr(pacing, name, timedelta())
        still.setattr(authors, "DRAW", Random(SEED))  # noqa: S311  (no secret)
        still.setattr(replies, "choice", Random(SEED).choice)  # noqa: S311  (no secret)
        for module in (collect, delivery):  # whose waits are spread
            still.setattr(module, "random", SimpleNamespace(random=lambda: 0.0))
        yield


def make_keeper(live: Live) -> CardKeeper:
    """Answer what keeps the moderators' cards, to be asked whether it has anything to do."""
    app = live.app
    rules = read_rules(app.settings)
    docket = Docket(app.lease.now, app.settings.default_language, app.settings.default_timezone, rules)
    return CardKeeper(app.database, docket, app.vault, rules, app.lease.now)
