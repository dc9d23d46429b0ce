"""The command `qasid`: what an operator does at the terminal.

Each command opens the database, does one thing, says what it did, and answers 0; what cannot be done is said in one
line on standard error and answers 1. A new command is a function here, and a line in docs/operations.md.
"""

import asyncio
import json
import signal
import sys
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

import demo as demonstration
from app import make_fetcher, open_app, read_taxonomy
from db.engine import Database
from db.migrate import migrate as run_migrations
from db.migrate import prepare
from db.store import deliveries, pushes, queue, staff, topics
from db.store import sources as source_store
from jobs.collect import read_source
from logs import set_up_logging
from newsroom.articles import ParsedArticle
from newsroom.errors import QasidError
from newsroom.pushes import PushState
from newsroom.roles import Role
from newsroom.taxonomy import LANGUAGES, shipped_taxonomy
from newsroom.topics import Classifier, Topicality
from settings import Settings, SettingsError, read_settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The Telegram newsroom.")
sources_cli = typer.Typer(no_args_is_help=True, help="The sources that are collected.")
staff_cli = typer.Typer(no_args_is_help=True, help="Who may do what.")
pushes_cli = typer.Typer(no_args_is_help=True, help="What is on its way to readers.")
topics_cli = typer.Typer(no_args_is_help=True, help="Topics and how articles get them.")
cli.add_typer(sources_cli, name="sources")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(pushes_cli, name="pushes")
cli.add_typer(topics_cli, name="topics")

Params = ParamSpec("Params")
Url = Annotated[str, typer.Argument(help="The address of the feed.")]
UserId = Annotated[int, typer.Argument(help="The numeric Telegram id.")]
PushId = Annotated[int, typer.Argument(help="The number that `pushes list` shows.")]


