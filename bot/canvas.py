"""What pictures are drawn on: a card with texts in every script, shaped and in their direction, bars and panels.

Places are told as for a picture that is read from the left; for one that is read from the right all is mirrored here,
and nowhere else. A picture stands on a card of its own colour, so that Telegram's dark and light themes show it alike;
the colours and their contrasts are tests/bot/test_charts.py's too. Pillow is loaded when a picture is drawn.
The fonts are cut out of Noto Sans (`bench/fonts.py`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Color = tuple[int, int, int]
Box = tuple[int, int, int, int]  # where it is from the side that is read first and from above, its width and height
CARD, PANEL, TRACK = (24, 34, 46), (34, 47, 62), (58, 75, 94)
INK, PALE = (244, 247, 250), (174, 190, 206)  # of texts: what matters, and what explains it
SKY, MINT, AMBER, ROSE = (102, 194, 245), (108, 212, 164), (245, 196, 94), (244, 150, 164)  # of bars
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
SMALLEST = 18  # pixels to which a text that is too long shrinks; what is longer yet is cut
FINER = 4  # times, at which round corners are drawn before they are made smooth
NO_LETTER = "\U0010ffff"


@dataclass(slots=True)
class Canvas:
    """A card that is `width` pixels wide, read from the right where that is said."""

    width: int
    height: int
    rtl: bool
    language: str
    _image: "Image" = field(init=False)
    _pen: "ImageDraw" = field(init=False)
    _fonts: "dict[tuple[str, int], FreeTypeFont]" = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415  (the bot knows of charts, and draws none)

        self._image = Image.new("RGB", (self.width, self.height), CARD)
        self._pen = ImageDraw.Draw(self._image)

    def panel(self, box: Box, color: Color = PANEL, radius: int = 20) -> None:
        """Draw a rectangle with smooth round corners."""
        from PIL import Image, ImageDraw  # noqa: PLC0415  (as above)

        x, y, width, height = box
        shape = Image.new("L", (width * FINER, height * FINER))
        edge = (0, 0, width * FINER - 1, height * FINER - 1)
        ImageDraw.Draw(shape).rounded_rectangle(edge, min(radius, width // 2, height // 2) * FINER, fill=255)
        place = (self.width - x - width if self.rtl else x, y)
        self._image.paste(color, (*place, place[0] + width, y + height), shape.resize((width, height)))

    def write(  # noqa: PLR0913  (a text, its place and its look)
        self, text: str, x: int, y: int, size: int, *, width: int, bold: bool = False, color: Color = INK,
        from_end: bool = False,
    ) -> None:  # fmt: skip
        """Write a line whose foot is at `y`, from `x` on or up to it; it shrinks, and is cut, to keep to `width`."""
        text, size = self._fit(text, size, width, bold=bold)
        at_right = from_end is not self.rtl
        place = (self.width - x if self.rtl else x, y)
        font, anchor = self._font(text, size, bold=bold), "rs" if at_right else "ls"
        way = "rtl" if self.rtl else "ltr"
        self._pen.text(place, text, color, font, anchor, direction=way, language=self.language)

    def wrap(self, text: str, size: int, width: int, most: int = 2) -> list[str]:
        """Answer a text in lines that keep to `width`, `most` at most."""
        lines = [""]
        for word in _split(text):
            longer = lines[-1] + word
            if lines[-1] and self.measure(longer.rstrip(), size) > width and len(lines) < most:
                lines.append(word.lstrip())
            else:
                lines[-1] = longer
        return [line.rstrip() for line in lines]

    def measure(self, text: str, size: int, *, bold: bool = False) -> float:
        """Answer how wide a text is."""
        direction = "rtl" if self.rtl else "ltr"
        return self._font(text, size, bold=bold).getlength(text, direction=direction, language=self.language)

    def png(self) -> bytes:
        """Answer the picture as a file, in few colours, which is a third of the size."""
        from PIL import Image  # noqa: PLC0415  (as above)

        told = BytesIO()
        self._image.quantize(128, Image.Quantize.FASTOCTREE).save(told, "PNG")
        return told.getvalue()

    def _fit(self, text: str, size: int, width: int, *, bold: bool) -> tuple[str, int]:
        while size > SMALLEST and self.measure(text, size, bold=bold) > width:
            size -= 1
        whole = text
        while len(text) > 1 and self.measure(text, size, bold=bold) > width:
            whole = whole[:-1].rstrip()
            text = f"{whole}…"
        return text, size

    def _font(self, text: str, size: int, *, bold: bool) -> "FreeTypeFont":
        name = _choose_font(text, bold=bold)
        if (name, size) not in self._fonts:
            self._fonts[name, size] = _open_font(name, size)
        return self._fonts[name, size]


def knows(text: str) -> bool:
    """Tell whether there is a letter for all that a text says."""
    font = _open_font(_choose_font(text, bold=False), SMALLEST)
    nothing = bytes(font.getmask(NO_LETTER))
    return all(letter.isspace() or bytes(font.getmask(letter)) != nothing for letter in text)


def contrast(one: Color, other: Color) -> float:
    """Answer the contrast ratio of two colours (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Iterable[int]) -> float:
    red, green, blue = (_linear(value / 255) for value in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  (WCAG's)


def _split(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may end: words, or in Chinese each sign."""
    yield from re.findall(r"[\u2e80-\u9fff]|[^\s\u2e80-\u9fff]+\s*|\s+", text)


def _choose_font(text: str, *, bold: bool) -> str:
    weight = "bold" if bold else "regular"
    return f"han-{weight}.otf" if HAN.search(text) else f"sans-{weight}.ttf"


def _open_font(name: str, size: int) -> "FreeTypeFont":
    """Open a font for one picture: two threads must not share it."""
    from PIL import ImageFont  # noqa: PLC0415  (as above)

    data = files("bot").joinpath("fonts", name).read_bytes()
    # Without its shaper Arabic letters would stand apart, the wrong way round.
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.RAQM)
