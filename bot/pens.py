"""Pen names as people read them: their own, or the number with the word of the language."""

from locales import Label, Texts


def name_pen(t: Texts, signed: str, number: int | None) -> str:
    """Answer by what name a reply is signed, as plain text; nothing where its author is forgotten."""
    if signed or number is None:
        return signed
    return t.plain("pens.number", number=Label(number))
