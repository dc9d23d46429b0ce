"""The docs name everything that there is (and `test_docs_named.py`: nothing else), and packaging is what they say."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from bot.menus import READER_COMMANDS, STAFF_COMMANDS
from cli import cli
from db.wakeup import JOBS
from jobs.schedule import EVERY
from newsroom.findings import NAMES
from newsroom.outcomes import Came
from newsroom.taxonomy import Kind, shipped_taxonomy
from web.metrics import COUNTERS, GAUGES, HISTOGRAMS, PREFIX

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
EVERYTHING = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def commands(group: Any = None, words: str = "qasid") -> Iterator[str]:
    """Yield every command of the terminal."""
    inside: Any = group or typer.main.get_command(cli)
    for name, command in inside.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}"


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_of_the_terminal_is_in_the_docs(command: str) -> None:
    assert f"`{command}" in OPERATIONS


@pytest.mark.parametrize("command", ["start", *READER_COMMANDS, *chain(*STAFF_COMMANDS.values())])
def test_every_command_of_the_bot_is_in_the_docs(command: str) -> None:
    assert re.search(rf"`/{command}[` ]", OPERATIONS)


@pytest.mark.parametrize("page", sorted(page.name for page in (ROOT / "docs").glob("*.md")))
def test_every_page_is_found_from_the_first(page: str) -> None:
    assert f"(docs/{page})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("job", JOBS)
def test_who_wakes_a_job_is_told(job: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (told,) = [line for line in page.splitlines() if line.startswith("Where rows fall due")]
    assert f"`{job}`" in told


@pytest.mark.parametrize("metric", [*COUNTERS, *HISTOGRAMS, *GAUGES])
def test_every_metric_is_in_the_docs(metric: str) -> None:
    assert f"`{PREFIX}{metric}`" in OPERATIONS


def test_every_cause_of_a_send_is_in_the_docs() -> None:
    line = next(line for line in OPERATIONS.splitlines() if line.startswith("| `qasid_sends`"))
    assert [came for came in Came if came not in line] == []


@pytest.mark.parametrize("job", EVERY)
def test_every_job_is_in_the_docs(job: str) -> None:
    assert f"| `{job}` |" in OPERATIONS


@pytest.mark.parametrize("finding", NAMES)
def test_every_finding_is_in_the_docs_with_its_remedy(finding: str) -> None:
    line = next(line for line in OPERATIONS.splitlines() if line.startswith("| `") and f"`{finding}`" in line)
    assert line.count("|") == 4


def test_what_is_woken_by_its_name_is_a_job() -> None:
    assert set(JOBS) <= set(EVERY)


def test_every_room_of_the_house_is_drawn() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")} | {path.name for path in ROOT.glob("*.py")}
    assert {room for room in rooms if room not in text} == set()


def test_the_numbers_in_the_docs_are_those_of_the_data() -> None:
    subjects = len(shipped_taxonomy().of_kind(Kind.SUBJECT))
    regions = len(shipped_taxonomy().of_kind(Kind.REGION))
    assert f"{subjects} subjects" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"**Regions** ({regions})" in EVERYTHING


def test_compose_starts_the_bot_after_the_schema_is_made() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["bot"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert services["bot"]["stop_grace_period"] == "20s"
    assert "sources" not in services["bot"]["environment"]["DATABASE_URL"]


def test_the_image_runs_as_nobody_special_and_tells_its_health() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = text.rpartition("FROM ")[2]
    assert "USER qasid" in final
    assert "HEALTHCHECK" in final
    assert "/healthz" in final


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_for_everything_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^([A-Za-z0-9_.\-\[\]]+)==", text, re.MULTILINE)
    assert len(pinned) > 50
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.partition("\n")[0]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme, ci = (ROOT / "README.md").read_text(encoding="utf-8"), (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in ("python3 dev test", "python3 dev run"):
        assert command in readme
    assert "\npython3 dev lint\npython3 dev test\npython3 dev test -m thorough\n" in ci
