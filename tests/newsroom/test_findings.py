"""Findings: each fault is found by its fact alone, and a newsroom that is well has none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsroom.findings import (
    NAMES,
    Disk,
    Facts,
    Finding,
    Level,
    Place,
    Schema,
    Secret,
    examine,
    find_exit_code,
    is_overdue,
)
from newsroom.pushes import Lane

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FULL, SOME = Disk("/data", 2, 100), Disk("/data", 9, 100)
WELL: dict[str, Any] = {
    "status": 200,
    "inline": True,
    "webhook": "",
    "places": [Place("-1", "desk", may=True), Place("-2", "channel", may=True)],
    "skew": timedelta(seconds=-29),
    "still": {Lane.BREAKING: NOW - timedelta(minutes=9), Lane.NEWS: NOW - timedelta(minutes=59)},
    "singles": {Lane.ANSWER: NOW - timedelta(minutes=9), Lane.DIGEST: NOW - timedelta(minutes=119)},
    "update_at": NOW - timedelta(minutes=9),
    "workers": 1,
    "disks": [Disk("/data", 10, 100)],
    "is_begun": True,
    "backup_at": NOW - timedelta(days=2),
}
CASES: list[tuple[dict[str, Any], str, Level]] = [
    ({"has_token": False, "status": None}, "token.missing", Level.FAULT),
    ({"status": 401}, "token.refused", Level.FAULT),
    ({"status": 404}, "token.refused", Level.FAULT),
    ({"status": 0}, "telegram.silent", Level.FAULT),
    ({"status": 502}, "telegram.silent", Level.FAULT),
    ({"halted": "Unauthorized"}, "halted", Level.FAULT),
    ({"rival": True}, "rival", Level.FAULT),
    ({"webhook": "https://other.example/x"}, "webhook", Level.FAULT),
    ({"webhook": "", "wanted_webhook": "https://bot.example/telegram"}, "webhook", Level.FAULT),
    ({"dead_updates": 3}, "updates.dead", Level.WARNING),
    ({"schema": Schema.SILENT}, "database.silent", Level.FAULT),
    ({"schema": Schema.EMPTY}, "database.empty", Level.WARNING),
    ({"schema": Schema.BEHIND}, "database.behind", Level.FAULT),
    ({"schema": Schema.AHEAD}, "database.ahead", Level.FAULT),
    ({"secret": Secret.MISSING}, "secret.missing", Level.FAULT),
    ({"secret": Secret.OPEN}, "secret.open", Level.FAULT),
    ({"secret": Secret.OTHER}, "secret.other", Level.FAULT),
    ({"is_exposed": True}, "settings.open", Level.FAULT),
    ({"disks": [SOME]}, "disk", Level.WARNING),
    ({"disks": [FULL]}, "disk", Level.FAULT),
    ({"workers": 0}, "workers.none", Level.WARNING),
    ({"still": {Lane.BREAKING: NOW - timedelta(minutes=11)}}, "queue.old", Level.FAULT),
    ({"still": {Lane.NEWS: NOW - timedelta(minutes=61)}}, "queue.old", Level.FAULT),
    ({"singles": {Lane.ANSWER: NOW - timedelta(minutes=11)}}, "messages.old", Level.FAULT),
    ({"singles": {Lane.MODERATION: NOW - timedelta(minutes=11)}}, "messages.old", Level.FAULT),
    ({"singles": {Lane.DIGEST: NOW - timedelta(minutes=121)}}, "messages.old", Level.FAULT),
    ({"update_at": NOW - timedelta(minutes=11)}, "updates.old", Level.FAULT),
    ({"places": [Place("-1", "desk", may=False)]}, "rights.desk", Level.FAULT),
    ({"places": [Place("-2", "channel", may=False)]}, "rights.channel", Level.FAULT),
    ({"dead_sources": ["وكالة"]}, "source.dead", Level.WARNING),
    ({"backup_at": None}, "backup.none", Level.WARNING),
    ({"backup_at": NOW - timedelta(days=2, seconds=1)}, "backup.old", Level.WARNING),
    ({"lists_aside": ["erasures.20261124T010000000000Z.aside"]}, "erasures.aside", Level.WARNING),
    ({"skew": timedelta(seconds=31)}, "clock", Level.WARNING),
    ({"skew": timedelta(seconds=-31)}, "clock", Level.WARNING),
    ({"inline": False}, "inline.off", Level.WARNING),
]


@pytest.mark.parametrize(("fact", "name", "level"), CASES, ids=lambda case: str(case)[:40])
def test_a_fault_is_found_by_its_fact_and_nothing_else_is(fact: dict[str, Any], name: str, level: Level) -> None:
    (found,) = examine(Facts(**WELL | fact), NOW)
    assert (found.name, found.level) == (name, level)


def test_nothing_is_found_where_all_is_well_or_nobody_could_look() -> None:
    assert examine(Facts(**WELL), NOW) == []
    assert examine(Facts(), NOW) == []


def test_a_young_database_needs_no_backup() -> None:
    assert examine(Facts(**WELL | {"backup_at": None, "is_begun": False}), NOW) == []
    assert examine(Facts(**WELL | {"backup_at": None, "are_backups_seen": False}), NOW) == []


@pytest.mark.parametrize(("minutes", "found"), [(None, True), (0, False), (15, False), (16, True)])
def test_a_look_tells_how_things_are_for_a_quarter_of_an_hour(minutes: int | None, found: bool) -> None:  # noqa: FBT001
    assert is_overdue(None if minutes is None else NOW - timedelta(minutes=minutes), NOW) is found


def test_every_finding_has_a_case() -> None:
    assert {name for _, name, _ in CASES} == set(NAMES)


def test_the_worst_comes_first_and_is_the_exit_code() -> None:
    found = examine(Facts(**WELL | {"inline": False, "rival": True}), NOW)
    assert [finding.name for finding in found] == ["rival", "inline.off"]
    assert find_exit_code(found) == 2
    assert find_exit_code(found[1:]) == 1
    assert find_exit_code([]) == 0


def test_two_of_a_kind_are_told_apart_and_one_is_known_again() -> None:
    places = [Place(name, "channel", may=False) for name in ("-1", "-2")]
    keys = {finding.key for finding in examine(Facts(**WELL | {"places": places}), NOW)}
    assert len(keys) == 2
    later = [Finding("backup.old", Level.WARNING, {"days": days}).key for days in (3, 4)]
    assert later[0] == later[1]
