"""The same news from two sources is known by its facts, and a report that only repeats itself is another story."""

from dataclasses import fields
from itertools import product
from math import isfinite

import pytest

from bench.stories import measure, read_pairs
from newsroom.changes import Wording
from newsroom.sketches import Sketch, is_telling, sketch, sound, sound_joined
from newsroom.stories import BIAS, SAME, WEIGHTS, evidence, is_against, is_same, likeness

BRIDGE = Wording(
    "شركة صينية تسلم جسر سيديو في السنغال",
    "سلمت شركة «جيانخه» الثلاثاء جسرا طوله 1460 مترا فوق نهر كازامانس.",
    "بلغت الكلفة 92 مليون دولار. وشارك في البناء 750 عاملا محليا طوال 34 شهرا.",
)
AGAIN = Wording(
    "السنغال تتسلم رسميا جسرا بنته شركة صينية",
    "تسلمت السلطات الثلاثاء جسر سيديو الذي بنته «جيانخه» الصينية بكلفة ٩٢ مليون دولار.",
    "يبلغ طول الجسر ١٬٤٦٠ مترا، وعمل فيه ٧٥٠ من أبناء كازامانس.",
)
PLACE = {"c:SN": {"title"}}


def of(words: Wording, **named: set[str]) -> Sketch:
    return sketch(words, {tag.replace("_", ":"): zones for tag, zones in named.items()} or PLACE)


def test_other_words_and_other_digits_for_the_same_facts_are_one_story() -> None:
    assert is_same(of(BRIDGE), of(AGAIN))


def test_a_text_is_its_own_story() -> None:
    assert is_same(of(BRIDGE), of(BRIDGE))


def test_a_daily_report_is_not_that_of_the_day_before() -> None:
    monday = Wording("اليوان عند 7.1058 للدولار", "بلغ سعر اليوان 7.1058 للدولار يوم الاثنين، بتراجع 22 نقطة.", "")
    tuesday = Wording("اليوان عند 7.1013 للدولار", "بلغ سعر اليوان 7.1013 للدولار يوم الثلاثاء، بارتفاع 45 نقطة.", "")
    assert not is_same(of(monday), of(tuesday))


def test_the_same_deed_in_another_country_is_another_story() -> None:
    other = Wording(*(part.replace("السنغال", "كينيا").replace("1460", "2300") for part in BRIDGE))
    assert not is_same(of(BRIDGE), of(other, c_KE={"title"}))


def test_what_shares_no_words_is_not_compared() -> None:
    other = Wording("China opens a chess museum", "It shows 750 boards from 92 places.", "Entry on Tuesday.")
    assert not is_same(of(BRIDGE), of(other))


@pytest.mark.parametrize(
    ("number", "telling"), [(7, False), (30, False), (2026, False), (32, True), (1460, True), (7.5, True)]
)
def test_numbers_that_many_texts_share_tell_nothing(number: float, *, telling: bool) -> None:
    assert is_telling(float(number)) is telling


def test_the_order_of_two_texts_makes_no_difference() -> None:
    for pair in read_pairs("stories_more"):
        assert evidence(pair.one, pair.other) == pytest.approx(evidence(pair.other, pair.one))


def test_every_piece_of_evidence_has_a_weight() -> None:
    assert evidence(of(BRIDGE), of(AGAIN)).keys() == WEIGHTS.keys()


def test_marks_are_few_and_fit_a_database() -> None:
    marks = of(BRIDGE).marks
    assert 0 < len(marks) <= 48
    assert all(0 <= mark < 1 << 63 for mark in marks)
    assert set(marks) & set(of(AGAIN).marks)


def test_nothing_of_a_sketch_is_the_text_itself() -> None:
    assert all(not isinstance(getattr(of(BRIDGE), field.name), str) for field in fields(Sketch))


def test_a_copy_without_a_number_is_its_own_story() -> None:
    words = Wording(
        "مبعوث الصين يصل دوشنبه", "وصل المبعوث ليانغ شوتشن دوشنبه للقاء نظيره رحمانوف.", "ويرافقه الملحق تشيومينغ."
    )
    assert is_same(of(words), of(words))


def test_no_weight_is_on_the_wrong_side() -> None:
    assert all(weight <= 0 if is_against(name) else weight >= 0 for name, weight in WEIGHTS.items())


def test_what_is_left_out_of_a_likeness_would_have_changed_nothing() -> None:
    compared = [
        (found, BIAS + sum(WEIGHTS[name] * value for name, value in evidence(pair.one, pair.other).items()))
        for pair in read_pairs("stories_more")
        if isfinite(found := likeness(pair.one, pair.other))
    ]
    assert any(found > whole + 0.01 for found, whole in compared)
    assert all((found >= SAME) is (whole >= SAME) for found, whole in compared)


def test_a_name_sounds_alike_in_both_spellings() -> None:
    assert sound("زيغانغ") == sound("تشيقانغ")
    assert sound("ويمينغ") == sound("ويمينج")


def test_two_words_sound_together_as_if_they_were_one() -> None:
    words = ["".join(letters) for length in (1, 2, 3) for letters in product("نتغجشسا", repeat=length)]
    assert all(sound_joined(one, other) == sound(one + other) for one, other in product(words, repeat=2))


def test_the_same_words_about_another_place_are_another_sketch() -> None:
    assert of(BRIDGE) is of(BRIDGE)
    assert of(BRIDGE, c_ML={"body"}).places == {"c:ML"}
    assert of(BRIDGE, c_ML={"lead"}).head_places == {"c:ML"}


def test_another_name_in_the_same_turn_of_phrase_is_another_story() -> None:
    ours = Wording("توقيع اتفاق", "وقعت شركة «بينغلو» الصينية اتفاقا لإنشاء مصنع للإطارات.", "")
    other = Wording("توقيع اتفاق", "وقعت شركة «جيتوان» الصينية اتفاقا لإنشاء مصنع للإطارات.", "")
    assert evidence(of(ours), of(other))["other_fillings"] > evidence(of(ours), of(ours))["other_fillings"] == 0


def test_rounded_and_spelt_numbers_are_the_same() -> None:
    ours = Wording("إجلاء 38600 شخص", "أجلت السلطات 38600 شخص وتسعة آلاف رأس من الماشية.", "")
    other = Wording("إجلاء نحو 38 ألف شخص", "نقل نحو 38 ألف شخص و9000 رأس من الماشية.", "")
    assert evidence(of(ours), of(other))["numbers"] > 0.7


BARS = [
    ("stories", "fitted", 0.98, 0.73),
    ("stories", "untouched", 0.98, 0.68),
    ("stories_more", "fitted", 0.94, 0.79),
    ("stories_more", "untouched", 0.98, 0.90),
]


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "half", "precision", "recall"), BARS)
def test_labelled_pairs_are_told_apart_as_well_as_the_docs_say(
    name: str, half: str, precision: float, recall: float
) -> None:
    found = measure([pair for pair in read_pairs(name) if pair.half == half])
    assert found >= (precision, 0)
    assert found[1] >= recall
