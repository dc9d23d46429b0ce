"""The figures that a scrape asks for: how much waits, who works, what fails."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, literal, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from db.store import rows
from db.tables import OPEN_UPDATE, inbox, outbox, sources, subscribers, workers


async def read(connection: AsyncConnection) -> dict[tuple[str, str], float]:
    """Answer each figure by its name and label."""
    counted: Sequence[Select[*tuple[Any, ...]]] = [
        _count("outbox_rows").select_from(outbox).where(outbox.c.state == literal_column("'queued'")),
        _count("inbox_rows").select_from(inbox).where(OPEN_UPDATE),
        _count("inbox_dead").select_from(inbox).where(inbox.c.state == literal_column("'dead'")),
        _count("workers").select_from(workers),
        _count("sources_failing").select_from(sources).where(sources.c.state == "active", sources.c.failures > 0),
    ]
    found = {(name, label): float(number) for name, label, number in await rows(connection, union_all(*counted))}
    states = select(subscribers.c.state, func.count()).group_by(subscribers.c.state)
    return found | {("subscribers", state): float(number) for state, number in await rows(connection, states)}


def _count(name: str) -> Select[*tuple[Any, ...]]:
    return select(literal(name), literal(""), func.count())
