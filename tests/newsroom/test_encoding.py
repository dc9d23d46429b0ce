"""Bytes read as the characters that they are, whatever is said of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.encodings import Cell, all_cells
from newsroom.encoding import decode


@pytest.mark.parametrize("cell", all_cells(), ids=lambda cell: f"{cell.encoding}-{cell.prolog}-{cell.http}")
def test_a_feed_reads_right_whatever_its_prolog_and_http_say(cell: Cell) -> None:
    assert cell.is_right()


PAGE = "<html><head>{}<title>قمة بكين</title></head><body>تبدأ اليوم أعمال القمة في العاصمة الصينية بمشاركة عشرين دولة"


@pytest.mark.parametrize("meta", ["", '<meta charset="{}">', '<meta http-equiv=x content="text/html; charset={}">'])
@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-8"])
@pytest.mark.parametrize("label", ["windows-1256", "iso-8859-6", "utf-8"])
def test_a_page_reads_right_whatever_it_says_of_itself(meta: str, encoding: str, label: str) -> None:
    page = PAGE.format(meta.format(label))
    assert decode(page.encode(encoding)) == page


def test_a_few_broken_bytes_do_not_make_it_another_encoding() -> None:
    text = "الصين وتونس توقعان اتفاقية تعاون " * 20
    body = text.encode()
    assert decode(body[:-1], "windows-1256").startswith(text[:-2])
    assert decode(body[:101] + b"\xff" + body[101:], "windows-1256").count("\ufffd") <= 3


@pytest.mark.parametrize(
    "label", ["", "x-nonsense", "base64", "hex", "utf-8", "punycode", "UTF-16", "undefined", "idna", "a\0b", "\udcff"]
)
def test_what_nobody_knows_is_as_if_nothing_were_said(label: str) -> None:
    assert decode("قمة في بكين تبحث الطاقة الشمسية والمياه".encode("cp1256"), label).startswith("قمة في بكين")


def test_few_words_are_what_they_are_told_to_be() -> None:
    assert decode("قمة".encode("cp1256"), "windows-1256") == "قمة"
    assert decode("قمة".encode("iso-8859-6"), "iso-8859-6") == "قمة"
    assert decode("été".encode("cp1252"), "iso-8859-1") == "été"


@given(st.binary(max_size=300), st.sampled_from(["", "utf-16", "windows-1256", "gb2312", "big5"]))
def test_any_bytes_are_read_as_something(body: bytes, told: str) -> None:
    assert isinstance(decode(body, told), str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_utf_8_stays_what_it_is(text: str) -> None:
    body = text.encode()
    expected = text.removeprefix("\ufeff")
    if not body.startswith((b"<\0", b"\0<")) and body.lstrip(b" \t\r\n")[:2] not in {b"<\0", b"\0<"}:
        assert decode(body, "windows-1256") == expected
