"""What editors say and ask of sources, articles that wait for them or were withdrawn, hubs, sketches of articles.

Locks on PostgreSQL: `sources` and `articles`, exclusively, while a check looks at each row; a second for a million.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# One statement for each checked column, which both engines know, so that SQLite need not copy the table.
CHECKED = (
    ("sources", "gate VARCHAR(8) DEFAULT 'auto' NOT NULL", "gate = 'auto' OR gate = 'held'"),
    ("sources", "withdrawals VARCHAR(8) DEFAULT 'ask' NOT NULL", "withdrawals = 'ask' OR withdrawals = 'follow'"),
    ("articles", "gate VARCHAR(8)", "gate = 'held' OR gate = 'refused'"),
)


def plain_columns() -> list[tuple[str, sa.Column[Any]]]:
    """Answer the columns without a check, each with its table; anew each time, since a column belongs to one."""
    return [
        ("sources", sa.Column("seen", sa.LargeBinary(), nullable=True)),
        ("sources", sa.Column("topics", sa.JSON(), nullable=True)),
        ("sources", sa.Column("quiet", sa.Integer(), server_default="0", nullable=False)),
        ("sources", sa.Column("language", sa.String(length=8), server_default=sa.text("''"), nullable=False)),
        ("sources", sa.Column("label", sa.Text(), server_default=sa.text("''"), nullable=False)),
        ("sources", sa.Column("full_text", sa.Boolean(), nullable=True)),
        ("topics", sa.Column("categories", sa.JSON(), nullable=True)),
        ("articles", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True)),
        ("articles", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True)),
    ]


def upgrade() -> None:
    """Go to this schema."""
    for table, column, check in CHECKED:
        name = column.partition(" ")[0]
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} CONSTRAINT ck_{table}_{name} CHECK ({check})")
    for table, plain in plain_columns():
        op.add_column(table, plain)
    op.create_table(
        "probes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("adds", sa.Boolean(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hubs",
        sa.Column("source_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="new", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "state = 'new' OR state = 'asked' OR state = 'live' OR state = 'refused'", name=op.f("ck_hubs_state")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_hubs_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_hubs")),
        sa.UniqueConstraint("token", name=op.f("uq_hubs_token")),
    )
    op.create_index("ix_hubs_due", "hubs", ["due_at"])
    op.create_table(
        "sketches",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_sketches_article_id")),
        sa.PrimaryKeyConstraint("mark", "article_id", name=op.f("pk_sketches")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sketches_article", "sketches", ["article_id"])
    op.create_index("ix_sketches_at", "sketches", ["at"])


def downgrade() -> None:
    """Go back to the one before: what editors said of sources is lost, and what waited for them is archive."""
    op.drop_table("sketches")
    op.drop_table("hubs")
    op.drop_table("probes")
    op.execute("UPDATE articles SET archived = true WHERE gate IS NOT NULL")
    for table, column in reversed(plain_columns()):
        op.drop_column(table, column.name)
    for table, column, _ in reversed(CHECKED):
        op.drop_column(table, column.partition(" ")[0])
