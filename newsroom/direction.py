"""The direction of lines: which way one runs by its own characters, and the mark that turns it.

Names that are inserted into texts are isolated where that is done (`locales`); whole lines that come from a source get
their mark here. A language from right to left is a member of `RTL_LANGUAGES`.
"""

import unicodedata

RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"
RTL_LANGUAGES = {"ar", "fa", "ur", "he"}
STRONG_RTL = {"R", "AL"}
ISOLATES, END_OF_ISOLATE = {"LRI", "RLI", "FSI"}, "PDI"
LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"


def is_rtl(language: str) -> bool:
    """Tell whether the language is written from right to left."""
    return language in RTL_LANGUAGES


def direction_mark(*, rtl: bool) -> str:
    """Answer the mark that sets the direction of a line which begins with it."""
    return RIGHT_TO_LEFT_MARK if rtl else LEFT_TO_RIGHT_MARK


def direct(line: str, *, rtl: bool) -> str:
    """Put the mark before a line that its own characters would not set in this direction; else leave it as it is.

    What is isolated does not count, and a line without a strong character is set left to right (UAX 9, P2 and P3).
    """
    return line if runs_rtl(line) == rtl else direction_mark(rtl=rtl) + line


def hold(command: str) -> str:
    """Answer a command as it stands in a line of either direction: isolated, with its slash before it.

    A mark would do as well, but not after another: of marks in a row Telegram keeps the last one (td,
    replace_offending_characters).
    """
    return f"{LEFT_TO_RIGHT_ISOLATE}{command}{POP_ISOLATE}"


def begin_with(command: str, *, rtl: bool) -> str:
    """Answer a command as a line of this direction begins with it."""
    return f"{RIGHT_TO_LEFT_MARK}{hold(command)}" if rtl else command


def runs_rtl(line: str) -> bool:
    """Tell whether a line runs from right to left by its first strong character outside of isolates."""
    depth = 0
    for kind in map(unicodedata.bidirectional, line):
        if kind in ISOLATES:
            depth += 1
        elif kind == END_OF_ISOLATE:
            depth = max(0, depth - 1)
        elif not depth and (kind == "L" or kind in STRONG_RTL):
            return kind != "L"
    return False
