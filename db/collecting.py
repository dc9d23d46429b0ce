"""Tables of collecting, beside `sources` itself.

    sources ─▶ hubs       who tells when there is more, and how far that is agreed
    probes                what editors ask of an address that is no source yet, or of a file that they sent
    errands               what an editor has begun about one article: a page that is to be read, or a yes to be given
    watches               the cards of articles that are on their way, in editors' chats

Another table of how sources are found and read goes here; a change goes with a migration.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from db.columns import EMPTY, RowId, UtcDateTime, among, key
from db.tables import metadata

probes = Table(
    "probes",
    metadata,
    key("id"),  # an editor asks what would be read at an address, and may want it collected
    Column("kind", String(16), nullable=False, server_default="address"),  # or what the file that he sent is
    Column("url", Text, nullable=False),  # of a file, what Telegram knows it by
    Column("adds", Boolean, nullable=False),
    Column("chat_id", BigInteger, nullable=False),  # who is told
    Column("language", String(8), nullable=False),  # what is spoken there
    Column("actor", String(64), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

errands = Table(
    "errands",
    metadata,
    key("id"),  # what an editor has begun about an article
    Column("deed", String(16), nullable=False),
    Column("article_id", RowId, ForeignKey("articles.id")),  # none for a page that is no article yet
    Column("said", Text, nullable=False),  # the address of the page; or the reason why an article is taken back
    Column("chat_id", BigInteger, nullable=False),  # who is told
    Column("language", String(8), nullable=False),  # what is spoken there
    Column("actor", String(64), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),  # when its page is to be read; none for what waits for its editor
    among("deed", "publish", "reread", "retract"),
    sqlite_autoincrement=True,
)

watches = Table(
    "watches",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),  # the card, which is drawn anew by itself for a while
    Column("shown", Text, nullable=False),  # a stamp of what it shows
    Column("begun_at", UtcDateTime, nullable=False),
    Column("drawn_at", UtcDateTime, nullable=False),
)

hubs = Table(
    "hubs",
    metadata,
    # Who tells when a source has something new (WebSub), and how far that is agreed.
    Column("source_id", RowId, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),  # what the source calls itself there
    Column("token", String(64), nullable=False, unique=True),  # the end of the address that the hub calls
    Column("secret", String(64), nullable=False),  # signs what it says there
    Column("state", String(16), nullable=False, server_default="new"),
    Column("due_at", UtcDateTime, nullable=False),  # when it is asked next
    Column("until", UtcDateTime),  # how long it tells, when it has verified; it is live when it has also told
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("last_error", Text, nullable=False, server_default=EMPTY),
    among("state", "new", "asked", "live", "refused"),
    Index("ix_hubs_due", "due_at"),
)
