"""What a reader reported is found by its key.

Locks on PostgreSQL: reports, against writing, while a small table is read.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_index("ix_reports_author", "reports", ["author_key"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_reports_author", table_name="reports")
