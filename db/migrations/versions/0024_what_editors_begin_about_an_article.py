"""What an editor has begun about an article: a page that is to be read, or a yes to be given; and what waits for one.

Locks on PostgreSQL: `articles` and `versions`, against writing, while each is read once for an index of what waits.
"""

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DEEDS = ("publish", "reread", "retract")
HELD = {"articles": ["id"], "versions": ["article_id", "version"]}


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "errands",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("article_id", ROW_ID, nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(" OR ".join(f"deed = '{deed}'" for deed in DEEDS), name=op.f("ck_errands_deed")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_errands_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watches",
        sa.Column("article_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_watches_article_id")),
        sa.PrimaryKeyConstraint("article_id", "chat_id", name=op.f("pk_watches")),
    )
    for table, columns in HELD.items():
        held = sa.text("gate = 'held'")
        op.create_index(f"ix_{table}_held", table, columns, postgresql_where=held, sqlite_where=held)


def downgrade() -> None:
    """Go back to the one before."""
    for table in HELD:
        op.drop_index(f"ix_{table}_held", table_name=table)
    op.drop_table("watches")
    op.drop_table("errands")
