"""The shape of the code: short functions, files of a size to be read at once, a docstring for each module."""

import ast
import subprocess
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
LONGEST_FUNCTION, LONGEST_FILE, MEDIAN_FUNCTION = 50, 400, 8
GENERATED = "db/migrations/versions"  # migrations are written by Alembic and as long as their schema


def python_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.py", "dev"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    named = [ROOT / name for name in listed.stdout.split()] or sorted(ROOT.glob("*/**/*.py"))
    return [path for path in named if path.exists() and ".venv" not in path.parts and GENERATED not in str(path)]


FILES = python_files()


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [(node.name, (node.end_lineno or 0) - node.body[0].lineno + 1) for node in found]


def find_faults(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    faults = {
        "it does not say what it is for and where the next of its kind goes": not ast.get_docstring(ast.parse(text)),
        "it is too long": len(text.splitlines()) > LONGEST_FILE,
        **{f"{name} is too long": lines > LONGEST_FUNCTION for name, lines in functions(path)},
    }
    return [fault for fault, is_there in faults.items() if is_there]


def test_every_file_can_be_read_at_once() -> None:
    assert {str(path.relative_to(ROOT)): faults for path in FILES if (faults := find_faults(path))} == {}


def test_functions_are_short() -> None:
    ours = [lines for path in FILES if "tests" not in path.parts for _, lines in functions(path)]
    assert median(ours) <= MEDIAN_FUNCTION
