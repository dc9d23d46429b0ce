"""`qasid sources`: what is collected."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.acting import change, give, note, opened, running
from commands.topics import explain
from db.engine import Database
from db.store import AnyRow, hubs, sources
from db.store.topics import Topics
from jobs.check import read_source
from jobs.discover import Discovered, discover_any
from newsroom.errors import QasidError, SourceError
from newsroom.names import Directory
from newsroom.opml import read_opml, write_opml
from newsroom.policy import read_policy
from opening import make_fetcher
from settings import SettingsError, read_settings

cli = typer.Typer(no_args_is_help=True, help="The sources that are collected.")
Url = Annotated[str, typer.Argument(help="The address of the feed.")]


@cli.command("add")
@running
async def add_source(url: Url) -> None:
    """Collect a site or a feed from now on; what is in it now is archive. Its best source is found by itself."""
    if not url.startswith(("http://", "https://")):
        raise SettingsError("a source is an http:// or https:// address")
    address, told = await try_source(url)

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "add source", address, now)
        return await sources.add(connection, address, now) or await sources.revive(connection, address, now)

    await change(act, f"Added: {address}\n{told}", f"It is known already: {address}\n{told}")


async def try_source(url: str) -> tuple[str, str]:
    """Answer the address at which a source is to be read, and what was found there now.."""
    try:
        async with make_fetcher(read_settings()) as fetcher:
            found = await discover_any(url, fetcher, datetime.now(UTC))
    except SourceError as error:
        return url, f"It cannot be read now: {error.reason}. It is tried again, ever more seldom."
    if found.is_page:
        raise QasidError(f"{url} is the page of one article and tells of no other: give the address of its site")
    return found.url, tell_found(found)


@cli.command("list")
@running
async def list_sources() -> None:
    """List the sources and how they fare."""
    async with opened() as database, database.read() as connection:
        told = {row.source_id: tell_hub(row) for row in await hubs.list_all(connection)}
        for row in await sources.list_all(connection):
            state = f"failing ({row.failures}): {row.last_error}" if row.failures else row.state
            polled = f"{row.polled_at:%Y-%m-%d %H:%M}" if row.polled_at else "never polled"
            print(f"{row.id}\t{row.url}\t{row.title}\t{state}\t{polled}{told.get(row.id, '')}")


def tell_hub(row: AnyRow) -> str:
    """Answer how it stands with the hub of a source, and until when it tells; `verified` is one that never told yet."""
    state = "verified" if row.state == "asked" and row.until else row.state
    until = f" until {row.until:%Y-%m-%d %H:%M}" if row.until else ""
    return f"\thub {state}{until}" + (f": {row.last_error}" if row.last_error else "")


@cli.command("pause")
@running
async def pause_source(url: Url) -> None:
    """Collect a source no longer, until it is added or resumed."""
    await set_source(url, "paused")


@cli.command("resume")
@running
async def resume_source(url: Url) -> None:
    """Collect a paused source again."""
    await set_source(url, "active")


async def set_source(url: str, state: str) -> None:
    """Change the state of a source."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, f"source {'resume' if state == 'active' else 'pause'}", url, now)
        return await sources.set_state(connection, url, state, now)

    await change(act, f"Now {state}: {url}", f"No such source: {url}")


@cli.command("set")
@running
async def set_policy(
    url: Url,
    name: Annotated[str, typer.Argument(help="gate, topics, quiet, language, label, text or withdrawals.")],
    said: Annotated[str, typer.Argument(help="What is said of it, as newsroom/policy.py lists.")],
) -> None:
    """Say how a source is dealt with: `qasid sources set URL gate held`; of what it brings from now on."""
    async with opened() as database:
        directory = (await Topics(database).renew()).directory
    policy = read_policy(name, said, partial(find_tag, directory))

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, f"source {name}", url, now, said)
        return await sources.change(connection, url, **policy)

    await change(act, f"Said of {url}: {name} {said}", f"No such source: {url}")


def find_tag(directory: Directory, name: str) -> str:
    """Answer the topic of a tag or a name. Raises QasidError unless it means one."""
    found = [name] if name in directory.taxonomy.topics else [topic.tag for topic in directory.find(name)]
    if len(found) != 1:
        raise QasidError(f"{name}: {'one of ' + ', '.join(found) if found else 'no topic is called so'}")
    return found[0]


@cli.command("remove")
@running
async def remove_source(url: Url) -> None:
    """Collect a source no longer; its articles stay."""

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        await note(connection, "remove source", url, now)
        return await sources.remove(connection, url)

    await change(act, f"Removed: {url}", f"No such source: {url}")


@cli.command("import")
@running
async def import_sources(file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True)]) -> None:
    """Collect the sources of an OPML file from now on; those that are known stay as they are."""
    listed, now = read_opml(file.read_bytes(), str(file)), datetime.now(UTC)
    async with opened() as database, database.write(urgent=True) as connection:
        added = await sources.add_all(connection, listed, now)
        await note(connection, "import sources", file.name, now, f"{len(added)} of {len(listed)}")
    print("\n".join([f"Added: {one.url}" for one in added] + [f"{len(listed) - len(added)} were known already."]))


@cli.command("export")
@running
async def export_sources(
    file: Annotated[Path | None, typer.Argument(help="Where to; else it is printed.")] = None,
) -> None:
    """Write the sources that are collected as OPML, as any feed reader takes it."""
    async with opened() as database, database.read() as connection:
        text = write_opml(await sources.list_collected(connection), "Qasid", datetime.now(UTC))
    give(text, file)


def tell_found(found: Discovered) -> str:
    """Answer what was found at an address."""
    if found.is_page:
        return "No source, but the page of one article"
    return f"{found.feed.title or 'No title'} · {found.kind} · {len(found.feed.items)} items"


async def tell_polls(database: Database, url: str) -> None:
    """Print how the polls of a source went, if it is one."""
    async with database.read() as connection:
        known = await sources.find_at(connection, url)
    if known:
        print(f"Polled {known.polled_at or 'never'}, failures in a row: {known.failures} {known.last_error}".strip())


@cli.command("check")
@running
async def check_source(url: Url) -> None:
    """Read a source and print what would be stored and why; nothing is."""
    settings = read_settings()
    async with opened() as database:
        await tell_polls(database, url)
        classifier = await Topics(database).classifier()
        async with make_fetcher(settings) as fetcher:
            found, reads = await read_source(url, database, fetcher, classifier, datetime.now(UTC))
        if found.url != url:
            await tell_polls(database, found.url)
    print(f"{tell_found(found)}, read from {found.url}\n")
    for read in reads:
        changed = f", changed {read.item.modified_at}" if read.item.modified_at else ""
        dated = f"{read.item.published_at or 'no date'}{changed}"
        print(f"{read.item.title}\n  {dated}  {read.item.url}  [{read.item.language}]")
        print(f"  {read.item.lead[:120]}")
        print(f"  {', '.join(read.topicality.tags)}  ←  {explain(read.topicality)}\n")
