"""Whatever the docs name exists: links, addresses and anchors, commands and their options, settings, files.

`tests/test_docs.py` looks from the other side: whatever exists is in the docs.
"""

import re
import subprocess
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
from telegram.ext import CommandHandler

from bench.__main__ import BENCHES
from bot.handlers import all_handlers
from cli import cli
from settings import Settings
from web.app import WEBHOOK_PATH
from web.websub import HUBS_PATH

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SUFFIXES = "py toml yaml yml json md service php po lock txt db key"
OF_A_NAME = re.compile(rf"[\w.*/-]*\w\.(?:{'|'.join(SUFFIXES.split())})|[a-z][\w-]*(?:/[\w-]+)*/")
IN_A_FOLDER = re.compile(rf"(?<![\w/.:@-])(?:[\w-]+/)+[\w.-]*\w\.(?:{'|'.join(SUFFIXES.split())})\b")
ADDRESS = re.compile(r"\b[a-z+]+://[^\s)`\"'>«»…]*[^\s)`\"'>«»….,:;]")
# Where addresses may lead: whoever is new here has been looked up.
HOSTS = {"127.0.0.1", "api.telegram.org", "core.telegram.org", "keepachangelog.com", "t.me"}
EXAMPLES = {"site.example", "your-site.example", "host"}
SCHEMES = {"http", "https", "postgresql+asyncpg", "sqlite+aiosqlite"}
OF_A_BOT = re.compile(r"/\w+_bot\?start=(?:[ar]_\d+|t_[a-z-]+|own_|staff_)")
# What is made while it runs, belongs to others, or is typed wrongly on purpose.
MADE = {"data.json", "data.txt", "secret.key", "qasid.db", "robots.txt"}
OF_BOTFATHER = {"newbot", "setuserpic", "setdescription", "setprivacypolicy", "setinline", "setinlinefeedback"}
OF_BOTFATHER |= {"setprivacy", "mybots", "revoke"}
TYPED_WRONGLY = {"folow"}
PATHS = {"healthz", "readyz", "metrics", WEBHOOK_PATH.strip("/"), HUBS_PATH.strip("/")}
OF_A_SANDBOX = {"acts", "log"}  # of its page: tests/sandbox/test_alone.py asks there


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spans(page: Path) -> list[str]:
    """Answer what stands in the line as code."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", read(page)))


def typed(page: Path, kind: str) -> list[str]:
    """Answer the lines of blocks of a kind."""
    return [line for of, block in FENCE.findall(read(page)) if of == kind for line in block.splitlines()]


def anchors(page: Path) -> set[str]:
    """Answer the anchors of a page, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", read(page)), re.MULTILINE)
    bare = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in bare}


def by_page(test: Any) -> Any:
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)(test)


@by_page
def test_every_link_leads_somewhere_and_every_anchor_is_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


