"""What reading costs: folding, finding words, classifying an article; and how many disguises are seen through.

    words of the samples ┐
    words that nobody has┴▶ articles of 3,000 characters, each another ─▶ the plain way and ours, by turns

No article is read twice. News bring new words too, and what is remembered of words must not hide that: in some, one
word in twenty stands in no article before. Times are of the processor, on one core, without the database.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

from bench.disguises import HEADLINES, catch_all, find_mistaken
from bench.report import Bar, print_bars
from newsroom.articles import ParsedArticle
from newsroom.lexicon import Lexicon
from newsroom.taxonomy import shipped_taxonomy
from newsroom.text import ALPHABET, fold, words
from newsroom.topics import Classifier

LENGTH, ARTICLES, ROUNDS = 3_000, 300, 12  # characters of an article, articles of a round, rounds
WORDS = 5_000
OWN_WORDS = 0.05  # the share of an article's words that no other has, where news bring new ones
MARKS = "\u064e\u064f\u0650\u0652\u0651"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
CLITICS = ("", "", "", "", "و", "ب", "ل", "ال", "وال", "بال", "لل")
CODES = range(0x110000)


@dataclass(frozen=True, slots=True)
class Press:
    """Prints articles: no two are alike, and each has some words of its own."""

    chance: Random
    stock: Sequence[str]
    own: float  # the share of an article's words that no other has

    def print_article(self, marks: float = 0.0) -> str:
        """Answer an article, so many of its letters with a mark."""
        written, size = [], 0
        while size < LENGTH:
            written.append(self._word())
            size += len(written[-1]) + 1
        text = " ".join(written)
        marked = (
            one + self.chance.choice(MARKS) if self.chance.random() < marks and one != " " else one for one in text
        )
        return "".join(marked)[:LENGTH]

    def _word(self) -> str:
        if self.chance.random() >= self.own:
            return self.chance.choice(self.stock)
        return self.chance.choice(CLITICS) + make_word(self.chance) + self.chance.choice(("", "", "،", ".", "ها", "ية"))


def make_word(chance: Random) -> str:
    """Answer a word that hardly another text has."""
    return "".join(chance.choices(LETTERS, k=chance.randint(4, 8)))


def measure_folding(press: Press, marks: float) -> float:
    """Answer how many times as fast as `str.translate` by the same mapping folding is; both answer the same."""
    mapping = {code: ALPHABET[code] for code in CODES if ALPHABET[code] != chr(code)}
    texts = [press.print_article(marks) for _ in range(ARTICLES)]
    if [text.translate(mapping) for text in texts] != list(map(fold, texts)):
        raise AssertionError("the two fold differently")
    plain, ours = measure(lambda text: text.translate(mapping), fold, lambda: texts)
    print_times(f"folding, {marks:.0%} of the letters with marks", plain, ours)
    return plain / ours


def measure_matching(press: Press, listed: Sequence[str]) -> float:
    """Answer how many times as fast as a loop of `in` over the folded text the words of a list are found."""
    lexicon: Lexicon[str] = Lexicon()
    for word in listed:
        lexicon.add(word, word)
    folded = [fold(word) for word in listed]

    def look_for_each(text: str) -> int:
        return sum(word in text for word in folded)

    def look_up(text: str) -> int:
        return sum(1 for _ in lexicon.find(text))

    def print_some() -> list[str]:
        return [press.print_article() for _ in range(ARTICLES // 15)]

    # Each way has its own form of the text, ready beforehand: the plain one is given it folded.
    plain, ours = measure(look_for_each, look_up, print_some, given=fold)
    print_times(f"looking for {len(listed)} words, {press.own:.0%} of an article's own", plain, ours)
    return plain / ours


def measure_classifying(press: Press) -> float:
    """Answer the milliseconds that it takes to say what an article is about."""
    classifier = Classifier(shipped_taxonomy())
    taken = []
    for _ in range(ARTICLES):
        text = press.print_article()
        article = ParsedArticle("", "", text[:90], text[90:300], text[300:])
        taken.append(clock(classifier.classify, article))
    first, rest = taken[:30], taken[30:]
    told = f"first 30: {median(first) * 1000:.2f}, then: {median(rest) * 1000:.2f}, slowest: {max(rest) * 1000:.2f}"
    print(f"classifying, ms an article: {told}")
    return median(rest) * 1000


def measure(
    plain: Callable[[str], object],
    ours: Callable[[str], object],
    print_some: Callable[[], Sequence[str]],
    given: Callable[[str], str] = str,
) -> tuple[float, float]:
    """Answer the seconds for an article of both ways, each in its best round; every round has other articles."""
    found = []
    for turn in range(ROUNDS + 1):
        texts = print_some()
        for_plain = list(map(given, texts))
        gc.collect()
        taken = [sum(clock(plain, text) for text in for_plain), sum(clock(ours, text) for text in texts)]
        if turn:
            found.append([seconds / len(texts) for seconds in taken])
    return min(one for one, _ in found), min(other for _, other in found)


def clock(deed: Callable[[str], object] | Callable[[ParsedArticle], object], thing: object) -> float:
    """Answer how many seconds a deed takes."""
    began = time.process_time()
    deed(thing)  # type: ignore[arg-type]
    return time.process_time() - began


def print_times(what: str, plain: float, ours: float) -> None:
    """Print what both ways take."""
    print(f"{what}: {plain * 1e6:,.0f} µs the plain way, {ours * 1e6:,.1f} µs")


def list_words(count: int, chance: Random) -> list[str]:
    """Answer so many words to look for: those of the topics, then others."""
    taxonomy = shipped_taxonomy()
    several = (topic.words.get("ar", ()) for topic in taxonomy.topics.values())
    known = [word for listed in several for word in listed if " " not in word]
    made = (make_word(chance) for _ in range(count))
    return list(dict.fromkeys((*known, *made)))[:count]


def read_samples() -> Iterator[str]:
    """Yield the Arabic words of the samples, as often as they stand there, so that common ones are common."""
    for line in HEADLINES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["language"] == "ar":
            yield from words(f"{row['title']} {row['lead']}")


def print_disguises() -> float:
    """Print how many words are found under each disguise, and answer the least share, in percent."""
    found = catch_all()
    print(f"\n{'hidden words found':22}  {'of':>4}  {'found':>7}")
    for name, caught in found.items():
        print(f"{name:22}  {caught.hidden:4}  {caught.share:7.1%}  {' '.join(caught.missed)}")
    mistaken = list(find_mistaken())
    print(f"in clean headlines, of what is not there: {len(mistaken)}")
    return min(caught.share for caught in found.values()) * 100


def run() -> None:
    """Print all figures."""
    chance = Random(20261128)  # noqa: S311  (no secret)
    stock = list(read_samples())
    press, news = Press(chance, stock, 0.0), Press(chance, stock, OWN_WORDS)
    listed = list_words(WORDS, chance)
    bars = [
        Bar("folding, few marks", measure_folding(news, 0.03), 15),
        Bar("folding, some marks", measure_folding(news, 0.15), 15),
        Bar("5,000 words in an article", measure_matching(press, listed), 60),
        Bar("the same where words are new", measure_matching(news, listed), 15),
        Bar("classifying, ms", measure_classifying(news), 2, at_most=True),
    ]
    bars.append(Bar("disguises, least %", print_disguises(), 99))
    print_bars(bars)
