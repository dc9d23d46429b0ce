"""Text as people read it and as machines match it: folding, words, and what a word may stand for.

Folding makes equal what a reader takes for the same word: marks, tatweel, hamza seats, ya and ta marbuta, Persian and
Urdu letters, presentation forms, digits, case and accents. Tokens of folded text are what topics, names and keywords
are matched on. A letter goes to `LETTERS`, an affix to `PREFIXES` or `PRONOUNS`, a name that looks as if it had affixes
to `WHOLE`; names with several spellings go to `translit.py`, where texts are cut to `cutting.py`, their direction to
`direction.py`, a word of a topic to the data of `topics.py`.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

# Arabic letters that are written in several ways for the same word, to the plainest; letters of Persian and Urdu, to
# those by which Arabic writes their sounds.
LETTERS = str.maketrans({
    **dict.fromkeys("أإآٱٲٳٵ", "ا"),
    **dict.fromkeys("ىیئےۓېێۍ", "ي"),
    **dict.fromkeys("ةہھۀەۃۂ", "ه"),
    **dict.fromkeys("ؤۆۇۈۋ", "و"),
    **dict.fromkeys("کگڪ", "ك"),
    **dict(zip("پچژڤٹڈڑں", "بجزفتدرن", strict=True)),
    "ـ": None,
})  # fmt: skip
# What carries no letter: combining marks, format characters (bidi marks, joiners) and enclosing marks.
UNSEEN = {"Mn", "Cf", "Me"}
# What may stand inside a word and is no letter of it: the same, as far as it is met in texts of ours.
INSIDE = (
    "\u00ad\u0300-\u036f\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
)
WORD = re.compile(rf"[^\W_\u0640][\w{INSIDE}]*")  # an underscore was made a space
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
ARABIC_MARKS = re.compile("[\u064b-\u0651]")  # tanwin, fatha, damma, kasra, shadda
FORMATS = "".join(map(chr, [0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))

# Clitics that Arabic joins to the front of a word, longest first: conjunction, then preposition, then article.
PREFIXES = (
    "وبال", "وكال", "فبال", "فكال", "ولل", "فلل", "وال", "فال", "بال", "كال", "وب", "ول", "وك", "فب", "فل", "فك", "لل",
    "ال", "و", "ف", "ب", "ك", "ل",
)  # fmt: skip
WITH_ARTICLE = frozenset(prefix for prefix in PREFIXES if prefix.endswith("ل")) - {"ل", "ول", "فل"}
BY_FIRST_LETTER = {letter: [prefix for prefix in PREFIXES if prefix[0] == letter] for letter in "وفبكلا"}
FUTURE = re.compile("[وف]?س(?=[ينت]...)")  # «سيزور» is «يزور» to come
PRONOUNS = ("هما", "ها", "هم", "هن", "نا", "ه")
PLURALS = ("ات", "ون", "ين", "ان")
LAST_OF_ENDINGS = frozenset("اهمنت")
MOST_KEPT, LONGEST_KEPT = 32_768, 24  # stretches whose words are remembered, and characters of the longest
LONGEST_ACRONYM = 4
CLOSED = re.compile(rf"ة[{INSIDE}]*$")
LONGEST_NUMBER = 9  # digits
SHORTEST_STEM = 3  # letters that must remain after a clitic or a pronoun is taken off
SHORTEST_SINGULAR = 4  # and after the ending of a plural or a dual, or «لبنان» would be two of «لبن»
# Words whose first or last letters are their own, whatever they look like: no rule can tell.
OWN_LETTERS = """
    باريس باكستان باكو بالي باماكو بانكوك بحرين برازيل برشلونه برلين بروكسل بروناي بريطانيا بشكيك بغداد بكين بلجيكا
    بلغاريا بلغراد بنغلاديش بنغازي بنما بنين بوتان بوتسوانا بوخارست بودابست بوركينا بوروندي بوسنه بولندا بوليفيا بيرو
    بيروت بيلاروس بيلاروسيا كابول كاراكاس كازاخستان كاشغر كاليفورنيا كاميرون كانبرا كراتشي كردستان كرواتيا كشمير
    كمبوديا كندا كوبا كوريا كوستاريكا كوسوفو كولومبيا كونغو كويت كييف كينيا لاتفيا لاغوس لاهاي لاهور لاوس لبنان
    لشبونه لندن لواندا لوكسمبورغ ليبيا ليبيريا ليتوانيا ليسوتو ليما فانواتو فرنسا فلبين فلسطين فلوريدا فنزويلا فنلندا
    فوجيان فيتنام فيجي فيينا وارسو واشنطن ووهان سنغافوره سنغال سينغافوره فارس فكره كامل كبار كمال واحد وادي والد
    والده والدين والي
