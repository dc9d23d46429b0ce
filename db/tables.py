"""What is kept, table by table; a change here goes with a migration in `db/migrations/versions`.

    sources ─▶ articles ─▶ versions          what was read
                  ├─────▶ article_topics     what it is about
                  └─────▶ fulltext           what it is found by
    chats ◀─ subscribers ─▶ schedules        who reads, and when
                  └─────▶ follows            what they asked for, and what they mute
    articles ─▶ pushes ─▶ deliveries         what goes to whom, one row each
    inbox, outbox                            what came from Telegram, what answers it
    desk                                     the one row that orders the newsroom
    staff, audit                             who may do what, and what they and others did, in a chain

What words and texts mean, as editors and machines say, is in `db/meanings.py`; what else is known of sources is in
`db/collecting.py`; in which words articles leave is in `db/showing.py`; what editors send by themselves is in
`db/broadcasting.py`; who works and how fast is in `db/working.py`; readers' replies are in `db/replying.py`, the site's
comments in `db/commenting.py`; what the operator asks for is in `db/operating.py`. States are text, so that a row can
be read by a person. Times are aware UTC. No name of a reader is kept anywhere, but for the pen names that authors of
replies choose.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import JSON

from db.columns import EMPTY, ReasonText, RowId, UtcDateTime, among, key
from newsroom.outcomes import DeliveryState
from newsroom.pushes import PushState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    key("id"),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False, server_default=EMPTY),
    Column("state", String(16), nullable=False, server_default="active"),
    Column("due_at", UtcDateTime, nullable=False),  # the next poll
    Column("worker_id", String(32)),  # who polls it now
    Column("etag", Text),
    Column("last_modified", Text),
    Column("since", Text),  # what is asked for is newer, where its kind knows that
    Column("first_contact_at", UtcDateTime),  # when it first held something: that is archive
    Column("polled_at", UtcDateTime),
    Column("changed_at", UtcDateTime),  # when it last had something new
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("last_error", ReasonText, nullable=False, server_default=EMPTY),
    Column("ailing_since", UtcDateTime),  # when editors were told that it fails
    Column("added_at", UtcDateTime, nullable=False),
    Column("seen", LargeBinary),  # the digest of each item as it stood at the last poll (`newsroom/seen.py`)
    Column("gate", String(8), nullable=False, server_default="auto"),  # held: an editor approves what is new
    Column("topics", JSON),  # tags that whatever it brings has
    Column("quiet", Integer, nullable=False, server_default="0"),  # seconds that what is new waits for more
    Column("language", String(8), nullable=False, server_default=EMPTY),  # of its texts; empty: each is looked at
    Column("label", Text, nullable=False, server_default=EMPTY),  # what editors say of it, beside its name
    Column("full_text", Boolean),  # whether readers get it whole; none: as far as it is the site's own
    Column("withdrawals", String(8), nullable=False, server_default="ask"),  # what is done when it takes one back
    Column("ttl", Integer, nullable=False, server_default="0"),  # seconds for which it says that nothing new comes
    Column("pages", JSON),  # guids of articles whose pages are still to be read, with the tries that are left
    among("state", "active", "paused", "gone"),
    among("gate", "auto", "held"),
    among("withdrawals", "ask", "follow"),
    Index("ix_sources_due", "due_at", postgresql_where=text("state = 'active'"), sqlite_where=text("state = 'active'")),
)

HELD = text("gate = 'held'")

articles = Table(
    "articles",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),  # what people see: from 1, under the desk's lock
    Column("story_id", RowId, ForeignKey("articles.id"), nullable=False),  # the first article of its story
    Column("source_id", RowId, ForeignKey("sources.id"), nullable=False),
    Column("guid", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("content_hash", String(32), nullable=False),  # of the newest version that its source told
    Column("language", String(8), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # the newest that was let through
    Column("published_at", UtcDateTime),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("appeared_at", UtcDateTime, nullable=False),  # when it was published, or seen where nobody says
    Column("archived", Boolean, nullable=False),  # was there before us, or too old to be told
    Column("retracted", Text),  # why, when an editor has taken it back
    Column("corrected_at", UtcDateTime),  # when it was last made to say something else
    Column("gate", String(8)),  # waits for an editor's yes, or has got a no; none for what readers may see
    Column("withdrawn_at", UtcDateTime),  # when its source was seen to have taken it back
    among("gate", "held", "refused"),
    UniqueConstraint("source_id", "guid"),
    Index("ix_articles_canonical_url", "canonical_url"),
    Index("ix_articles_content_hash", "content_hash"),
    Index("ix_articles_story", "story_id"),
    Index("ix_articles_appeared", "appeared_at"),
    Index("ix_articles_held", "id", postgresql_where=HELD, sqlite_where=HELD),
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("categories", JSON),  # as its source files it; nothing where that was not kept yet
    Column("author", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("modified_at", UtcDateTime),  # when its source says that it changed after it was published
    Column("seen_at", UtcDateTime, nullable=False),
    Column("gate", String(8)),  # beyond the newest that readers see: waits for an editor's yes, or has got a no
    among("gate", "held", "refused"),
    Index("ix_versions_held", "article_id", "version", postgresql_where=HELD, sqlite_where=HELD),
)

TOPICAL = text("rank >= 0")

article_topics = Table(
    "article_topics",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("appeared_at", UtcDateTime, nullable=False),  # as the article's, so that the newest of a topic are a range
    Column("rank", Integer, nullable=False),  # 0 for what the article is most about; below 0 for a keyword: no topic
    Column("why", JSON, nullable=False),  # words, places and weights, for people who ask
    Index("ix_article_topics_article", "article_id"),
    Index("ix_article_topics_newest", "tag", "appeared_at", "article_id"),
    # Of topics alone, for an article may have hundreds of keywords; with the rank, or SQLite would read each row too.
    Index("ix_article_topics_lately", "appeared_at", "tag", "rank", postgresql_where=TOPICAL, sqlite_where=TOPICAL),
)


def is_drawn(name: str | None, kind: str, _parents: Any) -> bool:
    """Tell whether something in a database is drawn here, as Alembic asks.

    The index of the archive is not: it is another thing on each engine, and SQLite keeps tables of its own for it
    (db/store/search.py).
    """
    return kind != "table" or not (name or "").startswith("fulltext")


chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False, server_default="active"),
    Column("reason", Text, nullable=False, server_default=EMPTY),  # why it is suspended
    Column("left_at", UtcDateTime),  # since when it is, or was the last time
    Column("alive_at", UtcDateTime, nullable=False),  # the last sign of life
    Column("free_at", UtcDateTime, nullable=False),  # when the next message to it may leave
    Column("held_until", UtcDateTime),  # a request to it is under way, until then at the latest
    among("kind", "private", "group", "supergroup", "channel"),
    UniqueConstraint("id", "state"),  # what `subscribers` repeats of it
    among("state", "active", "suspended"),
    postgresql_with={"fillfactor": 70},  # every message changes its chat twice, on the same page and in no index
)

schedules = Table(
    "schedules",
    metadata,
    key("id"),  # interned: readers who are reached alike share a row, so their next time is reckoned once
    Column("rhythm", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("hour", Integer, nullable=False, server_default="10"),  # of a day's or a week's digest
    Column("weekday", Integer, nullable=False, server_default="4"),  # of a week's digest; Monday is 0
    Column("quiet_from", Integer, nullable=False, server_default="0"),  # hours; equal ones are no quiet
    Column("quiet_to", Integer, nullable=False, server_default="0"),
    Column("wakes", Boolean, nullable=False, server_default=text("false")),  # breaking news come in quiet hours too
    UniqueConstraint(
        "rhythm", "zone", "silent", "hour", "weekday", "quiet_from", "quiet_to", "wakes", name="uq_schedules_way"
    ),
    among("rhythm", "instant", "hourly", "daily", "weekly"),
)

subscribers = Table(
    "subscribers",
    metadata,
    key("id"),
    Column("chat_id", BigInteger, nullable=False),
    # The state of the chat, kept equal by the database itself: planning a push reads no chat.
    Column("chat_state", String(16), nullable=False, server_default="active"),
    Column("thread_id", BigInteger, nullable=False, server_default="0"),  # the forum topic, 0 for none
    Column("schedule_id", RowId, ForeignKey("schedules.id"), nullable=False),
    Column("state", String(16), nullable=False, server_default="active"),
    Column("reason", Text, nullable=False, server_default=EMPTY),  # why it is suspended
    Column("left_at", UtcDateTime),  # when it was stopped last
    Column("language", String(8), nullable=False),
    Column("digits", String(8), nullable=False, server_default="latn"),  # of the interface, by their name in CLDR
    Column("paused_until", UtcDateTime),  # what falls due before waits until then
    Column("reads", Integer, nullable=False, server_default="31"),  # languages of articles: `newsroom/readers.py`
    Column("announcements", Boolean, nullable=False, server_default=text("true")),  # wants what editors send themselves
    Column("since", UtcDateTime, nullable=False),
    UniqueConstraint("chat_id", "thread_id"),
    ForeignKeyConstraint(["chat_id", "chat_state"], ["chats.id", "chats.state"], onupdate="CASCADE"),
    among("state", "active", "stopped", "suspended"),
    among("digits", "latn", "arab"),
    Index("ix_subscribers_state", "state"),
)

follows = Table(
    "follows",
    metadata,
    Column("subscriber_id", RowId, ForeignKey("subscribers.id"), primary_key=True, autoincrement=False),
    Column("tag", String(64), primary_key=True),
    Column("muted", Boolean, nullable=False),  # a mute wins over every follow
    Index("ix_follows_audience", "tag", "muted", "subscriber_id"),
    sqlite_with_rowid=False,
)

prompts = Table(
    "prompts",
    metadata,
    Column("chat_id", BigInteger, ForeignKey("chats.id"), primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("command", String(32), nullable=False),  # what the next message answers
    Column("until", UtcDateTime, nullable=False),
)

WORK_STATES = [str(state) for state in DeliveryState]
DOUBTFUL = text("doubts > 0")
QUEUED, SENDING, SENT = text("state = 'queued'"), text("state = 'sending'"), text("state = 'sent'")


def life() -> list[Column[Any]]:
    """Answer the columns that every row of work lives by."""
    return [
        Column("state", String(16), nullable=False, server_default="queued"),
        Column("due_at", UtcDateTime, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("doubts", Integer, nullable=False, server_default="0"),  # times nobody could tell; they stay on record
        Column("worker_id", String(32)),  # who has it, or had it last
        Column("claimed_at", UtcDateTime),
        Column("settled_at", UtcDateTime),
        Column("message_id", BigInteger),
        Column("reason", Text, nullable=False, server_default=EMPTY),
    ]


RUNNING, TO_EDIT = text("state = 'running'"), text("edits_at IS NOT NULL")

pushes = Table(
    "pushes",
    metadata,
    key("id"),
    Column("story_id", RowId, ForeignKey("articles.id"), unique=True),  # none for what editors send by themselves
    Column("lane", Integer, nullable=False),
    Column("state", String(16), nullable=False, server_default="running"),
    Column("due_at", UtcDateTime, nullable=False),  # when it is to be looked at next
    Column("cursor", RowId, nullable=False, server_default="0"),  # planned up to this subscriber
    Column("upper", RowId, nullable=False, server_default="0"),  # who joined later is not in it
    Column("wanted", Integer, nullable=False, server_default="1"),  # what shows an older version is to be edited
    Column("edits_at", UtcDateTime),  # when its edits are to be looked at next; none where nothing is to be edited
    Column("at_most_once", Boolean, nullable=False, server_default=text("false")),  # what is in doubt is left so
    Column("gone_expected", Boolean, nullable=False, server_default=text("false")),  # a person said: many are gone
    Column("reason", Text, nullable=False, server_default=EMPTY),  # why it was paused, where no person did it
    Column("planned_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("counts", JSON),  # rows by state, when the rows themselves are forgotten
    among("state", *map(str, PushState)),
    Index("ix_pushes_running", "lane", postgresql_where=RUNNING, sqlite_where=RUNNING),
    Index("ix_pushes_edits", "edits_at", postgresql_where=TO_EDIT, sqlite_where=TO_EDIT),
)

# Written by the hundred thousand from its very parents, so nothing is looked up a second time: no key into `pushes` or
# `subscribers` is a foreign one, and no index goes by subscriber. Who forgets a subscriber forgets its rows.
deliveries = Table(
    "deliveries",
    metadata,
    Column("push_id", RowId, primary_key=True, autoincrement=False),
    Column("subscriber_id", RowId, primary_key=True, autoincrement=False),
    *life(),
    Column("article_id", RowId),  # what it shows
    Column("version", Integer),
    Column("digest_id", RowId),  # of the set of articles that its message brings, where that is not one
    Column("album", JSON),  # the messages beside the first, where it came as several
    among("state", *WORK_STATES),
    Index("ix_deliveries_queued", "push_id", "due_at", postgresql_where=QUEUED, sqlite_where=QUEUED),
    Index("ix_deliveries_sending", "worker_id", postgresql_where=SENDING, sqlite_where=SENDING),
    Index("ix_deliveries_shown", "push_id", "version", postgresql_where=SENT, sqlite_where=SENT),
    Index("ix_deliveries_doubtful", "state", postgresql_where=DOUBTFUL, sqlite_where=DOUBTFUL),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    key("id"),
    Column("dedup_key", Text, nullable=False, unique=True),  # asking twice writes once
    Column("chat_id", BigInteger),  # none for what is addressed otherwise
    Column("lane", Integer, nullable=False),
    Column("method", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),  # JSON without the chat id; emptied when it is settled
    Column("expires_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("at_most_once", Boolean, nullable=False, server_default=text("false")),  # what is in doubt is left so
    *life(),
    among("state", *WORK_STATES),
    Index("ix_outbox_settled", "settled_at"),
    Index("ix_outbox_chat", "chat_id"),
    Index("ix_outbox_queued", "lane", "due_at", postgresql_where=QUEUED, sqlite_where=QUEUED),
    Index("ix_outbox_sending", "worker_id", postgresql_where=SENDING, sqlite_where=SENDING),
)

OPEN_UPDATE = text("state IN ('new', 'working')")
NEW, WORKING, DEAD = text("state = 'new'"), text("state = 'working'"), text("state = 'dead'")

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's
    Column("chat_id", BigInteger, nullable=False),  # whose order it keeps: the chat's, or the person's
    Column("state", String(16), nullable=False, server_default="new"),
    Column("payload", LargeBinary),  # the raw update, until it is handled
    Column("received_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("worker_id", String(32)),
    Column("reason", Text, nullable=False, server_default=EMPTY),
    among("state", "new", "working", "handled", "dead"),
    Index("ix_inbox_open", "chat_id", "update_id", postgresql_where=OPEN_UPDATE, sqlite_where=OPEN_UPDATE),
    Index("ix_inbox_new", "update_id", postgresql_where=NEW, sqlite_where=NEW),
    Index("ix_inbox_working", "update_id", postgresql_where=WORKING, sqlite_where=WORKING),
    Index("ix_inbox_dead", "update_id", postgresql_where=DEAD, sqlite_where=DEAD),
    Index("ix_inbox_received", "received_at"),
)

desk = Table(
    "desk",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("articles", RowId, nullable=False),  # how many have a number
    CheckConstraint("id = 1", name="single"),
)

staff = Table(
    "staff",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(16), primary_key=True),
    Column("granted_at", UtcDateTime, nullable=False),
)

OF_REPLY = text("reply_id IS NOT NULL")

audit = Table(
    "audit",
    metadata,
    key("id"),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),  # a staff member's id, or `cli`, `author`, `clock` …
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=EMPTY),
    # A deed on a reply: which, and the version that it made; from which state to which, on which revision, and why.
    Column("reply_id", String(12)),
    Column("version", Integer),
    Column("revision", Integer),
    *(Column(name, String(16)) for name in ("was", "became", "code")),
    # The chain (`db/store/audit.py`); lines that are older than it have none. Triggers refuse every other change.
    Column("salt", String(32)),
    *(Column(name, String(64)) for name in ("seal", "previous", "hash")),
    Index("ix_audit_reply", "reply_id", "version", unique=True),
    Index("ix_audit_hash", "hash"),
    Index("ix_audit_deeds", "at", postgresql_where=OF_REPLY, sqlite_where=OF_REPLY),
)
