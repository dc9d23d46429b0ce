"""The command `qasid`: what an operator does at the terminal. The commands of each noun are in `commands/`."""

import asyncio
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version as installed_version
from typing import Annotated

import typer

import runtime
from app import open_app
from commands import (
    articles,
    audit,
    backups,
    doctor,
    link,
    pushes,
    screening,
    secret,
    site,
    sources,
    staff,
    stats,
    topics,
)
from commands.acting import running
from db.engine import Database
from locales import choose_language, texts
from logs import set_up_logging
from newsroom.errors import QasidError, Refusal
from opening import make_fit_for_command
from settings import Settings, SettingsError, read_settings

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The Telegram newsroom."
)
for noun in (sources, articles, staff, pushes, topics, screening, audit, secret, site):
    cli.add_typer(noun.cli, name=noun.__name__.rpartition(".")[2])
for command in (backups, doctor, link, stats):
    command.register(cli)


def main() -> None:
    """Run a command; a mistake is one line, not a traceback."""
    try:
        cli()
    except Refusal as refusal:
        print(texts("en").plain(refusal.key, **refusal.values), file=sys.stderr)
        sys.exit(1)
    except (QasidError, SettingsError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def start_logging(settings: Settings) -> None:
    """Begin logging as the settings say, with their secrets struck out."""
    set_up_logging(settings.log_format, settings.secrets)


@cli.command()
def run(roles: Annotated[str, typer.Option(help="all, or some of bot, jobs, web, by commas.")] = "") -> None:
    """Run the bot and its jobs until told to stop (SIGTERM, Ctrl-C)."""
    settings = read_settings(roles=roles) if roles else read_settings()
    start_logging(settings)
    runtime.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Run until a signal; a second one ends at once."""
    async with open_app(settings) as app:
        runtime.settle_in()
        app.on_ready, app.on_beat = _tell("READY=1"), _tell("WATCHDOG=1")
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, _stop_once, app.stop, name)
        await app.run()


def _tell(state: str) -> Callable[[], None]:
    return lambda: runtime.tell_manager(state)


def _stop_once(stop: asyncio.Event, name: signal.Signals) -> None:
    runtime.tell_manager("STOPPING=1")
    if stop.is_set():
        signal.signal(name, signal.SIG_DFL)
        signal.raise_signal(name)
    stop.set()


@cli.command()
def demo(
    language: Annotated[str, typer.Option(help="The language of everybody's Telegram: ar, en, zh or fr.")] = "ar",
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.")] = 8080,
) -> None:
    """Show everything at work on a page in the browser, without Telegram and without the net."""
    import demo as demonstration  # noqa: PLC0415  (with a local Telegram, which a bot at work does not need)

    asyncio.run(demonstration.show(choose_language(language, "ar"), port))


@cli.command()
def sandbox(  # noqa: PLR0913  (each an option)
    *,
    token: Annotated[str, typer.Option(help="The token that is known; without it, one of no real bot.")] = "",
    port: Annotated[int, typer.Option(help="The port of the Bot API on 127.0.0.1; 0 takes a free one.")] = 8081,
    page: Annotated[int, typer.Option(help="The port of the page where people act; 0 takes a free one.")] = 8080,
    clock: Annotated[str, typer.Option(help="A moment (2027-01-15T08:00Z) at which time stands still.")] = "",
    seed: Annotated[int, typer.Option(help="What all that is by chance follows: the same again, the same again.")] = 0,
    latency: Annotated[float, typer.Option(help="Milliseconds that half of all answers take at most.")] = 0,
    limits: Annotated[bool, typer.Option(help="Refuse a bot that is too fast, as Telegram does.")] = True,
    checking: Annotated[bool, typer.Option(help="Compare what calls pass with the documents.")] = True,
) -> None:
    """Run a local Telegram for any bot: a Bot API server to point it at, and a page where people act."""
    from sandbox.alone import Wishes, serve  # noqa: PLC0415  (a bot at work needs no local Telegram)

    wishes = Wishes(token, port, page, clock, seed, latency / 1000, limits=limits, checking=checking)
    runtime.run(serve(wishes))


@cli.command()
def bench(
    what: Annotated[str, typer.Argument(help="Which figures.")] = "delivery",
    length: Annotated[str, typer.Argument(help="How many seconds, where that can be chosen.")] = "",
) -> None:
    """Print the figures that the docs quote."""
    try:
        from bench.__main__ import run_bench  # noqa: PLC0415  (it loads what only benches need)
    except ModuleNotFoundError as error:
        raise QasidError(f"{error.name} is not installed: benches run in a checkout, by `python3 dev bench`") from None
    run_bench(what, *filter(None, [length]))


@cli.command()
@running
async def migrate() -> None:
    """Bring the database to the schema of this version; SQLite's is backed up before, and so is it at each start."""
    settings = read_settings()
    database = Database(settings.database_url)
    try:
        if database.is_sqlite:
            await make_fit_for_command(database, settings)
        else:
            from db.migrate import migrate as run_migrations  # noqa: PLC0415  (loads Alembic)

            await run_migrations(database.url)
    finally:
        await database.close()
    print("The database is at the schema of this version.")


@cli.command()
def version() -> None:
    """Say which version this is."""
    print(installed_version("qasid"))


if __name__ == "__main__":
    main()
