"""`qasid doctor`: what is wrong and what to do, in words; its exit code is for monitors."""

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated

import orjson
import typer

from commands.acting import running, speak
from db.engine import Database
from locales import Texts
from newsroom.findings import Finding, Level, find_exit_code
from opening import open_checkup
from settings import read_settings

MARKS = {Level.WARNING: "!", Level.FAULT: "✖"}
TAG = re.compile(r"</?\w+>")
ISOLATES = str.maketrans("", "", "\u2068\u2069")


def register(cli: typer.Typer) -> None:
    """Take the command up."""
    cli.command("doctor")(examine)


@running
async def examine(
    *,
    language: Annotated[str, typer.Option(help="ar, en, zh or fr.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what is wrong and what to do. Answers 0: all is well, 1: to be seen to, 2: something does not work."""
    t, settings = speak(language), read_settings()
    database = Database(settings.database_url)
    try:
        async with open_checkup(settings, database, lambda: datetime.now(UTC)) as checkup:
            found = await checkup.look()
    finally:
        await database.close()
    print(_write_json(found) if as_json else write(found, t))
    if code := find_exit_code(found):
        raise typer.Exit(code)


def write(found: Sequence[Finding], t: Texts) -> str:
    """Answer findings as the terminal shows them, a line each, with what to do."""
    lines = [f"Qasid {version('qasid')}"]
    lines += [f"{MARKS[finding.level]} {t.diagnose(finding.name, finding.values)}" for finding in found]
    return html.unescape(TAG.sub("", "\n".join(lines if found else [*lines, t("doctor.well")]))).translate(ISOLATES)


def _write_json(found: Sequence[Finding]) -> str:
    told = [{"name": one.name, "level": one.level.name.lower(), **one.values} for one in found]
    return orjson.dumps({"version": version("qasid"), "findings": told}).decode()
