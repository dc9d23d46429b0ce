"""The measure of rows: it goes through the real queue, so what it fills is what a newsroom keeps."""

from pathlib import Path

from bench.sizes import fill
from tests.conftest import new_postgres_database


async def test_rows_are_measured_on_sqlite(tmp_path: Path) -> None:
    sizes = await fill(f"sqlite+aiosqlite:///{tmp_path / 'sizes.db'}", readers=200, stories=5)
    assert sizes.engine.startswith("SQLite 3")
    assert 100 < sizes.delivery < 500
    assert sizes.subscriber > sizes.delivery


async def test_rows_are_measured_on_postgresql(postgres_server: str) -> None:
    sizes = await fill(await new_postgres_database(postgres_server), readers=200, stories=5)
    assert sizes.engine.startswith("PostgreSQL")
    assert 100 < sizes.delivery < 1_000
    assert sizes.subscriber > sizes.delivery
