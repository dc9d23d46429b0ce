"""What editors say of topics over the shipped data: names, more words, weaker words, shipped words taken out.

    shipped topics ─ amended by what is said of each ─▶ the topics in force

What is said of a topic is said as a whole: a newer version replaces the one before, so any version can be restored, and
an empty one is the topic as shipped. `read_edits` reads what an editor types in Telegram; the file that the terminal
loads is `newsroom/topicfiles.py`. Words are the same where they fold to the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from newsroom.errors import Refusal
from newsroom.names import LESS, MINUS, MORE, SECTION, read_signed
from newsroom.taxonomy import LANGUAGES, Kind, Names, Taxonomy, Topic, Words
from newsroom.text import ARABIC, HAN, fold, words

SHORTEST_WORD, LONGEST_WORD = 2, 60  # characters
MOST_WORDS = 500  # said of one topic
MOST_EDITS = 20  # in one command
STRONG, WEAK, OUT, FILED = MORE, LESS, MINUS, SECTION
PARTS = ("words", "weak", "without", "categories")


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is said of a topic; words by language, in the order of `LANGUAGES`, so that what says the same is equal."""

    names: Names = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    weak: Words = field(default_factory=dict)  # of subjects alone
    without: Words = field(default_factory=dict)  # shipped words that mean it no longer
    categories: Words = field(default_factory=dict)  # what sites file it under: theirs alone says so

    @classmethod
    def of(cls, values: Mapping[str, Mapping[str, Any] | None]) -> Self:
        """Make one of plain values, as a row or a file has them."""
        names, *parts = (values.get(name) or {} for name in ("names", *PARTS))
        ordered = {language: names[language] for language in LANGUAGES if names.get(language)}
        return cls(ordered, *map(_in_order, parts))

    def as_values(self) -> dict[str, Any]:
        """Answer it as plain values."""
        parts = {part: {key: list(found) for key, found in getattr(self, part).items()} for part in PARTS}
        return {"names": dict(self.names), **parts}

    def differing_words(self, other: "Amendment") -> set[str]:
        """Answer the words, folded, of which the other says something else."""
        return set().union(*(flat(getattr(self, part)) ^ flat(getattr(other, part)) for part in PARTS))


@dataclass(frozen=True, slots=True)
class Edit:
    """A word that an editor adds, adds as weak, takes out, or adds as a category of sites."""

    sign: str
    word: str
    language: str


def amend(taxonomy: Taxonomy, amendments: Mapping[str, Amendment]) -> Taxonomy:
    """Answer the taxonomy as it is with what is said of its topics, and with the subjects that are ours.

    A category that editors gave to a topic is no other's any more.
    """
    given = set().union(*(flat(said.categories) for said in amendments.values()))
    topics = {tag: _without_categories(topic, given) for tag, topic in taxonomy.topics.items()}
    for tag, said in amendments.items():
        if topic := _amended(topics.get(tag) or Topic(tag, {}), said):
            topics[tag] = topic
    return replace(taxonomy, topics=topics)


def _amended(topic: Topic, said: Amendment) -> Topic | None:
    """Answer the topic as it is called and known now; None for one of ours of which nothing is said any more."""
    names = {**topic.names, **said.names}
    out = flat(said.without)
    strong, weak = _joined(topic.words, said.words, out), _joined(topic.weak, said.weak, out)
    filed = (*topic.categories, *(name for found in said.categories.values() for name in found))
    return replace(topic, names=names, words=strong, weak=weak, categories=filed) if "en" in names else None


def _without_categories(topic: Topic, given: set[str]) -> Topic:
    kept = tuple(name for name in topic.categories if same(name) not in given)
    return topic if kept == topic.categories else replace(topic, categories=kept)


def _joined(shipped: Words, more: Words, out: set[str]) -> Words:
    kept = {language: tuple(word for word in found if same(word) not in out) for language, found in shipped.items()}
    return {language: (*kept.get(language, ()), *more.get(language, ())) for language in LANGUAGES}


def read_edits(said: str, language: str) -> tuple[str, list[Edit]]:
    """Answer the name of a topic and the edits after it; `language` is that of Latin words. Raises Refusal."""
    name, signed = read_signed(said)
    edits = [Edit(sign, word, language_of(word, language)) for sign, word in signed]
    for edit in edits:
        if not is_word(edit.word):
            raise Refusal("topicwords.bad_word", word=edit.word[:LONGEST_WORD])
    if len(edits) > MOST_EDITS:
        raise Refusal("topicwords.too_many", most=MOST_EDITS)
    return name, edits


def language_of(word: str, language: str) -> str:
    """Answer the language of a word by its script; Latin ones are of the given language, if that is written so."""
    if HAN.search(word):
        return "zh"
    if ARABIC.search(word):
        return "ar"
    return language if language in {"en", "fr"} else "en"


def is_word(word: str) -> bool:
    """Tell whether something can be a word of a topic: it has letters to be found by, and is of a word's length."""
    return bool(words(word)) and len(fold(word)) >= SHORTEST_WORD and len(word) <= LONGEST_WORD


def edited(said: Amendment, shipped: Topic, edits: Iterable[Edit]) -> Amendment:
    """Answer what is said with the edits done. Raises Refusal for one that cannot be, or when nothing changes."""
    changed = said
    for edit in edits:
        changed = _edit(changed, shipped, edit)
    if changed == said:
        raise Refusal("topicwords.same")
    if sum(len(flat(getattr(changed, part))) for part in PARTS) > MOST_WORDS:
        raise Refusal("topicwords.too_many", most=MOST_WORDS)
    return changed


def _edit(said: Amendment, shipped: Topic, edit: Edit) -> Amendment:
    word = same(edit.word)
    bare = Amendment(said.names, *(_dropped(getattr(said, part), word) for part in PARTS))
    if edit.sign == FILED:
        return replace(said, categories=_added(_dropped(said.categories, word), edit))
    is_strong, is_weak = word in flat(shipped.words), word in flat(shipped.weak)
    if edit.sign == STRONG:
        return bare if is_strong else replace(bare, words=_added(bare.words, edit))
    if edit.sign == WEAK:
        if shipped.kind is not Kind.SUBJECT:
            raise Refusal("topicwords.no_weak", word=edit.word)
        only_strong = replace(bare, without=_added(bare.without, edit)) if is_strong else bare
        return only_strong if is_weak and not is_strong else replace(only_strong, weak=_added(bare.weak, edit))
    if is_strong or is_weak:
        return replace(bare, without=_added(bare.without, edit))
    if bare == said:
        raise Refusal("topicwords.no_word", word=edit.word)
    return bare


def same(word: str) -> str:
    """Answer what a word is compared by."""
    return " ".join(fold(word).replace("-", " ").split())


def flat(said: Words) -> set[str]:
    """Answer the words of all languages, folded: they share one lexicon."""
    return {same(word) for found in said.values() for word in found}


def _in_order(said: Mapping[str, Sequence[str]]) -> Words:
    return {language: tuple(said[language]) for language in LANGUAGES if said.get(language)}


def _dropped(said: Words, word: str) -> Words:
    return _in_order({language: [one for one in found if same(one) != word] for language, found in said.items()})


def _added(said: Words, edit: Edit) -> Words:
    return _in_order({**said, edit.language: (*said.get(edit.language, ()), edit.word)})
