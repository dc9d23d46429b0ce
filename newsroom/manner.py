"""How a text is written, whatever it says: scripts mixed in a word, capitals, stretched letters, its language.

Arabic in Latin letters («sba7 el kheir») has no language here, and laughter is not stretched: «ههههه», «哈哈哈哈».
"""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import groupby

from newsroom.text import PREFIXES, fold, tokens, words

ALONE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW"})  # scripts that stand in no word with another
STRETCHED = re.compile(r"([^\W\d_])\1{3,}|ـ{5,}|[!?؟！？]{5,}")
LAUGHTER = frozenset("هخحhjkxw哈呵嘿嘻笑")
FEWEST_CAPITALS, MOST_SMALL = 12, 0.2  # letters of a shout, and the share of small ones that it may have
FEWEST_SHOUTED = 3  # words: «UNESCO» is no shout
FEWEST_KNOWN, LEAST_KNOWN = 3, 0.2  # little words that tell a language in Latin letters, and their share of all
ENGLISH_OR_FRENCH = ("en", "fr")


def find_mixed(text: str) -> list[str]:
    """Answer the words whose letters are of two scripts; «الـDNA» is none, and Chinese stands beside any letters."""
    return [word for word in words(text) if not word.isascii() and _is_mixed(word)]


def _is_mixed(word: str) -> bool:
    named = [(_script(letter), letter) for letter in word if letter.isalpha()]
    runs = [(script, "".join(letter for _, letter in run)) for script, run in groupby(named, lambda pair: pair[0])]
    if runs and runs[0][0] == "ARABIC" and fold(runs[0][1]) in PREFIXES:
        runs = runs[1:]
    return len({script for script, _ in runs} & ALONE) > 1


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def find_stretched(text: str) -> list[str]:
    """Answer what stands in a row too often, as it is written."""
    return [match[0] for match in STRETCHED.finditer(text) if match[0][0].lower() not in LAUGHTER]


def is_shouted(text: str) -> bool:
    """Tell whether a text is all in capitals."""
    large, small = sum(map(str.isupper, text)), sum(map(str.islower, text))
    shouted = [word for word in words(text) if len(word) > 1 and word.isupper()]
    return len(shouted) >= FEWEST_SHOUTED and large >= FEWEST_CAPITALS and small <= MOST_SMALL * (large + small)


def name_language(text: str) -> str:
    """Answer the language of a text as far as it shows: a code of ours, the name of another script, or nothing."""
    scripts = Counter(_script(letter) for letter in text if letter.isalpha())
    if not scripts:
        return ""
    script, letters = scripts.most_common(1)[0]
    if letters * 3 < scripts.total() * 2:
        return ""
    return {"ARABIC": "ar", "CJK": "zh", "LATIN": _name_latin(text)}.get(script, script.lower())


def _name_latin(text: str) -> str:
    """Answer English or French by the little words of each, unless as many are of neither or of both."""
    said = tokens(text)
    known = {code: [word for word in said if word in _little_words(code)] for code in ENGLISH_OR_FRENCH}
    code, others = sorted(ENGLISH_OR_FRENCH, key=lambda code: -len(known[code]))
    is_clear = len(known[code]) > len(known[others]) and len(set(known[code])) >= FEWEST_KNOWN
    return code if is_clear and len(known[code]) >= LEAST_KNOWN * len(said) else ""


@cache
def _little_words(code: str) -> frozenset[str]:
    data = files("newsroom").joinpath("data", "function_words.toml").read_text(encoding="utf-8")
    return frozenset(fold(word) for word in tomllib.loads(data)[code])
