"""A crowd: whom a broadcast is for, as a choice among all who want to hear from the editors.

    topics (economy or trade) and language (Arabic) and not kind of chat (channel)

What is wanted of one trait is joined by «or», or by «and» where it says so (both topics at once); the traits are joined
by «and»; whatever is not wanted is left out. Nothing chosen is everybody. What is said of one article is for those who
have it alone, and nobody chooses that away. The statement that finds a crowd is
`db/store/crowds.py`. A new trait is a member of `Trait`, a line of its `_plain`, and one of the statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from newsroom.taxonomy import ALL


class Trait(StrEnum):
    """What people are chosen by."""

    TOPIC = "topic"  # follows it, a subject or a place, or everything; and does not mute it
    LANGUAGE = "language"  # of the interface
    RHYTHM = "rhythm"
    CHAT = "chat"  # the kind of chat
    ACTIVE = "active"  # gave a sign of life in the last so many days


Values = tuple[str, ...]
Choice = Mapping[Trait, Values]
RHYTHMS = ("instant", "hourly", "daily", "weekly")
CHATS = ("private", "group", "channel")  # a supergroup is a group to people
DAYS = ("7", "30", "90")
LONG_AGO = datetime.fromtimestamp(0, UTC)
TOGETHER = frozenset({Trait.TOPIC})  # of which one may have several


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is wanted and what is not, by trait; `both` are the traits of which all that is wanted is wanted at once.

    `story` is the one that they have; 0 where nothing is said of any.
    """

    wanted: Choice = field(default_factory=dict)
    unwanted: Choice = field(default_factory=dict)
    both: frozenset[Trait] = frozenset()
    story: int = 0

    @property
    def is_everybody(self) -> bool:
        """Tell whether nothing is chosen."""
        return not (self.wanted or self.unwanted)

    @property
    def unchosen(self) -> "Crowd":
        """The crowd with nothing chosen; what it is said of stays."""
        return Crowd(story=self.story)

    def dump(self) -> dict[str, Any]:
        """Answer it as JSON."""
        wanted, unwanted = ({str(trait): list(said) for trait, said in choice.items()} for choice in self._choices())
        of_story = {"story": self.story} if self.story else {}
        return {"wanted": wanted, "unwanted": unwanted, "both": sorted(self.both), **of_story}

    def _choices(self) -> tuple[Choice, Choice]:
        return self.wanted, self.unwanted

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> "Crowd":
        """Read what `dump` made."""
        wanted, unwanted = (
            {Trait(trait): tuple(said) for trait, said in kept.get(name, {}).items()} for name in ("wanted", "unwanted")
        )
        return cls(wanted, unwanted, frozenset(map(Trait, kept.get("both", ()))), kept.get("story", 0))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a crowd asks of somebody."""

    followed: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()
    language: str = "ar"
    rhythm: str = "instant"
    kind: str = "private"  # of the chat
    alive_at: datetime = LONG_AGO
    stories: frozenset[int] = frozenset()  # that he has


def turn(crowd: Crowd, trait: Trait, value: str) -> Crowd:
    """Answer the crowd after a tap on a value: from not chosen to wanted, to not wanted, and back."""
    if value in crowd.wanted.get(trait, ()):
        wanted, unwanted = _without(crowd.wanted, trait, value), _with(crowd.unwanted, trait, value)
        return replace(crowd, wanted=wanted, unwanted=unwanted)
    if value in crowd.unwanted.get(trait, ()):
        return replace(crowd, unwanted=_without(crowd.unwanted, trait, value))
    return replace(crowd, wanted=_with(crowd.wanted, trait, value))


def want(crowd: Crowd, trait: Trait, value: str) -> Crowd:
    """Answer the crowd with a value wanted, however it stood."""
    return replace(crowd, wanted=_with(crowd.wanted, trait, value), unwanted=_without(crowd.unwanted, trait, value))


def join_by(crowd: Crowd, trait: Trait, *, both: bool) -> Crowd:
    """Answer the crowd with all that is wanted of a trait wanted at once, or any of it."""
    return replace(crowd, both=(crowd.both | {trait} if both else crowd.both - {trait}) & TOGETHER)


def _with(choice: Choice, trait: Trait, value: str) -> Choice:
    said = choice.get(trait, ())
    return {**choice, trait: (*said, value)} if value not in said else choice


def _without(choice: Choice, trait: Trait, value: str) -> Choice:
    left = tuple(one for one in choice.get(trait, ()) if one != value)
    rest = {other: said for other, said in choice.items() if other is not trait}
    return {**rest, trait: left} if left else rest


def is_in(crowd: Crowd, facts: Facts, now: datetime) -> bool:
    """Tell whether somebody is in a crowd: what the statement is tested against."""
    if crowd.story and crowd.story not in facts.stories:
        return False
    for trait, values in crowd.wanted.items():
        has = [_plain(trait, value, facts, now) for value in values]
        if not (all(has) if trait in crowd.both else any(has)):
            return False
    return not any(_plain(trait, value, facts, now) for trait, values in crowd.unwanted.items() for value in values)


def _plain(trait: Trait, value: str, facts: Facts, now: datetime) -> bool:
    match trait:
        case Trait.TOPIC:
            return bool({value, ALL} & facts.followed) and value not in facts.muted
        case Trait.LANGUAGE:
            return value == facts.language
        case Trait.RHYTHM:
            return value == facts.rhythm
        case Trait.CHAT:
            return value == ("group" if facts.kind == "supergroup" else facts.kind)
        case Trait.ACTIVE:
            return facts.alive_at >= active_since(value, now)


def active_since(days: str, now: datetime) -> datetime:
    """Answer since when somebody was active who was so in the last days."""
    return now - timedelta(days=int(days))