"""
WHOLE = frozenset(OWN_LETTERS.split())


class Alphabet(dict[int, str]):
    """Each character with what it folds to, found when it is first met."""

    def __missing__(self, code: int) -> str:
        """Find out what a character folds to."""
        folded = self[code] = _fold_letter(chr(code))
        return folded


def _fold_letter(letter: str) -> str:
    """Fold one character: this is the rule, and whatever is faster must answer the same."""
    decomposed = unicodedata.normalize("NFKD", letter.casefold())
    bare = "".join(one for one in decomposed if unicodedata.category(one) not in UNSEEN)
    letters = unicodedata.normalize("NFKC", bare.translate(LETTERS)).translate(LETTERS)
    return "".join(str(unicodedata.digit(one, one)) for one in letters).casefold()


ALPHABET = Alphabet()
# A code page of our own. Nearly all that we read is written in these 256 characters, so it is folded as bytes, by three
# calls into C; all else goes through ALPHABET, run by run, or the whole text does where runs are short. The first must
# be NUL, or Python makes the page a slow one.
PAGE = "".join(map(chr, [0, 9, 10, 13, *range(32, 127), *range(0x621, 0x63B), *range(0x640, 0x656)])) + (
    "٠١٢٣٤٥٦٧٨٩٪٫٬\u0670ٱپچژڤکگھہۀۃیےە۰۱۲۳۴۵۶۷۸۹،؛؟«»“”‘’‚„–—·•"
    "àâçéèêëîïôùûüœÀÂÇÉÈÊÎÔÙŒ°€£\u00a0"
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
PAGE_OF_256 = PAGE.ljust(256, "\ufffe")  # U+FFFE is no character; Python reads shorter pages slowly
ENCODING = codecs.charmap_build(PAGE_OF_256)
DROPPED = bytes(place for place, letter in enumerate(PAGE) if not ALPHABET[ord(letter)])
PLAIN = bytes(PAGE.find(ALPHABET[ord(letter)] or letter) for letter in PAGE).ljust(256, b"\0")
NOT_ON_PAGE = re.compile(f"([^{re.escape(PAGE)}]+)")
SHORTEST_RUN = (
    12  # characters, on the average, for which it pays to go run by run: a call for each costs more than they
)


def fold(text: str) -> str:
    """Answer the text with everything dropped that does not make it another word; folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    try:
        return _fold_page(text)
    except UnicodeEncodeError:
        parts = NOT_ON_PAGE.split(text)
    if len(parts) * SHORTEST_RUN > len(text):
        return _fold_each(text)
    parts[::2] = map(_fold_page, parts[::2])
    parts[1::2] = map(_fold_each, parts[1::2])
    return "".join(parts)


def _fold_each(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(ALPHABET))


def _fold_page(text: str) -> str:
    written = codecs.charmap_encode(text, "strict", ENCODING)[0]
    return codecs.charmap_decode(written.translate(PLAIN, DROPPED), "strict", PAGE_OF_256)[0]


class Stretches(dict[str, list[str]]):
    """The words in each stretch between spaces, found when it is first met: most of a text was met in another."""

    def __missing__(self, stretch: str) -> list[str]:
        """Find the words of a stretch; long ones, as in Chinese, hardly come again and are not kept."""
        found = words_of_stretch(stretch)
        if len(stretch) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[stretch] = found
        return found


def words_of_stretch(stretch: str) -> list[str]:
    """Answer the words of what stands between spaces, for those who read it once and will not come again."""
    found: list[str] = WORD.findall(unicodedata.normalize("NFKC", stretch).replace("_", " "))
    return found


