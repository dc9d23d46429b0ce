"""What was learnt of moderators' decisions, in one row.

Locks on PostgreSQL: none but on the new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "learnt",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("is_own", sa.Integer(), nullable=False),
        sa.Column("model", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_learnt_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnt")),
    )


def downgrade() -> None:
    """Go back to the one before: it is learnt anew from what is still kept."""
    op.drop_table("learnt")