@by_page
def test_every_named_file_and_folder_is_there(page: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    names = {Path(name).name for name in listed.split()}
    for name in filter(OF_A_NAME.fullmatch, spans(page)):
        here = bool(list(ROOT.glob(name.removeprefix("./").rstrip("/"))))
        assert here or name in names | MADE, name


@by_page
def test_every_file_that_a_sentence_names_is_there(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", ADDRESS.sub("", FENCE.sub("", read(page))))
    for name in IN_A_FOLDER.findall(text):
        assert (ROOT / name).exists() or (page.parent / name).exists(), name


@by_page
def test_every_address_is_known(page: Path) -> None:
    for address in ADDRESS.findall(read(page)):
        told = urlsplit(address)
        assert told.scheme in SCHEMES, address
        if told.scheme.startswith("http"):
            assert told.hostname in HOSTS | EXAMPLES, address
        if told.hostname == "127.0.0.1":
            assert told.port in set(list_ports()), address
            assert told.path.strip("/") in {"", *PATHS, *OF_A_SANDBOX}, address
        if told.hostname == "t.me" and told.path != "/BotFather":
            assert OF_A_BOT.match(address.partition(told.netloc)[2]), address


def list_ports() -> Iterator[int]:
    """Yield the ports that the bot and the commands open where they are told nothing else."""
    yield Settings.model_fields["web_port"].default
    group: Any = typer.main.get_command(cli)
    for command in group.commands.values():
        yield from (option.default for option in command.params if option.name in {"port", "page"})


def commands_of(words: list[str]) -> Iterator[tuple[Any, list[str]]]:
    """Yield the commands that words of a terminal mean, `a|b` being two, with what follows their names."""
    group: Any = typer.main.get_command(cli)
    head, *rest = words
    for name in head.split("|"):
        command = group.commands[name]
        if not hasattr(command, "commands") or not rest:
            yield command, rest
        else:
            yield from ((command.commands[inner], rest[1:]) for inner in rest[0].split("|"))


def refuse_unknown(line: str, words: list[str]) -> None:
    """Fail where the program knows no such command, or the command no such option."""
    try:
        found = list(commands_of(words))
    except KeyError:
        pytest.fail(f"no such command: {line}")
    for command, rest in found:
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        unknown = [word for word in re.findall(r"--[\w-]+", " ".join(rest)) if word not in known | {"--help"}]
        assert not unknown, line


def bare(line: str) -> str:
    return re.sub(r"\s+#.*", "", line).strip()


@by_page
def test_every_command_of_the_terminal_exists_with_its_options(page: Path) -> None:
    for line in map(bare, [*spans(page), *typed(page, "sh")]):
        if re.match(r"qasid\s", line):
            refuse_unknown(line, line.split()[1:])


def load_dev() -> Any:
    loader = SourceFileLoader("dev", str(ROOT / "dev"))
    spec = spec_from_loader("dev", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@by_page
def test_every_call_of_dev_does_something(page: Path) -> None:
    actions = load_dev().ACTIONS
    for line in map(bare, [*spans(page), *typed(page, "sh")]):
        if line.startswith("python3 dev "):
            action, *rest = line.split()[2:]
            if action not in actions:
                refuse_unknown(line, [action, *rest])
            if action == "bench" and rest:
                assert rest[0] in BENCHES, line
            assert all(list(ROOT.glob(word)) for word in rest if word.startswith("tests/")), line


def test_every_option_that_stands_alone_is_some_command_s() -> None:
    known: set[str] = set()
    whole: list[Any] = [typer.main.get_command(cli)]
    while whole:
        command = whole.pop()
        whole += getattr(command, "commands", {}).values()
        known |= {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    alone = {option for page in PAGES for span in spans(page) for option in re.findall(r"^--[\w-]+", span)}
    assert alone - known == set()


def known_to_the_bot() -> set[str]:
    every = (handler for group in all_handlers().values() for handler in group)
    return {name for handler in every if isinstance(handler, CommandHandler) for name in handler.commands}


@by_page
def test_every_command_of_the_bot_exists(page: Path) -> None:
    said = [*spans(page), *typed(page, "telegram")]
    named = {found[1] for line in said if (found := re.match(r"/([a-z]+)(?=$|[\s_])", line))}
    assert named - known_to_the_bot() - OF_BOTFATHER - TYPED_WRONGLY - PATHS == set()
    asked = {found[1] for line in typed(page, "botfather") if (found := re.match(r"/([a-z]+)", line))}
    assert asked <= OF_BOTFATHER


@by_page
def test_every_setting_exists(page: Path) -> None:
    settings = {name.upper() for name in Settings.model_fields}
    places = [*ROOT.glob("[!.]*/**/*.py"), *ROOT.glob("compose*.yaml")]
    constants = "\n".join(path.read_text(encoding="utf-8") for path in places)
    for span in [*spans(page), *typed(page, "env")]:
        found = re.match(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?$", span)
        assert not found or found[1] in settings or re.search(rf"\b{found[1]}\b", constants), span


def read_environment() -> set[str]:
    """Answer the names that are read off the environment: settings, what tests and tools ask for, compose's."""
    code = [
        path.read_text(encoding="utf-8") for path in [*ROOT.glob("[!.]*/**/*.py"), *ROOT.glob("*.py"), ROOT / "dev"]
    ]
    asked = {name for text in code for name in re.findall(r"environ(?:\.\w+\(|\[)\"(\w+)\"", text)}
    composed = {name for path in ROOT.rglob("compose*.yaml") for name in re.findall(r"\$\{(\w+)", read(path))}
    return {name.upper() for name in Settings.model_fields} | asked | composed


@by_page
def test_every_name_that_is_given_a_value_is_read(page: Path) -> None:
    known, lines = read_environment(), [*spans(page), *(line for kind in ("env", "sh") for line in typed(page, kind))]
    for line in lines:
        given = re.match(r"(?:[A-Z][A-Z0-9_]*=\S* ?)+", line)
        assert set(re.findall(r"(?:^| )([A-Z][A-Z0-9_]*)=", given[0] if given else "")) <= known, line
