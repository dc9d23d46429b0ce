"""The texts, in four languages: one gettext catalogue each, read as they are, without a compile step.

A text's id is a key, `area.subject.what`; the catalogues hold the words, English ones too. A catalogue's text is HTML
for Telegram; what is put into it is escaped and set apart in its direction here, and nowhere else. A new text is one
key in each of `ar.po`, `en.po`, `zh.po`, `fr.po`; tests/test_locales.py finds what was forgotten.
"""

import gettext
import html
import re
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("ar", "en", "zh", "fr")
OWN_NAMES = {"ar": "العربية", "en": "English", "zh": "中文", "fr": "Français"}
# First strong isolate and its end (UAX 9): an inserted name must not reorder the sentence around it.
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
# In a line from right to left, a slash belongs to what stands before it, unless a mark says otherwise.
RIGHT_TO_LEFT = {"ar"}
LEFT_TO_RIGHT_MARK = "\u200e"
COMMAND = re.compile(r"(?<![\w/<])(?=/[a-z])")


class Html(str):
    """A text that is HTML already and is put into others as it is."""

    __slots__ = ()


class Texts:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _load(language)

    def __call__(self, key: str, **values: str | int) -> str:
        """Answer a text as HTML; values are escaped and isolated."""
        return self._catalogue.gettext(key).format_map({name: _put(value) for name, value in values.items()})

    def plain(self, key: str, **values: str | int) -> str:
        """Answer a text for where there is no HTML: buttons, alerts, menus."""
        return self._catalogue.gettext(key).format_map(values)

    def count(self, key: str, number: int, **values: str | int) -> str:
        """Answer the text that goes with a number, in the plural form of the language; `{n}` is the number."""
        text = self._catalogue.ngettext(key, key, number)
        return text.format_map({name: _put(value) for name, value in ({"n": number} | values).items()})

    def words(self, key: str) -> list[str]:
        """Answer the words of a text that lists some, divided by `|`."""
        return [word.strip() for word in self._catalogue.gettext(key).split("|")]


@cache
def texts(language: str) -> Texts:
    """Answer the texts of a language, or of Arabic where it is none of ours."""
    return Texts(language if language in LANGUAGES else LANGUAGES[0])


def choose_language(code: str | None, default: str) -> str:
    """Answer the language for a Telegram language code (IETF, such as `zh-hans`)."""
    spoken = (code or "").lower().partition("-")[0]
    return spoken if spoken in LANGUAGES else default


def _put(value: str | int) -> str | int:
    if isinstance(value, int | Html):
        return value
    return f"{ISOLATE}{html.escape(value, quote=False)}{END_ISOLATE}"


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
