"""Versions of what is said of topics, and what editors would say.

Locks on PostgreSQL: `topics` is locked for moments; it has a row for each topic that editors have changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("weak", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("without", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("actor", sa.String(length=64), server_default=sa.text("('')"), nullable=False))
        batch_op.drop_constraint("pk_topics", type_="primary")
        batch_op.create_primary_key("pk_topics", ["tag", "version"])

    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), server_default=sa.text("('')"), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="new", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state = 'new' OR state = 'shown' OR state = 'applied'", name=op.f("ck_proposals_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Go back to the one before: of each topic what is in force stays, but for what that schema cannot say."""
    op.drop_table("proposals")
    op.execute(
        "DELETE FROM topics WHERE EXISTS "
        "(SELECT 1 FROM topics AS newer WHERE newer.tag = topics.tag AND newer.version > topics.version)"
    )
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.drop_constraint("pk_topics", type_="primary")
        batch_op.create_primary_key("pk_topics", ["tag"])
        batch_op.drop_column("actor")
        batch_op.drop_column("without")
        batch_op.drop_column("weak")
        batch_op.drop_column("version")
