"""What is material of a change, and what is a slip of the pen mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.changes import Wording, is_material, says_otherwise

BODY = "قال الوزير إن المشروع يكتمل العام المقبل.\n\nويبلغ طول الجسر 1460 مترا."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("الصين تطلق قمرا صناعيا", "الصين تطلق قمرًا صناعيًّا"),  # marks
        ("China launches satelite", "China launches satellite"),
        ("قمة بيكن الثالثة", "قمة بكين الثالثة"),  # two letters exchanged
        ("المديرين التنفيذيين", "المديرينالتنفيذيين"),
        ("انخفضت سعر الصرف", "انخفض سعر الصرف"),
        ("CHINA OPENS FAIR", "China opens fair"),
        ("«قمة» بكين", "قمة بكين."),
    ],
)
def test_a_slip_makes_no_noise(before: str, after: str) -> None:
    assert not says_otherwise(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("مقتل 3 أشخاص", "مقتل 5 أشخاص"),
        ("زيارة إلى غينيا", "زيارة إلى كينيا"),
        ("يعقد في يونيو", "يعقد في يوليو"),
        ("يعقد ليونيو", "يعقد ليوليو"),
        ("الصين لا تنفي", "الصين تنفي"),
        ("ارتفاع الصادرات", "انخفاض الصادرات"),
        ("قمة بكين", "قمة بكين غدا"),
        ("中国发射卫星", "中国发射火星"),
        ("China wins", "China won"),  # too short to tell a slip by
        ("abcd efgh ijkl", "abcx efgx ijkx"),  # more slips than a pen makes
    ],
)
def test_what_may_be_another_fact_is_material(before: str, after: str) -> None:
    assert says_otherwise(before, after)


@pytest.mark.parametrize(
    ("body", "material"),
    [
        (BODY, False),
        (BODY + "\n\nواتفق الجانبان على جولة ثانية.", True),  # a paragraph more
        (BODY.replace("1460", "1640"), True),
        (BODY.replace("المشروع", "المشروغ"), False),
        (BODY.partition("\n\n")[2], True),  # one is gone
        ("قال", True),
        ("", False),  # it could not be read whole this time
    ],
)
def test_paragraphs_count_and_a_text_that_was_half_read_does_not(body: str, *, material: bool) -> None:
    assert is_material(Wording("جسر", "جسر جديد", BODY), Wording("جسر", "جسر جديد", body)) is material


@given(st.text())
def test_nothing_differs_from_itself(text: str) -> None:
    assert not is_material(Wording(text, text, text), Wording(text, text, text))


@given(st.text(), st.text())
def test_a_difference_is_one_from_either_side(one: str, other: str) -> None:
    assert says_otherwise(one, other) == says_otherwise(other, one)
