"""Keywords: how long it takes to find those of an article, among 20 and among 200,000 that readers follow.

Words are made as Arabic makes them, of roots, patterns and clitics, and are as unevenly common as in a language; what
is followed is less so. A third of the keywords and of the articles are Chinese or Latin. Each article is 3,000
characters, and no two are the same. The collector has classified an article before it looks for keywords, so its words
are read; what it takes where none of them was ever read before is told apart. All are milliseconds of a core.
"""

import gc
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, product
from statistics import median, quantiles

from bench.report import Bar, print_bars
from db.store.keywords import MOST_READ
from newsroom.keywords import KeywordIndex, fold_phrase
from newsroom.skimming import excerpts, make_needle
from newsroom.text import readings, words

FEW, MANY = 20, 200_000
ARTICLES, LENGTH = 500, 3_000  # characters
COLD = 30  # articles
SKIMMED = 60  # keywords that are looked for in an archive
ROOTS, SEED = 1_500, 4
PATTERNS = ("{0}{1}{2}", "{0}ا{1}{2}", "م{0}{1}و{2}", "ا{0}ت{1}ا{2}", "{0}{1}ي{2}ة", "ت{0}{1}ي{2}", "م{0}ا{1}{2}ة")
ARTICLE, HAN_RANGE = ("", "ال"), range(0x4E00, 0x5A00)
CLITICS = ("",) * 7 + ("ال",) * 4 + ("و", "وال", "ب", "بال", "لل", "ل", "ف")
SYLLABLES = ("tra", "con", "de", "lin", "ment", "ra", "ti", "on", "per", "si", "ver", "al", "no", "mis", "ge", "ta")
MS, US, MB = 1_000, 1_000_000, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says words of a language in texts, chooses some to follow, and what stands between two of them."""

    say: Callable[[], str]
    choose: Callable[[], str]
    joint: str = " "


def run() -> None:
    """Print the figures."""
    chance = random.Random(SEED)  # noqa: S311  (makes words)
    speakers = make_speakers(chance)
    texts = [write(speakers[number % len(speakers)]) for number in range(ARTICLES)]
    few, phrases = build(make_phrases(chance, speakers, FEW)), make_phrases(chance, speakers, MANY)
    memory = measure_memory(phrases)
    began = time.process_time()
    index = build(phrases)
    building = time.process_time() - began
    gc.collect()
    readings.cache_clear()
    cold = [find(index, text) for text in texts[:COLD]]
    alone, together = ([find_next(one, text) for text in texts] for one in (few, index))
    found = median(len(index.find([text])) for text in texts)
    print(f"{len(index):,} keywords: {building:.1f} s to build, {memory / MB:.0f} MB")
    print(f"one more or less: {measure_change(index):.1f} µs")
    print(f"{len(texts)} articles of {LENGTH:,} characters, {found:.0f} keywords in each")
    print(f"with {len(few)} keywords: {median(alone):.2f} ms an article")
    print_bars(
        [
            Bar("200,000 keywords, ms an article: median", median(together), 2, at_most=True),
            Bar("the same, 99th percentile", quantiles(together, n=100)[98], 2, at_most=True),
            Bar(f"the first {COLD} of a process, with the reading of their words", median(cold), 2, at_most=True),
            Bar(f"a new keyword in an archive of {ARTICLES}, ms", measure_skimming(phrases, texts), 20, at_most=True),
        ]
    )


def measure_memory(phrases: Sequence[str]) -> int:
    """Answer how many bytes an index has, with strings of its own as rows of a database are."""
    tracemalloc.start()
    index = build([" ".join(phrase.split()) for phrase in phrases])
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del index
    return size


def measure_skimming(phrases: Sequence[str], texts: Sequence[str]) -> float:
    """Answer how many milliseconds it takes to find in all texts which of them have a phrase."""
    times = []
    for phrase in phrases[:: len(phrases) // SKIMMED]:
        began = time.process_time()
        needle, alone = make_needle(phrase), build([phrase])
        hits = (found for text in texts if (found := [*excerpts(needle, text)]))
        for found in islice(hits, MOST_READ):
            alone.find(found)
        times.append((time.process_time() - began) * MS)
    return median(times)


def build(phrases: Sequence[str]) -> KeywordIndex:
    """Answer an index of phrases."""
    index = KeywordIndex()
    for number, phrase in enumerate(phrases, 1):
        index.add(number, phrase)
    return index


def find(index: KeywordIndex, text: str) -> float:
    """Answer how many milliseconds of a core a text takes: nothing is waited for, and others may work."""
    began = time.process_time()
    index.find([text])
    return (time.process_time() - began) * MS


def find_next(index: KeywordIndex, text: str) -> float:
    """Answer how many milliseconds a text takes that was just classified, as it is when the collector has it."""
    for word in words(text):
        readings(word)
    return find(index, text)


def measure_change(index: KeywordIndex) -> float:
    """Answer how many microseconds it takes to add a keyword and to discard it."""
    times, first = 10_000, index.newest + 1
    began = time.process_time()
    for number in range(first, first + times):
        index.add(number, "كلمات لا يتابعها احد")
        index.discard(number)
    return (time.process_time() - began) / times / 2 * US


def make_speakers(chance: random.Random) -> list[Speaker]:
    """Answer six speakers: four of Arabic, one of Chinese, one of a Latin tongue."""
    letters = "بتجحدرزسشصطعغفقكلمنهي"
    roots = ["".join(chance.sample(letters, 3)) for _ in range(ROOTS)]
    arabic = Vocabulary(chance, [pattern.format(*root) for root, pattern in product(roots, PATTERNS)])
    latin = Vocabulary(chance, ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)])
    chinese = Vocabulary(chance, ["".join(map(chr, chance.choices(HAN_RANGE, k=2))) for _ in range(20_000)])

    def speak_arabic() -> str:
        return chance.choice(CLITICS) + arabic.say()

    def choose_arabic() -> str:
        return chance.choice(ARTICLE) + arabic.choose()

    native = Speaker(speak_arabic, choose_arabic)
    others = Speaker(chinese.say, chinese.choose, ""), Speaker(latin.say, latin.choose)
    return [native, native, *others, native, native]


class Vocabulary:
    """Words of which the n-th is said the n-th part as often as the first, as people do (Zipf)."""

    def __init__(self, chance: random.Random, known: list[str]) -> None:
        chance.shuffle(known)
        self._chance, self._words = chance, known
        places = range(1, len(known) + 1)
        self._said, self._chosen = (list(accumulate(place**-steep for place in places)) for steep in (1.0, 0.5))

    def say(self) -> str:
        """Answer a word of a text."""
        return self._chance.choices(self._words, cum_weights=self._said)[0]

    def choose(self) -> str:
        """Answer a word that somebody follows."""
        return self._chance.choices(self._words, cum_weights=self._chosen)[0]


def write(speaker: Speaker) -> str:
    """Answer a text, with a comma after six words."""
    text = ""
    while len(text) < LENGTH:
        text += speaker.joint.join(speaker.say() for _ in range(6)) + ("، " if speaker.joint else "，")
    return text[:LENGTH]


def make_phrases(chance: random.Random, speakers: Sequence[Speaker], count: int) -> list[str]:
    """Answer so many different phrases of one to four words."""
    phrases: dict[str, None] = {}
    while len(phrases) < count:
        number = len(phrases)
        speaker = speakers[number % len(speakers)]
        said = speaker.joint.join(speaker.choose() for _ in range(chance.choices(range(1, 5), (2, 5, 2, 1))[0]))
        if len(said) > 1:
            phrases[fold_phrase(said)] = None
    return list(phrases)
