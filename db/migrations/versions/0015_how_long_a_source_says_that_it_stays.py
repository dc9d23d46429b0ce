"""For how long a source says that nothing new comes, also where nothing has changed; pages that it still owes.

Locks on PostgreSQL: sources, for an instant; the first has a constant default and the second none, so no row is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("sources", sa.Column("ttl", sa.Integer(), server_default="0", nullable=False))
    op.add_column("sources", sa.Column("pages", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Go back to the one before: sources are asked by their rhythm alone, and what is a teaser stays one."""
    op.drop_column("sources", "pages")
    op.drop_column("sources", "ttl")
