"""Searching 100,000 articles on SQLite: the index against `LIKE`, over the same queries and in the same order of hits.

    synthetic articles ─▶ the base ─▶ the job that indexes ─▶ one-word and two-word queries, from common to rare

`LIKE` answers what a plain database can: titles with all the words first, then the others, the newest first.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.report import Bar, print_bars
from bench.words import Vocabulary
from db.engine import Database
from db.migrate import migrate
from db.store import articles, search, sources
from db.store.search import Scope
from db.tables import articles as articles_table
from db.tables import desk, versions
from jobs.index import CHUNK, Indexer
from newsroom.search import parse_query

ARTICLES = 100_000
CHARACTERS = 1_850
AT_ONCE = 1_000
GENTLY, LARGE = 4_000, 500  # articles that are indexed by the job's own steps, and the step of the others
LISTED = 101  # hits that a search asks for
ROUNDS = 5
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
PAGES = (
    "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
)
COMMON_TO_RARE = (0, 1, 2, 4, 7, 11, 16, 24, 36, 54, 80, 120, 170, 230, 300)  # ranks among the stems
RARE_NAMES = (0, 40, 400, 2_000, 6_000)
PAIRS = (
    (0, 1),
    (0, 7),
    (1, 36),
    (2, 80),
    (4, 16),
    (7, 11),
    (11, 120),
    (16, 24),
    (24, 230),
    (36, 54),
    (54, 300),
    (80, 170),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """How long queries took, in milliseconds, each the median of its rounds, and how many hits they had."""

    spans: Sequence[float]
    hits: Sequence[int]

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.spans)

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return quantiles(self.spans, n=20)[18]


def run(count: str = str(ARTICLES)) -> None:
    """Print what a search takes beside `LIKE`, and what the index takes beside the articles."""
    with tempfile.TemporaryDirectory(prefix="qasid-bench-") as folder:
        asyncio.run(_run(f"sqlite+aiosqlite:///{Path(folder) / 'search.db'}", int(count)))


async def _run(url: str, count: int) -> None:
    await migrate(make_url(url))
    database, vocabulary = Database(url), Vocabulary()
    try:
        began = time.perf_counter()
        await fill(database, vocabulary, count)
        base = await count_bytes(database)
        print(f"SQLite {sqlite3.sqlite_version}, {count} articles of {CHARACTERS} characters, written in ", end="")
        print(f"{time.perf_counter() - began:.0f} s: {base / 1e6:.0f} MB")
        gently, fast = await index(database, count)
        growth = (await count_bytes(database) - base) / base
        print(f"index: {gently:.0f} articles/s by the job's steps of {CHUNK}, {fast:.0f} by steps of {LARGE}", end="")
        print(f"; {growth:.1%} of the base\n")
        await compare(database, [*queries(vocabulary)], growth)
    finally:
        await database.close()


async def fill(database: Database, vocabulary: Vocabulary, count: int) -> None:
    """Store articles that mean nothing, as many and as long as they are said to be."""
    async with database.write() as connection:
        await articles.open_desk(connection)
        await sources.add(connection, "https://samples.example/feed", BEGAN)
    for first in range(1, count + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count + 1))
        written = [vocabulary.write(CHARACTERS) for _ in numbers]
        async with database.write() as connection:
            await connection.execute(insert(articles_table), [_article(number) for number in numbers])
            rows = [_version(number, *texts) for number, texts in zip(numbers, written, strict=True)]
            await connection.execute(insert(versions), rows)
            await connection.execute(update(desk).values(articles=numbers[-1]))


def _article(number: int) -> dict[str, Any]:
    address, at = f"https://samples.example/{number}", BEGAN + timedelta(minutes=30 * number)
    named = {"guid": address, "url": address, "canonical_url": address, "content_hash": f"{number:032x}"}
    times = {"published_at": at, "seen_at": at, "appeared_at": at}
    return {"id": number, "story_id": number, "source_id": 1, "language": "ar", "archived": True, **named, **times}


def _version(number: int, title: str, body: str) -> dict[str, Any]:
    texts = {"title": title, "lead": body.partition(".")[0], "body": body, "author": "", "image": ""}
    return {"article_id": number, "version": 1, "seen_at": BEGAN, **texts}


async def count_bytes(database: Database) -> int:
    """Answer the room of all tables with their indexes."""
    async with database.read() as connection:
        return int((await connection.execute(text(PAGES))).scalar_one())


async def index(database: Database, count: int) -> tuple[float, float]:
    """Index everything, the beginning by the job's own steps; answer how many articles a second that were."""
    await Indexer(database).step()
    gentle = min(count // 2, GENTLY)
    rates = []
    for chunk, articles_there in ((CHUNK, gentle), (LARGE, count - gentle)):
        indexer, began = Indexer(database, chunk), time.perf_counter()
        for _ in range(-(-articles_there // chunk)):
            await indexer.step()
        rates.append(articles_there / (time.perf_counter() - began))
    return rates[0], rates[1]


def queries(vocabulary: Vocabulary) -> Iterator[str]:
    """Yield queries of one and of two words, from common to rare."""
    stems, names = vocabulary.stems, vocabulary.names
    yield from (stems[rank] for rank in COMMON_TO_RARE)
    yield from (names[rank] for rank in RARE_NAMES)
    yield from (f"{stems[first]} {stems[second]}" for first, second in PAIRS)
    yield from (f"{names[first]} {names[second]}" for first, second in pairwise(RARE_NAMES))
    yield from (
        f"{stems[rank]} {names[other]}" for rank, other in zip(COMMON_TO_RARE[::2], RARE_NAMES * 2, strict=False)
    )


async def compare(database: Database, asked: Sequence[str], growth: float) -> None:
    """Time every query both ways, and print what came of it."""
    async with database.read() as connection:
        ours = await time_all(asked, ROUNDS, lambda said: find(connection, said))
        plain = await time_all(asked, 1, lambda said: find_like(connection, said))
    print(f"{len(asked)} queries         p50 ms    p95 ms   slowest")
    for name, answers in (("index", ours), ("LIKE", plain)):
        print(f"{name:12} {answers.p50:15.2f} {answers.p95:9.2f} {max(answers.spans):9.2f}")
    found = (
        f"{sum(hits > 0 for hits in ours.hits)} of {len(asked)} with hits, {sum(hits >= LISTED for hits in ours.hits)}"
    )
    print(f"{found} with more than {LISTED - 1}")
    print_bars([
        Bar("LIKE ÷ index, p50", plain.p50 / ours.p50, 50),
        Bar("LIKE ÷ index, p95", plain.p95 / ours.p95, 50),
        Bar("index ÷ base", growth, 0.45, at_most=True),
    ])  # fmt: skip


async def time_all(asked: Sequence[str], rounds: int, answer: Any) -> Answers:
    """Ask every query once to warm up, where there are several rounds, and then in each of them."""
    spans: list[list[float]] = [[] for _ in asked]
    hits = [0] * len(asked)
    for turn in range(rounds + (rounds > 1)):
        for place, said in enumerate(asked):
            began = time.perf_counter()
            hits[place] = len(await answer(said))
            if turn or rounds == 1:
                spans[place].append((time.perf_counter() - began) * 1000)
    return Answers([median(one) for one in spans], hits)


async def find(connection: AsyncConnection, said: str) -> list[int]:
    """Answer the hits of the index, the query read included."""
    return await search.find(connection, parse_query(said, {}), Scope(), LISTED)


async def find_like(connection: AsyncConnection, said: str) -> Sequence[Any]:
    """Answer the hits of `LIKE`."""
    words = {f"w{place}": f"%{word}%" for place, word in enumerate(said.split())}
    in_title = " AND ".join(f"title LIKE :{name}" for name in words)
    anywhere = " AND ".join(f"(title LIKE :{name} OR body LIKE :{name})" for name in words)
    query = (
        f"SELECT article_id FROM versions JOIN articles ON id = article_id WHERE {anywhere} AND retracted IS NULL"  # noqa: S608
        f" ORDER BY ({in_title}) DESC, article_id DESC LIMIT {LISTED}"
    )
    return (await connection.execute(text(query), words)).all()
