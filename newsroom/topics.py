"""What an article is about, and why: subjects, places, regions and provinces, each with the words that decided.

    title ×3, lead ×2, body ×1 ─ words found ─▶ scores ─▶ topics above the bar ─▶ their regions

Strong words decide alone in a title, weak ones only together. A party named in every item of a site on China is no
topic: `c:CN` means the article is about China's inside. The words are data (`newsroom/taxonomy.py`); the weights and
bars are here. Opinion is a genre: only a source's category says so, it is never guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Protocol
from weakref import WeakSet

from newsroom.lexicon import Lexicon
from newsroom.semantic import Semantics, gist
from newsroom.taxonomy import CHINA, Kind, Taxonomy, Topic
from newsroom.text import HAN, fold, is_marked, readings, words

Meanings = Sequence[tuple[str, int]]
ZONES = {"title": 3, "lead": 2, "body": 1}
LIKENESS = 15  # what a cosine of 1 above the mean weighs
STRONG, WEAK, CATEGORY = 3, 1, 6
SUBJECT_BAR, PLACE_BAR = 5, 2
BAR_WITH_LIKENESS = 4
MOST_SUBJECTS, MOST_PLACES = 3, 8
SECOND_BEST = 0.7  # a subject needs this share of the best one's score: the words of a headline are mostly props
CITY = "p:CN-BJ"
AFFAIRS = {"s:politics", "s:diplomacy", "s:economy", "s:trade", "s:security"}  # what Beijing the government does
CHINESE = "中文"  # the reason of a place that a Chinese text does not name, for it writes of home
BODY_CAP, BODY_SHARE = 3, 0.7  # length is no emphasis: of the body at most so much, and less than it weighs


class Readable(Protocol):
    """What topics rest on: the texts of an article, and what its source says that it is about."""

    @property
    def title(self) -> str:
        """The title."""

    @property
    def lead(self) -> str:
        """The lead, which may begin the body."""

    @property
    def body(self) -> str:
        """The whole text."""

    @property
    def categories(self) -> tuple[str, ...]:
        """The names that its source files it under."""


# The title of a work in Chinese, which says nothing of what the article is about; that of a law or a report does.
DOCUMENTS = "法|条例|规定|办法|协定|协议|公约|宣言|声明|白皮书|方案|规划|意见|报告|纲要|计划"
WORK = re.compile(f"《(?![^》]*(?:{DOCUMENTS})》)[^》]*》")


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that spoke for a topic: how it was written, where, and what it weighed."""

    word: str
    zone: str
    weight: float


@dataclass(slots=True)
class Topicality:
    """What an article is about; `tags` holds everything that a follow may name."""

    subjects: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    provinces: list[str] = field(default_factory=list)
    why: dict[str, list[Reason]] = field(default_factory=dict)

    @property
    def tags(self) -> list[str]:
        """All tags, the most telling first."""
        return [*self.subjects, *self.places, *self.regions, *self.provinces, "all"]

    @property
    def zones(self) -> dict[str, set[str]]:
        """Where the words stand that spoke for each tag."""
        return {tag: {reason.zone for reason in self.why.get(tag, ())} for tag in self.tags}

    def reasons_by_tag(self) -> Iterator[tuple[str, list[list[str | float]]]]:
        """Yield each tag with its reasons as plain values."""
        for tag in self.tags:
            yield tag, [[reason.word, reason.zone, reason.weight] for reason in self.why.get(tag, ())[:8]]


