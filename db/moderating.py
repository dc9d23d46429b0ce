"""Tables of the moderators' messages: which cards, counters and lists stand in which chat, and what they show.

None of it is needed to decide: a card is drawn from `db/replying.py`, and whoever loses it gets another. Another table
of what moderators look at goes here; a change goes with a migration.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from db.columns import EMPTY, UtcDateTime, among, key
from db.replying import REPLY_ID
from db.tables import metadata

OPEN_CARD = text("state = 'open' AND kind = 'card'")

cards = Table(
    "cards",
    metadata,
    key("id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False, server_default="0"),
    Column("kind", String(8), nullable=False),
    Column("reply_id", REPLY_ID, ForeignKey("replies.id")),  # none for what is about many
    Column("message_id", BigInteger),  # none until it has arrived
    Column("asks", Text, nullable=False, server_default=EMPTY),  # what it asks; of a list, the replies in it
    Column("shown", Text, nullable=False, server_default=EMPTY),  # the stamp of what it shows
    Column("request", Text),  # the key of the outbox row that is under way about it
    Column("requests", Integer, nullable=False, server_default="0"),  # how many there were
    Column("state", String(8), nullable=False, server_default="open"),
    Column("touched_at", UtcDateTime, nullable=False),  # when somebody last did something with it
    among("state", "open", "closing", "closed", "lost"),
    Index("ix_cards_open", "chat_id", "reply_id", unique=True, postgresql_where=OPEN_CARD, sqlite_where=OPEN_CARD),
    Index("ix_cards_message", "chat_id", "message_id"),
    Index("ix_cards_state", "state", "touched_at"),
)
