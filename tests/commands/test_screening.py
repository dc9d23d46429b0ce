"""`qasid screening`: figures of a model, reasons of a reply, and plain words about a file that is no good."""

import asyncio
import base64
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import cli
from db.engine import Database
from db.store import audit, learnt
from newsroom.decisions import Learnt
from newsroom.scoring import PLACES, Example, Model, train

KIND = [f"شكرا على هذا الخبر رقم {number}" for number in range(20)]
RUDE = [f"يا غبي يا تافه رقم {number}" for number in range(10)]


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["screening", *words], input=typed)


def write(path: Path, *rows: object) -> str:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def decided(tmp_path: Path) -> str:
    """A file of decisions."""
    rows = [*({"text": text, "label": 0} for text in KIND), *({"text": text, "label": 1} for text in RUDE)]
    return write(tmp_path / "A.jsonl", *rows)


def figures(told: str) -> dict[str, str]:
    return {line[:28].strip(): line[28:] for line in told.splitlines()}


def test_the_worth_of_a_model_is_printed(decided: str, tmp_path: Path) -> None:
    asked = write(tmp_path / "B.jsonl", {"text": "غبي تافه", "label": 1}, {"text": "شكرا لكم", "label": 0})
    result = run("evaluate", "--train", decided, "--test", asked)
    told = figures(result.output)
    assert result.exit_code == 0
    assert told["AUC"] == told["precision in the top 10%"] == told["recall in the top 10%"] == "1.0000"
    assert told["lines to learn from"] == "30, of which 10 have the label 1"
    assert float(told["seconds of training"]) >= 0
    assert int(told["size of the model, bytes"].replace(",", "")) > 1000


@pytest.mark.parametrize(
    "line",
    [
        "not JSON", "[1]", "[" * 5000, "3", "{}", '{"text": "x"}', '{"label": 1}', '{"text": "x", "label": 2}',
        '{"text": 1, "label": 1}', '{"text": "x", "label": "1"}', '{"text": "\\ud800", "label": 1}',
        '{"text": "x", "label": [1]}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_decision_is_named(decided: str, tmp_path: Path, line: str) -> None:
    path = tmp_path / "B.jsonl"
    path.write_text(f'{{"text": "x", "label": 1}}\n\n{line}\n', encoding="utf-8")
    result = run("evaluate", "--train", decided, "--test", str(path))
    assert result.exit_code == 2
    assert f'{path}, line 3: expected {{"text": "…", "label": 0 or 1}}' in result.stderr


def test_bytes_that_are_no_text_are_named(decided: str, tmp_path: Path) -> None:
    path = tmp_path / "B.jsonl"
    path.write_bytes(b'{"text": "\xff", "label": 1}\n')
    result = run("evaluate", "--train", decided, "--test", str(path))
    assert result.exit_code == 2
    assert f"{path}, line 1" in result.stderr


def test_a_file_that_is_not_there_is_named(decided: str, tmp_path: Path) -> None:
    result = run("evaluate", "--train", str(tmp_path / "none.jsonl"), "--test", decided)
    assert result.exit_code == 2
    assert "none.jsonl: No such file" in result.stderr


@pytest.mark.parametrize("rows", [[], [{"text": "x", "label": 0}]])
def test_a_file_of_one_label_is_refused(decided: str, tmp_path: Path, rows: list[object]) -> None:
    path = write(tmp_path / "B.jsonl", *rows)
    result = run("evaluate", "--train", decided, "--test", path)
    assert result.exit_code == 2
    assert f"{path}: expected lines with the label 0 and lines with the label 1" in result.stderr


def test_a_mark_at_the_start_of_a_file_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "A.jsonl"
    path.write_bytes('\ufeff{"text": "غبي", "label": 1}\r\n{"text": "شكرا", "label": 0}\r\n'.encode())
    assert run("evaluate", "--train", str(path), "--test", str(path)).exit_code == 0


def test_flags_are_told_line_by_line(decided: str) -> None:
    asked = ("يا غبي، زر example.com", "well said, and thank you for it")
    typed = "".join(f'{{"text": "{text}", "language": "ar"}}\n' for text in asked)
    first, second = map(json.loads, run("explain", typed=typed).output.splitlines())
    assert first == {
        "flags": [
            {"kind": "link", "said": ["example.com"], "times": 1},
            {"kind": "insult", "said": ["غبي"], "times": 1},
        ]
    }
    assert [flag["kind"] for flag in second["flags"]] == ["language"]
    scored = json.loads(run("explain", "--train", decided, typed='{"text": "يا غبي"}\n').output)
    assert scored["score"] > 0.5
    assert scored["reasons"][0]["weight"] > 0


def test_a_line_that_has_no_text_is_named() -> None:
    result = run("explain", typed='{"text": "x"}\n{"said": "x"}\n')
    assert result.exit_code == 2
    assert 'standard input, line 2: expected {"text": "…"}' in result.stderr


async def keep(database: Database, decisions: int = 30) -> Model:
    """Let a model be learnt."""
    model = train([*(Example(text, 0) for text in KIND), *(Example(text, 1) for text in RUDE)])
    async with database.write() as connection:
        await learnt.store(connection, Learnt(0, datetime.now(UTC), 0, decisions), learnt.pack(model))
    return model


@pytest.fixture
def kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that commands open."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    return database


async def test_what_was_learnt_is_carried_to_another_newsroom_without_a_trace_of_texts(
    kept: Database, tmp_path: Path
) -> None:
    file = tmp_path / "model.json"
    assert (await asyncio.to_thread(run, "export", str(file))).exit_code == 2
    model = await keep(kept)
    result = await asyncio.to_thread(run, "export", str(file))
    assert (result.exit_code, "30 decisions" in result.output) == (0, True)
    assert json.loads(file.read_text(encoding="utf-8"))["moved"] == {}
    assert (await asyncio.to_thread(run, "import", str(file))).exit_code == 0
    async with kept.read() as connection:
        found = await learnt.load(connection)
        lines = await audit.list_newest(connection, "cli", 0, 5)
    assert found
    assert (found[0].version, found[0].decisions, found[0].is_own) == (2, 30, False)
    assert learnt.unpack(found[1]).score(RUDE[0]) == model.score(RUDE[0])
    assert [line.action for line in lines] == ["import model"]


@pytest.mark.parametrize(
    "change",
    [
        {"form": 99}, {"says": "x"}, {"says": "eJwDAAAAAAE="}, {"weights": None}, {"decisions": 0}, {"decisions": "3"},
        {"weights": base64.b64encode(zlib.compress(b"\xff" * 7 + b"\x7f" + bytes(8 * PLACES - 8))).decode()},
        {"says": base64.b64encode(zlib.compress(bytes(4 * PLACES))).decode()},
    ],
)  # fmt: skip
def test_what_is_no_model_is_not_taken_over(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(Model().dump() | {"decisions": 30} | change), encoding="utf-8")
    result = run("import", str(file))
    assert result.exit_code == 2
    assert str(file) in result.stderr


@pytest.mark.parametrize("said", ["", "[]", "3", "{}", "[" * 5000])
def test_what_is_no_file_of_ours_is_not_taken_over(tmp_path: Path, said: str) -> None:
    (tmp_path / "model.json").write_text(said, encoding="utf-8")
    assert run("import", str(tmp_path / "model.json")).exit_code == 2
    assert run("import", str(tmp_path / "none.json")).exit_code == 2
