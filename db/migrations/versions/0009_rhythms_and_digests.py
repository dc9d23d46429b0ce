"""When readers are reached: rhythms, hours, quiet and pauses; sets of articles that one message brought.

Locks on PostgreSQL: `subscribers` and `deliveries`, exclusively, for as long as naming a column takes; `schedules` is
written anew, and holds a row for each way of being reached and not for each reader.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RHYTHMS = ("instant", "hourly", "daily", "weekly")
NUMBERS = (("hour", "10"), ("weekday", "4"), ("quiet_from", "0"), ("quiet_to", "0"))
OLD_KEY, KEY, CHECK = "uq_schedules_rhythm_zone_silent", "uq_schedules_way", "ck_schedules_rhythm"
WAY = ["rhythm", "zone", "silent", *(name for name, _ in NUMBERS), "wakes"]


def upgrade() -> None:
    """Go to this schema."""
    with op.batch_alter_table("schedules") as batch:
        for name, usual in NUMBERS:
            batch.add_column(sa.Column(name, sa.Integer(), server_default=usual, nullable=False))
        batch.add_column(sa.Column("wakes", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        change_check(batch, *RHYTHMS)
        batch.drop_constraint(op.f(OLD_KEY), type_="unique")
        batch.create_unique_constraint(op.f(KEY), WAY)
    op.add_column("subscribers", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscribers", sa.Column("reads", sa.Integer(), server_default="31", nullable=False))
    op.add_column("deliveries", sa.Column("digest_id", ROW_ID, nullable=True))
    op.create_table(
        "digests",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("stories", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("hash", name=op.f("uq_digests_hash")),
    )
    op.create_index("ix_digests_made_at", "digests", ["made_at"])


def change_check(batch: BatchOperations, *rhythms: str) -> None:
    """Let a rhythm be one of these."""
    batch.drop_constraint(op.f(CHECK), type_="check")
    batch.create_check_constraint(op.f(CHECK), " OR ".join(f"rhythm = '{rhythm}'" for rhythm in rhythms))


def downgrade() -> None:
    """Go back to the one before: everybody is reached at once, with a sound or without as before."""
    op.drop_table("digests")
    op.drop_column("deliveries", "digest_id")
    op.drop_column("subscribers", "reads")
    op.drop_column("subscribers", "paused_until")
    op.execute(
        "UPDATE subscribers SET schedule_id = (SELECT min(kept.id) FROM schedules AS kept JOIN schedules AS old"
        " ON kept.zone = old.zone AND kept.silent = old.silent WHERE old.id = subscribers.schedule_id)"
    )
    op.execute("DELETE FROM schedules WHERE id NOT IN (SELECT min(id) FROM schedules GROUP BY zone, silent)")
    op.execute("UPDATE schedules SET rhythm = 'instant'")
    with op.batch_alter_table("schedules") as batch:
        change_check(batch, "instant")
        batch.drop_constraint(op.f(KEY), type_="unique")
        batch.create_unique_constraint(op.f(OLD_KEY), ["rhythm", "zone", "silent"])
        for name in reversed(WAY[3:]):
            batch.drop_column(name)
