"""Pen names: which may be, which are one, and which would pass for the newsroom's."""

import pytest

from newsroom.pens import check_pen, key_of, numbers, tidy

SITE = ("الصين بالعربية", "China in Arabic")


@pytest.mark.parametrize("name", ["ابن الرافدين", "سلمى", "Jean-Luc", "O’Neil", "王小明", "Ольга", "Zeynep", "نُهى"])
def test_letters_of_any_script_are_a_name(name: str) -> None:
    assert check_pen(name, SITE) is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("س", "pens.length"),
        ("ا" * 31, "pens.length"),
        ("  س  ", "pens.length"),
        ("قلم 4821", "pens.letters"),
        ("سلمى ٧", "pens.letters"),
        ("a_b", "pens.letters"),
        ("سلمى 🌸", "pens.letters"),
        ("@salma", "pens.letters"),
        ("Sаlma", "pens.letters"),  # its second letter is Cyrillic
        ("--", "pens.letters"),
        ("قلم", "pens.reserved"),
        ("المشرف", "pens.reserved"),
        ("مُشرف الموقع", "pens.reserved"),
        ("Admin", "pens.reserved"),
        ("站方管理员", "pens.reserved"),
        ("الصين بالعربيه", "pens.reserved"),
        ("China in Arabics", "pens.reserved"),
        ("بوت", "pens.reserved"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(name: str, key: str) -> None:
    refusal = check_pen(name, SITE)
    assert refusal
    assert refusal.key == key


def test_a_word_that_only_begins_like_a_title_is_a_name() -> None:
    assert check_pen("بوتان") is None
    assert check_pen("Penelope") is None


def test_names_that_look_alike_are_one() -> None:
    assert key_of("أحمد علي") == key_of("احمد  على") == key_of("أحـمَد-علي")
    assert key_of("Salma") == key_of("SALMA")


def test_what_nobody_sees_is_not_kept() -> None:
    assert tidy("  سل\u200dمى\n  نور ") == "سلمى نور"


def test_numbers_grow_before_they_run_out() -> None:
    assert numbers(0) == range(1_000, 10_000)
    assert len(numbers(4_500)) == 9_000
    assert len(numbers(4_501)) == 99_000
