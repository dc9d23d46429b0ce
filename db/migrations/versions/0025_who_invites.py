"""Who made an invitation: it is worth no more than what he may give when it is taken.

Locks on PostgreSQL: `invitations`, exclusively, for an instant; no row is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("invitations", sa.Column("actor", sa.String(64), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    """Go back to the one before, which knows the invitations of the start alone."""
    op.execute("DELETE FROM invitations WHERE actor <> ''")
    op.drop_column("invitations", "actor")
