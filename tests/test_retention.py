"""How long docs/privacy.md says that a table is kept is what some code does: for each table there is, by its name."""

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from bot.menus import READER_COMMANDS, STAFF_COMMANDS
from db.store import (
    blocked,
    closings,
    comments,
    findings,
    follows,
    hubs,
    people,
    probes,
    staff,
    tombstones,
    topics,
    wishes,
    workers,
)
from db.tables import metadata
from jobs.purge import TERMS
from jobs.schedule import EVERY
from tests.test_migrations import HEAD  # which knows all tables

PAGE = (Path(__file__).parent.parent / "docs" / "privacy.md").read_text(encoding="utf-8")
LINES = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 4]
WHERE, UNTIL, BY = 1, 3, 4
KEPT: Mapping[str, tuple[str, str]] = {
    name: (line[UNTIL], line[BY]) for line in LINES for name in re.findall(r"`(\w+)`", line[WHERE])
}
TABLES = sorted([*metadata.tables, "fulltext"])
COMMANDS = {f"/{name}" for names in (READER_COMMANDS, *STAFF_COMMANDS.values()) for name in names}
# What goes with something else that has a term: by the database itself, or by the term.
WITH = {"quotes": "digests", **{table.name: "replies" for table in tombstones.OF_REPLY}}
BY_ITSELF = {"keywords"}  # by a step of its own, for it locks the desk
# Where else rows are ended: the module whose statement it is.
ELSEWHERE: Mapping[str, ModuleType] = {
    "blocked_words": blocked, "closings": closings, "comments": comments, "findings": findings, "follows": follows,
    "hubs": hubs, "probes": probes, "proposals": topics, "staff": staff, "wishes": wishes, "workers": workers,
}  # fmt: skip
# The archive and what belongs to it, what staff said, and what is a row or few: all else has a term.
STAY = {
    *("articles", "article_topics", "fulltext", "threads", "sources", "pushes", "topics", "filings", "broadcasts"),
    *("schedules", "learnt", "seals", "desk", "indexing", "versions", "publications", "comments"),
}
# Who is forgotten has no role; a ban outlives him; what is kept for him, and what names nobody, stays.
STAY_ALL_THE_SAME = {"staff", "bans", "erasures", "schedules", "inbox"}


def keepers(table: str) -> set[str]:
    """Answer who keeps the term of a table, as the page names them."""
    return set(re.findall(r"`([^`]+)`", KEPT[table][1]))


def test_every_table_has_a_line_and_every_line_a_table() -> None:
    named = [name for line in LINES for name in re.findall(r"`(\w+)`", line[WHERE])]
    assert sorted(named) == TABLES
    assert HEAD


@pytest.mark.parametrize("table", TABLES)
def test_somebody_keeps_it_or_it_stays(table: str) -> None:
    until, by = KEPT[table]
    assert keepers(table) <= {*EVERY, *COMMANDS, "qasid staff revoke"}
    assert ("stay" in until) == (table in STAY)
    assert keepers(table) or by.startswith("stays")


@pytest.mark.parametrize("table", TABLES)
def test_what_the_job_keeps_has_a_term_and_what_has_a_term_is_told(table: str) -> None:
    has_term = {term.table.name for term in TERMS} | BY_ITSELF
    assert ("purge" in keepers(table)) == (table in has_term or WITH.get(table) in has_term)


@pytest.mark.parametrize("table", TABLES)
def test_what_is_forgotten_with_its_person_is_among_his_places(table: str) -> None:
    whose = people.Person(1, "")
    places = {**people._places(whose, [1]), **people._mentions(whose), **people._referred(whose, [])}  # noqa: SLF001
    its = {str(place.name) for place in places} - STAY_ALL_THE_SAME
    assert ("/forget" in keepers(table)) == (table in its)


@pytest.mark.parametrize("table", ELSEWHERE)
def test_what_is_kept_elsewhere_is_ended_there(table: str) -> None:
    assert f"delete({table})" in inspect.getsource(ELSEWHERE[table])


def test_whatever_is_kept_by_neither_is_kept_elsewhere() -> None:
    others = {table for table in TABLES if not keepers(table) & {"purge", "/forget"} and "stay" not in KEPT[table][0]}
    assert others <= {*ELSEWHERE}
