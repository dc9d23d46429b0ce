"""`qasid topics`: what topics there are and how articles get them."""

import json
import sys
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from app import read_taxonomy
from commands.acting import change, note, opened, running
from db.store import topics
from newsroom.articles import ParsedArticle
from newsroom.taxonomy import LANGUAGES
from newsroom.topics import Classifier, Topicality

cli = typer.Typer(no_args_is_help=True, help="Topics and how articles get them.")


@cli.command("load")
@running
async def load_topics(
    file: Annotated[Path, typer.Argument(help="A TOML file as docs/editorial.md shows it.", exists=True)],
) -> None:
    """Lay names, words or new subjects over the shipped topics; a running bot takes them at its next start."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))

    async def act(connection: AsyncConnection, now: datetime) -> bool:
        for tag, row in rows.items():
            words = {language: row.get(language, []) for language in LANGUAGES}
            await topics.put(connection, tag, row.get("name", {}), words, now)
            await note(connection, "load topic", tag, now)
        return bool(rows)

    await change(act, f"Loaded: {', '.join(rows)}", "There is no topic in that file.")


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
