"""Tables of what words and texts mean: what is said of topics, how near texts are, how far the index of the archive is.

    topics, proposals ─▶ the topics in force      what editors say, and what they would say
    keywords                                      the phrases that readers follow, which are tags like the topics
    articles ─▶ filings                           what editors file an article under, over what was found
    articles ─▶ vectors                           what articles say by their meaning
    articles ─▶ sketches                          what the same news from another source is known by
    articles ─▶ fulltext                          what they are found by; `indexing` says how far that is

Another table of words, and not of readers or work, goes here.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
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

topics = Table(
    "topics",
    metadata,
    key("tag", String(64)),  # what editors say of a topic, over what is shipped: the newest version is in force
    Column("version", Integer, primary_key=True, autoincrement=False, server_default="1"),
    Column("names", JSON, nullable=False),  # by language
    Column("words", JSON, nullable=False),  # by language, more words that mean it
    Column("weak", JSON),  # more words that hint at it
    Column("without", JSON),  # shipped words that mean it no longer
    Column("categories", JSON),  # what sites file it under
    Column("actor", String(64), nullable=False, server_default=EMPTY),  # who said it, as the audit has it
    Column("changed_at", UtcDateTime, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    key("id"),  # what an editor would say of a topic: tried on the newest articles, shown, applied
    Column("tag", String(64), nullable=False),
    Column("base", Integer, nullable=False),  # the version that it changes; where another came meanwhile, it is void
    Column("said", JSON, nullable=False),
    Column("chat_id", BigInteger),  # who is told; nobody where it comes from the terminal
    Column("language", String(8), nullable=False, server_default=EMPTY),  # what is spoken there
    Column("state", String(16), nullable=False, server_default="new"),
    Column("created_at", UtcDateTime, nullable=False),
    among("state", "new", "shown", "applied"),  # applied: in force, its articles are yet to be told so
    sqlite_autoincrement=True,  # a button of one that is gone must not decide on another
)

filings = Table(
    "filings",
    metadata,
    # What editors file an article under: the newest version holds; they are only ever added, so their number tells.
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("under", JSON, nullable=False),  # tags that it has
    Column("out", JSON, nullable=False),  # tags that it has not
    Column("actor", String(64), nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
)

vectors = Table(
    "vectors",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("vector", LargeBinary, nullable=False),  # half floats, what the article says by its meaning
    Column("at", UtcDateTime, nullable=False, index=True),
)

keywords = Table(
    "keywords",
    metadata,
    # The tag `k:<id>` is followed, and stands at the articles that have it; so no id is ever given again.
    key("id"),
    Column("phrase", Text, nullable=False, unique=True),  # folded words, as they are looked for
    Column("said", Text, nullable=False),  # as it was written by whoever followed it first
    Column("since", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

sketches = Table(
    "sketches",
    metadata,
    # What an article can be known by among those of its days: digests of words, names and numbers.
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_sketches_article", "article_id"),
    Index("ix_sketches_at", "at"),
    sqlite_with_rowid=False,
)

# How far the index of the archive is: one row, under the desk's lock, none before the first step.
indexing = Table(
    "indexing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("analyser", Text, nullable=False),  # whose tokens are in it
    Column("below", RowId, nullable=False),  # articles from this number on are in it
    CheckConstraint("id = 1", name="single"),
)
