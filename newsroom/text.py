"""Text as people read it and as machines match it: folding, tokens, cutting, direction.

Folding makes equal what a reader takes for the same word: marks, tatweel, hamza seats, ya and ta marbuta, Persian
letters, presentation forms, digits, case and accents. Tokens of folded text are what topics, names and keywords are
matched on. A rule of a script goes here; a word of a topic goes to the data of `newsroom/topics.py`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Arabic letters that are written in several ways for the same word, to the plainest.
LETTERS = str.maketrans({
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیئ", "ي"),
    **dict.fromkeys("ةہھۀە", "ه"),
    "ؤ": "و",
    **dict.fromkeys("کگ", "ك"),
    "ـ": None,
})  # fmt: skip
# What carries no letter: combining marks, format characters (bidi marks, joiners) and enclosing marks.
UNSEEN = {"Mn", "Cf", "Me"}
# A word with the marks inside it, which `\w` leaves out.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200c\u200d])*")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
SENTENCE_END = re.compile(r"[.!?؟](?=\s)|[。！？]")
ARABIC_MARKS = re.compile("[\u064b-\u0651]")  # tanwin, fatha, damma, kasra, shadda
STRONG_RTL = {"R", "AL"}
ISOLATED = re.compile("[\u2066-\u2068].*?(?:\u2069|$)", re.DOTALL)

RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"

# Clitics that Arabic joins to the front of a word, longest first: conjunction, then preposition, then article.
PREFIXES = (
    "وبال", "وكال", "فبال", "ولل", "فلل", "وال", "فال", "بال", "كال", "وب", "ول", "وك", "فب", "فل", "لل", "ال",
    "و", "ف", "ب", "ك", "ل",
)  # fmt: skip
PRONOUNS = ("هما", "ها", "هم", "هن", "نا", "ه")
LONGEST_ACRONYM = 4
LONGEST_NUMBER = 9  # digits
SHORTEST_STEM = 3  # letters that must remain after a clitic is taken off, or «كوبا» would lose its ك


def fold(text: str) -> str:
    """Answer the text with everything dropped that does not make it another word; folding twice changes nothing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) not in UNSEEN)
    letters = unicodedata.normalize("NFKC", bare.translate(LETTERS)).translate(LETTERS)
    return "".join(str(unicodedata.digit(letter, letter)) for letter in letters).casefold()


def words(text: str) -> list[str]:
    """Answer the words of a text as they are written, in order; a run of Chinese characters is one word."""
    return WORD.findall(unicodedata.normalize("NFKC", text))


def tokens(text: str) -> list[str]:
    """Answer the folded words of a text in order."""
    return [fold(word) for word in words(text)]


@lru_cache(maxsize=100_000)
def readings(word: str) -> tuple[str, ...]:
    """Answer what a word may stand for, likeliest first: folded, then without clitics, plural endings or pronouns.

    A word whose article hides in its clitics («للصين») is read with the article («الصين») and without it.
    A short word in Latin capitals is read as such too (`=US`), for an acronym is no pronoun.
    """
    token = fold(word)
    found = [token]
    if word.isascii() and word.isupper() and len(word) <= LONGEST_ACRONYM:
        found.insert(0, acronym(word))
    if ARABIC.match(token):
        found += _arabic_readings(token)
    elif token.isascii():
        found += _latin_readings(token)
    return tuple(dict.fromkeys(found))


def acronym(word: str) -> str:
    """Answer the reading that only the same capitals have."""
    return f"={word}"


def _arabic_readings(token: str) -> Iterator[str]:
    stems = [(prefix, token[len(prefix) :]) for prefix in PREFIXES if token.startswith(prefix)]
    stems = [(prefix, stem) for prefix, stem in stems if len(stem) >= SHORTEST_STEM]
    for prefix, stem in stems:
        if prefix.endswith("ل") and prefix not in {"ل", "ول", "فل"}:
            yield "ال" + stem
        yield stem
    for stem in (token, *(stem for _, stem in stems)):
        if stem.endswith("ا") and len(stem) > SHORTEST_STEM:
            yield stem[:-1]  # «قانونًا»: the alif of the accusative
        yield from _without_pronoun(stem)


