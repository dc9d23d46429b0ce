"""Readers' replies, those who write them, and the audit as a chain that only grows.

Locks on PostgreSQL: `audit`, exclusively, while its index is made; all other tables are new. Lines of the audit that
are there stay outside the chain. A migration that writes `audit` anew on SQLite has to make the triggers again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REPLY_ID, KEY = sa.String(length=12), sa.String(length=32)
STATES = [
    "published",
    "draft",
    "submitted",
    "quarantined",
    "pending",
    "appealed",
    "returned",
    "approved",
    "publishing",
    "failed",
    "rejected",
    "spam",
    "withdrawn",
    "expired",
    "removing",
    "removed",
    "erased",
]
PUBLICATION_STATES = ("settled", "queued", "sending", "uncertain", "failed")
CHAIN = (
    ("reply_id", 12), ("version", 0), ("revision", 0), ("was", 16), ("became", 16), ("code", 16),
    ("salt", 32), ("seal", 64), ("previous", 64), ("hash", 64),
)  # fmt: skip
KEPT = ("id", "at", "action", "reply_id", "version", "revision", "was", "became", "code", "seal", "previous", "hash")
# What /forget may take out of a line: who, whom, and what was said; the rest is as it was written.
ERASABLE = (("actor", "'erased'"), ("subject", "'erased'"), ("detail", "''"), ("salt", "''"))
REFUSED = "the audit only grows"


def upgrade() -> None:
    """Go to this schema."""
    make_people()
    make_replies()
    make_work()
    for name, length in CHAIN:
        op.add_column("audit", sa.Column(name, sa.String(length=length) if length else sa.Integer(), nullable=True))
    op.create_index("ix_audit_reply", "audit", ["reply_id", "version"], unique=True)
    op.create_index("ix_audit_hash", "audit", ["hash"])
    make_triggers()


def time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """Answer a column of moments."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def words(name: str, default: str | None = None, length: int = 0) -> sa.Column[object]:
    """Answer a column of text that is never without."""
    kind = sa.String(length=length) if length else sa.Text()
    return sa.Column(name, kind, server_default=default if default is None else sa.text(f"'{default}'"), nullable=False)


