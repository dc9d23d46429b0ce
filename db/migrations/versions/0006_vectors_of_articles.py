"""Vectors of articles, by which twins are found across languages.

Locks on PostgreSQL: none that matter, the table is new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "vectors",
        sa.Column(
            "article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_vectors_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_vectors")),
    )
    op.create_index(op.f("ix_vectors_at"), "vectors", ["at"])


def downgrade() -> None:
    """Go back to the one before: twins are found by their words alone."""
    op.drop_table("vectors")
