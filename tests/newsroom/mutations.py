"""What may happen to a document between who wrote it and us: mutations, each a function of bytes and chance.

    the feeds and pages of tests/data ─ one to three mutations ─▶ a Case, the same again for its name

A mutation more is a function in SMALL, or in LARGE where it makes megabytes: of these there are few in a run.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from jobs.fetcher import LARGEST_BODY

DATA = Path(__file__).parent.parent / "data"
LARGE_SHARE = 0.03  # of the cases
DEEP, MANY, HUGE = 10_000, 5_000, 5 * 1024 * 1024  # levels, items, bytes
TAG = re.compile(rb"<[^<>]{1,200}>")
TITLE = re.compile(rb"(<(?:\w+:)?title[^<>]*>|\"(?:title|rendered|headline)\"\s*:\s*\")")
DATE = re.compile(rb"(?<=<pubDate>)[^<]*|(?<=<published>)[^<]*|(?<=date\">)[^<]*|\d{4}-\d\d-\d\dT[\d:]+[^<\",]*")
ITEM = re.compile(rb"<(item|entry|url)\b.*?</\1>", re.DOTALL)
WORDS = "قمة في بكين تبحث المياه والطاقة، 中国与突尼斯签署协议, un accord d’été & <b>more</b> "
ENTITIES = (
    "&#xFFFFFFF;", "&#x0;", "&#0;", "&#xD800;", "&nope;", "&amp;amp;lt;", "&", "&#", "&#x;", "&#" + "9" * 5000 + ";",
    "&#x" + "f" * 5000 + ";", "&lt;![foo[", "&lt;![CDATA[", "]]>", "<![CDATA[", "<!--", "--", "<?x", "<!DOCTYPE x [",
    '<!ENTITY a "aaaa">', "</", "<", ">", "&#38;#38;", "\u202e", "\ufffe",
)  # fmt: skip
DATES = (
    "", "Mon, 01 Jan 0001 00:00:00 +0000", "Mon, 99 Foo 99999999999999999999 99:99:99 +99999999999999999999", "9" * 400,
    "2026-11-24T09:00:00+99:99", "0000-00-00", "9999-12-31T23:59:59-14:00", "-1", "NaN", "1e309",
    "الثلاثاء", "٢٤/١١/٢٠٢٦", "Tue, 24 Nov 2026 09:00:00 +99999", "Tue, 24 Nov 2026 09:00:00 CET",
    "7 جمادى الآخرة 1448 هـ",
)  # fmt: skip
NUMBERS = ("1e400", "-1e400", "NaN", "Infinity", "9" * 400, "-0", "1e-400", "18446744073709551616", "null", "true")
ESCAPES = (r"\ud83d", r"\udc00", r"\u0000", r"\uffff", r"\x", "\\", r"\u12", "\n", "\t", '"', "\x01")
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1256", "iso-8859-6", "gb18030", "big5",
    "cp1252", "utf-7", "iso2022_jp", "hz",
)  # fmt: skip
LABELS = (
    None, None, None, "", "utf-8", "UTF-16", "windows-1256", "iso-8859-6", "gb2312", "big5", "iso-8859-1", "us-ascii",
    "utf-7", "utf-32", "iso-2022-jp", "hz", "punycode", "idna", "undefined", "unicode_escape", "base64", "x" * 5000,
    "a\0b", "\udcff", "٣", "utf-8; q=1",
)  # fmt: skip
VALUES: tuple[bytes, ...] = (
    b"null", b"[]", b"{}", b"[[[[]]]]", b"1", b"true", b'""', b'{"rendered": {"rendered": 1}}', b'[{"@type": [{}]}]',
    b"[" * 900 + b"]" * 900, b'"http://[site]/"', b'"http://x:99999/"', b'"//"', b'"data:,x"',
)  # fmt: skip
WRAPPINGS = (
    (b"<!-- <rss> -->", b""), (b"   \n\n", b"\n"), (b"<!--", b"-->"), (b"<html><body>", b"</body></html>"),
    (b"[", b"]"), (b'{"items":', b"}"), (b"<![CDATA[", b"]]>"), (b"<?php error ?>", b""),
    (b'<!DOCTYPE rss [<!ENTITY a "b">]>', b""),
)  # fmt: skip

Mutation = Callable[[bytes, Random], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """A mutated document; whoever makes the case of this name again gets the same bytes."""

    name: str
    body: bytes
    charset: str | None
    is_page: bool

    def __repr__(self) -> str:
        return f"{self.name}, {len(self.body):,} bytes, charset {(self.charset or 'none')[:20]!r}"


def make_case(seed: str, number: int) -> Case:
    """Answer a case: the same for the same seed and number."""
    chance = Random(f"{seed}/{number}")  # noqa: S311  (it mutates)
    name = chance.choice(sorted(seeds()))
    body, done = seeds()[name], [name]
    for mutate in [*chance.choices(SMALL, k=chance.randint(1, 3)), *_large(chance)]:
        body = mutate(body, chance)
        done.append(mutate.__name__)
    body = body[:LARGEST_BODY]  # the fetcher hands on no more
    return Case(f"{seed}/{number} ({', '.join(done)})", body, chance.choice(LABELS), name.endswith("html"))


def _large(chance: Random) -> list[Mutation]:
    return [chance.choice(LARGE)] if chance.random() < LARGE_SHARE else []


@cache
def seeds() -> Mapping[str, bytes]:
    """Answer the documents that are mutated, by the names of their files."""
    return {path.name: path.read_bytes() for part in ("feeds", "pages") for path in (DATA / part).iterdir()}


def cut_at_the_end(body: bytes, chance: Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def cut_at_the_beginning(body: bytes, chance: Random) -> bytes:
    return body[chance.randrange(len(body) + 1) :]


def cut_out(body: bytes, chance: Random) -> bytes:
    first, last = _piece(body, chance)
    return body[:first] + body[last:]


def repeat_a_piece(body: bytes, chance: Random) -> bytes:
    first, last = _piece(body, chance)
    return body[:last] + body[first:last] * chance.randint(1, 20) + body[last:]


def flip_bytes(body: bytes, chance: Random) -> bytes:
    flipped = bytearray(body)
    for _ in range(chance.randint(1, 40) if body else 0):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def put_bytes_in(body: bytes, chance: Random) -> bytes:
    put = chance.choice(
        [b"\0" * 9, b"\xff\xfe", b"\xef\xbb\xbf", b"\x01\x0b\x1f", b"\xed\xa0\x80", chance.randbytes(20)]
    )
    return _put(body, put, chance)


def swap_tags(body: bytes, chance: Random) -> bytes:
    tags = TAG.findall(body)
    return TAG.sub(lambda tag: chance.choice(tags) if chance.random() < 0.1 else tag[0], body)


def drop_tags(body: bytes, chance: Random) -> bytes:
    return TAG.sub(lambda tag: b"" if chance.random() < 0.1 else tag[0], body)


def double_tags(body: bytes, chance: Random) -> bytes:
    return TAG.sub(lambda tag: tag[0] * 2 if chance.random() < 0.1 else tag[0], body)


def rename_tags(body: bytes, chance: Random) -> bytes:
    names = [b"x:title", b"a" * 300, b"1", b"svg", b"script", b"title", b"media:title", b"xml:lang", "عنوان".encode()]
    return TAG.sub(lambda tag: b"<" + chance.choice(names) + b">" if chance.random() < 0.05 else tag[0], body)


def unquote(body: bytes, chance: Random) -> bytes:
    return re.sub(rb"[\"']", lambda quote: b"" if chance.random() < 0.1 else quote[0], body)


def put_entities_in(body: bytes, chance: Random) -> bytes:
    return _put_into_titles(body, chance.choice(ENTITIES).encode("utf-8", "replace"), chance)


def put_escapes_in(body: bytes, chance: Random) -> bytes:
    return _put_into_titles(body, chance.choice(ESCAPES).encode(), chance)


def change_dates(body: bytes, chance: Random) -> bytes:
    return DATE.sub(lambda _: chance.choice(DATES).encode(), body)


def change_values(body: bytes, chance: Random) -> bytes:
    """Put something else in place of values of JSON."""

    def change(value: re.Match[bytes]) -> bytes:
        return value[1] + chance.choice(VALUES) if chance.random() < 0.2 else value[0]

    return re.sub(rb"(\"\s*:\s*)(\"[^\"\\]*\"|\d+|null)", change, body)


def change_numbers(body: bytes, chance: Random) -> bytes:
    return re.sub(rb"\b\d+\b", lambda one: chance.choice(NUMBERS).encode() if chance.random() < 0.1 else one[0], body)


def change_addresses(body: bytes, chance: Random) -> bytes:
    others = [
        "http://[site]/",
        "http://x:99999/",
        "//",
        "javascript:x",
        "http://" + "a" * 3000,
        "http://\u2488com/",
        "http://x/%",
    ]
    return re.sub(rb"https?://[^<\"' ]+", lambda _: chance.choice(others).encode(), body)


def encode_otherwise(body: bytes, chance: Random) -> bytes:
    return body.decode(errors="replace").encode(chance.choice(ENCODINGS), "replace")


def lie_in_the_prolog(body: bytes, chance: Random) -> bytes:
    label = (chance.choice(LABELS) or "x").encode("utf-8", "replace")
    bare = re.sub(rb"^\s*<\?xml.*?\?>", b"", body, count=1, flags=re.DOTALL)
    return b"<?xml version='1.0' encoding='" + label + b"'?>" + bare


def put_words_in(body: bytes, chance: Random) -> bytes:
    return _put(body, WORDS.encode() * chance.randint(1, 50), chance)


def join_with_another(body: bytes, chance: Random) -> bytes:
    other = seeds()[chance.choice(sorted(seeds()))]
    return cut_at_the_end(body, chance) + cut_at_the_beginning(other, chance)


def wrap(body: bytes, chance: Random) -> bytes:
    before, after = chance.choice(WRAPPINGS)
    return before + body + after


def empty(_body: bytes, chance: Random) -> bytes:
    return chance.choice(
        [b"", b" ", b"\0", b"\xef\xbb\xbf", b"<", b"[", b"{}", b"[]", b"null", b"<rss/>", b"<rdf:RDF/>"]
    )


def nest_deeply(body: bytes, chance: Random) -> bytes:
    before, after = chance.choice(
        [(b"<b>", b"</b>"), (b"&lt;div&gt;", b""), (b"<item>", b"</item>"), (b"[", b"]"), (b'{"a":', b"}")]
    )
    return _put_into_titles(body, before * DEEP + b"x" + after * DEEP, chance)


def put_huge_title(body: bytes, chance: Random) -> bytes:
    filling = chance.choice(
        [WORDS.replace('"', "").replace("<b>more</b>", ""), "ا", "&lt;a ", "🀄 ", ". ", "中"]
    ).encode()
    return _put_into_titles(body, _many(filling), chance)


def put_huge_attribute(body: bytes, chance: Random) -> bytes:
    tags = list(TAG.finditer(body))
    if not tags:
        return body
    place = chance.choice(tags).end() - 1
    return body[:place] + b" href='" + _many(chance.choice([b"x", b"&amp;", "ا".encode()])) + b"'" + body[place:]


def put_huge_cdata(body: bytes, chance: Random) -> bytes:
    filling = chance.choice(
        [b"<p>x</p>", b"<p>x", b"<a ", b"</", b"<?", b"<!", b"<a b='", b"&", b"<script>", b"\n \n", WORDS.encode()]
    )
    return _put_into_titles(body, b"<![CDATA[" + _many(filling) + b"]]>", chance)


def list_many_items(body: bytes, _chance: Random) -> bytes:
    found = ITEM.search(body)
    return body[: found.end()] + found[0] * MANY + body[found.end() :] if found else body


def repeat_all(body: bytes, _chance: Random) -> bytes:
    return _many(body)


def _piece(body: bytes, chance: Random) -> tuple[int, int]:
    first = chance.randrange(len(body) + 1)
    return first, min(len(body), first + chance.randint(0, 300))


def _put(body: bytes, put: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(body) + 1)
    return body[:place] + put + body[place:]


def _put_into_titles(body: bytes, put: bytes, chance: Random) -> bytes:
    """Put something into one of the titles, or anywhere where there is none."""
    places = [title.end() for title in TITLE.finditer(body)]
    place = chance.choice(places) if places else chance.randrange(len(body) + 1)
    return body[:place] + put + body[place:]


def _many(filling: bytes) -> bytes:
    return filling * (HUGE // max(1, len(filling)))


SMALL: tuple[Mutation, ...] = (
    cut_at_the_end, cut_at_the_beginning, cut_out, repeat_a_piece, flip_bytes, put_bytes_in, swap_tags, drop_tags,
    double_tags, rename_tags, unquote, put_entities_in, put_escapes_in, change_dates, change_values, change_numbers,
    change_addresses, encode_otherwise, lie_in_the_prolog, put_words_in, join_with_another, wrap, empty,
)  # fmt: skip
LARGE: tuple[Mutation, ...] = (
    nest_deeply, put_huge_title, put_huge_attribute, put_huge_cdata, list_many_items, repeat_all,
)  # fmt: skip
