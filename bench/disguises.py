"""The disguises in which Arabic words are hidden, and the words that we hide to see whether they are found.

Each disguise takes a word and answers it hidden; where it has nothing to do it answers the word as it is, and that is
not counted. A new disguise is a function and a line of DISGUISES.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from newsroom.disguise import Watchlist
from newsroom.text import readings, words

HEADLINES = Path(__file__).parent.parent / "tests" / "data" / "headlines.jsonl"
HIDDEN_WORDS = """
    احتيال نصاب رشوة خيانة عميل جاسوس إرهابي تكفير فتنة طائفية عنصري كراهية شتيمة سباب قذف تشهير ابتزاز تهديد انتقام
    اغتيال ذبح قتلة مجرم سفاح طاغية ديكتاتور مستبد فاسد لصوص سرقة نهب سلب غنيمة تهريب مخدرات حشيش كوكايين هيروين خمور
    قمار مراهنات كازينو يانصيب مقامرة أرباح مضمونة ثراء استثمار وهمي تداول فوركس بيتكوين عملات رقمية محفظة قرض
    تمويل سيولة ائتمان اكتتاب سمسار وسيط عمولة تسويق هرمي إعلان خصومات تخفيضات عروض هدية جائزة مسابقة رابح سحب
    شحن رصيد كوبون تطبيق تحميل رابط قناة متابعين مشاهدات إعجابات اشتراك واتساب تلغرام انستغرام فيسبوك سناب تيكتوك
    حبوب منشطات تخسيس رشاقة سحر شعوذة دجال مشعوذ حسد عرافة أبراج تنجيم طلاسم جنون عفريت ملعون خبيث حقير تافه أحمق غبي
    بليد جاهل متخلف همجي وحشي قذر نجس وضيع دنيء لئيم جبان ذليل منافق كذاب مخادع ماكر غدار حاقد حسود بخيل متسول شحاذ
    صعلوك أزعر بلطجي شبيح مرتزق انقلابي متآمر مؤامرة مسؤول مأجور مشبوه مريب فضيحة عار رذيلة فجور دعارة إباحية عري
    تحرش اغتصاب اعتداء ضرب تعذيب سجن معتقل زنزانة مشنقة إعدام قنبلة متفجرات سلاح رصاص خنجر سكين ساطور حرق تفجير
    انتحاري عبوة ناسفة كمين هجوم غارة مجزرة إبادة تهجير نازي فاشي صهيوني مجوسي رافضي ناصبي كافر مرتد زنديق ملحد
    مشرك شيطان إبليس عبيد جارية رعاع أوباش حثالة خروف كلاب خنازير حمير بقرة ضباع أفاعي عقرب حشرة صرصور جرذان
    قرود بوم
