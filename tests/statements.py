"""Compiled statements, shared by all engines of a session.

Every test opens engines of its own, each of which would compile the same statements again, and that takes longer than
running them. SQLAlchemy keeps what it compiled by engine and by dialect; here engines share one cache, and dialects of
a kind count as equal: what is compiled depends on nothing else, since `db/engine.py` opens them all alike.
A further driver is one more class with its line in `share_statements`.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

COMPILED: LRUCache[Any, Any] = LRUCache(5000)  # far more than there are: the default of an engine is 500


class Alike:
    """A dialect whose statements are those of every other of its class."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=COMPILED)


class Sqlite(Alike, SQLiteDialect_aiosqlite):
    """SQLite, with the compiled statements of the session."""

    supports_statement_cache = True


class Postgres(Alike, PGDialect_asyncpg):
    """PostgreSQL, with the compiled statements of the session."""

    supports_statement_cache = True


def share_statements() -> None:
    """Let every engine that is made from now on share its compiled statements."""
    registry.register("sqlite.aiosqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.asyncpg", __name__, Postgres.__name__)
