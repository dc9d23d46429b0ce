"""`qasid screening`: figures of a model, reasons of a reply, and plain words about a file that is no good."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import cli

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
