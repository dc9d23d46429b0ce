"""The fonts of the pictures that the bot draws (`bot/fonts`), cut out of Noto Sans: run it when a text of them changes.

    python3 dev bench fonts    needs `apt install fonts-noto-core fonts-noto-cjk`, and writes into the checkout

Latin and Arabic are one font with all their letters; of Chinese there is what the texts of the pictures and the names
of topics say, since all of it would be 16 MB. tests/bot/test_charts.py finds what a font lacks.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.dates import format_interval, format_timedelta
from babel.messages.pofile import read_po
from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from locales import OWN_NAMES
from newsroom.taxonomy import shipped_taxonomy

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "bot" / "fonts"
NOTO, HAN = Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the place of Simplified Chinese in Noto's collection
ASCII = range(0x20, 0x7F)
LATIN = [
    *ASCII,
    *range(0xA0, 0x180),
    *range(0x2000, 0x200B),
    *range(0x2010, 0x2028),
    0x202F,
    *range(0x2030, 0x203B),
    0x2212,
]
ARABIC = [*range(0x600, 0x653), *range(0x660, 0x672), 0x6CC, 0x6A9, *range(0x200C, 0x2010)]
FIRST, LAST = date(2026, 1, 1), (date(2026, 1, 1), date(2026, 1, 9), date(2026, 2, 9), date(2027, 1, 9))
UNITS = (1, 60, 3_600, 86_400, 604_800)  # seconds
# The beginnings of the keys of texts that pictures show, and of those among them that only captions and people say.
PICTURED = ("stats.", "broadcast.rhythm.")
WRITTEN = ("stats.line.", "stats.title", "stats.item", "stats.waiting", "stats.how", "stats.said.")


def run() -> None:
    """Write the four fonts and say how large they are."""
    for weight in ("Regular", "Bold"):
        _write_sans(weight)
        _write_han(weight)
    for path in sorted(FOLDER.glob("*.?tf")):
        print(f"{path.name}\t{path.stat().st_size:,} bytes")


def list_said() -> set[str]:
    """Answer every character that a picture in Chinese may show, but for topics that editors added."""
    with (ROOT / "locales" / "zh.po").open("rb") as source:
        catalogue = read_po(source, locale="zh")
    said = [text for message in catalogue if is_pictured(str(message.id)) for text in _texts(message.string)]
    taxonomy = shipped_taxonomy()
    said += [taxonomy.name(tag, "zh") for tag in taxonomy.topics]
    said += [
        format_timedelta(timedelta(seconds=span), locale="zh", format=form)
        for span in UNITS
        for form in ("short", "long")
    ]
    said += [format_interval(FIRST, last, "yMMMd", locale="zh") for last in LAST]
    return set("".join([*said, *OWN_NAMES.values()]))


def is_pictured(key: str) -> bool:
    """Tell whether a picture may show the text of this key."""
    return key.startswith(PICTURED) and not key.startswith(WRITTEN)


def _texts(told: object) -> Iterator[str]:
    yield from (str(text) for text in (told if isinstance(told, tuple | list) else [told]))


def _write_sans(weight: str) -> None:
    """Join the letters of two fonts that were drawn together."""
    with TemporaryDirectory() as folder:
        parts = []
        for name, letters in (("NotoSans", LATIN), ("NotoSansArabic", ARABIC)):
            parts.append(str(Path(folder) / name))
            _cut(TTFont(NOTO / f"{name}-{weight}.ttf"), letters, Path(parts[-1]), ["*"])
        Merger().merge(parts).save(FOLDER / f"sans-{weight.lower()}.ttf")


def _write_han(weight: str) -> None:
    letters = {*map(ord, list_said()), *ASCII}
    font = TTFont(HAN / f"NotoSansCJK-{weight}.ttc", fontNumber=SIMPLIFIED)
    _cut(font, sorted(letters), FOLDER / f"han-{weight.lower()}.otf", ["kern"])


def _cut(font: TTFont, letters: list[int], path: Path, features: list[str]) -> None:
    """Write a font with these letters alone and what joins them; without hints, which large letters do not need."""
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    font.save(path)
