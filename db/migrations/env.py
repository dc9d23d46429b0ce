"""Alembic's entry: it is handed an open connection by `db/migrate.py` and never opens one itself."""

from alembic import context

import db.broadcasting
import db.collecting
import db.commenting
import db.meanings
import db.moderating
import db.operating
import db.replying
import db.showing
import db.working  # noqa: F401  (their tables belong to the metadata)
from db.tables import is_drawn, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_drawn,
    render_as_batch=True,  # SQLite alters a table by writing it anew
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
