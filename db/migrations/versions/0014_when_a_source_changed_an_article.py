"""When a source says that it changed an article.

Locks on PostgreSQL: `versions` for a moment, in which nothing of it is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("versions", sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back to the one before: what was said of it is lost."""
    op.drop_column("versions", "modified_at")