"""
HIDDEN = HIDDEN_WORDS.split()
SENTENCES = (
    "قال أحدهم إن {} كان هناك", "سمعنا عن {} في المدينة", "هذا كلام {} لا غير", "{} مرة أخرى يا ناس", "كتب معلق: {}!",
    "لا أحد يريد {}، صدقوني", "وصل الخبر (عن {}) مساء", "من صنع {} فليحمله", "رأيت {}", "يقولون «{}» ثم يسكتون",
)  # fmt: skip
MARKS = "\u064e\u064f\u0650\u0652\u0651"
BIDI = "\u200e\u200f\u202a\u202b\u202c\u2066\u2069"
NOT_JOINED_ON = set("اأإآدذرزوؤةىء")  # letters that join nothing after them
PERSIAN = str.maketrans("كيىه", "کیێہ")
BARE = str.maketrans("أإآؤئ", "اااوي", "ء")
PRONOUNS = ("ها", "هم", "هن", "نا", "كم", "ه", "ك", "ي")


def lengthen(word: str, chance: Random) -> str:
    """Put tatweel between letters."""
    return "".join(letter + "ـ" * chance.randint(1, 3) for letter in word[:-1]) + word[-1]


def vowel(word: str, chance: Random) -> str:
    """Put marks on letters."""
    return "".join(letter + chance.choice(MARKS) for letter in word)


def part(word: str, chance: Random) -> str:
    """Put a joiner or a non-joiner between two letters."""
    at = chance.randint(1, len(word) - 1)
    return word[:at] + chance.choice("\u200c\u200d\u200b") + word[at:]


def turn(word: str, chance: Random) -> str:
    """Put marks of direction between letters."""
    return "".join(letter + chance.choice(BIDI) for letter in word[:-1]) + word[-1]


def present(word: str, chance: Random) -> str:
    """Write the letters as presentation forms."""
    del chance
    forms = []
    for at, letter in enumerate(word):
        joins_before = at > 0 and word[at - 1] not in NOT_JOINED_ON
        joins_after = at < len(word) - 1 and letter not in NOT_JOINED_ON
        forms.append(FORMS.get((letter, joins_before, joins_after), letter))
    return "".join(forms)


def _presentation_forms() -> dict[tuple[str, bool, bool], str]:
    kinds = {
        "<isolated>": (False, False), "<initial>": (False, True), "<medial>": (True, True), "<final>": (True, False),
    }  # fmt: skip
    found = {}
    for form in map(chr, range(0xFE80, 0xFEF5)):
        kind, *letters = unicodedata.decomposition(form).split()
        found[chr(int(letters[0], 16)), *kinds[kind]] = form
    return found


FORMS = _presentation_forms()


def persian(word: str, chance: Random) -> str:
    """Write with Persian and Urdu letters."""
    del chance
    return word.translate(PERSIAN)


def unseat(word: str, chance: Random) -> str:
    """Leave the hamzas out, or seat them elsewhere."""
    seated = word.translate(str.maketrans("أؤ", "إئ"))
    return chance.choice((word.translate(BARE), seated)) if seated != word else word.translate(BARE)


def untie(word: str, chance: Random) -> str:
    """Write ta marbuta and alif maqsura as others do."""
    del chance
    tail = {"ة": "ه", "ه": "ة", "ى": "ي", "ي": "ى"}
    return word[:-1] + tail.get(word[-1], word[-1])


def repeat(word: str, chance: Random) -> str:
    """Repeat a letter."""
    at = chance.randrange(len(word))
    return word[:at] + word[at] * chance.randint(3, 6) + word[at + 1 :]


def join(word: str, chance: Random) -> str:
    """Join «وال» to the front."""
    del chance
    return "وال" + word


def own(word: str, chance: Random) -> str:
    """Join a pronoun to the end."""
    opened = {"ة": "ت", "ى": "ا"}.get(word[-1], word[-1])
    return word[:-1] + opened + chance.choice(PRONOUNS)


def space(word: str, chance: Random) -> str:
    """Write letter by letter."""
    return chance.choice((" ", "  ")).join(word)


def dot(word: str, chance: Random) -> str:
    """Write letter by letter, with something between."""
    return chance.choice((".", "-", "_", "*", "·", "/")).join(word)


DISGUISES: dict[str, Callable[[str, Random], str]] = {
    "tatweel": lengthen,
    "harakat": vowel,
    "zero-width joiners": part,
    "marks of direction": turn,
    "presentation forms": present,
    "Persian letters": persian,
    "hamza variants": unseat,
    "ta marbuta variants": untie,
    "elongation": repeat,
    "joined «وال»": join,
    "a pronoun": own,
    "spaced letters": space,
    "dotted letters": dot,
}


@dataclass(frozen=True, slots=True)
class Caught:
    """How many words a disguise hid, and which of them were not found."""

    hidden: int
    missed: list[str]

    @property
    def share(self) -> float:
        """The share that was found."""
        return 1 - len(self.missed) / self.hidden


def catch_all(seed: int = 1) -> dict[str, Caught]:
    """Hide each word in a sentence under each disguise, and answer which were found."""
    watch, chance, found = Watchlist(HIDDEN), Random(seed), {}  # noqa: S311  (no secret)
    for name, disguise in DISGUISES.items():
        hidden = [(word, disguise(word, chance)) for word in HIDDEN]
        hidden = [(word, written) for word, written in hidden if written != word]
        missed = [word for word, written in hidden if not _is_found(watch, word, chance.choice(SENTENCES), written)]
        found[name] = Caught(len(hidden), missed)
    return found


def _is_found(watch: Watchlist, word: str, sentence: str, written: str) -> bool:
    return word in {found for found, _ in watch.find_disguised(sentence.format(written))}


def find_mistaken() -> Iterator[tuple[str, str]]:
    """Yield what is found in clean headlines without being there in any of its forms."""
    watch = Watchlist(HIDDEN)
    for line in HEADLINES.read_text(encoding="utf-8").splitlines():
        text = " ".join(json.loads(line)[part] for part in ("title", "lead"))
        said = {reading for word in words(text) for reading in readings(word)}
        yield from ((word, written) for word, written in watch.find_disguised(text) if readings(word)[0] not in said)
