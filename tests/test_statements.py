"""What the tests' engines share: compiled statements, and nothing else."""

from sqlalchemy import select

from db.engine import Database
from db.tables import sources
from tests.statements import COMPILED


async def test_a_statement_is_compiled_once_for_all_engines_of_a_kind(database: Database) -> None:
    name = f"alone_on_{database.url.get_backend_name()}"
    statement = select(sources.c.id.label(name))
    other = Database(database.url.render_as_string(hide_password=False))
    try:
        for one in (database, other):
            async with one.read() as connection:
                await connection.execute(statement)
    finally:
        await other.close()
    assert sum(name in str(compiled) for compiled in COMPILED.values()) == 1
