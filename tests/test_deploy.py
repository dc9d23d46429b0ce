"""What is shipped for those who run it (deploy/): it is about what exists, and as tight as it says."""

import asyncio
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsroom.openings import PATH
from sandbox import Sandbox
from tests.e2e.process import process_in
from web.app import WEBHOOK_PATH
from web.metrics import COUNTERS, GAUGES, HISTOGRAMS, PREFIX
from web.websub import HUBS_PATH

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
EXISTING = {
    *(f"{PREFIX}{name}_total" for name in COUNTERS),
    *(f"{PREFIX}{name}_bucket" for name in HISTOGRAMS),
    *(f"{PREFIX}{name}" for name in GAUGES),
}
LABELS = {name: set(labels) for table in (COUNTERS, GAUGES) for name, (_, labels) in table.items()}
MOST_EXPOSED = 2.0  # of ten, by systemd-analyze


def rules() -> list[dict[str, Any]]:
    told = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def board() -> list[tuple[str, str]]:
    told = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    return [(panel["title"], target["expr"]) for panel in told["panels"] for target in panel["targets"]]


def expressions() -> list[tuple[str, str]]:
    return [(rule["alert"], rule["expr"]) for rule in rules()] + board()


@pytest.mark.parametrize(("name", "expression"), expressions())
def test_rules_and_board_ask_for_metrics_and_labels_that_exist(name: str, expression: str) -> None:
    named = re.findall(r"qasid_\w+", expression)
    assert named or "up{" in expression, name
    assert set(named) <= EXISTING
    for metric, label in re.findall(r"qasid_(\w+)\{(\w+)=", expression):
        assert label in LABELS[metric]
    for label, metric in re.findall(r"by \((\w+)\) \((?:\w+\()?qasid_(\w+)", expression):
        assert label in LABELS.get(metric.removesuffix("_total"), {"le"})


@pytest.mark.parametrize("name", [rule["alert"] for rule in rules() if rule["alert"].endswith("Late")])
def test_a_long_line_that_moves_wakes_nobody(name: str) -> None:
    (expression,) = (rule["expr"] for rule in rules() if rule["alert"] == name)
    (lane,) = set(re.findall(r'lane="(\w+)"', expression))
    rows = f'max(qasid_queue_rows{{lane="{lane}"}}'
    assert re.search(
        rf"qasid_queue_age_seconds.* and {re.escape(rows)}\) >= {re.escape(rows)} offset \d+m\)", expression
    )


def test_every_metric_is_on_the_board() -> None:
    shown = " ".join(expression for _, expression in board())
    assert {name for name in EXISTING if not re.search(rf"\b{name}\b", shown)} == set()


def test_every_alarm_has_its_remedy_in_the_docs() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in rules() if f"| `{rule['alert']}` |" not in text] == []


def test_the_proxy_passes_what_the_public_may_call_and_nothing_else() -> None:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    (passed,) = re.findall(r"@public path (.+)", text)
    assert passed.split() == [WEBHOOK_PATH, f"{HUBS_PATH}/*", f"{PATH}/*"]


def test_compose_for_roles_shares_the_work_and_keeps_backups() -> None:
    services = yaml.safe_load((DEPLOY / "compose.roles.yaml").read_text(encoding="utf-8"))["services"]
    assert services["jobs"]["command"] == ["qasid", "run", "--roles", "jobs"]
    assert services["bot"]["command"] == ["qasid", "run", "--roles", "bot,web"]
    for name in ("bot", "jobs"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert services[name]["environment"]["BACKUP_DIR"] == "/data/backups"
    assert services["jobs"]["volumes"] == ["backups:/data/backups"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_the_unit_is_hardened() -> None:
    words = ["systemd-analyze", "security", "--offline=true", str(DEPLOY / "qasid.service")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603  (our own words)
    told = re.search(r"Overall exposure level for qasid\.service: ([\d.]+)", done.stdout)
    assert told
    assert float(told[1]) <= MOST_EXPOSED


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """What systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(30)
        yield line


async def test_systemd_is_told_that_it_is_ready_that_it_lives_and_that_it_stops(
    tmp_path: Path, manager: socket.socket
) -> None:
    async with Sandbox(limits=None) as telegram:
        settings = {"BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "WEB_PORT": "0"}
        with process_in(tmp_path, **settings, NOTIFY_SOCKET=str(tmp_path / "notify")) as process:
            process.start()
            heard = [await asyncio.to_thread(manager.recv, 100) for _ in range(2)]
            await process.stop()
            while heard[-1] != b"STOPPING=1":
                heard.append(await asyncio.to_thread(manager.recv, 100))
    assert heard[:2] == [b"READY=1", b"WATCHDOG=1"]