STRETCHES = Stretches()


def words(text: str) -> list[str]:
    """Answer the words of a text as they are written, in order; a run of Chinese characters is one word."""
    return list(_words(text))


@lru_cache(maxsize=16)  # one text is often looked over several times in a row, for one thing and for another
def _words(text: str) -> tuple[str, ...]:
    return tuple(chain.from_iterable(map(STRETCHES.__getitem__, text.split())))


def tokens(text: str) -> list[str]:
    """Answer the folded words of a text in order, one for each of `words`."""
    found = words(text)
    return fold("\n".join(found)).split("\n") if found else []


@lru_cache(maxsize=32_768)
def readings(word: str) -> tuple[str, ...]:
    """Answer what a word may stand for, likeliest first: folded, then without clitics, plural endings or pronouns.

    A word whose article hides in its clitics («للصين») is read with the article («الصين») and without it.
    A short word in Latin capitals is read as such too (`=US`), for an acronym is no pronoun.
    """
    token = fold(word)
    if ARABIC.match(token):
        return tuple(dict.fromkeys(_arabic_readings(token, is_closed=CLOSED.search(word) is not None)))
    found = [token, *_latin_readings(token)] if token.isascii() else [token]
    key = phrase_key(word)
    return tuple(dict.fromkeys([key, *found] if key != token else found))


def phrase_key(word: str) -> str:
    """Answer what a word of a phrase is looked up by: folded, or as an acronym, which only the same capitals are."""
    bare = word.strip(FORMATS)
    return f"={bare}" if bare.isascii() and bare.isupper() and len(bare) <= LONGEST_ACRONYM else fold(word)


def _arabic_readings(token: str, *, is_closed: bool) -> list[str]:
    """Answer what may be meant; a word that is written with ta marbuta is closed: no ending follows it."""
    if token in WHOLE:
        return [token]
    found, stems = [token], [token]
    before = clitics(token)
    if whole := [prefix for prefix in before if token[len(prefix) :] in WHOLE]:
        return [token, *_without_clitics(token, whole[-1])]  # the shortest, which leaves the most
    for prefix in before:
        if len(token) >= len(prefix) + SHORTEST_STEM:
            read = _without_clitics(token, prefix)
            found += read
            stems.append(read[-1])
    if future := FUTURE.match(token):
        stems.append(token[future.end() :])
        found.append(stems[-1])
    if token[-1] in LAST_OF_ENDINGS and not is_closed:
        for stem in stems:
            found += _without_endings(stem)
    return found


def clitics(token: str) -> list[str]:
    """Answer what may be clitics before the word of a token, longest first."""
    return [prefix for prefix in BY_FIRST_LETTER.get(token[0], ()) if token.startswith(prefix)]


def _without_clitics(token: str, prefix: str) -> list[str]:
    stem = token[len(prefix) :]
    return ["ال" + stem, stem] if prefix in WITH_ARTICLE else [stem]


def _without_endings(stem: str) -> Iterator[str]:
    if stem.endswith("ا") and len(stem) > SHORTEST_STEM:
        yield stem[:-1]  # «قانونًا»: the alif of the accusative
    yield from _singulars(stem)
    for bare in _without_pronoun(stem):
        yield bare
        yield from _singulars(bare)


def _singulars(stem: str) -> Iterator[str]:
    """Yield what a sound plural or a dual may be of: «شركات» of «شركة», «مهندسين» of «مهندس», «دولتان» of «دولة»."""
    if not stem.endswith(PLURALS):
        return
    bare = stem[:-2]
    if stem.endswith("ات") and len(bare) >= SHORTEST_STEM:
        yield bare + "ه"
    if len(bare) >= SHORTEST_SINGULAR:
        yield bare
        if bare.endswith("ت"):
            yield bare[:-1] + "ه"


def _without_pronoun(stem: str) -> Iterator[str]:
    if not stem.endswith(PRONOUNS):
        return
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


def read_number(text: str, longest: int = LONGEST_NUMBER) -> int | None:
    """Read a whole number written with any script's digits, or answer None; `longest` is how many there may be."""
    digits = fold(text).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= longest else None
