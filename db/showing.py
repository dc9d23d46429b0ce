"""Tables of how articles are shown when they leave.

    pushes ─▶ renderings       in which wordings, and whether Telegram takes them
    deliveries ─▶ digests      which articles came together in one message
                    └▶ quotes  which replies to them it brings
    copies                     where the posts of channels are discussed
    openings                   how often an article was opened on a day, by nobody knows whom

Another table of what messages are made of goes here; a change goes with a migration.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from db.columns import EMPTY, RowId, UtcDateTime, among, key
from db.tables import metadata

renderings = Table(
    "renderings",
    metadata,
    Column("push_id", RowId, ForeignKey("pushes.id"), primary_key=True, autoincrement=False),
    Column("language", String(8), primary_key=True),
    Column("public", Boolean, primary_key=True),
    Column("state", String(16), nullable=False, server_default="trial"),
    Column("at", UtcDateTime, nullable=False),  # since when; of a trial, when its row was claimed
    Column("reason", Text, nullable=False, server_default=EMPTY),  # why Telegram refuses it
    Column("body", LargeBinary),  # what was refused first, until editors are told of it; empty from then on
    among("state", "trial", "refused", "proven", "stopped"),
)

digests = Table(
    "digests",
    metadata,
    key("id"),  # interned: readers who get the same articles at once share a row, and its rendering
    Column("hash", String(32), nullable=False, unique=True),  # of the stories
    Column("stories", JSON, nullable=False),  # their numbers, in order
    Column("made_at", UtcDateTime, nullable=False),
    Column("refused", Text, nullable=False, server_default=EMPTY),  # the looks in which Telegram refuses its message
    Index("ix_digests_made_at", "made_at"),
)

quotes = Table(
    "quotes",
    metadata,
    Column("digest_id", RowId, ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reply_id", String(12), primary_key=True),
    Index("ix_quotes_reply", "reply_id"),
)

copies = Table(
    "copies",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),  # the message there
    Column("chat_id", BigInteger, nullable=False),  # the group in which it is discussed
    Column("message_id", BigInteger, nullable=False),  # what Telegram put there, which comments answer
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_copies_seen_at", "seen_at"),
)

openings = Table(
    "openings",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),  # as 2026-11-24, of the newsroom's zone
    Column("times", Integer, nullable=False),
    Index("ix_openings_day", "day"),
)
