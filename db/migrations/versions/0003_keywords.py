"""Keywords that readers follow.

Locks on PostgreSQL: nobody writes topics of articles while their index is made anew, a second for each million rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TOPICAL = sa.text("rank >= 0")


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "keywords",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keywords")),
        sa.UniqueConstraint("phrase", name=op.f("uq_keywords_phrase")),
        sqlite_autoincrement=True,
    )
    op.drop_index("ix_article_topics_lately", "article_topics")
    columns = ["appeared_at", "tag", "rank"]
    op.create_index(
        "ix_article_topics_lately", "article_topics", columns, postgresql_where=TOPICAL, sqlite_where=TOPICAL
    )


def downgrade() -> None:
    """Go back to the schema before; who followed keywords follows them no longer."""
    op.execute("DELETE FROM follows WHERE tag LIKE 'k:%'")
    op.execute("DELETE FROM article_topics WHERE rank < 0")
    op.drop_index("ix_article_topics_lately", "article_topics")
    op.create_index("ix_article_topics_lately", "article_topics", ["appeared_at", "tag"])
    op.drop_table("keywords")
