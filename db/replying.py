"""Tables of readers' replies, and of what is kept on those who write them.

    articles ─▶ replies ─▶ revisions ─▶ votes      what was written, and who of the moderators was for it
                  ├──────▶ publications            where it is, or is to be, public
                  ├──────▶ tidings                 which followers are told of it, in which message
                  ├──────▶ notices                 what its author is to be told
                  └──────▶ reports                 which readers reported it
    authors ─▶ author_chats, pens                  who writes: a key; where he is reached, sealed; his own names
       └─────▶ discussions                         whose articles' replies he follows, or wants to hear nothing of
    waves                                          many that came at once, set apart together
    bans                                           who may not write, by key: they outlive all else
    closings, blocked_words                        what takes no replies; words that moderators are pointed to
    learnt                                         what was learnt of decisions, by which the queue is ordered
    seals                                          by which secret keys are made and chats sealed

What was done with a reply is on the audit (`db/tables.py`). An author is known by a key that only the secret makes
(`db/vault.py`): no table says who he is. Another table of replies goes here; a change goes with a migration.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.columns import EMPTY, RowId, UtcDateTime, among, key
from db.tables import metadata
from newsroom.replies import State

REPLY_ID, AUTHOR_KEY = String(12), String(32)
DUE = text("due_at IS NOT NULL")
QUEUED, SENDING, DOUBTFUL = (text(f"state = '{state}'") for state in ("queued", "sending", "uncertain"))
UNDER_WAY = text("request IS NOT NULL")
IN_WAVE = text("wave_id IS NOT NULL")

authors = Table(
    "authors",
    metadata,
    key("key", AUTHOR_KEY),
    Column("pen_number", Integer, nullable=False, unique=True),
    Column("pen", Text, nullable=False, server_default=EMPTY),  # his own name, which he signs by now; one of `pens`
    Column("trust", Integer, nullable=False, server_default="0"),
    Column("since", UtcDateTime, nullable=False),
)

author_chats = Table(
    "author_chats",
    metadata,
    Column("author_key", AUTHOR_KEY, ForeignKey("authors.key"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the chat's id; needed for notices, and for nothing else
)

pens = Table(
    "pens",
    metadata,
    key("folded", String(64)),
    Column("author_key", AUTHOR_KEY, ForeignKey("authors.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    Index("ix_pens_author", "author_key"),
)

bans = Table(
    "bans",
    metadata,
    key("author_key", AUTHOR_KEY),  # no foreign key: who is forgotten stays banned until it ends
    Column("until", UtcDateTime, nullable=False),
    Column("code", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("appealed_at", UtcDateTime),
    Column("kept_at", UtcDateTime),  # when a moderator had looked at the appeal and let it stand
    Column("tells", String(8)),  # what its author is to be told of it (`newsroom/bans.py`); none: nothing
    Column("tell_at", UtcDateTime),
)

closings = Table(
    "closings",
    metadata,
    key("mark", String(64)),  # the tag of a topic, or an article's number after a sign
    Column("closed_at", UtcDateTime, nullable=False),
)

blocked_words = Table(
    "blocked_words",
    metadata,
    key("folded", String(64)),
    Column("said", Text, nullable=False),
    Column("blocked_at", UtcDateTime, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    key("id", REPLY_ID),  # drawn, and says nothing
    Column("article_id", RowId, ForeignKey("articles.id"), nullable=False),
    Column("parent_id", REPLY_ID, ForeignKey("replies.id")),  # the reply that it answers
    Column("author_key", AUTHOR_KEY, ForeignKey("authors.key")),
    Column("source", String(32), unique=True),  # HMAC of the chat and the message that it was written in
    Column("language", String(8), nullable=False),
    Column("state", String(16), nullable=False, server_default="draft"),
    Column("since", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("revisions", Integer, nullable=False, server_default="1"),
    Column("public_revision", Integer),
    Column("proposed_revision", Integer),
    Column("claimed_by", String(64)),
    Column("claimed_until", UtcDateTime),
    Column("decided_by", String(64)),
    Column("rejected_by", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("published_at", UtcDateTime),
    Column("appealed_at", UtcDateTime),
    Column("hidden_at", UtcDateTime),
    Column("nudges", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime),
    Column("flags", JSON),  # what the screen saw, each with why
    Column("score", Float, nullable=False, server_default="0"),  # the more, the more it looks like spam
    Column("consent", String(32)),  # the version of the text that was agreed to
    Column("consent_at", UtcDateTime),
    Column("destinations", JSON),  # where it may be public by that consent: pairs of kind and target
    Column("wave_id", BigInteger),  # with which it was set apart; no foreign key: waves are forgotten sooner
    among("state", *(str(state) for state in sorted(State, key=lambda state: state is not State.PUBLISHED))),
    Index("ix_replies_article", "article_id", "state"),
    Index("ix_replies_author", "author_key"),
    Index("ix_replies_parent", "parent_id"),
    Index("ix_replies_state", "state", "submitted_at"),
    Index("ix_replies_due", "due_at", postgresql_where=DUE, sqlite_where=DUE),
    Index("ix_replies_submitted", "submitted_at"),
    Index("ix_replies_wave", "wave_id", "state", postgresql_where=IN_WAVE, sqlite_where=IN_WAVE),
)

waves = Table(
    "waves",
    metadata,
    key("id"),
    Column("kind", String(8), nullable=False),  # what makes it one (`newsroom/waves.py`)
    Column("since", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),  # when something of it came last, or was decided
    Column("welcome", Integer, nullable=False, server_default="0"),  # 1: moderators let it into the queue
    Column("verdict", String(8)),  # what is to be done with each of it
    Column("decided_by", String(64)),
    Column("upto", UtcDateTime),  # with what was set apart by then, for that was seen
    Column("due_at", UtcDateTime),  # when it will be done
)

revisions = Table(
    "revisions",
    metadata,
    Column("reply_id", REPLY_ID, ForeignKey("replies.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),  # what it is found by
    Column("hash", String(32), nullable=False),  # of its words, so that the same again is known
    Column("signed", Text, nullable=False, server_default=EMPTY),  # by this name of his own, or by the pen's number
    Column(
        "photo", Text, nullable=False, server_default=EMPTY
    ),  # the file beside it, as Telegram knows it for this bot
    Column("made_by", String(64), nullable=False),  # `author`, or a moderator's id
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_revisions_hash", "hash"),
)

votes = Table(
    "votes",
    metadata,
    Column("reply_id", REPLY_ID, ForeignKey("replies.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("actor", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    key("id"),
    Column("reply_id", REPLY_ID, ForeignKey("replies.id"), nullable=False),
    Column("destination", String(16), nullable=False),  # as `newsroom/sharing.py` has them
    Column("target", Text, nullable=False, server_default=EMPTY),  # the channel's id, the site's address
    Column("wanted", Integer),  # the revision that is to be there; none: nothing is
    Column("shown", Integer),  # the one that is
    Column("sending", Integer),  # the one on its way
    Column("state", String(16), nullable=False, server_default="queued"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("worker_id", String(32)),
    Column("started_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("message_id", BigInteger),  # in the channel
    Column("remote_id", Text),  # on the site
    Column("reason", Text, nullable=False, server_default=EMPTY),
    UniqueConstraint("reply_id", "destination", "target"),
    among("state", "settled", "queued", "sending", "uncertain", "failed"),
    Index("ix_publications_due", "due_at", postgresql_where=QUEUED, sqlite_where=QUEUED),
    Index("ix_publications_sending", "destination", postgresql_where=SENDING, sqlite_where=SENDING),
    Index("ix_publications_doubtful", "due_at", postgresql_where=DOUBTFUL, sqlite_where=DOUBTFUL),
)

notices = Table(
    "notices",
    metadata,
    Column("reply_id", REPLY_ID, ForeignKey("replies.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),  # of the deed that it tells of
    Column("what", String(16), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Index("ix_notices_due", "due_at", postgresql_where=text("told_at IS NULL"), sqlite_where=text("told_at IS NULL")),
)

discussions = Table(
    "discussions",
    metadata,
    Column("article_id", RowId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("author_key", AUTHOR_KEY, ForeignKey("authors.key"), primary_key=True),  # a chat here would tell who answers
    Column("muted", Boolean, nullable=False),
    Index("ix_discussions_author", "author_key"),
)

tidings = Table(
    "tidings",
    metadata,
    Column("reply_id", REPLY_ID, ForeignKey("replies.id"), primary_key=True),
    Column("author_key", AUTHOR_KEY, ForeignKey("authors.key"), primary_key=True),  # who is told
    Column("article_id", RowId, nullable=False),
    Column("answers", Boolean, nullable=False),  # it answers one of his own
    Column("due_at", UtcDateTime),  # when he is to be told, or his message to be changed; none when all is said
    Column("told_at", UtcDateTime),  # when he was first
    Column("message_id", BigInteger),  # which tells him, perhaps of others too
    Column("shown", Integer),  # the revision that it shows
    Column("sending", Integer),  # the one on its way
    Column("request", Text),  # the outbox row that is under way, whose chat stands in its text alone
    Index("ix_tidings_due", "due_at", postgresql_where=DUE, sqlite_where=DUE),
    Index("ix_tidings_request", "request", postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
    Index("ix_tidings_author", "author_key", "article_id"),
)

reports = Table(
    "reports",
    metadata,
    Column("reply_id", REPLY_ID, ForeignKey("replies.id"), primary_key=True),
    Column("author_key", AUTHOR_KEY, primary_key=True),  # the reader who reports it, as an author
    Column("counts", Integer, nullable=False),  # 1 for a reader of a week and more, otherwise 0
    Column("at", UtcDateTime, nullable=False),
    Index("ix_reports_author", "author_key"),
)

learnt = Table(
    "learnt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # one more with each change
    Column("at", UtcDateTime, nullable=False),  # when it was trained, or would have been
    Column("upto", BigInteger, nullable=False),  # the newest line of the audit that it knows
    Column("decisions", Integer, nullable=False),  # that it was trained with; 0: it knows nothing
    Column("is_own", Integer, nullable=False),  # 0: brought from another newsroom
    Column("model", LargeBinary, nullable=False),  # `Model.dump` (`newsroom/scoring.py`); no text is in it
    CheckConstraint("id = 1", name="single"),
)

seals = Table(
    "seals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(64), nullable=False),  # of the secret
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
