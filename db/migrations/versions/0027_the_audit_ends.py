"""Lines of the audit may go that are three years older than its newest; all others still may not.

Locks on PostgreSQL: `audit`, exclusively, for an instant; no row is read or written.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

YOUNGEST = 1094  # days before the newest line; a day less than `db/store/audit.py` keeps them
REFUSED = "the audit only grows"
NEWEST = "(SELECT at FROM audit ORDER BY id DESC LIMIT 1)"


def upgrade() -> None:
    """Go to this schema."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_keeps")
        op.execute(
            f"CREATE TRIGGER audit_keeps BEFORE DELETE ON audit WHEN OLD.at >= datetime({NEWEST}, '-{YOUNGEST} days') "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_loss() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.at >= {NEWEST} - interval '{YOUNGEST} days' THEN RAISE EXCEPTION '{REFUSED}'; END IF; "
        "RETURN OLD; END $$"
    )
    op.execute("DROP TRIGGER audit_keeps ON audit")
    op.execute("CREATE TRIGGER audit_keeps BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_loss()")


def downgrade() -> None:
    """Go back to the one before."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_keeps")
        op.execute(f"CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute("DROP TRIGGER audit_keeps ON audit")
    op.execute("CREATE TRIGGER audit_keeps BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()")
    op.execute("DROP FUNCTION refuse_audit_loss()")
