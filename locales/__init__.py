"""The texts, in four languages: one gettext catalogue each, read as they are, without a compile step.

A text's id is a key, `area.subject.what`; the catalogues hold the words, English ones too. A catalogue's text is HTML
for Telegram; what is put into it is escaped and set apart in its direction here, numbers are written as the language
writes them, in the digits that the reader chose, and nowhere else. A new text is one key in each of `ar.po`, `en.po`,
`zh.po`, `fr.po`; tests/test_locales.py finds what was forgotten.
"""

import gettext
import html
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.core import get_global
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("ar", "en", "zh", "fr")
OWN_NAMES = {"ar": "العربية", "en": "English", "zh": "中文", "fr": "Français"}
# First strong isolate and its end (UAX 9): an inserted name must not reorder the sentence around it.
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
# In a line from right to left, a slash belongs to what stands before it, and what ends an address to what stands behind
# it, unless a mark says otherwise.
RIGHT_TO_LEFT = {"ar"}
LEFT_TO_RIGHT_MARK = "\u200e"
COMMAND = re.compile(r"(?<![\w/<])(?=/[a-z])|(?<=://…)")
# The digits that a reader may choose, by their names in CLDR, with those that each language is read in.
LATIN_DIGITS, ARABIC_DIGITS = "latn", "arab"
DIGITS = {LATIN_DIGITS: "0123456789", ARABIC_DIGITS: "٠١٢٣٤٥٦٧٨٩"}
MOST_NUMBERS = 2_048  # that are remembered as they are written
HAS_DIGITS = {"ar"}  # the languages that are written in both


class Html(str):
    """A text that is HTML already and is put into others as it is."""

    __slots__ = ()


class Label(int):
    """A number that names something, such as an article's: it is no amount, so its digits are not grouped."""


class Texts:
    """The texts of one language, with numbers in the digits of its reader."""

    def __init__(self, language: str, digits: str = LATIN_DIGITS) -> None:
        self.language = language
        self.digits = digits if language in HAS_DIGITS and digits in DIGITS else LATIN_DIGITS
        self._catalogue = _load(language)
        self._own = str.maketrans(DIGITS[LATIN_DIGITS], DIGITS[self.digits])

    def __call__(self, key: str, **values: str | int) -> str:
        """Answer a text as HTML; values are escaped and isolated, numbers written as the language writes them."""
        return self._catalogue.gettext(key).format_map({name: self._put(value) for name, value in values.items()})

    def plain(self, key: str, **values: str | int) -> str:
        """Answer a text for where there is no HTML: buttons, alerts, menus."""
        written = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self._catalogue.gettext(key).format_map(written)

    def count(self, key: str, number: int, **values: str | int) -> str:
        """Answer the text that goes with a number, in the plural form of the language; `{n}` is the number."""
        text = self._catalogue.ngettext(key, key, number)
        return text.format_map({name: self._put(value) for name, value in ({"n": number} | values).items()})

    def number(self, number: int) -> str:
        """Answer a number as the language writes it: thousands apart, unless it is a `Label`."""
        if isinstance(number, Label):
            return self.in_digits(str(int(number)))
        return self.in_digits(_group(number, self.language, self.digits))

    def in_digits(self, text: str) -> str:
        """Answer a date, or whatever else has digits in it, in those of the reader."""
        return text.translate(self._own)

    def diagnose(self, name: str, values: Mapping[str, str | int]) -> str:
        """Answer what is wrong, as HTML; a value that has a text of its own, as a lane has, is put in as that says."""
        named = {said: f"doctor.{said}.{value}" for said, value in values.items()}
        told = {said: self.plain(named[said]) if self.knows(named[said]) else value for said, value in values.items()}
        return self(f"doctor.{name}", **told)

    def hour(self, hour: int) -> str:
        """Answer a full hour as a clock shows it."""
        return self.in_digits(f"{hour:02}:00")

    def weekdays(self) -> dict[int, str]:
        """Answer the days of the week by their names, Monday being 0, in the order that is usual in the language.

        Where it is spoken most, as CLDR has it: Arabic weeks begin on Saturday.
        """
        first = Locale.parse(get_global("likely_subtags")[self.language]).first_week_day
        names = Locale.parse(self.language).days["stand-alone"]["wide"]
        return {day % 7: names[day % 7] for day in range(first, first + 7)}

    def knows(self, key: str) -> bool:
        """Tell whether there is such a text, for what comes with a key of its own."""
        return bool(self._catalogue.gettext(key) != key)

    def words(self, key: str) -> list[str]:
        """Answer the words of a text that lists some, divided by `|`."""
        return [word.strip() for word in self._catalogue.gettext(key).split("|")]

    def _put(self, value: str | int) -> str:
        if isinstance(value, int):
            return self.number(value)
        return value if isinstance(value, Html) else f"{ISOLATE}{html.escape(value, quote=False)}{END_ISOLATE}"


@lru_cache(MOST_NUMBERS)
def _group(number: int, language: str, digits: str) -> str:
    """Answer a number with its thousands apart; one takes a tenth of a millisecond, and a digest has a dozen."""
    return format_decimal(number, locale=language, numbering_system=digits)


@cache
def texts(language: str, digits: str = LATIN_DIGITS) -> Texts:
    """Answer the texts of a language, or of Arabic where it is none of ours, with numbers in these digits.

    Digits are a choice of those who read Arabic; in the other languages they are Latin.
    """
    return Texts(language if language in LANGUAGES else LANGUAGES[0], digits)


def choose_language(code: str | None, default: str) -> str:
    """Answer the language for a Telegram language code (IETF, such as `zh-hans`)."""
    spoken = (code or "").lower().partition("-")[0]
    return spoken if spoken in LANGUAGES else default


@cache
def _load(language: str) -> gettext.GNUTranslations:
    with files("locales").joinpath(f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    if language in RIGHT_TO_LEFT:
        for message in catalogue:
            _hold_commands(message)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _hold_commands(message: Message) -> None:
    """Keep the slash of each `/command` before its word."""
    if isinstance(message.string, str):
        message.string = COMMAND.sub(LEFT_TO_RIGHT_MARK, message.string)
