"""`qasid stats`: the figures of `/stats` at the terminal, for whoever keeps them elsewhere."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from commands.acting import opened, running
from db.store import stats
from newsroom.stats import Span, dump, period_of
from settings import read_settings


def register(cli: typer.Typer) -> None:
    """Take the command up."""
    cli.command("stats")(show_stats)


@running
async def show_stats(
    span: Annotated[
        Span, typer.Argument(help="Of which days, in the newsroom's zone; today is among them.")
    ] = Span.WEEK,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; times are seconds.")] = False,
) -> None:
    """Count readers, articles, deliveries, openings and replies of some days."""
    settings = read_settings()
    period = period_of(span, settings.default_timezone, datetime.now(UTC))
    counts = settings.count_openings and bool(settings.public_url)
    async with opened() as database, database.read() as connection:
        told = dump(await stats.read(connection, period, counts_openings=counts))
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(_write(told)))


def _write(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures a line each: their names, and what is counted of each."""
    for name, value in told.items():
        for path, figure in _flatten(name, value):
            yield f"{path.replace('_', ' ')}\t{'none' if figure is None else figure}"


def _flatten(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for part, inner in value.items():
            yield from _flatten(f"{name} {part}", inner)
    else:
        yield name, value
