"""The HTTP face: health, readiness with each part named, metrics that exist."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from db.tables import sources
from db.working import pacing
from newsroom.errors import QasidError
from sandbox import Fault, FaultKind
from tests.live import Live, open_live
from web.metrics import COUNTERS, GAUGES, HISTOGRAMS, PREFIX, Metrics, Readings
from web.server import open_socket


@pytest.fixture
async def live(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Live]:
    async with open_live(tmp_path, sqlite_template) as opened:
        await opened.until(select(sources.c.first_contact_at))
        yield opened


async def test_it_is_healthy_while_it_answers(live: Live) -> None:
    assert await live.get("/healthz") == (200, "ok\n")


async def test_it_is_ready_when_database_clock_and_telegram_are_well(live: Live) -> None:
    status, body = await live.get("/readyz")
    assert (status, json.loads(body)) == (200, {"database": "ok", "clock": "ok", "telegram": "ok"})


async def test_what_is_not_well_is_named(live: Live) -> None:
    live.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, method="getMe", times=None))
    status, told = await look_late(live)
    while told["clock"] == "ok":  # the heart has beaten in between
        status, told = await look_late(live)
    assert status == HTTPStatus.SERVICE_UNAVAILABLE
    assert told == {"database": "ok", "clock": "the heartbeat is late", "telegram": "no answer"}


async def look_late(live: Live) -> tuple[int, dict[str, str]]:
    """Answer what is said when the last heartbeat was long ago."""
    live.app.lease.beat_at = live.app.clock().replace(year=2000)
    status, body = await live.get("/readyz")
    return status, json.loads(body)


async def test_a_taken_port_refuses_the_start_and_says_what_to_do() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(QasidError, match=rf"nothing can listen at 127.0.0.1:{port} .*set WEB_PORT"):
            open_socket("127.0.0.1", port)


async def test_a_halted_token_is_said(live: Live) -> None:
    async with live.app.database.write() as connection:
        await connection.execute(pacing.update().values(halted="Unauthorized"))
    _, body = await live.get("/readyz")
    assert json.loads(body)["telegram"] == "sending is halted: Unauthorized"


async def test_every_metric_is_there_and_tells_the_truth(live: Live) -> None:
    amal = live.telegram.person(1, language="ar")
    await live.says(amal, "/follow كل الأخبار")
    live.site.publish()
    await live.hears_of(amal, live.site.published[-1][0].title)
    status, body = await live.get("/metrics")
    assert status == 200
    found = {family.name: family for family in text_string_to_metric_families(body)}
    assert {PREFIX + name for name in (*COUNTERS, *HISTOGRAMS, *GAUGES)} <= set(found)
    assert _value(body, 'qasid_polls_total{outcome="changed"}') >= 2
    assert _value(body, 'qasid_subscribers{state="active"}') == 1
    assert _value(body, 'qasid_queue_rows{lane="news"}') == 0
    assert _value(body, "qasid_update_seconds_count") == 1
    assert _value(body, "qasid_workers") == 1


async def test_a_gauge_falls_to_nothing_when_there_is_nothing_of_its_label_any_more() -> None:
    found: dict[tuple[str, str], float] = {("pushes", "paused"): 1}
    now = datetime.now(UTC)

    async def read() -> Readings:
        return [], found.copy()

    metrics = Metrics(read, lambda: now)
    assert _value((await metrics.scrape()).decode(), 'qasid_pushes{state="paused"}') == 1
    found.clear()
    assert _value((await metrics.scrape()).decode(), 'qasid_pushes{state="paused"}') == 0


async def test_nothing_else_is_there(live: Live) -> None:
    for path in ("/", "/telegram", "/admin"):
        assert (await live.get(path))[0] in {404, 405}


def _value(body: str, name: str) -> float:
    return float(next(line.rpartition(" ")[2] for line in body.splitlines() if line.startswith(name + " ")))
