"""Versions of articles that wait for an editor's yes, while readers keep the one before.

Locks on PostgreSQL: `versions`, exclusively, while a check looks at each row; a second for a million.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHECK = "gate = 'held' OR gate = 'refused'"


def upgrade() -> None:
    """Go to this schema."""
    op.execute(f"ALTER TABLE versions ADD COLUMN gate VARCHAR(8) CONSTRAINT ck_versions_gate CHECK ({CHECK})")


def downgrade() -> None:
    """Go back to the one before: what waited is lost, for its number would be given a second time."""
    op.execute("DELETE FROM versions WHERE gate IS NOT NULL")
    op.drop_column("versions", "gate")
