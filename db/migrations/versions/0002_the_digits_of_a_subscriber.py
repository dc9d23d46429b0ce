"""The digits in which a subscriber reads the numbers of the interface.

Locks on PostgreSQL: `subscribers`, exclusively, while the check looks at each row; under a second for a million.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; one statement that both engines know, so that SQLite need not copy the table."""
    op.execute(
        "ALTER TABLE subscribers ADD COLUMN digits VARCHAR(8) DEFAULT 'latn' NOT NULL"
        " CONSTRAINT ck_subscribers_digits CHECK (digits = 'latn' OR digits = 'arab')"
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.execute("ALTER TABLE subscribers DROP COLUMN digits")
