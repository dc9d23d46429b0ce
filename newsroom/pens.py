"""Pen names: under which readers' replies are signed.

Everybody has a number, told with a word of the reader's language («قلم 4821», Pen 4821): it is unique and says nothing
of who it is, not even when it was given. Who likes has a name of his own besides, which moderators see and approve with
the reply that bears it. Two names that fold to the same are one name; none may pass for the newsroom's.
"""

import unicodedata
from collections.abc import Collection
from difflib import SequenceMatcher

from newsroom.errors import Refusal
from newsroom.text import fold

SHORTEST, LONGEST = 2, 30  # characters
MOST_PENS = 3  # names of his own that somebody has in his life here: a name that was public is nobody else's
SMALLEST_NUMBER = 1_000
ROOM = 2  # a number is drawn among so many times as are taken, so that few draws are in vain
BETWEEN = frozenset(" -'’.·ـ")
LIKE = 0.85  # how alike two names may not be
SHORTEST_WITHIN = 4  # letters that another name may not have in it
# What the staff of a newsroom, the bot and the pens themselves are called.
TITLES = (
    *("قاصد", "قلم", "إدارة", "مدير", "مشرف", "محرر", "تحرير", "رسمي", "مراسل", "بوت", "دعم"),
    *("qasid", "pen", "admin", "administrator", "moderator", "editor", "staff", "official", "support", "bot", "system"),
    *("笔", "管理员", "版主", "编辑", "官方", "机器人", "客服"),
    *("plume", "administrateur", "modérateur", "rédacteur", "rédaction", "officiel", "équipe"),
)
# Scripts that are written together; a name in two others is a disguise.
TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HANGUL": "CJK", "BOPOMOFO": "CJK"}


def key_of(name: str) -> str:
    """Answer what makes a name this name: its letters, folded."""
    return "".join(letter for letter in fold(name) if letter.isalnum())


def check_pen(name: str, reserved: Collection[str] = ()) -> Refusal | None:
    """Answer why somebody may not sign so; None where he may. `reserved` are names of the site and of its staff.

    Whether somebody else has the name is the store's to say.
    """
    name = tidy(name)
    if not SHORTEST <= len(name) <= LONGEST:
        return Refusal("pens.length", least=SHORTEST, most=LONGEST)
    letters = [letter for letter in name if letter not in BETWEEN and not unicodedata.category(letter).startswith("M")]
    if not all(map(str.isalpha, letters)) or len(key_of(name)) < SHORTEST or len(_scripts(letters)) > 1:
        return Refusal("pens.letters")
    if any(_is_like(name, other) for other in (*TITLES, *reserved)):
        return Refusal("pens.reserved")
    return None


def tidy(name: str) -> str:
    """Answer a name as it is kept: composed, without marks that nobody sees, with single spaces."""
    composed = unicodedata.normalize("NFC", name)
    seen = (" " if letter.isspace() else letter for letter in composed if unicodedata.category(letter) != "Cf")
    return " ".join("".join(seen).split())


def numbers(taken: int) -> range:
    """Answer the numbers among which the next pen's is drawn when so many are taken."""
    most = SMALLEST_NUMBER * 10
    while taken * ROOM > most - SMALLEST_NUMBER:
        most *= 10
    return range(SMALLEST_NUMBER, most)


def _scripts(letters: Collection[str]) -> set[str]:
    """Answer the scripts that letters are of, by the first word of their names in Unicode."""
    found = {unicodedata.name(letter, "?").split()[0].partition("-")[0] for letter in letters}
    return {TOGETHER.get(script, script) for script in found}


def _is_like(name: str, other: str) -> bool:
    """Tell whether a name would be taken for another: it has it as a word, or within it, or is nearly the same."""
    key, theirs = key_of(name), key_of(other)
    if not theirs:
        return False
    is_chinese = len(theirs) >= SHORTEST and _scripts(theirs) == {"CJK"}
    within = len(theirs) >= SHORTEST_WITHIN or is_chinese
    as_word = theirs in map(key_of, name.replace("-", " ").split())
    return as_word or (within and theirs in key) or SequenceMatcher(None, key, theirs).ratio() >= LIKE
