"""The wheel: it has everything that the program needs, and runs outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  (our own words)
    return next(folder.glob("qasid-*.whl"))


def test_the_wheel_holds_texts_data_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [
        *(f"locales/{language}.po" for language in ("ar", "en", "zh", "fr")),
        *(f"newsroom/data/{name}.toml" for name in ("subjects", "regions", "places", "provinces", "cities")),
        *(str(path.relative_to(ROOT)) for path in (ROOT / "db" / "migrations").rglob("*.py")),
        "sandbox/samples/articles.toml",
        *(
            f"bot/fonts/{name}"
            for name in ("sans-regular.ttf", "sans-bold.ttf", "han-regular.otf", "han-bold.otf", "OFL.txt")
        ),
        *(f"sandbox/page/static/{name}" for name in ("index.html", "chat.css", "main.js", "icon.svg")),
        *(f"sandbox/page/words/{language}.json" for language in ("ar", "en", "zh", "fr")),
        "demo/bot.py",
        "settings.py",
        "cli.py",
    ]
    assert [name for name in wanted if name not in names] == []
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


@pytest.mark.thorough
def test_it_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "site"),
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'qasid.db'}",
    }

    def run(*words: str) -> str:
        command = [sys.executable, "-c", "import cli; cli.main()", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import cli, db, locales; print(cli.__file__, db.__file__, locales.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.count(str(tmp_path / "site")) == 3
    assert "schema of this version" in run("migrate")
    assert "c:TJ" in run("topics", "explain", "--title", "قمة في دوشنبه")
    assert run("sources", "add", "https://site.example/feed").startswith("Added: https://site.example/feed\n")
    assert "https://site.example/feed" in run("sources", "list")
