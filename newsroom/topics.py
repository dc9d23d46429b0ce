"""What an article is about, and why: subjects, places, regions and provinces, each with the words that decided.

    title ×3, lead ×2, body ×1 ─ words found ─▶ scores ─▶ topics above the bar ─▶ their regions

Strong words decide alone in a title, weak ones only together. A party named in every item of a site on China is no
topic: `c:CN` means the article is about China's inside. The words are data (`newsroom/taxonomy.py`); the weights and
bars are here. Opinion is a genre: only a source's category says so, it is never guessed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from newsroom.articles import ParsedArticle
from newsroom.lexicon import Lexicon
from newsroom.taxonomy import CHINA, Kind, Taxonomy, Topic
from newsroom.text import HAN, fold, is_marked, readings, words

ZONES = {"title": 3, "lead": 2, "body": 1}
STRONG, WEAK, CATEGORY = 3, 1, 6
SUBJECT_BAR, PLACE_BAR = 5, 2
MOST_SUBJECTS, MOST_PLACES = 3, 8
SECOND_BEST = 0.4  # a subject needs this share of the best one's score
BODY_CAP, BODY_SHARE = 3, 0.7  # length is no emphasis: of the body at most so much, and less than it weighs


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that spoke for a topic: how it was written, where, and what it weighed."""

    word: str
    zone: str
    weight: int


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

    def reasons_by_tag(self) -> Iterator[tuple[str, list[list[str | int]]]]:
        """Yield each tag with its reasons as plain values."""
        for tag in self.tags:
            yield tag, [[reason.word, reason.zone, reason.weight] for reason in self.why.get(tag, ())[:8]]


class Classifier:
    """Decides what articles are about, by one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._subjects: Lexicon[tuple[str, int]] = Lexicon()
        self._places: Lexicon[str] = Lexicon()
        self._categories: dict[str, str] = {}
        self._ambiguous = {fold(word.word): word for word in taxonomy.ambiguous}
        for topic in taxonomy.topics.values():
            if topic.kind is not Kind.ALL:
                self._learn(topic)
        for phrase, tag in taxonomy.phrases:
            self._places.add(phrase, tag)
        for word in taxonomy.ambiguous:
            self._places.add(word.word, f"?{fold(word.word)}")

    def _learn(self, topic: Topic) -> None:
        for name in (*topic.categories, *topic.names.values(), *(w for ws in topic.words.values() for w in ws)):
            if topic.kind is not Kind.SUBJECT or name in topic.categories or name in topic.names.values():
                self._categories.setdefault(fold(name), topic.tag)
        for strength, by_language in ((STRONG, topic.words), (WEAK, topic.weak)):
            for word in (word for found in by_language.values() for word in found):
                if topic.kind is Kind.SUBJECT:
                    self._subjects.add(word, (topic.tag, strength))
                else:
                    self._places.add(word, topic.tag)

    def classify(self, item: ParsedArticle) -> Topicality:
        """Say what an article is about, and why."""
        zones = {"title": item.title, "lead": item.lead, "body": _rest(item)}
        subjects = self._weigh_subjects(zones)
        places = self._weigh_places(zones)
        for category in item.categories:
            tag = self._categories.get(fold(category))
            if tag:
                (subjects if tag.startswith("s:") else places)[tag].append(Reason(category, "category", CATEGORY))
        return self._conclude(subjects, places)

    def _weigh_subjects(self, zones: dict[str, str]) -> dict[str, list[Reason]]:
        why: dict[str, list[Reason]] = defaultdict(list)
        for zone, text in zones.items():
            seen: set[tuple[str, str]] = set()
            for written, meanings in self._subjects.find(text):
                for tag, strength in meanings:
                    if (tag, fold(written)) not in seen:
                        seen.add((tag, fold(written)))
                        why[tag].append(Reason(written, zone, strength * ZONES[zone]))
        return why

    def _weigh_places(self, zones: dict[str, str]) -> dict[str, list[Reason]]:
        why: dict[str, list[Reason]] = defaultdict(list)
        context = Context(" \n".join(zones.values()))
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
        if marked := word.by_marks(written):
            return marked
        votes = {tag: sum(map(context.says, spellings)) for tag, spellings in word.choices.items()}
        best = max(votes, key=lambda tag: votes[tag])
        return best if votes[best] else word.default

    def _conclude(self, subjects: dict[str, list[Reason]], places: dict[str, list[Reason]]) -> Topicality:
        best = max(map(_score, subjects.values()), default=0.0)
        chosen = _above(subjects, max(SUBJECT_BAR, best * SECOND_BEST), MOST_SUBJECTS)
        found = _above(places, PLACE_BAR, len(places))
        provinces = [tag for tag in found if tag.startswith("p:")]
        abroad = [tag for tag in found if tag.startswith("c:") and tag != CHINA][:MOST_PLACES]
        inside = [CHINA] if _is_inside(chosen, abroad, provinces, found) else []
        named = [tag for tag in found if tag.startswith("r:")]
        regions = list(dict.fromkeys([*named, *(r for tag in abroad for r in self.taxonomy.topics[tag].regions)]))
        result = Topicality(chosen, [*abroad, *inside], regions, provinces)
        result.why = {tag: _heaviest({**places, **subjects}.get(tag, [])) for tag in result.tags}
        return result


def _rest(item: ParsedArticle) -> str:
    """Answer the body without the lead that begins it."""
    return item.body.removeprefix(item.lead.rstrip("…")) if item.lead else item.body


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
    """Tell whether an article is about China's inside: a province of it, or China with nobody else in the story."""
    return bool(provinces) or (CHINA in found and not abroad and "s:diplomacy" not in subjects)


class Context:
    """The words of a whole article, to be asked whether it says something; read when it is first asked."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _joined(self) -> str:
        return " ".join(fold(self._text).replace("-", " ").split())

    @cached_property
    def _said(self) -> set[str]:
        return {reading for word in words(self._text) for reading in readings(word)}

    def says(self, spelled: str) -> bool:
        """Tell whether the article has this word, in any of its forms; phrases and Chinese as they are."""
        if is_marked(spelled):
            return False  # the marks are the word's own, and were looked at
        folded = fold(spelled).replace("-", " ")
        return folded in self._joined if " " in folded or HAN.search(folded) else folded in self._said
