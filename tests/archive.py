"""A sample archive of our own words in four languages, and queries with the articles that must be found, in order.

The articles are samples and say so. A query whose answer changes is looked at by a person, then written down anew.
"""

import json
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.queries import operators
from db.store import articles, sources
from db.store.articles import Place
from db.store.search import Scope, find
from newsroom.articles import ParsedArticle
from newsroom.names import Directory
from newsroom.search import parse_query
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Topicality

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SITE = "https://site.example"


def read_lines(name: str) -> list[dict[str, Any]]:
    """Answer the records of a file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


ARTICLES, QUERIES = read_lines("archive.jsonl"), read_lines("queries.jsonl")


@cache
def directory() -> Directory:
    """Answer the names of the shipped topics."""
    return Directory(shipped_taxonomy())


async def store(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Store articles of the archive, under the numbers that they say if they come in order."""
    await sources.add(connection, f"{SITE}/feed", NOW)
    for row in rows:
        item = ParsedArticle(
            guid=str(row["number"]),
            url=f"{SITE}/{row['number']}",
            title=row["title"],
            lead=row["lead"],
            body=row["body"],
            language=row["language"],
            published_at=NOW - timedelta(days=row["days_ago"]),
        )
        stored = await articles.add(connection, item, Place(1, archived=True), NOW)
        await articles.set_topics(connection, stored.id, _topics(row["topics"]))


def _topics(tags: list[str]) -> Topicality:
    kinds: dict[str, list[str]] = {"s": [], "c": [], "r": []}
    for tag in tags:
        kinds[tag[0]].append(tag)
    return Topicality(kinds["s"], kinds["c"], kinds["r"])


async def ask(connection: AsyncConnection, said: str, limit: int = 100) -> list[int]:
    """Answer the numbers that a query finds."""
    query = parse_query(said, operators())
    tags = tuple(tuple(topic.tag for topic in directory().find(name)) for name in query.topics)
    after, before = (datetime.combine(day, time(), UTC) if day else None for day in (query.after, query.before))
    return await find(connection, query, Scope(tags, after, before), limit)
