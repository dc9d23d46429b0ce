"""Digests: all that is due for a chat comes in one message, the most important first, by topic.

    one row is due    ─▶ the article
    several are due   ─▶ one digest of them: of an hour, a day, a burst, a quiet night, an outage
    Telegram refuses a digest ─▶ its rows go again, each alone: the one that is wrong is found by its own trial
    five chats refuse the same ─▶ its articles go one by one to all others too (`newsroom/watch.py`)

There is no digest to be made and none to be forgotten: rows fall due (`newsroom/readers.py` says when), and whoever
claims one takes along what else is due for its chat. What a digest says is here; how it looks is `bot/digests.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsroom.articles import Article
from newsroom.outcomes import Came, Outcome, decide_outcome
from newsroom.work import Claimed, Landed, Rendering

SUBJECT = "s:"  # begins the tag of a subject
ALONE = "a digest was refused"  # the reason of a row that goes alone since then


def spread(
    row: Claimed, outcome: Outcome, rendering: Rendering | None, now: datetime, jitter: float = 0.0
) -> list[Landed]:
    """Say what one answer means for each row that it answers; what was known to be unwanted was not sent.

    The jitter is the same for all, so that what came together goes together again.
    """
    whole = _whole(row, outcome, rendering, now)
    if whole and outcome.came is Came.REFUSED:
        outcome = Outcome(Came.RETURNED, ALONE)
    landed, first = [], next((part for part in row.rows if not part.refused), None)
    for part in row.rows:
        came = Outcome(Came.UNWANTED, part.refused) if part.refused else outcome
        verdict = decide_outcome(part.attempt, came, now, jitter)
        rides = part is not first and not part.refused
        of_digest = whole if part is first else None
        landed.append(Landed(part, came, verdict, _shown_by(part, rendering), rides=rides, whole=of_digest))
    return landed


def _whole(row: Claimed, outcome: Outcome, rendering: Rendering | None, now: datetime) -> Landed | None:
    """Answer what became of a digest as such, where rows went by one."""
    if not (row.parts[1:] and rendering and rendering.shown):
        return None
    return Landed(row, outcome, decide_outcome(row.attempt, outcome, now), rendering)


def _shown_by(part: Claimed, rendering: Rendering | None) -> Rendering | None:
    """Answer what a rendering shows of a row's story."""
    if rendering is None or not rendering.shown:
        return rendering
    story_id = getattr(part.content, "story_id", 0)
    version = dict(rendering.shown).get(story_id, 0)
    return replace(rendering, body=b"", article_id=story_id, version=version, shown=())


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a digest, with the tag of what it is most about; none where it is about nothing known."""

    article: Article
    topic: str | None

    @classmethod
    def of(cls, article: Article, tags: Iterable[str]) -> "Entry":
        """Answer the entry of an article; of its topics, the most telling first, the first subject is its place."""
        return cls(article, next((tag for tag in tags if tag.startswith(SUBJECT)), None))


@dataclass(frozen=True, slots=True)
class Digest:
    """A set of articles that came together, by its number."""

    id: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a digest has of one topic."""

    topic: str | None
    entries: Sequence[Entry]


def arrange(entries: Iterable[Entry]) -> list[Chapter]:
    """Answer the chapters of a digest: the most important first, both of them and in them; others last.

    Important is what many sources tell, then what is new.
    """
    chapters: dict[str | None, list[Entry]] = {}
    for entry in sorted(entries, key=_importance, reverse=True):
        chapters.setdefault(entry.topic, []).append(entry)
    found = [Chapter(topic, entries) for topic, entries in chapters.items()]
    return sorted(found, key=lambda chapter: chapter.topic is None)


def _importance(entry: Entry) -> tuple[int, datetime, int]:
    article = entry.article
    return len(article.others), article.published_at or article.seen_at, article.id


def page_of(chapters: Sequence[Chapter], page: int, size: int) -> list[Chapter]:
    """Answer what stands on a page of so many entries, from 0; a chapter may go on over the next."""
    first, last = page * size, (page + 1) * size
    shown, passed = [], 0
    for chapter in chapters:
        part = chapter.entries[max(0, first - passed) : max(0, last - passed)]
        passed += len(chapter.entries)
        if part:
            shown.append(Chapter(chapter.topic, part))
    return shown
