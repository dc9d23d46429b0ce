"""Figures: since when somebody is lost, who waits for a chart, how often articles are opened.

Locks on PostgreSQL: `chats`, `subscribers` and `wishes`, exclusively, for an instant, and no row is written; whoever
acts waits while the lines of replies on `audit` are indexed, a second for a million of them.
"""

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_REPLY = sa.text("reply_id IS NOT NULL")


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("chats", sa.Column("left_at", UtcDateTime(), nullable=True))
    op.add_column("subscribers", sa.Column("left_at", UtcDateTime(), nullable=True))
    op.add_column("wishes", sa.Column("what", sa.String(16), server_default="backup", nullable=False))
    op.add_column("wishes", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_audit_deeds", "audit", ["at"], postgresql_where=OF_REPLY, sqlite_where=OF_REPLY)
    op.create_table(
        "openings",
        sa.Column("article_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_openings_article_id")),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_openings")),
    )
    op.create_index("ix_openings_day", "openings", ["day"])


def downgrade() -> None:
    """Go back to the one before: how often articles were opened is forgotten, and who waits for a chart."""
    op.drop_table("openings")
    op.drop_index("ix_audit_deeds", "audit")
    op.execute("DELETE FROM wishes WHERE what <> 'backup'")
    op.drop_column("wishes", "message_id")
    op.drop_column("wishes", "what")
    op.drop_column("subscribers", "left_at")
    op.drop_column("chats", "left_at")
