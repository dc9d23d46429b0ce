"""Who may import whom, and which framework lives where. The house is drawn in docs/architecture.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = "app bench bot cli commands crew db demo jobs locales logs newsroom opening runtime sandbox settings web"
OURS = set(ROOMS.split())

# What each room may import of ours, besides itself. Tests and bench may import anything.
MAY_IMPORT: dict[str, set[str]] = {
    "newsroom": set(),
    "settings": set(),
    "locales": set(),
    "logs": set(),
    "runtime": set(),
    "sandbox": set(),
    "db": {"newsroom"},
    "bot": {"db", "newsroom", "locales"},
    "jobs": {"db", "newsroom"},
    "web": {"db", "newsroom"},
    "opening": {"bot", "db", "jobs", "newsroom", "settings", "web"},
    "crew": {"bot", "jobs", "newsroom", "opening", "web"},
    "app": {"bot", "crew", "db", "jobs", "newsroom", "opening", "settings", "web"},
    "demo": {"app", "db", "jobs", "locales", "logs", "newsroom", "runtime", "sandbox", "settings"},
    "commands": {"db", "jobs", "locales", "newsroom", "opening", "settings"},
    "cli": {
        "app",
        "bench",
        "commands",
        "db",
        "demo",
        "locales",
        "logs",
        "newsroom",
        "opening",
        "runtime",
        "sandbox",
        "settings",
    },
}

# Where a framework may be imported; what is not listed may be used anywhere in our rooms.
LIVES_IN: dict[str, set[str]] = {
    "telegram": {"bot", "app"},
    "sqlalchemy": {"db", "app", "commands", "bot", "jobs", "web"},
    "alembic": {"db"},
    "aiosqlite": {"db"},
    "asyncpg": set(),
    "apscheduler": {"jobs"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "prometheus_client": {"web"},
    "aiohttp": {"bot", "jobs", "sandbox"},
    "aiohappyeyeballs": {"bot"},
    "httptools": {"bot", "sandbox"},
    "babel": {"locales", "newsroom", "bot"},
    "feedparser": {"newsroom"},
    "fastfeedparser": {"newsroom"},
    "courlan": {"newsroom"},
    "cryptography": {"db"},
    "segno": {"commands"},
    "snowballstemmer": {"newsroom"},
    "tzfpy": {"newsroom"},
    "pydantic": {"settings"},
    "pydantic_settings": {"settings"},
    "typer": {"cli", "commands"},
    "uvloop": {"runtime"},
    "structlog": {"app", "bot", "jobs", "logs", "newsroom", "opening"},
}
# Of SQLAlchemy, only db writes statements; others may name the connection that they are handed, and say SELECT 1.
ONLY_NAMED = {"sqlalchemy.ext.asyncio.AsyncConnection", "sqlalchemy.text"}


def modules(room: str) -> Iterator[Path]:
    file = ROOT / f"{room}.py"
    yield from [file] if file.exists() else sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import does not say its room"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if top(name) in OURS - {room} - MAY_IMPORT[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_framework_lives_in_its_room(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if room not in LIVES_IN.get(top(name), {room})
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["app", "bot", "commands", "jobs", "web"])
def test_only_db_writes_statements(room: str) -> None:
    named = [name for path in modules(room) for name in imports(path) if top(name) == "sqlalchemy"]
    assert set(named) <= ONLY_NAMED


def test_every_room_is_known() -> None:
    rooms = {path.stem for path in ROOT.glob("*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms - {"tests"} == OURS
    assert set(MAY_IMPORT) == OURS - {"bench"}


def test_the_rules_have_no_clock_of_their_own() -> None:
    wrong = [path.name for path in modules("newsroom") if "datetime.now" in path.read_text(encoding="utf-8")]
    assert wrong == []
