"""The index of the archive.

Locks on PostgreSQL: none that matter, the tables are new; a second at most. They are filled by the job `index`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "indexing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("analyser", sa.Text(), nullable=False),
        sa.Column("below", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_indexing_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexing")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # No content: the articles have it. Our tokens are apart already, so the plainest tokenizer reads them.
        op.execute("CREATE VIRTUAL TABLE fulltext USING fts5(title, words, content='', tokenize='ascii')")
        return
    op.create_table(
        "fulltext",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", TSVECTOR(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_fulltext_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_fulltext")),
    )
    op.create_index("ix_fulltext_title", "fulltext", ["title"], postgresql_using="gin")
    op.create_index("ix_fulltext_words", "fulltext", ["words"], postgresql_using="gin")


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("fulltext")
    op.drop_table("indexing")
