"""Bans that are told and appealed; discussions that are closed; words that moderators are pointed to.

Locks on PostgreSQL: bans, for an instant; the new columns have no default, so no row is written. The tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; whoever is banned already is told nothing of it, and may appeal."""
    for name in ("appealed_at", "kept_at", "tell_at"):
        op.add_column("bans", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("bans", sa.Column("tells", sa.String(length=8), nullable=True))
    op.create_table(
        "closings",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_closings")),
    )
    op.create_table(
        "blocked_words",
        sa.Column("folded", sa.String(length=64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_blocked_words")),
    )


def downgrade() -> None:
    """Go back to the one before: what was closed is open, and no word is blocked."""
    op.drop_table("blocked_words")
    op.drop_table("closings")
    for name in ("tells", "tell_at", "kept_at", "appealed_at"):
        op.drop_column("bans", name)
