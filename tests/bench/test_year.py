"""The year: what has a span does not grow past it, and a refused text goes with its span."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench import year
from bench.leavings import GONE, IDLE
from bench.year import MARKS, SHARE, measure
from tests.test_retention import TABLES

READERS, DAYS = 50, 130


@pytest.mark.timeout(300)
async def test_what_has_a_span_does_not_grow_past_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year, "ARTICLES", 1)
    monkeypatch.setattr(year, "REPLIES", 2)
    half, whole, longest = await measure(tmp_path, READERS, DAYS)
    assert half["deliveries"].rows == READERS // SHARE * (DAYS // 2 + 1)
    assert whole["deliveries"].rows == READERS // SHARE * 90
    assert whole["inbox"].rows <= 3
    assert whole["outbox"].rows <= 3
    assert whole["articles"].rows == whole["pushes"].rows == DAYS  # the archive stays, and so do the counts
    assert whole["deliveries"].size > 0
    assert whole["renderings"].rows == 90
    assert whole["versions"].rows == 3 * DAYS - (DAYS - 90)  # of each article the first and the newest stay
    assert whole["sketches"].rows <= 4 * MARKS
    assert whole["notices"].rows <= half["notices"].rows * 90 / (DAYS // 2 + 1)
    assert whole["prompts"].rows == half["prompts"].rows <= 1
    assert {name for name, room in whole.items() if room.rows} ^ {*IDLE} == {*TABLES} - GONE
    assert longest > 0  # how long is told by the bench
    with closing(sqlite3.connect(tmp_path / "year.db")) as connection:
        (told,) = connection.execute("SELECT count(*) FROM revisions WHERE text <> ''").fetchone()
    assert DAYS <= told <= DAYS + 32  # one is public each day, and one refused, whose text stays for thirty days
