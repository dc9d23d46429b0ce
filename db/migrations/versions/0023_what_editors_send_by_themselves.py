"""What editors send by themselves: broadcasts with their cards, pushes without a story, and who wants none of it.

Locks on PostgreSQL: `pushes`, `deliveries` and `subscribers`, exclusively, for an instant; no row is written.
"""

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("draft", "asked", "scheduled", "started", "dropped")


def upgrade() -> None:
    """Go to this schema."""
    op.add_column(
        "subscribers", sa.Column("announcements", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("deliveries", sa.Column("album", sa.JSON(), nullable=True))
    with op.batch_alter_table("pushes") as batch:
        batch.alter_column("story_id", existing_type=ROW_ID, nullable=True)
    op.create_table(
        "broadcasts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("state", sa.String(16), server_default="draft", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("crowd", sa.JSON(), nullable=False),
        sa.Column("manner", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("asked_by", sa.String(64), server_default=sa.text("''"), nullable=False),
        sa.Column("expected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("push_id", ROW_ID, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("deeds", sa.JSON(), nullable=True),
        sa.CheckConstraint(" OR ".join(f"state = '{state}'" for state in STATES), name=op.f("ck_broadcasts_state")),
        sa.ForeignKeyConstraint(["push_id"], ["pushes.id"], name=op.f("fk_broadcasts_push_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("push_id", name=op.f("uq_broadcasts_push_id")),
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state"])
    op.create_index("ix_broadcasts_mark", "broadcasts", ["mark"])
    op.create_table(
        "broadcast_cards",
        sa.Column("broadcast_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name=op.f("fk_broadcast_cards_broadcast_id")),
        sa.PrimaryKeyConstraint("broadcast_id", "chat_id", name=op.f("pk_broadcast_cards")),
    )


def downgrade() -> None:
    """Go back to the one before: broadcasts are forgotten, with what went to whom."""
    op.drop_table("broadcast_cards")
    op.drop_table("broadcasts")
    op.execute("DELETE FROM deliveries WHERE push_id IN (SELECT id FROM pushes WHERE story_id IS NULL)")
    op.execute("DELETE FROM renderings WHERE push_id IN (SELECT id FROM pushes WHERE story_id IS NULL)")
    op.execute("DELETE FROM pushes WHERE story_id IS NULL")
    with op.batch_alter_table("pushes") as batch:
        batch.alter_column("story_id", existing_type=ROW_ID, nullable=False)
    op.drop_column("deliveries", "album")
    op.drop_column("subscribers", "announcements")
