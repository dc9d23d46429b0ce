"""What staff chose in the running bot: where moderators sit together. A setting wins, and then there is no choice.

It is read where it is needed, in the transaction that needs it: so it holds for all processes with the commit that
makes it, and there is nothing to keep up to date. Another choice is a name here, and a function that reads it.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.moderating import cards
from db.operating import choices
from db.store import rows, write_new
from db.store.cards import LIVING, Spot
from db.wakeup import announce
from newsroom.cards import Rules

DESK = "desk"
ALONE = Spot(0)  # each moderator in his own chat


async def find_desk(connection: AsyncConnection, rules: Rules) -> Spot | None:
    """Answer where moderators sit together; None where each sits alone."""
    spot = Spot(rules.chat_id, rules.thread_id) if rules.chat_id else await find_chosen(connection)
    return spot if spot and spot != ALONE else None


async def find_chosen(connection: AsyncConnection) -> Spot | None:
    """Answer where staff want moderators to sit, `ALONE` for nowhere together; None where nobody said."""
    found = select(choices.c.chat_id, choices.c.thread_id).where(choices.c.name == DESK)
    return next((Spot(row.chat_id, row.thread_id) for row in await rows(connection, found)), None)


async def choose_desk(connection: AsyncConnection, spot: Spot) -> None:
    """Let moderators sit there from now on; what stands where they sat is closed by the job `cards`."""
    where = {"chat_id": spot.chat_id, "thread_id": spot.thread_id}
    await write_new(connection, choices, name=DESK, **where)
    await connection.execute(update(choices).where(choices.c.name == DESK).values(where))
    announce(connection, "cards")
    announce(connection, "setup")


async def move_desk(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Follow a group to its new id. Nothing that stands under the old one can be told by its number any more."""
    await connection.execute(update(choices).where(choices.c.chat_id == old_id).values(chat_id=new_id))
    living = (cards.c.chat_id == old_id) & cards.c.state.in_(LIVING)
    await connection.execute(delete(cards).where(living, cards.c.message_id.is_(None)))
    await connection.execute(update(cards).where(living).values(state="lost", request=None))
    announce(connection, "cards")