def _without_pronoun(stem: str) -> Iterator[str]:
    for pronoun in PRONOUNS:
        bare = stem.removesuffix(pronoun)
        if bare != stem and len(bare) >= SHORTEST_STEM:
            yield bare
            if bare.endswith("ت"):  # «خارجيتها» is «خارجية» with a pronoun: the ta had opened
                yield bare[:-1] + "ه"


def _latin_readings(token: str) -> Iterator[str]:
    if len(token) > SHORTEST_STEM and token[-1] in "sx":
        yield token[:-1]
        if token.endswith("ies"):
            yield token[:-3] + "y"
        elif token.endswith("es"):
            yield token[:-2]


def is_marked(spelled: str) -> bool:
    """Tell whether a spelling has Arabic marks: «عمّان» is Amman whatever is around it, and «عُمان» is Oman."""
    return ARABIC_MARKS.search(spelled) is not None


def guess_language(text: str) -> str:
    """Answer `ar`, `zh`, `fr` or `en` by the script that prevails; French by its commonest little words."""
    arabic, han = len(ARABIC.findall(text)), len(HAN.findall(text))
    letters = sum(map(str.isalpha, text))
    if han * 3 > letters:  # a Chinese headline is dense: a third of its letters is the whole of its words
        return "zh"
    if arabic * 2 > letters:
        return "ar"
    found = set(tokens(text))
    return (
        "fr" if len(found & {"le", "la", "les", "des", "du", "et", "une", "est", "dans", "pour", "sur"}) > 1 else "en"
    )


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, at the end of a sentence if one is near, never inside a word."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    sentences = [match.end() for match in SENTENCE_END.finditer(head)]
    if sentences and sentences[-1] >= limit // 2:
        return head[: sentences[-1]]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ،,؛;:-") + "…"


def paginate(text: str, limit: int) -> list[str]:
    """Cut a text into pages of at most `limit` characters: between paragraphs, else sentences, else words."""
    pages: list[str] = []
    for paragraph in filter(None, text.split("\n\n")):
        if pages and len(pages[-1]) + len(paragraph) + 2 <= limit:
            pages[-1] += "\n\n" + paragraph
        else:
            pages += _cut(paragraph, limit)
    return pages


def _cut(paragraph: str, limit: int) -> Iterator[str]:
    while len(paragraph) > limit:
        head = paragraph[:limit]
        ends = [match.end() for match in SENTENCE_END.finditer(head)] or [head.rfind(" ") + 1]
        at = ends[-1] or limit
        yield paragraph[:at].rstrip()
        paragraph = paragraph[at:].lstrip()
    yield paragraph


def is_rtl(language: str) -> bool:
    """Tell whether the language is written from right to left."""
    return language in {"ar", "fa", "ur", "he"}


def direction_mark(*, rtl: bool) -> str:
    """Answer the mark that sets the direction of a line which begins with it."""
    return RIGHT_TO_LEFT_MARK if rtl else LEFT_TO_RIGHT_MARK


def direct(line: str, *, rtl: bool) -> str:
    """Put the mark before a line that its own characters would not set in this direction; else leave it as it is.

    What is isolated does not count, and a line without a strong character is set left to right (UAX 9, P2 and P3).
    """
    seen = map(unicodedata.bidirectional, ISOLATED.sub("", line))
    first = next((kind for kind in seen if kind in {"L", *STRONG_RTL}), "L")
    return line if (first in STRONG_RTL) == rtl else direction_mark(rtl=rtl) + line


def read_number(text: str) -> int | None:
    """Read a whole number written with any script's digits, or answer None."""
    digits = fold(text).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else None
