"""Tables of what editors send by themselves.

    broadcasts ─▶ pushes            what is sent, to whom and how; its deliveries are rows of its push
        └───────▶ broadcast_cards   the one message in each editor's chat that shows how it stands

Another table of broadcasts goes here; a change goes with a migration.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.types import JSON

from db.columns import EMPTY, RowId, UtcDateTime, among, key
from db.tables import metadata
from newsroom.broadcasts import State

broadcasts = Table(
    "broadcasts",
    metadata,
    key("id"),
    Column("state", String(16), nullable=False, server_default="draft"),
    Column("version", Integer, nullable=False, server_default="1"),  # a press on an older card only draws it anew
    Column("actor", String(64), nullable=False),  # who made it
    Column("contents", JSON, nullable=False),  # requests of the Bot API, by language
    Column("mark", String(32), nullable=False),  # of what it says, by which the same is found
    Column("crowd", JSON, nullable=False),
    Column("manner", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),  # when it leaves; none for at once
    Column("asked_by", String(64), nullable=False, server_default=EMPTY),  # who asks for a second editor's yes
    Column("expected", Integer, nullable=False, server_default="0"),  # readers, when it was started
    Column("push_id", RowId, ForeignKey("pushes.id"), unique=True),
    Column("started_at", UtcDateTime),
    Column("deeds", JSON),  # what is done, one after the other, to each message that was sent
    among("state", *map(str, State)),
    Index("ix_broadcasts_state", "state"),
    Index("ix_broadcasts_mark", "mark"),
)

broadcast_cards = Table(
    "broadcast_cards",
    metadata,
    Column("broadcast_id", RowId, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger),
    Column("request", Text),  # the key of the outbox row that is under way about it
    Column("requests", Integer, nullable=False, server_default="0"),  # how many there were
    Column("shown", Text, nullable=False, server_default=EMPTY),  # a stamp of what it shows
    Column("drawn_at", UtcDateTime, nullable=False),
)
