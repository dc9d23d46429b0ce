"""What the operator says of topics, over what is shipped: other names, more words, whole subjects."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.store import rows
from db.tables import topics
from newsroom.taxonomy import Names, Words

Change = tuple[str, Names, Words]


async def put(
    connection: AsyncConnection, tag: str, names: Names, words: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """Say something of a topic, instead of what was said before."""
    await connection.execute(delete(topics).where(topics.c.tag == tag))
    row = {"tag": tag, "names": dict(names), "words": {key: list(value) for key, value in words.items()}}
    await connection.execute(insert(topics).values(row, changed_at=now))


async def list_all(connection: AsyncConnection) -> list[Change]:
    """Answer everything that is said."""
    return [
        (row.tag, row.names, {key: tuple(value) for key, value in row.words.items()})
        for row in await rows(connection, select(topics).order_by(topics.c.tag))
    ]
