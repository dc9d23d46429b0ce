"""Tables of what readers say on the site itself, read back from there.

    articles ─▶ threads     where an article is on the site, and when it is asked for its comments
        └─────▶ comments    what stands there in public; of ours that came back, the number alone

What goes the other way is a row of `publications` (`db/replying.py`). Another table of what the site's readers say goes
here; a change goes with a migration.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, false, text

from db.columns import EMPTY, RowId, UtcDateTime
from db.tables import metadata

ASKED = text("due_at IS NOT NULL")

threads = Table(
    "threads",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("post_id", BigInteger),  # as the site numbers it; none until it has said so
    Column("due_at", UtcDateTime),  # none for what is not on the site
    Column("asked_at", UtcDateTime),  # when it last answered
    Column("whole_at", UtcDateTime),  # when it last told all, for where that takes many pages
    Column("newest_at", UtcDateTime),  # when the newest comment was written
    Column("pages", Integer, nullable=False, server_default="0"),  # that all takes
    Column("etag", Text),
    Column("last_modified", Text),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Index("ix_threads_due", "due_at", postgresql_where=ASKED, sqlite_where=ASKED),
)

comments = Table(
    "comments",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("remote_id", BigInteger, primary_key=True, autoincrement=False),
    Column("parent_id", BigInteger),  # the comment that it answers, by its number there
    Column("name", Text, nullable=False, server_default=EMPTY),  # as it is signed there
    Column("text", Text, nullable=False, server_default=EMPTY),
    Column("said_at", UtcDateTime, nullable=False),
    Column("ours", Boolean, nullable=False, server_default=false()),  # is, or was, the copy of a reply of ours
)
