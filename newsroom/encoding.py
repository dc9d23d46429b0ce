"""Which characters bytes are: what HTTP says, what the document says of itself and what the bytes look like may differ.

    a byte order mark ─▶ UTF-16 by its zeros ─▶ UTF-8, if it is that ─▶ what was told and what it looks like, agreeing
    ─▶ what it looks like, if it does clearly ─▶ what was told ─▶ what it looks like at all

Bytes that read as UTF-8 are UTF-8, whoever says what: Arabic or Chinese in another encoding never does. Between
windows-1256 and ISO 8859-6, or GB 18030 and Big5, nothing but the frequencies of letters tells, and chardet knows them.
"""

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# How XML and HTML begin in UTF-16 without a mark (XML 1.0, appendix F).
ZEROS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
PROLOG = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
META = re.compile(rb"""<meta[^>]+?charset\s*=\s*["']?\s*([A-Za-z0-9._-]+)""", re.IGNORECASE)
HEAD = 4_096  # bytes in which a page says what it is
BROKEN = 0.01  # of the characters that are no ASCII: so many may be broken in UTF-8, which is UTF-8 for all that
MIXED = re.compile("[A-Za-zÀ-ÿ][\u0620-\u064a]|[\u0620-\u064a][A-Za-zÀ-ÿ]")
MOST_MIXED = 0.05  # of the characters that are no ASCII
SAMPLE = 65_536  # bytes by which it is judged
CLEAR = 0.1  # chardet's confidence; below it a few words were too few
# Python's own inventions, which no site can mean: one of them never decodes, another takes the square of the length.
INVENTED = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
SILENCE = "cp1252"  # servers say it where nobody told them anything (RFC 2616 had it as the default)
# What sites say for what they mean (WHATWG, Encoding): a subset's name stands for what is written in practice.
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252", "big5": "big5hkscs"}
# What became a control character, and was meant as windows-1252 has it.
CONTROL = re.compile("[\x80-\x9f]")
CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def decode(body: bytes, told: str | None = None) -> str:
    """Answer the characters of a document; `told` is the charset of its HTTP answer. What is broken is replaced."""
    for mark, name in MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    start = body.lstrip(b" \t\r\n")
    for zeros, name in ZEROS:
        if start.startswith(zeros):
            return body.decode(name, "replace")
    decoded = body.decode("utf-8", "replace")
    if is_mostly_whole(decoded):
        return decoded
    return body.decode(_choose(body, told), "replace")


def mend(text: str) -> str:
    """Answer a text in the characters that were meant, where others were read once: UTF-8 as Latin-1, and such."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(CONTROLS) if CONTROL.search(text) else text


def is_mostly_whole(decoded: str) -> bool:
    """Tell whether few characters of a text were broken bytes."""
    broken = decoded.count("\ufffd")
    return not broken or broken <= BROKEN * _count_beyond_ascii(decoded)


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _read_claims(body: bytes, told: str | None) -> tuple[list[str], bytes]:
    """Answer what the document says of itself and what HTTP says, as Python calls it; and the document without it."""
    own = PROLOG.match(body[:HEAD]) or META.search(body[:HEAD])
    labels = (own[1].decode("ascii") if own else "", told or "")
    claims = [name for label in labels if (name := _known(label)) and name != "utf-8"]
    return claims, body[: own.start(1)] + body[own.end(1) :] if own else body


@lru_cache(maxsize=64)
def _known(label: str) -> str:
    """Answer what Python calls an encoding, in its wider form; nothing for what is none of text."""
    try:
        info = codecs.lookup(label.strip())
    except (LookupError, ValueError):  # unknown, or no name at all
        return ""
    is_of_text = info._is_text_encoding and info.name not in INVENTED  # noqa: SLF001  (nothing else says it)
    return WIDER.get(info.name, info.name) if is_of_text else ""


@cache
def _detector() -> Callable[[bytes], Any]:
    """Load chardet, 11 MB, when the first document is met that is not UTF-8: most processes never meet one."""
    from chardet import detect  # noqa: PLC0415

    return detect


def _choose(body: bytes, told: str | None) -> str:
    claims, bare = _read_claims(body, told)
    fitting = [name for name in claims if _fits(body, name)]
    seen = _detector()(bare[:SAMPLE])  # without the claim, which it would believe
    looks = _known(str(seen["encoding"] or ""))
    if looks and (looks in fitting or seen["confidence"] >= CLEAR):
        return looks
    told_on_purpose = [name for name in fitting if name != SILENCE]
    return next(filter(None, [*told_on_purpose, looks, *claims]), "utf-8")


def _fits(body: bytes, name: str) -> bool:
    """Tell whether bytes can be this: they decode, and words are not of Latin and Arabic letters in turn."""
    try:
        text = body.decode(name)
    except UnicodeError:
        return False
    return len(MIXED.findall(text)) <= MOST_MIXED * _count_beyond_ascii(text)
