"""Waves: many replies that came at once, set apart together; and the photo beside a reply.

Locks on PostgreSQL: replies and revisions, for an instant for the columns; replies also while the index by the time of
sending is built, a second for a million rows; nobody writes a reply meanwhile. The index of waves is empty at first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IN_WAVE = sa.text("wave_id IS NOT NULL")


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "waves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("welcome", sa.Integer(), server_default="0", nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    op.add_column("replies", sa.Column("wave_id", sa.BigInteger(), nullable=True))
    op.add_column("revisions", sa.Column("photo", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index("ix_replies_submitted", "replies", ["submitted_at"])
    columns = ["wave_id", "state"]
    op.create_index("ix_replies_wave", "replies", columns, postgresql_where=IN_WAVE, sqlite_where=IN_WAVE)


def downgrade() -> None:
    """Go back to the one before: what is set apart stays so, each on its own."""
    op.drop_index("ix_replies_wave", "replies")
    op.drop_index("ix_replies_submitted", "replies")
    op.drop_column("revisions", "photo")
    op.drop_column("replies", "wave_id")
    op.drop_table("waves")