def number(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[object]:
    """Answer a column of small numbers."""
    return sa.Column(name, sa.Integer(), autoincrement=False, server_default=default, nullable=nullable)


def among(table: str, *states: str) -> sa.CheckConstraint:
    """Answer the check of a state."""
    return sa.CheckConstraint(" OR ".join(f"state = '{state}'" for state in states), name=op.f(f"ck_{table}_state"))


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    """Answer a foreign key."""
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def make_people() -> None:
    """Make the tables of those who write."""
    op.create_table(
        "authors",
        sa.Column("key", KEY, nullable=False),
        sa.Column("pen_number", sa.Integer(), nullable=False),
        words("pen", ""),
        number("trust", "0"),
        time("since"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_authors")),
        sa.UniqueConstraint("pen_number", name=op.f("uq_authors_pen_number")),
    )
    op.create_table(
        "author_chats",
        sa.Column("author_key", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        refers("author_chats", "author_key", "authors.key"),
        sa.PrimaryKeyConstraint("author_key", name=op.f("pk_author_chats")),
    )
    op.create_table(
        "pens",
        words("folded", length=64),
        sa.Column("author_key", KEY, nullable=False),
        words("name"),
        time("chosen_at"),
        refers("pens", "author_key", "authors.key"),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_pens")),
    )
    op.create_index("ix_pens_author", "pens", ["author_key"])
    op.create_table(
        "bans",
        sa.Column("author_key", KEY, nullable=False),
        time("until"),
        words("code", length=16),
        words("actor", length=64),
        time("at"),
        sa.PrimaryKeyConstraint("author_key", name=op.f("pk_bans")),
    )
    op.create_table(
        "seals",
        number("id"),
        words("fingerprint", length=64),
        time("at"),
        sa.CheckConstraint("id = 1", name=op.f("ck_seals_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
    )


def make_replies() -> None:
    """Make the tables of replies and their texts."""
    op.create_table(
        "replies",
        sa.Column("id", REPLY_ID, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("parent_id", REPLY_ID, nullable=True),
        sa.Column("author_key", KEY, nullable=True),
        sa.Column("source", KEY, nullable=True),
        words("language", length=8),
        words("state", "draft", length=16),
        time("since"),
        *(number(name, "1") for name in ("version", "revision", "revisions")),
        *(number(name, nullable=True) for name in ("public_revision", "proposed_revision")),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        time("claimed_until", nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("rejected_by", sa.String(length=64), nullable=True),
        time("created_at"),
        *(time(f"{what}_at", nullable=True) for what in ("submitted", "decided", "published", "appealed", "hidden")),
        number("nudges", "0"),
        time("due_at", nullable=True),
        sa.Column("flags", sa.JSON(), nullable=True),
        sa.Column("score", sa.Float(), server_default="0", nullable=False),
        sa.Column("consent", KEY, nullable=True),
        time("consent_at", nullable=True),
        sa.Column("destinations", sa.JSON(), nullable=True),
        among("replies", *STATES),
        refers("replies", "article_id", "articles.id"),
        refers("replies", "parent_id", "replies.id"),
        refers("replies", "author_key", "authors.key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("source", name=op.f("uq_replies_source")),
    )
    op.create_index("ix_replies_article", "replies", ["article_id", "state"])
    op.create_index("ix_replies_author", "replies", ["author_key"])
    op.create_index("ix_replies_parent", "replies", ["parent_id"])
    op.create_index("ix_replies_state", "replies", ["state", "submitted_at"])
    make_partial("ix_replies_due", "replies", "due_at", "due_at IS NOT NULL")
    op.create_table(
        "revisions",
        sa.Column("reply_id", REPLY_ID, nullable=False),
        number("revision"),
        words("text"),
        words("folded"),
        words("hash", length=32),
        words("signed", ""),
        words("made_by", length=64),
        time("made_at"),
        refers("revisions", "reply_id", "replies.id"),
        sa.PrimaryKeyConstraint("reply_id", "revision", name=op.f("pk_revisions")),
    )
    op.create_index("ix_revisions_hash", "revisions", ["hash"])
    op.create_table(
        "votes",
        sa.Column("reply_id", REPLY_ID, nullable=False),
        number("revision"),
        words("actor", length=64),
        time("at"),
        refers("votes", "reply_id", "replies.id"),
        sa.PrimaryKeyConstraint("reply_id", "revision", "actor", name=op.f("pk_votes")),
    )


def make_work() -> None:
    """Make the tables of what falls due for replies, and of what readers say of them."""
    op.create_table(
        "publications",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("reply_id", REPLY_ID, nullable=False),
        words("destination", length=16),
        words("target", ""),
        *(number(name, nullable=True) for name in ("wanted", "shown", "sending")),
        words("state", "queued", length=16),
        time("due_at"),
        number("attempts", "0"),
        sa.Column("worker_id", sa.String(length=32), nullable=True),
        time("started_at", nullable=True),
        time("settled_at", nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        words("reason", ""),
        among("publications", *PUBLICATION_STATES),
        refers("publications", "reply_id", "replies.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint(
            "reply_id", "destination", "target", name=op.f("uq_publications_reply_id_destination_target")
        ),
    )
    make_partial("ix_publications_due", "publications", "due_at", "state = 'queued'")
    op.create_table(
        "notices",
        sa.Column("reply_id", REPLY_ID, nullable=False),
        number("version"),
        words("what", length=16),
        time("due_at"),
        time("told_at", nullable=True),
        refers("notices", "reply_id", "replies.id"),
        sa.PrimaryKeyConstraint("reply_id", "version", "what", name=op.f("pk_notices")),
    )
    make_partial("ix_notices_due", "notices", "due_at", "told_at IS NULL")
    op.create_table(
        "reports",
        sa.Column("reply_id", REPLY_ID, nullable=False),
        sa.Column("author_key", KEY, nullable=False),
        number("counts"),
        time("at"),
        refers("reports", "reply_id", "replies.id"),
        sa.PrimaryKeyConstraint("reply_id", "author_key", name=op.f("pk_reports")),
    )


def make_partial(name: str, table: str, column: str, where: str) -> None:
    """Make an index of some rows."""
    op.create_index(name, table, [column], postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def make_triggers() -> None:
    """Let lines of the audit only be added, but for what /forget takes out of them."""
    if op.get_bind().dialect.name == "sqlite":
        changed = [f"NEW.{name} IS NOT OLD.{name}" for name in KEPT]
        changed += [f"NOT (NEW.{name} IS OLD.{name} OR NEW.{name} = {gone})" for name, gone in ERASABLE]
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        op.execute(f"CREATE TRIGGER audit_stays BEFORE UPDATE ON audit WHEN {' OR '.join(changed)} {refuse}")
        op.execute(f"CREATE TRIGGER audit_keeps BEFORE DELETE ON audit {refuse}")
        return
    changed = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT]
    changed += [f"NOT (NEW.{name} IS NOT DISTINCT FROM OLD.{name} OR NEW.{name} = {gone})" for name, gone in ERASABLE]
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    run = "EXECUTE FUNCTION refuse_audit_change()"
    op.execute(f"CREATE TRIGGER audit_stays BEFORE UPDATE ON audit FOR EACH ROW WHEN ({' OR '.join(changed)}) {run}")
    op.execute(f"CREATE TRIGGER audit_keeps BEFORE DELETE ON audit FOR EACH ROW {run}")
    op.execute(f"CREATE TRIGGER audit_remains BEFORE TRUNCATE ON audit FOR EACH STATEMENT {run}")


def drop_triggers() -> None:
    """Let the audit be as it was."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_stays")
        op.execute("DROP TRIGGER audit_keeps")
        return
    for name in ("stays", "keeps", "remains"):
        op.execute(f"DROP TRIGGER audit_{name} ON audit")
    op.execute("DROP FUNCTION refuse_audit_change()")


def downgrade() -> None:
    """Go back to the one before: replies and their authors are gone, and the audit is lines without a chain."""
    drop_triggers()
    op.drop_index("ix_audit_hash", "audit")
    op.drop_index("ix_audit_reply", "audit")
    for name, _ in reversed(CHAIN):
        op.drop_column("audit", name)
    for table in ("reports", "notices", "publications", "votes", "revisions", "replies"):
        op.drop_table(table)
    for table in ("seals", "bans", "pens", "author_chats", "authors"):
        op.drop_table(table)
