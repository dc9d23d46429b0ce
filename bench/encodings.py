"""Whether feeds read right in whatever encoding they are: `python3 dev bench encodings` prints the matrix.

    what the bytes are × what the prolog says × what HTTP says, each of the two right, wrong or nothing at all

A cell is right when every feed of it reads as it was written, with every wrong label that sites are known to give. Nor
prolog nor HTTP being right, the bytes must tell: so every cell can be known. A new encoding is a line of WRITTEN.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from newsroom.errors import ParseError
from newsroom.reading import read_feed

TOLD = ("right", "wrong", "absent")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
ADDRESS = "https://samples.example/feed/"
ARABIC = (
    "الصين وتونس توقعان اتفاقية تعاون في الطاقة الشمسية",
    "قال وزير الخارجية إن البلدين سيعملان معًا على تطوير المشاريع المشتركة، وإن المرحلة المقبلة ستشهد زيارات متبادلة.",
)
ARABIC_8859 = (ARABIC[0], ARABIC[1].replace("ً", ""))
SIMPLIFIED = ("中国与突尼斯签署太阳能合作协议", "外交部长表示，两国将共同推进项目建设，下一阶段将实现互访。")
TRADITIONAL = ("中國與突尼西亞簽署太陽能合作協議", "外交部長表示，兩國將共同推進項目建設，下一階段將實現互訪。")
FRENCH = (
    "La Chine et la Tunisie signent un accord sur l’énergie solaire",
    "Le ministre des affaires étrangères a déclaré que les deux pays mèneront des projets communs dès l’été.",
)
Story = tuple[str, str]
# What the bytes are, what it is called when it is told rightly, and a story in it.
WRITTEN: tuple[tuple[str, str, Story], ...] = (
    ("utf-8", "UTF-8", ARABIC),
    ("utf-8-sig", "UTF-8", ARABIC),
    ("windows-1256", "windows-1256", ARABIC),
    ("iso-8859-6", "ISO-8859-6", ARABIC_8859),
    ("utf-16", "UTF-16", ARABIC),
    ("utf-16-le", "UTF-16LE", ARABIC),
    ("utf-16-be", "UTF-16BE", ARABIC),
    ("utf-8", "UTF-8", SIMPLIFIED),
    ("gb18030", "GB2312", SIMPLIFIED),
    ("gb18030", "GB18030", SIMPLIFIED),
    ("big5", "Big5", TRADITIONAL),
    ("utf-8", "UTF-8", FRENCH),
    ("windows-1252", "ISO-8859-1", FRENCH),
)
WRONG = ("UTF-8", "ISO-8859-1", "windows-1256", "ISO-8859-6", "GB2312", "Big5", "x-mac-klingon")
ALIKE = {"GB2312": "GB18030"}  # not wrong


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of the matrix in a column: what the bytes are, what the prolog says of them and what HTTP says."""

    encoding: str
    label: str
    story: Story
    prolog: str
    http: str

    def labels(self, told: str) -> Iterator[str]:
        """Yield what may be said where something right, wrong or nothing is said."""
        if told == "wrong":
            yield from (one for one in WRONG if ALIKE.get(one, one) != ALIKE.get(self.label, self.label))
        else:
            yield self.label if told == "right" else ""

    def is_right(self) -> bool:
        """Tell whether every feed of the cell reads as it was written."""
        return all(
            read(write(self.story, self.encoding, prolog), http) == self.story
            for prolog, http in product(self.labels(self.prolog), self.labels(self.http))
        )


def all_cells() -> list[Cell]:
    """Answer the matrix."""
    return [Cell(*row, prolog, http) for row in WRITTEN for prolog in TOLD for http in TOLD]


def write(story: Story, encoding: str, label: str) -> bytes:
    """Answer a feed of one story in an encoding, whose prolog says that it is in another."""
    told = f' encoding="{label}"' if label else ""
    title, lead = story
    item = f"<item><guid>1</guid><title>{title}</title><description>{lead}</description></item>"
    text = f'<?xml version="1.0"{told}?>\n<rss version="2.0"><channel><title>x</title>{item}</channel></rss>'
    return text.encode(encoding)


def read(body: bytes, charset: str) -> Story | None:
    """Answer the story of a feed as the collector would read it."""
    try:
        (item,) = read_feed(body, ADDRESS, charset or None, now=NOW).items
    except (ParseError, ValueError):
        return None
    return item.title, item.lead


def run() -> None:
    """Print the matrix."""
    cells = all_cells()
    columns = [f"{prolog}/{http}" for prolog in TOLD for http in TOLD]
    print(f"{'prolog/HTTP':28}" + "".join(f"{column:>15}" for column in columns))
    for row in WRITTEN:
        name = f"{row[0]} ({row[1]})"
        found = [cell.is_right() for cell in cells if (cell.encoding, cell.label, cell.story) == row]
        print(f"{name:28}" + "".join(f"{'right' if right else 'WRONG':>15}" for right in found))
    right = sum(cell.is_right() for cell in cells)
    print(f"{right} of {len(cells)} cells read right")