class Classifier:
    """Decides what articles are about, by one taxonomy."""

    def __init__(self, taxonomy: Taxonomy, semantics: Semantics | None = None) -> None:
        self.taxonomy = taxonomy
        self.semantics = semantics
        self._subjects: Lexicon[tuple[str, int]] = Lexicon()
        self._places: Lexicon[str] = Lexicon()
        self._categories: dict[str, str] = {}
        self._ambiguous = {fold(word.word): word for word in taxonomy.ambiguous}
        self._contexts = {key: _fold_choices(word.choices) for key, word in self._ambiguous.items()}
        for topic in taxonomy.topics.values():
            self._categories.update(dict.fromkeys(map(fold, topic.categories), topic.tag))
        for topic in taxonomy.topics.values():
            if topic.kind is not Kind.ALL:
                self._learn(topic)
        for phrase, tag in taxonomy.phrases:
            self._places.add(phrase, tag)
        city = taxonomy.topics.get(CITY)
        self._city = {fold(name) for name in city.names.values()} if city else set()
        for saying, tag in taxonomy.sayings:
            self._subjects.add(saying, (tag, STRONG))
        for word in taxonomy.ambiguous:
            self._places.add(word.word, f"?{fold(word.word)}")

    def _learn(self, topic: Topic) -> None:
        for name in (*topic.categories, *topic.names.values(), *(w for ws in topic.words.values() for w in ws)):
            if topic.kind is not Kind.SUBJECT or name in topic.categories or name in topic.names.values():
                self._categories.setdefault(fold(name), topic.tag)
        for strength, by_language in ((STRONG, topic.words), (WEAK, topic.weak)):
            meaning, is_subject = (topic.tag, strength), topic.kind is Kind.SUBJECT
            for word in (word for found in by_language.values() for word in found):
                if is_subject:
                    self._subjects.add(word, meaning)
                else:
                    self._places.add(word, topic.tag)

    def classify(self, item: Readable) -> Topicality:
        """Say what an article is about, and why."""
        zones = {"title": item.title, "lead": item.lead, "body": _rest(item)}
        subjects = self._weigh_subjects(zones)
        places = self._weigh_places(zones)
        for category in item.categories:
            tag = self._categories.get(fold(category))
            if tag:
                (subjects if tag.startswith("s:") else places)[tag].append(Reason(category, "category", CATEGORY))
        for alike in self.semantics.weigh(gist(item.title, item.lead)) if self.semantics else ():
            if weight := round(alike.nearness * LIKENESS, 1):
                subjects[alike.tag].append(Reason(alike.examples[0], "likeness", weight))
        return self._conclude(subjects, places, by_home=HAN.search(item.title) is not None)

    def _weigh_subjects(self, zones: dict[str, str]) -> dict[str, list[Reason]]:
        why: dict[str, list[Reason]] = defaultdict(list)
        for zone, text in zones.items():
            for written, meanings in _once_each(self._subjects.find(WORK.sub("《》", text))):
                for tag, strength in meanings:
                    if tag:
                        why[tag].append(Reason(written, zone, strength * ZONES[zone]))
        return why

    def _weigh_places(self, zones: dict[str, str]) -> dict[str, list[Reason]]:
        why: dict[str, list[Reason]] = defaultdict(list)
        context = Context(zones.values())
        for zone, text in zones.items():
            times: dict[str, int] = defaultdict(int)
            for written, meanings in self._places.find(text):
                for meaning in meanings:
                    tag = self._resolve(meaning, written, context) if meaning.startswith("?") else meaning
                    times[tag] += 1
                    if tag and (zone != "body" or times[tag] <= BODY_CAP):
                        why[tag].append(Reason(written, zone, ZONES[zone]))
        return why

    def _resolve(self, meaning: str, written: str, context: "Context") -> str:
        """Say which place an ambiguous word means: by its own marks, then by the words around it."""
        word = self._ambiguous[meaning[1:]]
        if is_marked(written) and (marked := word.by_marks(written)) is not None:
            return marked
        votes = {tag: sum(map(context.says, spelled)) for tag, spelled in self._contexts[meaning[1:]].items()}
        best = max(votes, key=lambda tag: votes[tag])
        return best if votes[best] else word.default

    def _conclude(
        self, subjects: dict[str, list[Reason]], places: dict[str, list[Reason]], *, by_home: bool
    ) -> Topicality:
        chosen = _choose_subjects(subjects, BAR_WITH_LIKENESS if self.semantics else SUBJECT_BAR)
        if by_home and chosen and not places:
            places[CHINA] = [Reason(CHINESE, "title", ZONES["title"])]
        self._find_city(chosen, places)
        found = _above(places, PLACE_BAR, len(places))
        provinces = [tag for tag in found if tag.startswith("p:")]
        abroad = [tag for tag in found if tag.startswith("c:") and tag != CHINA][:MOST_PLACES]
        named = [tag for tag in found if tag.startswith("r:")]
        inside = [CHINA] if _is_inside(chosen, [*abroad, *named], provinces, found) else []
        regions = list(dict.fromkeys([*named, *(r for tag in abroad for r in self.taxonomy.topics[tag].regions)]))
        result = Topicality(chosen, [*abroad, *inside], regions, provinces)
        result.why = {tag: _heaviest({**places, **subjects}.get(tag, [])) for tag in result.tags}
        return result

    def _find_city(self, chosen: list[str], places: dict[str, list[Reason]]) -> None:
        """Take «بكين» in a title for the city where the story is of life there: no affairs of state, nobody abroad."""
        abroad = any(tag.startswith("c:") and tag != CHINA for tag in places)
        if chosen and AFFAIRS.isdisjoint(chosen) and not abroad:
            told = [one for one in places.get(CHINA, ()) if one.zone == "title" and self._names_city(one.word)]
            if told:
                places[CITY] = [*places.get(CITY, ()), *told]

    def _names_city(self, word: str) -> bool:
        return not self._city.isdisjoint(readings(word))


