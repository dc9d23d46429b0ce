"""What readers say on the site itself, and where an article is there.

Locks on PostgreSQL: publications against writes, for as long as its new index takes: a moment for each 100,000 rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ASKED, DOUBTFUL = sa.text("due_at IS NOT NULL"), sa.text("state = 'uncertain'")


def upgrade() -> None:
    """Go to this schema."""
    article = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "threads",
        sa.Column("article_id", article, autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_threads_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_threads")),
    )
    op.create_index("ix_threads_due", "threads", ["due_at"], postgresql_where=ASKED, sqlite_where=ASKED)
    op.create_table(
        "comments",
        sa.Column("article_id", article, autoincrement=False, nullable=False),
        sa.Column("remote_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ours", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_comments_article_id")),
        sa.PrimaryKeyConstraint("article_id", "remote_id", name=op.f("pk_comments")),
    )
    op.create_index(
        "ix_publications_doubtful", "publications", ["due_at"], postgresql_where=DOUBTFUL, sqlite_where=DOUBTFUL
    )


def downgrade() -> None:
    """Go back to the one before: comments stay on the site, and are read anew by a newer version."""
    op.drop_index("ix_publications_doubtful", table_name="publications")
    op.drop_table("comments")
    op.drop_table("threads")
