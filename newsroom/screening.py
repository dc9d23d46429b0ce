"""What a moderator is told of a reply before reading it: flags, each with what raised it. Nothing is decided here.

    text, and what is known of it ─ SIGNS ─▶ flags ─ `flag.<kind>` of the catalogues ─▶ the card of a moderator

No flag refuses a reply or hides it, and no number of them does. A dialect, or Arabic in Latin letters, raises none. A
new sign is a member of `FlagKind`, a function and a line of `SIGNS`, and its text. What orders the queue is in
`scoring.py`; links are found by `contacts.py`, listed words by `listed.py`, what was said before by `repeats.py`, what
comes with many others at once by `waves.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsroom.contacts import find_contacts, find_links
from newsroom.listed import Category, ListedWords, is_written_plainly, own_words, shipped_words
from newsroom.manner import find_mixed, find_stretched, is_shouted, name_language
from newsroom.repeats import Trace, count_letters, is_alike, trace
from newsroom.waves import Neighbour

FEWEST_LETTERS = 6  # of a reply that says something; a Chinese character counts as two
FLOOD, FLOOD_OF_NEW = 5, 3  # replies of an author in ten minutes, the one that is screened among them
MOST_SAID = 5  # pieces of evidence that are shown


class FlagKind(StrEnum):
    """What there is to see in a reply."""

    BLOCKED = "blocked"  # a word that the newsroom blocked
    LINK = "link"
    CONTACT = "contact"
    INSULT = "insult"  # this and the next two: a listed word
    INCITEMENT = "incitement"
    ADVERTISING = "advertising"
    REPEATED = "repeated"  # its author said the same lately
    COPIED = "copied"  # others did
    FLOODING = "flooding"
    MIXED = "mixed"  # letters of two scripts in one word
    SHOUTED = "shouted"
    STRETCHED = "stretched"
    SHORT = "short"
    LANGUAGE = "language"  # not that of the article
    LIKENESS = "likeness"  # much like what moderators did not publish (`newsroom/scoring.py`)
    WAVE = "wave"  # one of many that came at once (`newsroom/waves.py`)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a moderator is told, with what raised it: pieces of the text, and how many times."""

    kind: FlagKind
    said: tuple[str, ...] = ()
    times: int = 1

    @property
    def key(self) -> str:
        """The text of the catalogues that tells it."""
        return f"flag.{self.kind}"

    @property
    def values(self) -> dict[str, str | int]:
        """What is put into that text."""
        return {"said": " · ".join(self.said[:MOST_SAID]), "times": self.times}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a reply besides its text. What is not known raises no flag."""

    language: str = ""  # of the article
    own: Sequence[Trace] = ()  # of what the author sent in the last days, without this one
    others: Sequence[Trace] = ()  # of what others sent in them, the newest of each
    sent_lately: int = 0  # replies of the author in the last ten minutes, without this one
    is_new: bool = False  # nothing of the author was ever published
    hosts: Collection[str] = ()  # of the site itself: a link to them leads nowhere else
    blocked: tuple[str, ...] = ()  # words of the newsroom's own
    near: Sequence[Neighbour] = ()  # what others sent in the last minutes


NOTHING_KNOWN = Facts()


@dataclass(frozen=True, slots=True)
class Screening:
    """All that there is to see in a reply, in the order of `FlagKind`."""

    flags: tuple[Flag, ...] = ()

    @property
    def leads_away(self) -> bool:
        """Whether it sells something or leads elsewhere, as what spam is sent for does."""
        return not LEADING_AWAY.isdisjoint(flag.kind for flag in self.flags)


LEADING_AWAY = frozenset({FlagKind.LINK, FlagKind.CONTACT, FlagKind.ADVERTISING})


def screen(text: str, facts: Facts = NOTHING_KNOWN, listed: ListedWords | None = None) -> Screening:
    """Answer what there is to see in a reply; without words of the newsroom's own, the shipped ones are looked for."""
    found = [flag for sign in SIGNS for flag in sign(text, facts)]
    found += see_listed(text, shipped_words() if listed is None else listed)
    return Screening(tuple(sorted(found, key=lambda flag: ORDER[flag.kind])))


ORDER = {kind: place for place, kind in enumerate(FlagKind)}


def see_listed(text: str, listed: ListedWords) -> Iterator[Flag]:
    """See listed words; where one is hidden, which it is."""
    found = list(listed.find(text))
    for category in Category:
        said = [
            one.written if is_written_plainly(one) else f"{one.written} = {one.word}"
            for one in found
            if one.category == category
        ]
        yield from _tell(FlagKind(category), said)


def see_blocked(text: str, facts: Facts) -> Iterator[Flag]:
    """See words that the newsroom blocked; where one is hidden, which it is."""
    return see_listed(text, own_words(facts.blocked)) if facts.blocked else iter(())


def see_links(text: str, facts: Facts) -> Iterator[Flag]:
    """See where a text leads."""
    return _tell(FlagKind.LINK, find_links(text, facts.hosts))


def see_contacts(text: str, facts: Facts) -> Iterator[Flag]:
    """See how somebody is to be reached."""
    del facts
    return _tell(FlagKind.CONTACT, find_contacts(text))


def see_repeats(text: str, facts: Facts) -> Iterator[Flag]:
    """See what was said before, by the author and by others."""
    ours = trace(text)
    for kind, traces in ((FlagKind.REPEATED, facts.own), (FlagKind.COPIED, facts.others)):
        if times := sum(is_alike(ours, other) for other in traces):
            yield Flag(kind, times=times)


def see_flooding(text: str, facts: Facts) -> Iterator[Flag]:
    """See how much an author sends, and of one who is new sooner."""
    del text
    sent = facts.sent_lately + 1
    if sent >= (FLOOD_OF_NEW if facts.is_new else FLOOD):
        yield Flag(FlagKind.FLOODING, times=sent)


def see_manner(text: str, facts: Facts) -> Iterator[Flag]:
    """See how a text is written."""
    yield from _tell(FlagKind.MIXED, find_mixed(text))
    if is_shouted(text):
        yield Flag(FlagKind.SHOUTED)
    yield from _tell(FlagKind.STRETCHED, find_stretched(text))
    if count_letters(text) < FEWEST_LETTERS:
        yield Flag(FlagKind.SHORT, times=sum(map(str.isalpha, text)))
    if facts.language and (language := name_language(text)) not in {"", facts.language}:
        yield Flag(FlagKind.LANGUAGE, (language,))


def _tell(kind: FlagKind, said: Iterable[str]) -> Iterator[Flag]:
    if once := tuple(dict.fromkeys(said)):
        yield Flag(kind, once, len(once))


SIGNS: tuple[Callable[[str, Facts], Iterator[Flag]], ...] = (
    see_blocked,
    see_links,
    see_contacts,
    see_repeats,
    see_flooding,
    see_manner,
)
