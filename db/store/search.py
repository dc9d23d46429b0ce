"""The index of the archive: what each article is found by, kept with the article, and asked for hits.

    an article, a new version, a correction ─▶ put, in the same transaction
    what was there before the index         ─▶ index_more, step by step from the newest down

SQLite: a contentless FTS5 table, whose old tokens must be told to be taken out: the old words give them again.
PostgreSQL: a row for each article, its vectors made of our tokens and their places, never by its own parser.
On both, hits are the articles whose title has all the words, then the others, each by number from the newest down.
An index that another analyser made is made anew. What is taken back stays in the index and is left out of the hits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, cast, column, delete, exists, insert, literal, not_, select, table, text, update
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Select

from db.meanings import indexing
from db.store import each, rows
from db.tables import article_topics, articles, desk, versions
from newsroom.search import PASSED, Entry, Query, Term, analyser, make_entry

Words = tuple[str, str, str]  # title, lead and body of a version

FTS = table("fulltext", column("rowid"), column("fulltext"))
VECTORS = table("fulltext", column("article_id"), column("title", TSVECTOR), column("words", TSVECTOR))
PUT_FTS = text("INSERT INTO fulltext (rowid, title, words) VALUES (:number, :title, :words)")
DROP_FTS = text("INSERT INTO fulltext (fulltext, rowid, title, words) VALUES ('delete', :number, :title, :words)")
CLEAR_FTS = text("INSERT INTO fulltext (fulltext) VALUES ('delete-all')")
PUT_VECTORS = text(
    "INSERT INTO fulltext (article_id, title, words)"
    " VALUES (:number, CAST(:title AS tsvector), CAST(:words AS tsvector))"
)
STATE = select(indexing.c.analyser, indexing.c.below)


@dataclass(frozen=True, slots=True)
class Scope:
    """Within what is looked for: of each of these, one of its topics; and from one moment to another."""

    topics: tuple[tuple[str, ...], ...] = ()  # tags
    after: datetime | None = None
    before: datetime | None = None


async def put(connection: AsyncConnection, number: int, new: Words, old: Words | None = None) -> None:
    """Let an article be found by the words of its newest version, and no longer by those of the one before.

    One that the index has not come to yet is left to it. Called under the desk's lock, as all that writes articles.
    """
    state = (await connection.execute(STATE)).one_or_none()
    if state is None or new == old:
        return
    if state.analyser != analyser():  # another version of the program is at work beside us
        await connection.execute(update(indexing).values(analyser=""))
    elif number >= state.below:
        if old:
            await _drop(connection, number, make_entry(*old))
        await _write(connection, {number: make_entry(*new)})


async def is_behind(connection: AsyncConnection) -> bool:
    """Tell whether there is something to index, or the index is to be made anew."""
    state = (await connection.execute(STATE)).one_or_none()
    return state is None or bool(state.analyser != analyser() or state.below > 1)


async def index_more(connection: AsyncConnection, limit: int) -> bool:
    """Index the next `limit` articles below those that are, under the desk's lock; tells whether there are more.

    An index of another analyser is emptied first, and begun anew.
    """
    state = (await connection.execute(STATE)).one_or_none()
    if state is None or state.analyser != analyser():
        await _begin(connection)
        return True
    lowest: int = max(1, state.below - limit)
    newest = and_(versions.c.article_id == articles.c.id, versions.c.version == articles.c.version)
    found = select(articles.c.id, *versions.c["title", "lead", "body"]).join(versions, newest)
    these = found.where(articles.c.id >= lowest, articles.c.id < state.below)
    entries = {row.id: make_entry(row.title, row.lead, row.body) for row in await rows(connection, these)}
    await _write(connection, entries)
    await connection.execute(update(indexing).values(below=lowest))
    return bool(lowest > 1)


async def make_anew(connection: AsyncConnection) -> None:
    """Let the index be emptied and made anew, by whoever runs the job."""
    await connection.execute(update(indexing).values(analyser=""))


async def _begin(connection: AsyncConnection) -> None:
    await connection.execute(CLEAR_FTS if _is_sqlite(connection) else text("TRUNCATE fulltext"))
    await connection.execute(delete(indexing))
    count = (await connection.execute(select(desk.c.articles))).scalar_one()
    await connection.execute(insert(indexing).values(id=1, analyser=analyser(), below=count + 1))


async def _write(connection: AsyncConnection, entries: Mapping[int, Entry]) -> None:
    put_in, told = (PUT_FTS, _lines) if _is_sqlite(connection) else (PUT_VECTORS, _vectors)
    await each(connection, put_in, ({"number": number, **told(entry)} for number, entry in entries.items()))


async def _drop(connection: AsyncConnection, number: int, entry: Entry) -> None:
    if _is_sqlite(connection):
        await connection.execute(DROP_FTS, {"number": number, **_lines(entry)})
    else:
        await connection.execute(delete(VECTORS).where(VECTORS.c.article_id == number))


def _is_sqlite(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "sqlite"


def _lines(entry: Entry) -> dict[str, str]:
    """Answer an entry as FTS5 takes it: tokens between spaces."""
    return {"title": " ".join(entry.title), "words": " ".join(entry.text)}


def _vectors(entry: Entry) -> dict[str, str]:
    """Answer an entry as PostgreSQL takes it; a phrase does not go from the title over into the text."""
    title = [*_placed(entry.title, 1)]
    return {"title": " ".join(title), "words": " ".join([*title, *_placed(entry.text, len(entry.title) + 2)])}


def _placed(tokens: Sequence[str], first: int) -> Iterator[str]:
    return (f"'{token}':{place}" for place, token in enumerate(tokens, first) if token != PASSED)


async def find(connection: AsyncConnection, query: Query, scope: Scope, limit: int) -> list[int]:
    """Answer the numbers of the articles that fit, at most `limit`, in the order of the hits.

    Of the articles of one story it is the first. Without a word, all within the scope fit.
    """
    stages = (_of_sqlite if _is_sqlite(connection) else _of_postgres)(query, _within(scope))
    found: list[int] = []
    for stage in stages:
        if len(found) < limit:
            found += (await connection.execute(stage.limit(limit - len(found)))).scalars()
    return found


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    about = exists().where(article_topics.c.article_id == articles.c.id)
    return [
        articles.c.id == articles.c.story_id,
        articles.c.retracted.is_(None),
        articles.c.gate.is_(None),
        *(about.where(article_topics.c.tag.in_(tags)) for tags in scope.topics),
        *([articles.c.appeared_at >= scope.after] if scope.after else []),
        *([articles.c.appeared_at < scope.before] if scope.before else []),
    ]


def _of_sqlite(query: Query, within: Sequence[ColumnElement[bool]]) -> Iterator[Select[Any]]:
    """Yield a query for each stage; FTS5 reads its index from the newest down, and stops at the limit."""
    wanted = " AND ".join(map(_write_fts, query.terms))
    unwanted = [*map(_write_fts, query.excluded)]
    if not query.terms:
        yield _all_but(within, articles.c.id.not_in(_matched(" OR ".join(unwanted))) if unwanted else None)
        return
    first = f"(title : ({wanted}))"
    for fits, fits_not in ((first, unwanted), (f"({wanted})", [first, *unwanted])):
        matched = _matched(f"{fits} NOT ({' OR '.join(fits_not)})" if fits_not else fits)
        known = exists().where(articles.c.id == FTS.c.rowid, *within)
        yield matched.where(known).order_by(FTS.c.rowid.desc())


def _matched(expression: str) -> Select[Any]:
    return select(FTS.c.rowid).where(FTS.c.fulltext.op("MATCH")(expression))


def _write_fts(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"{" *" if term.is_begun else ""}'


def _of_postgres(query: Query, within: Sequence[ColumnElement[bool]]) -> Iterator[Select[Any]]:
    """Yield a query for each stage."""
    wanted = " & ".join(map(_write_tsquery, query.terms))
    unwanted = " | ".join(map(_write_tsquery, query.excluded))
    left_out = [_has(VECTORS.c.words, unwanted)] if unwanted else []
    if not query.terms:
        excluded = select(VECTORS.c.article_id).where(*left_out)
        yield _all_but(within, articles.c.id.not_in(excluded) if unwanted else None)
        return
    known = select(articles.c.id).join(VECTORS, VECTORS.c.article_id == articles.c.id)
    in_title = _has(VECTORS.c.title, wanted)
    for fits in (in_title, and_(_has(VECTORS.c.words, wanted), ~in_title)):
        yield known.where(fits, *map(not_, left_out), *within).order_by(VECTORS.c.article_id.desc())


def _has(vector: ColumnElement[Any], expression: str) -> ColumnElement[bool]:
    return vector.op("@@", is_comparison=True)(cast(literal(expression, Text), TSQUERY))


def _write_tsquery(term: Term) -> str:
    *firsts, last = (f"'{token}'" for token in term.tokens)
    return f"({' <-> '.join([*firsts, f'{last}:*' if term.is_begun else last])})"


def _all_but(within: Sequence[ColumnElement[bool]], left: ColumnElement[bool] | None) -> Select[Any]:
    kept = within if left is None else [*within, left]
    return select(articles.c.id).where(*kept).order_by(articles.c.id.desc())
