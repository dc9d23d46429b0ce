"""The planners of the benches write what the planner of a newsroom would, over as many ranges as it takes."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.planning import LATER, SpreadPlanner, TimedDatabase, plan_push
from bench.readers import count_matched, open_newsroom
from db.tables import deliveries
from jobs import plan
from jobs.plan import Planner

READERS = 600


@pytest.mark.parametrize(("planner", "moments"), [(Planner, 1), (SpreadPlanner, 1 + len(LATER))])
async def test_a_push_is_planned_for_each_of_its_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planner: type[Planner], moments: int
) -> None:
    monkeypatch.setattr(plan, "SMALLEST_RANGE", 100)
    monkeypatch.setattr(plan, "LARGEST_RANGE", 100)
    database = TimedDatabase(f"sqlite+aiosqlite:///{tmp_path / 'bench.db'}")
    await open_newsroom(database, READERS)
    await plan_push(database, count_matched(READERS), planner)  # which counts the rows
    async with database.read() as connection:
        due = select(func.count(deliveries.c.due_at.distinct()))
        assert (await connection.execute(due)).scalar_one() == moments
    await database.close()
