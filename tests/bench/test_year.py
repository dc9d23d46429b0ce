"""The year: what has a span does not grow past it, and a refused text goes with its span."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench import year
from bench.year import SHARE, measure

READERS, DAYS = 50, 130


async def test_what_has_a_span_does_not_grow_past_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year, "ARTICLES", 1)
    monkeypatch.setattr(year, "REPLIES", 2)
    half, whole = await measure(tmp_path, READERS, DAYS)
    assert half["deliveries"].rows == READERS // SHARE * (DAYS // 2 + 1)
    assert whole["deliveries"].rows == READERS // SHARE * 90
    assert whole["inbox"].rows <= 3
    assert whole["outbox"].rows <= 3
    assert whole["articles"].rows == whole["pushes"].rows == DAYS  # the archive stays, and so do the counts
    assert whole["deliveries"].size > 0
    with closing(sqlite3.connect(tmp_path / "year.db")) as connection:
        (told,) = connection.execute("SELECT count(*) FROM revisions WHERE text <> ''").fetchone()
    assert DAYS <= told <= DAYS + 32  # one is public each day, and one refused, whose text stays for thirty days
