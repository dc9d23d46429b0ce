"""Discussions: who follows which, what he was told, what digests quote, where posts are discussed.

A message that is never repeated says so in its row.

Locks on PostgreSQL: outbox, for an instant; the new column has a constant default, so no row is written; publications,
for as long as building an index with hardly a row takes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE, UNDER_WAY = sa.text("due_at IS NOT NULL"), sa.text("request IS NOT NULL")
SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("outbox", sa.Column("at_most_once", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
    op.create_index(
        "ix_publications_sending", "publications", ["destination"], postgresql_where=SENDING, sqlite_where=SENDING
    )
    op.create_table(
        "discussions",
        sa.Column("article_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("author_key", sa.String(length=32), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_discussions_article_id")),
        sa.ForeignKeyConstraint(["author_key"], ["authors.key"], name=op.f("fk_discussions_author_key")),
        sa.PrimaryKeyConstraint("article_id", "author_key", name=op.f("pk_discussions")),
    )
    op.create_index("ix_discussions_author", "discussions", ["author_key"])
    op.create_table(
        "tidings",
        sa.Column("reply_id", sa.String(length=12), nullable=False),
        sa.Column("author_key", sa.String(length=32), nullable=False),
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.Integer(), nullable=True),
        sa.Column("sending", sa.Integer(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author_key"], ["authors.key"], name=op.f("fk_tidings_author_key")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_tidings_reply_id")),
        sa.PrimaryKeyConstraint("reply_id", "author_key", name=op.f("pk_tidings")),
    )
    op.create_index("ix_tidings_due", "tidings", ["due_at"], postgresql_where=DUE, sqlite_where=DUE)
    op.create_index("ix_tidings_request", "tidings", ["request"], postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY)
    op.create_index("ix_tidings_author", "tidings", ["author_key", "article_id"])

    op.create_table(
        "quotes",
        sa.Column("digest_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("reply_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_quotes_digest_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest_id", "reply_id", name=op.f("pk_quotes")),
    )
    op.create_index("ix_quotes_reply", "quotes", ["reply_id"])

    op.create_table(
        "copies",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "post_id", name=op.f("pk_copies")),
    )
    op.create_index("ix_copies_seen_at", "copies", ["seen_at"])


def downgrade() -> None:
    """Go back to the one before: nobody follows a discussion, and what was told of replies stays as it is."""
    op.drop_table("copies")
    op.drop_table("quotes")
    op.drop_table("tidings")
    op.drop_table("discussions")
    op.drop_index("ix_publications_sending", "publications")
    op.drop_column("outbox", "at_most_once")