def main() -> None:
    """Run a command; a mistake is one line, not a traceback."""
    try:
        cli()
    except (QasidError, SettingsError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def running(work: Callable[Params, Coroutine[Any, Any, None]]) -> Callable[Params, None]:
    """Run an async command in a loop of its own."""

    @wraps(work)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> None:
        asyncio.run(work(*args, **kwargs))

    return run


def start_logging(settings: Settings) -> None:
    """Begin logging as the settings say, with their secrets struck out."""
    secrets = (settings.bot_token.get_secret_value(), settings.webhook_secret.get_secret_value())
    set_up_logging(settings.log_format, secrets)


@cli.command()
def run(roles: Annotated[str, typer.Option(help="all, or some of bot, jobs, web, by commas.")] = "") -> None:
    """Run the bot and its jobs until told to stop (SIGTERM, Ctrl-C)."""
    settings = read_settings(**({"roles": roles} if roles else {}))
    start_logging(settings)
    asyncio.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Run until a signal; a second one ends at once."""
    async with open_app(settings) as app:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, _stop_once, app.stop, name)
        await app.run()


def _stop_once(stop: asyncio.Event, name: signal.Signals) -> None:
    if stop.is_set():
        signal.signal(name, signal.SIG_DFL)
        signal.raise_signal(name)
    stop.set()


@cli.command()
def demo(
    seconds: Annotated[float, typer.Option(help="Between two articles of the sample site.")] = 12,
    language: Annotated[str, typer.Option(help="The reader's language: ar, en, zh or fr.")] = "ar",
) -> None:
    """Show everything at work, without Telegram and without the net."""
    asyncio.run(demonstration.show(seconds, language))


@cli.command()
def sandbox(
    token: Annotated[str, typer.Option(help="The token that is known.")] = "1234567:sandbox-token-of-no-worth-whatever",
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.")] = 8081,
) -> None:
    """Run a local Bot API server, to point any bot at (TELEGRAM_API_URL)."""
    asyncio.run(demonstration.serve_sandbox(token, port))


@cli.command()
def bench(what: Annotated[str, typer.Argument(help="Which figures.")] = "delivery") -> None:
    """Print the figures that the docs quote."""
    from bench.__main__ import run_bench  # noqa: PLC0415  (it loads what only benches need)

    run_bench(what)


@cli.command()
@running
async def migrate() -> None:
    """Bring the database to the schema of this version."""
    await run_migrations(Database(read_settings().database_url).url)
    print("The database is at the schema of this version.")


@cli.command()
def version() -> None:
    """Say which version this is."""
    print(installed_version("qasid"))


@asynccontextmanager
async def opened() -> AsyncIterator[Database]:
    """Open the database beside a bot that may be running; it is prepared if it is new."""
    database = Database(read_settings().database_url)
    try:
        await prepare(database)
        yield database
    finally:
        await database.close()


async def change(act: Callable[[AsyncConnection, datetime], Awaitable[bool]], done: str, not_done: str) -> None:
    """Do one act in a transaction and say what came of it; what was not done answers 1."""
    async with opened() as database, database.write(urgent=True) as connection:
        was_done = await act(connection, datetime.now(UTC))
    print(done if was_done else not_done, file=sys.stdout if was_done else sys.stderr)
    if not was_done:
        raise typer.Exit(1)


async def note(connection: AsyncConnection, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """Put an act at the terminal on the audit."""
    await staff.note(connection, "cli", action, subject, detail, now)


@sources_cli.command("add")
@running
async def add_source(url: Url) -> None:
    """Collect a feed from now on; what is in it now is archive."""
    if not url.startswith(("http://", "https://")):
        raise SettingsError("a source is an http:// or https:// address")

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "add source", url, now)
        return await source_store.add(connection, url, now)

    await change(act, f"Added: {url}", f"It is known already: {url}")


@sources_cli.command("list")
@running
async def list_sources() -> None:
    """List the sources and how they fare."""
    async with opened() as database, database.read() as connection:
        for row in await source_store.list_all(connection):
            state = f"failing ({row.failures}): {row.last_error}" if row.failures else row.state
            polled = f"{row.polled_at:%Y-%m-%d %H:%M}" if row.polled_at else "never polled"
            print(f"{row.id}\t{row.url}\t{row.title}\t{state}\t{polled}")


@sources_cli.command("pause")
@running
async def pause_source(url: Url) -> None:
    """Collect a source no longer, until it is added or resumed."""
    await set_source(url, "paused")


@sources_cli.command("resume")
@running
async def resume_source(url: Url) -> None:
    """Collect a paused source again."""
    await set_source(url, "active")


async def set_source(url: str, state: str) -> None:
    """Change the state of a source."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, f"source {state}", url, now)
        return await source_store.set_state(connection, url, state, now)

    await change(act, f"Now {state}: {url}", f"No such source: {url}")


@sources_cli.command("remove")
@running
async def remove_source(url: Url) -> None:
    """Collect a source no longer; its articles stay."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "remove source", url, now)
        return await source_store.remove(connection, url)

    await change(act, f"Removed: {url}", f"No such source: {url}")


@sources_cli.command("check")
@running
async def check_source(url: Url) -> None:
    """Read a source and print what would be stored and why; nothing is."""
    settings = read_settings()
    async with opened() as database, database.read() as connection:
        known = [row for row in await source_store.list_all(connection) if row.url == url]
    for row in known:
        print(f"Polled {row.polled_at or 'never'}, failures in a row: {row.failures} {row.last_error}".strip())
    async with make_fetcher(settings) as fetcher:
        feed, reads = await read_source(url, fetcher, Classifier(shipped_taxonomy()), datetime.now(UTC))
    print(f"{feed.title or 'No title'} · {len(reads)} items\n")
    for read in reads:
        print(f"{read.item.title}\n  {read.item.published_at or 'no date'}  {read.item.url}  [{read.item.language}]")
        print(f"  {read.item.lead[:120]}")
        print(f"  {', '.join(read.topicality.tags)}  ←  {explain(read.topicality)}\n")


@staff_cli.command("grant")
@running
async def grant_role(user: UserId, role: Role) -> None:
    """Give somebody a role."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "grant", str(user), now, role)
        return await staff.grant(connection, user, role, now)

    await change(act, f"{user} is {role} now.", f"{user} is {role} already.")


@staff_cli.command("revoke")
@running
async def revoke_role(user: UserId, role: Annotated[Role | None, typer.Argument(help="All roles if none is named.")] = None) -> None:
    """Take a role, or all of them; the last owner stays."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        owners = [person for person, had in await staff.list_all(connection) if had is Role.OWNER]
        if owners == [user] and role in {None, Role.OWNER}:
            raise SettingsError(f"{user} is the last owner: make somebody else an owner first")
        await note(connection, "revoke", str(user), now, role or "all")
        return await staff.revoke(connection, user, role) > 0

    await change(act, f"{user} has no longer: {role or 'any role'}.", f"{user} had no such role.")


@staff_cli.command("list")
@running
async def list_staff() -> None:
    """List who has which role."""
    async with opened() as database, database.read() as connection:
        for user, role in await staff.list_all(connection):
            print(f"{user}\t{role}")


@pushes_cli.command("list")
@running
async def list_pushes(limit: Annotated[int, typer.Option(help="How many of the newest.")] = 20) -> None:
    """List the newest pushes and how far they are."""
    async with opened() as database, database.read() as connection:
        for row in await pushes.list_newest(connection, limit):
            counts = row.counts or await deliveries.count_by_state(connection, row.id)
            told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nobody"
            print(f"{row.id}\tarticle {row.story_id}\t{row.state}\t{told}")


@pushes_cli.command("pause")
@running
async def pause_push(push: PushId) -> None:
    """Send nothing more of a push until it is resumed."""
    await set_push(push, "pause push", PushState.PAUSED, [PushState.RUNNING])


@pushes_cli.command("cancel")
@running
async def cancel_push(push: PushId) -> None:
    """Send nothing more of a push, ever; what is in flight arrives."""
    await set_push(push, "cancel push", PushState.CANCELLED, [PushState.RUNNING, PushState.PAUSED])


@pushes_cli.command("resume")
@running
async def resume_push(push: PushId) -> None:
    """Go on with a paused push, and with what had been stopped because Telegram refused its text."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "resume push", str(push), now)
        return await queue.resume(connection, push, now)

    await change(act, f"Push {push} goes on.", f"No push {push} that could go on.")


async def set_push(push: int, action: str, state: PushState, among: list[PushState]) -> None:
    """Change the state of a push."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, action, str(push), now)
        return await pushes.set_state(connection, push, state, among, now)

    await change(act, f"Push {push} is {state}.", f"No push {push} that could be {state}.")


@topics_cli.command("load")
@running
async def load_topics(file: Annotated[Path, typer.Argument(help="A TOML file as docs/editorial.md shows it.", exists=True)]) -> None:
    """Lay other names, more words or new subjects over the shipped topics; a running bot takes them at its next start."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        for tag, row in rows.items():
            words = {language: row.get(language, []) for language in LANGUAGES}
            await topics.put(connection, tag, row.get("name", {}), words, now)
            await note(connection, "load topic", tag, now)
        return bool(rows)

    await change(act, f"Loaded: {', '.join(rows)}", "There is no topic in that file.")


@topics_cli.command("explain")
@running
async def explain_topics(
    as_json: Annotated[bool, typer.Option("--json", help="Lines of JSON in and out.")] = False,
    title: Annotated[str, typer.Option(help="A title; with --json the lines come from standard input.")] = "",
    lead: Annotated[str, typer.Option(help="The lead.")] = "",
) -> None:
    """Say what an article would be about, and why."""
    async with opened() as database:
        classifier = Classifier(await read_taxonomy(database))
    if not as_json:
        print(explain_lines(classifier.classify(ParsedArticle("", "", title, lead))))
        return
    for line in filter(str.strip, sys.stdin):
        row = json.loads(line)
        item = ParsedArticle("", "", row.get("title", ""), row.get("lead", ""), language=row.get("language", ""))
        print(json.dumps(as_values(classifier.classify(item)), ensure_ascii=False))


def explain(topicality: Topicality) -> str:
    """Answer the heaviest word for each topic, in a line."""
    return "; ".join(f"{tag}: {found[0].word} ({found[0].zone})" for tag, found in topicality.why.items() if found)


def explain_lines(topicality: Topicality) -> str:
    """Answer each topic with all its words, a line each."""
    told = {tag: topicality.why.get(tag, []) for tag in topicality.tags}
    return "\n".join(
        f"{tag}\t" + ", ".join(f"{one.word} ({one.zone} {one.weight})" for one in reasons) for tag, reasons in told.items()
    )


def as_values(topicality: Topicality) -> dict[str, Any]:
    """Answer what an article is about as plain values."""

    def bare(tags: list[str]) -> list[str]:
        return [tag.partition(":")[2] for tag in tags]

    return {
        "subjects": bare(topicality.subjects),
        "places": bare(topicality.places),
        "regions": bare(topicality.regions),
        "provinces": bare(topicality.provinces),
        "why": dict(topicality.reasons_by_tag()),
    }


if __name__ == "__main__":
    main()
