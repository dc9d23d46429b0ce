"""What other words would do to articles that are stored: which of them would gain a topic, and which would lose it.

Only an article in which a changed word stands can change, so no other is classified anew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from newsroom.amendments import Amendment
from newsroom.filing import UNFILED, Filing, file
from newsroom.lexicon import Lexicon
from newsroom.topics import Classifier, Topicality

LATELY = 200  # articles that a change is tried on
Said = Mapping[str, Amendment]  # by tag


@dataclass(frozen=True, slots=True)
class Stored:
    """An article of the archive in its newest version, as far as its topics rest on it."""

    number: int
    version: int
    language: str
    title: str
    lead: str
    body: str
    categories: tuple[str, ...]
    filing: Filing = UNFILED


@dataclass(frozen=True, slots=True)
class Change:
    """An article that has other topics by other words."""

    article: Stored
    before: frozenset[str]
    after: Topicality

    def gains(self, tag: str) -> bool:
        """Tell whether it is about this topic by the new words alone."""
        return tag in self.after.tags and tag not in self.before

    def loses(self, tag: str) -> bool:
        """Tell whether it is about this topic no longer."""
        return tag in self.before and tag not in self.after.tags


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change of a topic's words does to the articles that it was tried on."""

    tried: int  # articles
    gaining: list[Stored]
    losing: list[Stored]
    otherwise: int  # how many change in other topics alone

    @classmethod
    def of(cls, tag: str, tried: int, changes: list[Change]) -> "Trial":
        """Sum up the changes, as far as they are about a topic."""
        gaining = [change.article for change in changes if change.gains(tag)]
        losing = [change.article for change in changes if change.loses(tag)]
        return cls(tried, gaining, losing, len(changes) - len(gaining) - len(losing))


def find_changes(
    articles: Iterable[Stored], old: Said, new: Said, classifier: Callable[[Said], Classifier]
) -> list[Change]:
    """Answer the articles whose topics change when `new` is said of topics instead of `old`, in their order.

    `classifier` makes the one by which articles are told where this is said; it is asked only if any may change.
    """
    tags = [tag for tag in {**old, **new} if old.get(tag) != new.get(tag)]
    pairs = [(old.get(tag, Amendment()), new.get(tag, Amendment())) for tag in tags]
    words = set[str]().union(*(before.differing_words(after) for before, after in pairs))
    # A name is a category too.
    refiled = any((before.names, before.categories) != (after.names, after.categories) for before, after in pairs)
    lexicon = _teach(words)
    concerned = [one for one in articles if (refiled and one.categories) or _says(one, lexicon)]
    if not concerned:
        return []
    before, after = classifier(old), classifier(new)
    changes = (Change(one, frozenset(tell(one, before).tags), tell(one, after)) for one in concerned)
    return [change for change in changes if change.before != frozenset(change.after.tags)]


def tell(article: Stored, classifier: Classifier) -> Topicality:
    """Answer what an article is about by this classifier, as far as its editors have not said otherwise."""
    return file(classifier.classify(article), article.filing, classifier.taxonomy)


def _teach(words: Iterable[str]) -> Lexicon[str]:
    lexicon: Lexicon[str] = Lexicon()
    for word in words:
        lexicon.add(word, word)
    return lexicon


def _says(article: Stored, lexicon: Lexicon[str]) -> bool:
    return any(True for text in (article.title, article.lead, article.body) for _ in lexicon.find(text))