_IN_USE: WeakSet[Classifier] = WeakSet()
_BUILDING = Lock()


def find_classifier(taxonomy: Taxonomy, semantics: Semantics | None = None) -> Classifier:
    """Answer the classifier by this that somebody uses already, else a new one, a second's work: ask in a thread.

    Whoever asks meanwhile waits for that one, and none is kept for its own sake.
    """
    with _BUILDING:
        for known in _IN_USE:
            if known.semantics is semantics and known.taxonomy == taxonomy:
                return known
        made = Classifier(taxonomy, semantics)
        _IN_USE.add(made)
        return made


def _rest(item: Readable) -> str:
    """Answer the body without the lead that begins it."""
    return item.body.removeprefix(item.lead.rstrip("…")) if item.lead else item.body


def _choose_subjects(why: dict[str, list[Reason]], bar: float) -> list[str]:
    """Answer what its source files an article under, and what it is most about: a second subject about as much."""
    best = max(map(_score, why.values()), default=0.0)
    filed = (tag for tag, reasons in why.items() if any(reason.zone == "category" for reason in reasons))
    return list(dict.fromkeys([*filed, *_above(why, max(bar, best * SECOND_BEST), MOST_SUBJECTS)]))[:MOST_SUBJECTS]


def _above(why: dict[str, list[Reason]], bar: float, most: int) -> list[str]:
    scores = {tag: _score(reasons) for tag, reasons in why.items()}
    return sorted((tag for tag in scores if scores[tag] >= bar), key=lambda tag: -scores[tag])[:most]


def _score(reasons: list[Reason]) -> float:
    """Answer a score in which the body weighs little however long it is: a place in passing is no topic."""
    body = sum(reason.weight for reason in reasons if reason.zone == "body")
    rest = sum(reason.weight for reason in reasons if reason.zone != "body")
    return rest + min(body, BODY_CAP) * BODY_SHARE


def _heaviest(reasons: list[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda reason: -reason.weight)


def _is_inside(subjects: list[str], abroad: list[str], provinces: list[str], found: list[str]) -> bool:
    """Tell whether an article is about China's inside: a province of it, or China with nobody else in the story.

    `abroad` are the countries and the regions of the world that are named.
    """
    return bool(provinces) or (CHINA in found and not abroad and "s:diplomacy" not in subjects)


def _once_each(found: Iterable[tuple[str, Meanings]]) -> Iterator[tuple[str, Meanings]]:
    """Yield each phrase the first time that it is found, in whatever form: to say a thing twice is no emphasis."""
    unlike = dict(found)  # most are written alike, and are folded once
    first = {fold(written): written for written in reversed(unlike)}
    return ((written, unlike[written]) for written in reversed(first.values()))


def _fold_choices(choices: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Answer the words by which a place is told from others, folded; those with marks are the word's own."""
    return {
        tag: [fold(spelled).replace("-", " ") for spelled in spellings if not is_marked(spelled)]
        for tag, spellings in choices.items()
    }


class Context:
    """The words of a whole article, to be asked whether it says something; read when it is first asked."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    @cached_property
    def _joined(self) -> str:
        return " ".join(fold(" \n".join(self._texts)).replace("-", " ").split())

    @cached_property
    def _said(self) -> set[str]:
        return {reading for text in self._texts for word in words(text) for reading in readings(word)}

    def says(self, folded: str) -> bool:
        """Tell whether the article has this folded word, in any of its forms; phrases and Chinese as they are."""
        return folded in self._joined if " " in folded or HAN.search(folded) else folded in self._said
