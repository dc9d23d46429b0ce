"""What Telegram refuses: the text of a rendering, until editors are told of it, and the looks of a digest.

Locks on PostgreSQL: `digests` and `renderings`, exclusively, for as long as naming a column takes; a check reads the
renderings of pushes, a few for each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECK = "ck_renderings_state"
BEFORE = ("trial", "proven", "stopped")
AFTER = ("trial", "refused", "proven", "stopped")


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("digests", sa.Column("refused", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("renderings", sa.Column("body", sa.LargeBinary(), nullable=True))
    change_check(*AFTER)


def change_check(*states: str) -> None:
    """Let a rendering stand in one of these."""
    with op.batch_alter_table("renderings") as batch:
        batch.drop_constraint(op.f(CHECK), type_="check")
        batch.create_check_constraint(op.f(CHECK), " OR ".join(f"state = '{state}'" for state in states))


def downgrade() -> None:
    """Go back to the one before: what was refused and not stopped is untried, as it was then."""
    op.execute("DELETE FROM renderings WHERE state = 'refused'")
    change_check(*BEFORE)
    op.drop_column("renderings", "body")
    op.drop_column("digests", "refused")
