"""The figures of a text, however they are written: numbers as values with what they count, days, hours, scores.

    «سبعين بالمئة» · 70% ─▶ 70 %        «نصف مليار» · 5亿 ─▶ 500,000,000        «9:20» ─▶ an hour        8比1 ─▶ a score

Two newsrooms round, spell out and convert; what is one value is one figure. Words for numbers are data
(`newsroom/data/numerals.toml`); another way to write an hour or a score is a pattern here. What is read wrongly costs
little: figures are compared with figures, and both are read alike.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from newsroom.dates import months
from newsroom.stems import stem
from newsroom.text import fold

CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
CHINESE_TENS, CHINESE_SCALES = {"十": 10, "百": 100, "千": 1_000}, {"万": 10_000, "亿": 100_000_000}
NUMERALS = "".join([*CHINESE_DIGITS, *CHINESE_TENS, *CHINESE_SCALES])
MEASURES = frozenset("名人个只艘架辆座台家年月天时分秒吨米公里千克枚次届场岁国种成倍度级位局套条项所户岛连趟")
TOKEN = re.compile(rf"[\u0620-\u064a]+|\d+(?:[.,٫٬]\d+)*|%|[a-z]+|[{NUMERALS}]+|[\u3400-\u9fff]|[^\W\d_]+")
# Each begins with what few characters are, and looks behind only then: a search passes over all others in one loop.
THOUSANDS = re.compile(r"[.,٬\s](?<=\d.)(?=\d{3}(?!\d))", re.DOTALL)
POINT = re.compile("[,٫]")
PERCENT = re.compile(r"٪|في الما?يه|بالما?يه|نقطه ميويه|per ?cent|pct(?<!\wpct)(?!\w)|pour cent|个百分点|百分点")
CLOCK = re.compile(r"([0-9](?<![\d:.].)[0-9]?)\s?(?::|h|时|点)\s?([0-5]\d)(?![\d:])")
SCORE = re.compile(r"([0-9](?<![\d–a-z\u0620-\u064a.-].)[0-9]?)\s?(?:[-–]|比)\s?(\d{1,2})(?![\d–a-z.%-])")
CHINESE_DAY = re.compile(r"([0-9][0-9]?)日")
ODD = {"多", "余"}  # 7000多万: more than that
JOINED = ("وال", "بال", "ال", "و", "ب", "ل", "ف")
MONDAY, OF = {"الاثنين"}, {"من", "de", "of"}
MOST_DAYS, MOST_HOURS, MOST_GOALS = 31, 24, 30
HALF, HUNDRED, FOUR_TWENTIES = fold("نصف"), 100, (4.0, 20.0)


class Figures(NamedTuple):
    """What a text has of figures."""

    counts: frozenset[tuple[float, str]]  # values, each with the stem of what it counts, "%" or nothing
    days: frozenset[int]  # of a month
    clocks: frozenset[tuple[int, int]]  # hours of half a day, and minutes
    scores: frozenset[tuple[int, int]]  # the lower first


def read_figures(text: str) -> Figures:
    """Answer the figures of a text."""
    plain = THOUSANDS.sub("", PERCENT.sub("%", fold(text)))
    hours = {(int(hour) % 12, int(minute)) for hour, minute in CLOCK.findall(plain) if int(hour) <= MOST_HOURS}
    plain = CLOCK.sub(" ; ", plain)
    scores = {
        (min(pair), max(pair)) for one, two in SCORE.findall(plain) if max(pair := (int(one), int(two))) <= MOST_GOALS
    }
    days = set(map(int, CHINESE_DAY.findall(plain)))
    counts, more = _read_counts(TOKEN.findall(CHINESE_DAY.sub(" ; ", SCORE.sub(" ; ", plain))))
    return Figures(frozenset(counts), frozenset(days | more), frozenset(hours), frozenset(scores))


def _read_counts(tokens: Sequence[str]) -> tuple[set[tuple[float, str]], set[int]]:
    counts: set[tuple[float, str]] = set()
    days: set[int] = set()
    end = 0
    begins = _beginnings()
    for at in [at for at, token in enumerate(tokens) if token in begins or token[0].isdigit() or token[0] in NUMERALS]:
        if at < end:
            continue
        value, end = _read_number(tokens, at)
        if end == at:
            continue
        after = [token for token in tokens[end : end + 2] if token not in OF][:1]
        if value <= MOST_DAYS and months().keys() & {*after, *tokens[max(0, at - 1) : at]}:
            days.add(int(value))
        else:
            counts.add((value, _unit(after)))
    return counts, days


def _unit(after: Sequence[str]) -> str:
    """Answer the stem of the word after a number."""
    return stem(after[0]) if after and not after[0][0].isdigit() else ""


def _read_number(tokens: Sequence[str], start: int) -> tuple[float, int]:
    """Answer the number that begins there, and where it ends; it ends where it begins if there is none."""
    if tokens[start][0].isdigit():
        return _scale(float(POINT.sub(".", tokens[start])) if tokens[start].count(".") <= 1 else 0.0, tokens, start + 1)
    if tokens[start][0] in NUMERALS:
        return _read_chinese(tokens, start)
    if tokens[start] == HALF and start + 1 < len(tokens) and tokens[start + 1] in _scales():
        return _scale(0.5, tokens, start + 1)
    return _read_words(tokens, start)


def _scale(value: float, tokens: Sequence[str], at: int) -> tuple[float, int]:
    """Answer digits times what stands behind them: 7.5 «مليون», 7000多万."""
    end = at + 1 if at + 1 < len(tokens) and tokens[at] in ODD and tokens[at + 1][0] in NUMERALS else at
    while end < len(tokens):
        token = tokens[end]
        if token in _scales():
            value *= _scales()[token]
        elif token[0] in CHINESE_SCALES or token[0] in CHINESE_TENS:
            for sign in token:
                value *= {**CHINESE_TENS, **CHINESE_SCALES}.get(sign, 1)
        else:
            break
        end += 1
    return round(value, 3), end


def _read_chinese(tokens: Sequence[str], start: int) -> tuple[float, int]:
    """Read a run of numerals; a single one counts only before a measure, and 一 never does."""
    run, after = tokens[start], tokens[start + 1][:1] if start + 1 < len(tokens) else ""
    if len(run) == 1 and (run == "一" or run not in {*CHINESE_DIGITS, "十"} or after not in MEASURES):
        return 0, start
    total = section = digit = 0
    for sign in run:
        if sign in CHINESE_SCALES:
            total, section, digit = (total + section + digit or 1) * CHINESE_SCALES[sign], 0, 0
        elif sign in CHINESE_TENS:
            section, digit = section + (digit or 1) * CHINESE_TENS[sign], 0
        else:
            digit = CHINESE_DIGITS[sign]
    return float(total + section + digit), start + 1


def _read_words(tokens: Sequence[str], start: int) -> tuple[float, int]:
    """Read a number of words, each of which adds to it or multiplies what stands before it."""
    total = part = 0.0
    at = start
    while at < len(tokens) and (word := _find_numeral(tokens[at], is_first=at == start)):
        if word in _units():
            part = 80 if (part, _units()[word]) == FOUR_TWENTIES else part + _units()[word]
        elif _scales()[word] == HUNDRED:
            part = (part or 1) * HUNDRED
        else:
            total, part = total + (part or 1) * _scales()[word], 0
        at += 1
    return total + part, at


def _find_numeral(token: str, *, is_first: bool) -> str:
    """Answer the numeral that a token is, without what Arabic joins to it; nothing where it is none."""
    if token in _units() or token in _scales():
        return "" if is_first and token in _plurals() else token
    if token in MONDAY:
        return ""
    bare = (token.removeprefix(joined) for joined in (JOINED if is_first else ("و",)) if token.startswith(joined))
    return next((word for word in bare if word in _units() or (not is_first and word in _scales())), "")


def _units() -> Mapping[str, float]:
    return _words()["units"]


def _scales() -> Mapping[str, float]:
    return _words()["scales"]


@cache
def _words() -> Mapping[str, Mapping[str, float]]:
    return {part: _by_word(rows) for part, rows in _read_data().items() if part != "plural"}


def _by_word(rows: Mapping[str, str]) -> Mapping[str, float]:
    return {fold(word): float(value) for value, words in rows.items() for word in words.split()}


@cache
def _beginnings() -> frozenset[str]:
    """Answer all words with which a number may begin: most are none, and are read no further."""
    joined = {front + word for front in JOINED for word in _units()}
    numerals = {word for word in {*_units(), *_scales(), *joined} if _find_numeral(word, is_first=True)}
    return frozenset({HALF, *numerals})


@cache
def _plurals() -> frozenset[str]:
    return frozenset(fold(word) for word in _read_data()["plural"]["words"].split())


def _read_data() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("newsroom").joinpath("data", "numerals.toml").read_text(encoding="utf-8"))
