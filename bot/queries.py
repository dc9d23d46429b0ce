"""What a person looks for, read with all that it depends on: the words before a day in every language, the topics.

A query is kept nowhere: it stands in the message that shows its hits, set apart, and is read there again by a press.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.talk import Newsroom
from db.store.search import Scope
from locales import END_ISOLATE, ISOLATE, LANGUAGES, Texts, texts
from newsroom.errors import Refusal
from newsroom.names import Directory
from newsroom.search import LONGEST_QUERY, Query, clean_query, parse_query
from newsroom.text import fold

SET_APART = re.compile(f"{ISOLATE}([^{END_ISOLATE}]*){END_ISOLATE}")
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query: as it is said back, and as it is looked for."""

    said: str
    query: Query
    scope: Scope


def read_query(said: str, newsroom: Newsroom) -> Asked:
    """Read a query. Raises Refusal where a day or a topic is none, or there is nothing to look for."""
    query = parse_query(said, operators())
    if query.unread:
        raise Refusal("search.day", day=query.unread[0])
    if query.is_empty:
        raise Refusal("search.empty")
    topics = tuple(_find_tags(newsroom.directory, name) for name in query.topics)
    after, before = (_begin(day, newsroom.zone) for day in (query.after, query.before))
    return Asked(clean_query(said), query, Scope(topics, after, before))


def _find_tags(directory: Directory, name: str) -> tuple[str, ...]:
    """Answer the topics that a name may mean: any of them will do."""
    found = tuple(topic.tag for topic in directory.find(name))
    if not found:
        raise Refusal("follow.unknown", name=name)
    return found


def _begin(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None


@cache
def operators() -> Mapping[str, str]:
    """Answer the words that stand before a day, folded, those of all languages."""
    found = {"after": "after", "before": "before"}
    for t in map(texts, LANGUAGES):
        found |= {fold(word): "after" for word in t.words("search.after")}
        found |= {fold(word): "before" for word in t.words("search.before")}
    return found


def read_shown(shown: str) -> str:
    """Answer the query of the message that shows its hits; nothing where it has none."""
    found = SET_APART.search(shown)
    return clean_query(found[1]) if found else ""


def narrow_to_topic(said: str, tag: str, directory: Directory, language: str) -> str:
    """Answer a query that also asks for a topic, by a name that means it alone; nothing where it grows too long."""
    topic = directory.taxonomy.topics.get(tag)
    for name in (directory.taxonomy.name(tag, language), topic.slug) if topic else ():
        word = f"#{name.replace(' ', '_')}"
        (meant, *more) = parse_query(word, {}).topics or ("",)
        if not more and [one.tag for one in directory.find(meant)] == [tag]:
            return _join(said, word)
    return ""


def narrow_to_lately(said: str, now: datetime, zone: str, t: Texts) -> str:
    """Answer a query for what appeared lately; nothing where it grows too long."""
    day = (now - LATELY).astimezone(ZoneInfo(zone)).date()
    return _join(said, f"{t.words('search.after')[0]}:{day.isoformat()}")


def _join(said: str, word: str) -> str:
    longer = f"{said} {word}"
    return longer if len(longer) <= LONGEST_QUERY else ""
