"""The topics there are, what they are called, and the words by which they are known.

    data/subjects.toml    what an article is about       tag s:diplomacy
    data/regions.toml     groups of countries            tag r:central-asia
    data/places.toml      countries and territories      tag c:TJ
    data/provinces.toml   provinces of China             tag p:CN-XJ
                          everything                     tag all

Shown names are one, matching words are wide. Names of countries come from CLDR unless the data overrides them. A new
subject or word is a line of data; what editors say of topics is laid over it by `newsroom/amendments.py`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale

from newsroom.text import fold, is_marked

LANGUAGES = ("ar", "en", "zh", "fr")
ALL, CHINA = "all", "c:CN"
# They stand among the places already, under their codes of ISO 3166-1: one thing to follow, not two.
PLACES_TOO = {"CN-HK", "CN-MO", "CN-TW"}
Names = Mapping[str, str]
Words = Mapping[str, tuple[str, ...]]
ALL_NAMES: Names = {"ar": "كل الأخبار", "en": "All news", "zh": "全部新闻", "fr": "Toutes les infos"}
ALL_WORDS: Words = {
    "ar": ("الكل", "كل شيء", "كل المواضيع", "جميع الأخبار"),
    "en": ("everything", "all topics", "all the news"),
    "zh": ("全部", "所有新闻", "全部主题"),
    "fr": ("tout", "tous les thèmes", "toutes les actualités"),
}
# The uninhabited territories of ISO 3166-1: found by name, and not offered among the countries of their region.
UNINHABITED = {"c:BV", "c:GS", "c:HM", "c:IO", "c:TF", "c:UM"}


class Kind(StrEnum):
    """What a topic is; the value begins its tag."""

    SUBJECT = "s"
    REGION = "r"
    PLACE = "c"
    PROVINCE = "p"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that can be followed."""

    tag: str
    names: Names
    words: Words = field(default_factory=dict)  # by language, what means it in a text
    weak: Words = field(default_factory=dict)  # by language, what only hints at it
    categories: tuple[str, ...] = ()  # what sites call it
    regions: tuple[str, ...] = ()  # tags of the regions of a place

    @property
    def kind(self) -> Kind:
        """What it is."""
        return Kind(self.tag.partition(":")[0])

    @property
    def slug(self) -> str:
        """The name that all languages share: a slug or an ISO code."""
        return self.tag.partition(":")[2] or self.tag


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A word that several places share: the place whose context words stand in the text, else the default."""

    word: str
    default: str  # a tag, or nothing
    choices: Mapping[str, tuple[str, ...]]  # tag → context words

    def by_marks(self, written: str) -> str | None:
        """Answer the tag that the word's own marks tell («قُطر» is no place: nothing); None where they tell none."""
        for tag, spellings in self.choices.items():
            if any(is_marked(spelled) and spelled in written for spelled in spellings):
                return tag
        return None


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All topics by tag, in the order in which they are shown."""

    topics: Mapping[str, Topic]
    ambiguous: tuple[Ambiguous, ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()  # a phrase and the tag it means, or nothing: «المحيط الهندي» is not India
    sayings: tuple[
        tuple[str, str], ...
    ] = ()  # the same for subjects: «حرب أسعار» is economy, “guinea pigs” are nothing

    def of_kind(self, kind: Kind) -> list[Topic]:
        """Answer the topics of a kind."""
        return [topic for topic in self.topics.values() if topic.kind is kind]

    def in_region(self, tag: str) -> list[Topic]:
        """Answer the places of a region that people live in."""
        places = self.of_kind(Kind.PLACE)
        return [topic for topic in places if tag in topic.regions and topic.tag not in UNINHABITED]

    def by_slug(self, slug: str) -> Topic | None:
        """Answer the topic of a slug, in any case."""
        return next((topic for topic in self.topics.values() if topic.slug.casefold() == slug.casefold()), None)

    def name(self, tag: str, language: str) -> str:
        """Answer what a topic is called; the tag itself when it is gone."""
        topic = self.topics.get(tag)
        return topic.names.get(language) or topic.names["en"] if topic else tag

    def in_order(self, tags: Iterable[str], language: str) -> list[str]:
        """Sort tags as a reader of the language looks for them: everything first, then by name.

        An Arabic article does not count; Chinese names are in the order of the English ones, as codes are.
        """
        spoken = "en" if language == "zh" else language
        return sorted(tags, key=lambda tag: (tag != ALL, fold(self.name(tag, spoken)).removeprefix("ال")))


@cache
def shipped_taxonomy() -> Taxonomy:
    """Read the data that comes with the program; read once."""
    places = _read("places")
    phrases = places.pop("phrase", [])
    ambiguous = places.pop("ambiguous", [])
    subjects = _read("subjects")
    sayings = subjects.pop("phrase", [])
    topics = [
        Topic(ALL, ALL_NAMES, ALL_WORDS),
        *(_subject(slug, row) for slug, row in subjects.items()),
        *(_named("r", slug, row) for slug, row in _read("regions").items()),
        *(_place(code, row) for code, row in places.items()),
        *(_named("p", code, row) for code, row in _read("provinces").items() if code not in PLACES_TOO),
    ]
    return Taxonomy(
        {topic.tag: topic for topic in topics},
        tuple(_ambiguous(row) for row in ambiguous),
        tuple((word, _place_tag(row["place"])) for row in phrases for word in row["words"]),
        tuple((word, f"s:{row['subject']}" if row["subject"] else "") for row in sayings for word in row["words"]),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("newsroom").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def _subject(slug: str, row: Mapping[str, Any]) -> Topic:
    return Topic(
        f"s:{slug}",
        row["name"],
        _words(row.get("strong", {})),
        _words(row.get("weak", {})),
        tuple(row.get("categories", ())),
    )


def _named(kind: str, slug: str, row: Mapping[str, Any]) -> Topic:
    return Topic(f"{kind}:{slug}", row["name"], _words(row))


def _place(code: str, row: Mapping[str, Any]) -> Topic:
    names = {language: Locale(language).territories[code] for language in LANGUAGES} | row.get("name", {})
    words = {language: tuple(_place_words(language, row.get(language, {}))) for language in LANGUAGES}
    return Topic(f"c:{code}", names, words, regions=tuple(f"r:{slug}" for slug in row["regions"]))


def _place_words(language: str, row: Mapping[str, Any]) -> Iterator[str]:
    yield from row.get("words", ())
    yield from row.get("capitals", ())
    for demonym in row.get("demonyms", ()):
        yield from inflect(language, demonym)


def inflect(language: str, demonym: str) -> Iterator[str]:
    """Yield the forms of a demonym that newspapers write, from its simplest."""
    yield demonym
    if language == "ar" and demonym.endswith("ي"):
        yield from (demonym + ending for ending in ("ة", "ون", "ين", "ات", "ان", "تان", "تين"))
    elif language == "fr":
        yield demonym + "e"
        if demonym.endswith("n"):
            yield demonym + "ne"


def _words(row: Mapping[str, Any]) -> Words:
    return {language: tuple(row.get(language, ())) for language in LANGUAGES}


def _ambiguous(row: Mapping[str, Any]) -> Ambiguous:
    choices = {_place_tag(code): tuple(context) for code, context in row["choices"].items()}
    return Ambiguous(row["word"], _place_tag(row["default"]), choices)


def _place_tag(code: str) -> str:
    return f"c:{code}" if code else ""


def folded_names(topic: Topic) -> set[str]:
    """Answer every folded name by which a person may ask for a topic."""
    names = {topic.slug, *topic.names.values(), *topic.categories}
    if topic.kind is not Kind.SUBJECT:  # the words of a subject are not its names
        names |= {word for words in topic.words.values() for word in words}
    return {" ".join(fold(name).replace("-", " ").split()) for name in names}
