"""Tables of the work itself: the processes that do it, and the pace that Telegram sets them.

Another table of what workers agree on goes here; a change goes with a migration.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, String, Table, Text, text

from db.columns import UtcDateTime, key
from db.tables import metadata

workers = Table(
    "workers",
    metadata,
    key("id", String(32)),  # new at each start
    Column("roles", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
    Column("polls", Boolean, nullable=False, server_default=text("false")),  # it is the one that asks for updates
)

pacing = Table(
    "pacing",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("next_slot_at", UtcDateTime, nullable=False),
    Column("paused_until", UtcDateTime, nullable=False),
    Column("slowed_to", Float, nullable=False, server_default="1"),
    Column("slowed_at", UtcDateTime, nullable=False),
    Column("flood_chat", BigInteger),
    Column("flood_at", UtcDateTime),
    Column("flood_until", UtcDateTime),
    Column("answers_until", UtcDateTime),  # answers to people wait until then
    Column("answer_floods", JSON),  # which chats got a 429 for an answer lately, and when
    Column("halted", Text),
)
