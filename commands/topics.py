"""`qasid topics`: what topics there are and how articles get them."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.acting import change, give, note, opened, running, speak
from db.store import articles, corrections, filings, topics
from db.store.topics import Topics
from locales import Texts
from newsroom.amendments import Amendment
from newsroom.articles import ParsedArticle
from newsroom.errors import QasidError, TopicFileError
from newsroom.filing import UNFILED, Filing
from newsroom.reasons import Reason as Fault
from newsroom.retagging import LATELY, Stored, Trial, find_changes
from newsroom.taxonomy import ALL, shipped_taxonomy
from newsroom.topicfiles import read_topics, write_topics
from newsroom.topics import Classifier, Reason, Topicality
from opening import read_semantics
from settings import read_settings

cli = typer.Typer(no_args_is_help=True, help="Topics and how articles get them.")
Tag = Annotated[str, typer.Argument(help="A topic's tag, such as s:economy.")]
SHOWN = 5  # articles that gain or lose a topic


@cli.command("load")
@running
async def load_topics(
    file: Annotated[Path, typer.Argument(help="A TOML file as docs/editorial.md shows it.", exists=True)],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would change.")] = False,
    language: Annotated[str, typer.Option(help="ar, en, zh or fr: in which faults are told.")] = "en",
) -> None:
    """Say names and words of topics, instead of what was said of them before; in force at once, everywhere."""
    t = speak(language)
    try:
        told = read_topics(file.read_bytes(), shipped_taxonomy())
    except TopicFileError as error:
        raise QasidError(f"{file}\n{write_faults(error.faults, t)}") from None
    async with opened() as database:
        async with database.read() as connection:
            said = await topics.list_in_force(connection)
            stored = await articles.list_stored(connection, LATELY)
        changed = {tag: amendment for tag, amendment in told.items() if amendment != said.get(tag, Amendment())}
        in_force = Topics(database)
        await in_force.renew()
        print(tell_effect(said, changed, stored, in_force))
        if dry_run or not changed:
            return
        async with database.write(urgent=True) as connection:
            await articles.lock_desk(connection)
            for tag, amendment in changed.items():
                await say(connection, tag, amendment)
    print(f"In force: {', '.join(changed)}")


def write_faults(faults: Sequence[Fault], t: Texts) -> str:
    """Answer what is wrong with a file as the terminal shows it, a line each."""
    return "\n".join([t.plain("file.faults"), *(_explain_fault(t, fault) for fault in faults)])


def _explain_fault(t: Texts, fault: Fault) -> str:
    told = {name: _explain_fault(t, one) if isinstance(one, Fault) else one for name, one in fault.values.items()}
    return t.plain(f"fault.{fault.key}", **told)


@cli.command("export")
@running
async def export_topics(
    file: Annotated[Path | None, typer.Argument(help="Where to; else it is printed.")] = None,
) -> None:
    """Write what is said of topics over the shipped data, in the form that `load` reads."""
    async with opened() as database, database.read() as connection:
        text = write_topics(await topics.list_in_force(connection))
    give(text, file)


@cli.command("history")
@running
async def show_history(tag: Tag) -> None:
    """List what was said of a topic, the newest first, with when and by whom."""
    async with opened() as database, database.read() as connection:
        told = await topics.write_history(connection, tag)
    print(told.rstrip() or f"Nothing was ever said of {tag}: it is as shipped.")


@cli.command("restore")
@running
async def restore_topic(
    tag: Tag, version: Annotated[int, typer.Argument(help="A number that `history` shows; 0 is as shipped.")]
) -> None:
    """Say of a topic again what an older version said, as its newest version."""

    async def act(connection: AsyncConnection, _now: datetime) -> bool:
        said = await topics.find_version(connection, tag, version)
        if said is not None:
            await articles.lock_desk(connection)
            await say(connection, tag, said)
        return said is not None

    await change(act, f"{tag}: what version {version} says is in force.", f"{tag} has no version {version}.")


@cli.command("of")
@running
async def file_article(
    number: Annotated[int, typer.Argument(help="The article's number.")],
    under: Annotated[list[str] | None, typer.Option(help="A tag that it has, such as s:health.")] = None,
    out: Annotated[list[str] | None, typer.Option(help="A tag that it has not.")] = None,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Leave its topics to its words again.")] = False,
) -> None:
    """Show the topics of an article and why it has them; or file it otherwise, in force at once."""
    known = {*shipped_taxonomy().topics} - {ALL}
    async with opened() as database:
        is_changed = bool(under or out or undo)
        in_force = Topics(database, semantics=read_semantics(read_settings()) if is_changed else None)
        classifier = await in_force.classifier()
        if unknown := {*(under or ()), *(out or ())} - known.union(classifier.taxonomy.topics):
            raise typer.BadParameter(f"no topic has the tag {', '.join(sorted(unknown))}: `explain` prints tags")
        if is_changed:
            async with database.write(urgent=True) as connection:
                await articles.lock_desk(connection)
                before = UNFILED if undo else await filings.find_one(connection, number)
                await _file(connection, number, before.changed(under or (), out or ()), classifier)
        async with database.read() as connection:
            why = await articles.list_reasons(connection, number)
    if not why:
        raise typer.BadParameter(f"there is no article {number}")
    print(explain_lines(why))


async def _file(connection: AsyncConnection, number: int, filing: Filing, classifier: Classifier) -> None:
    stored, now = await articles.find_stored(connection, number), datetime.now(UTC)
    if stored is not None:
        await corrections.refile(connection, number, filing, classifier.classify(stored), ("cli", now))
        await note(connection, "file article", str(number), now, filing.told)


async def say(connection: AsyncConnection, tag: str, said: Amendment) -> None:
    """Bring what is said into force; the running bot tells the newest articles."""
    now = datetime.now(UTC)
    version = await topics.say(connection, tag, said, "cli", now)
    await note(connection, "change topic", tag, now, f"version {version}")


def tell_effect(
    said: dict[str, Amendment], changed: dict[str, Amendment], stored: list[Stored], in_force: Topics
) -> str:
    """Answer what a change of several topics does to the newest articles, topic by topic."""
    if not changed:
        return "Nothing changes: all of this is in force already."
    changes = find_changes(stored, said, {**said, **changed}, in_force.classifier_of)
    lines = [f"Of the newest {len(stored)} articles, {len(changes)} would have other topics."]
    for tag in changed:
        trial = Trial.of(tag, len(stored), changes)
        lines.append(f"{tag}: {len(trial.gaining)} would gain it, {len(trial.losing)} would lose it")
        for sign, found in (("+", trial.gaining), ("-", trial.losing)):
            lines += [f"  {sign} {article.number}\t{article.title}" for article in found[:SHOWN]]
    return "\n".join(lines)


@cli.command("explain")
@running
async def explain_topics(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Lines of JSON in and out.")] = False,
    title: Annotated[str, typer.Option(help="A title; with --json the lines come from standard input.")] = "",
    lead: Annotated[str, typer.Option(help="The lead.")] = "",
) -> None:
    """Say what an article would be about, and why."""
    async with opened() as database:
        classifier = await Topics(database, semantics=read_semantics(read_settings())).classifier()
    if not as_json:
        found = classifier.classify(ParsedArticle("", "", title, lead))
        print(explain_lines({tag: found.why.get(tag, []) for tag in found.tags}))
        return
    for line in filter(str.strip, sys.stdin):
        row = json.loads(line)
        item = ParsedArticle("", "", row.get("title", ""), row.get("lead", ""), language=row.get("language", ""))
        print(json.dumps(as_values(classifier.classify(item)), ensure_ascii=False))


def explain(topicality: Topicality) -> str:
    """Answer the heaviest word for each topic, in a line."""
    return "; ".join(f"{tag}: {found[0].word} ({found[0].zone})" for tag, found in topicality.why.items() if found)


def explain_lines(told: Mapping[str, Sequence[Reason]]) -> str:
    """Answer each topic with all its words, a line each."""
    return "\n".join(
        f"{tag}\t" + ", ".join(f"{one.word} ({one.zone} {one.weight})" for one in reasons)
        for tag, reasons in told.items()
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
