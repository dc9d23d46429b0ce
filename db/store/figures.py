"""The figures that a scrape asks for: how much waits, who works, what fails."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, literal_column, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from db.showing import renderings
from db.store import rows
from db.tables import OPEN_UPDATE, deliveries, inbox, outbox, pushes, sources, subscribers
from db.working import workers

LATELY = timedelta(hours=1)  # what nobody can tell of single messages is counted for so long: no index finds the rest
DOUBTFUL = deliveries.c.doubts > literal_column("0")  # said literally, or the partial index is not used
# What is counted by its label, and which rows of it.
BY_LABEL = {"subscribers": subscribers.c.state, "pushes": pushes.c.state, "doubtful_rows": deliveries.c.state}
WHERE = {"pushes": pushes.c.state != "done", "doubtful_rows": DOUBTFUL}


async def read(connection: AsyncConnection, now: datetime) -> dict[tuple[str, str], float]:
    """Answer each figure by its name and label."""
    counted: Sequence[Select[*tuple[Any, ...]]] = [
        *_count_doubtful_singles(now),
        _count("outbox_rows").select_from(outbox).where(outbox.c.state == literal_column("'queued'")),
        _count("inbox_rows").select_from(inbox).where(OPEN_UPDATE),
        _count("inbox_dead").select_from(inbox).where(inbox.c.state == literal_column("'dead'")),
        _count("workers").select_from(workers),
        _count("renderings_stopped").select_from(renderings).where(renderings.c.state == "stopped"),
        _count("renderings_refused").select_from(renderings).where(renderings.c.state == "refused"),
        _count("sources_failing").select_from(sources).where(sources.c.state == "active", sources.c.failures > 0),
    ]
    found = {(name, label): float(number) for name, label, number in await rows(connection, union_all(*counted))}
    for name, column in BY_LABEL.items():
        by_label = select(column, func.count()).where(WHERE.get(name, true())).group_by(column)
        found |= {(name, label): float(number) for label, number in await rows(connection, by_label)}
    return found


def _count_doubtful_singles(now: datetime) -> list[Select[*tuple[Any, ...]]]:
    """Answer the counts of single messages in doubt, each by an index: most of the table is of what arrived."""
    which = {
        "queued": outbox.c.doubts > 0,
        "sending": outbox.c.doubts > 0,
        "uncertain": outbox.c.settled_at > now - LATELY,
    }
    of_singles = {state: _count("outbox_doubtful", state).select_from(outbox) for state in which}
    return [of_singles[state].where(outbox.c.state == literal_column(f"'{state}'"), which[state]) for state in which]


def _count(name: str, label: str = "") -> Select[*tuple[Any, ...]]:
    return select(literal(name), literal(label), func.count())


async def list_shown(connection: AsyncConnection) -> list[tuple[int, int]]:
    """Answer the chat and the message of each delivery that arrived; for the demo, which has few."""
    found = (
        select(subscribers.c.chat_id, deliveries.c.message_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.state == "sent", deliveries.c.message_id.is_not(None))
    )
    return [(chat, message) for chat, message in await rows(connection, found)]
