"""Which messages of the moderators' stand where.

Locks on PostgreSQL: none, the table is new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open' AND kind = 'card'")
STATES = " OR ".join(f"state = '{state}'" for state in ("open", "closing", "closed", "lost"))


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reply_id", sa.String(length=12), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("asks", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("shown", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=8), server_default="open", nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_cards_state")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_cards_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
    )
    columns = ["chat_id", "reply_id"]
    op.create_index("ix_cards_open", "cards", columns, unique=True, postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("ix_cards_message", "cards", ["chat_id", "message_id"])
    op.create_index("ix_cards_state", "cards", ["state", "touched_at"])


def downgrade() -> None:
    """Go back to the one before: the messages stay where they are, and nobody changes them any more."""
    op.drop_table("cards")
