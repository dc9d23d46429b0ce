"""Checking: what would be stored of a source, read as it is collected, without storing anything."""

import asyncio
from datetime import datetime

from db.engine import Database
from db.store import sources
from db.store.collected import Read
from jobs.discover import Discovered, discover_any
from jobs.fetcher import Fetcher
from jobs.pages import Pages
from newsroom.articles import ParsedArticle
from newsroom.errors import FetchError
from newsroom.filing import Filing, file
from newsroom.reasons import Reason
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Classifier

MOST_PAGES = 3  # of teasers, which are read as those of news would be
PATIENCE = 240.0  # seconds


async def read_source(
    url: str, database: Database, fetcher: Fetcher, classifier: Classifier, now: datetime
) -> tuple[Discovered, list[Read]]:
    """Find a source, or an article, and read it as it would be stored, by what is said of it. Raises SourceError."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await discover_any(url, fetcher, now)
            items = await _complete(found, fetcher, now)
    except TimeoutError as error:
        raise FetchError(url, Reason("slow")) from error
    async with database.read() as connection:
        source = await sources.find_at(connection, found.url)
    language, usual = (source.language, tuple(source.topics or ())) if source else ("", ())

    def classify(item: ParsedArticle) -> Read:
        told = item.filled(language=language) if language else item
        return Read(told, file(classifier.classify(told), Filing(usual=usual), shipped_taxonomy()))

    return found, await asyncio.to_thread(lambda: [classify(item) for item in items])


async def _complete(found: Discovered, fetcher: Fetcher, now: datetime) -> list[ParsedArticle]:
    if found.is_page:
        return list(found.feed.items)
    return (await Pages(fetcher, lambda: now).complete_all(found.feed.items, MOST_PAGES)).items
