"""Spans of time as people type them: «3d», «12 h», «3 أيام», «أسبوعين», “two weeks”, «三天», “une semaine et 2 jours”.

A span is numbers and units by turns; a unit alone counts once. A month is 30 days and a year 365. Digits are those of
any script. What has anything else in it is no span. A new word is a word of `UNITS`, `TWICE`, `NUMBERS` or `BETWEEN`.
"""

import re
from datetime import timedelta
from functools import cache

from newsroom.text import fold

LONGEST = 60  # characters
MOST = 10_000  # of a unit: more is too much of any
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNITS = {
    timedelta(minutes=1): "m min mins minute minutes دقيقة دقائق 分 分钟 分鐘",
    HOUR: "h hr hrs hour hours heure heures ساعة ساعات 小时 个小时 小時 個小時 钟头 个钟头",
    DAY: "d day days j jour jours يوم يوما أيام 天 日",
    7 * DAY: "w wk wks week weeks sem semaine semaines أسبوع أسبوعا أسابيع 周 週 星期 个星期 個星期 礼拜 个礼拜",
    30 * DAY: "mo month months mois شهر شهرا أشهر شهور 月 个月 個月",
    365 * DAY: "y year years an ans année années سنة سنوات سنين عام أعوام 年",
}
TWICE = {
    2 * HOUR: "ساعتين ساعتان",
    2 * DAY: "يومين يومان",
    14 * DAY: "أسبوعين أسبوعان",
    60 * DAY: "شهرين شهران",
    730 * DAY: "سنتين سنتان عامين عامان",
}
NUMBERS = (
    "a an one un une 一",
    "two deux 二 两 兩",
    "three trois ثلاثة ثلاث 三",
    "four quatre أربعة أربع 四",
    "five cinq خمسة خمس 五",
    "six ستة ست 六",
    "seven sept سبعة سبع 七",
    "eight huit ثمانية ثماني ثمان 八",
    "nine neuf تسعة تسع 九",
    "ten dix عشرة عشر 十",
)
BETWEEN = "for and pendant pour et de لمدة مدة ل و"
HAN_NUMBER = "一二两兩三四五六七八九十"
TOKEN = re.compile(rf"\d+|[{HAN_NUMBER}]|(?:(?![{HAN_NUMBER}])[\u3400-\u9fff])+|[^\W\d_\u3400-\u9fff]+")
AROUND = " \t\n,،.-"


def read_span(text: str) -> timedelta | None:
    """Answer the span that is said, longer than nothing; None for what is none."""
    said = fold(text)
    if len(said) > LONGEST or TOKEN.sub("", said).strip(AROUND):
        return None
    total, count = timedelta(), None
    for token in TOKEN.findall(said):
        unit = _spans().get(token)
        if count is None and (number := _read_number(token)) is not None:
            count = number  # «an» is one in English, and a year only after a number
        elif unit is not None:
            total, count = total + unit * (1 if count is None else count), None
        elif token not in _between():
            return None
    return total if total and count is None else None


def _read_number(token: str) -> int | None:
    return min(int(token), MOST) if token.isdecimal() else _numbers().get(token)


@cache
def _spans() -> dict[str, timedelta]:
    return {fold(word): span for table in (UNITS, TWICE) for span, said in table.items() for word in said.split()}


@cache
def _numbers() -> dict[str, int]:
    return {fold(word): number for number, said in enumerate(NUMBERS, 1) for word in said.split()}


@cache
def _between() -> frozenset[str]:
    return frozenset(map(fold, BETWEEN.split()))
