"""Who made an invitation, for it is worth what he may give when it is taken; and files beside addresses to be read.

Locks on PostgreSQL: `invitations` and `probes`, exclusively, for an instant; no row is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("invitations", sa.Column("actor", sa.String(64), server_default=sa.text("''"), nullable=False))
    op.add_column("probes", sa.Column("kind", sa.String(16), server_default="address", nullable=False))


def downgrade() -> None:
    """Go back to the one before, which knows the invitations of the start, and addresses, alone."""
    op.execute("DELETE FROM probes WHERE kind <> 'address'")
    op.drop_column("probes", "kind")
    op.execute("DELETE FROM invitations WHERE actor <> ''")
    op.drop_column("invitations", "actor")
