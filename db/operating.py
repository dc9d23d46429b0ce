"""Tables of the operator: what is wrong, which backups and figures are asked for, who is erased, who is invited.

And what was chosen in the running bot, with the checklists of those who set it up.

Another table of what keeps the program itself well goes here; a change goes with a migration.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, Text

from db.columns import EMPTY, UtcDateTime, key
from db.tables import metadata

wishes = Table(
    "wishes",
    metadata,
    key("id"),
    Column("chat_id", BigInteger, nullable=False),  # who asks, and is told
    Column("language", String(8), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("what", String(16), nullable=False, server_default="backup"),  # or the days of which figures are wanted
    Column("message_id", BigInteger),  # the one that is to show them; none for a new one
    sqlite_autoincrement=True,
)

erasures = Table(
    "erasures",
    metadata,
    key("key", String(64)),  # of whoever asked to be forgotten, as an author; the number itself is gone
    Column("at", UtcDateTime, nullable=False),
    Index("ix_erasures_at", "at"),
)

findings = Table(
    "findings",
    metadata,
    key("key", Text),  # what is wrong, and of what
    Column("name", String(32), nullable=False),
    Column("level", Integer, nullable=False),
    Column("told", JSON, nullable=False),  # the values of its text
    Column("since", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    key("hash", String(64)),  # of what the one-time link ends with
    Column("role", String(16), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False, server_default=EMPTY),  # who made it; nobody: the start printed it
)

choices = Table(
    "choices",
    metadata,
    key("name", String(32)),  # what is chosen: `desk`, where moderators sit together
    Column("chat_id", BigInteger, nullable=False),  # 0 for none: each sits alone
    Column("thread_id", BigInteger, nullable=False, server_default="0"),
)

checklists = Table(
    "checklists",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),  # of whoever sets the bot up
    Column("message_id", BigInteger),  # none until it has arrived
    Column("request", Text, nullable=False),  # the key of the outbox row about it, the newest
    Column("shown", Text, nullable=False, server_default=EMPTY),  # what tells whether it shows how things stand
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("tested_at", UtcDateTime),  # when the test article was sent, if it was
)
