"""The score of a reply: learnt from decisions alone, explained, taken back, written out and read again."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.ordering import measure
from newsroom.scoring import PLACES, Example, Model, train

GOOD = [
    "خبر جميل وشكرا لكم", "أرجو مزيدا من التفاصيل", "رأي محترم ومفيد", "قطار سريع", "شكرا على التوضيح",
    "thank you for the report", "a useful article, thanks", "merci pour cet article", "谢谢你们的报道",
]  # fmt: skip
BAD = [
    "أنت غبي وحقير", "اسكت يا تافه", "يا حقير يا غبي", "كلام تافه من غبي", "هؤلاء حثالة", "حثالة وتافهون",
    "you stupid idiot", "stupid and worthless", "quel idiot stupide", "你这个白痴",
]  # fmt: skip
DECIDED = [*(Example(text, 0) for text in GOOD), *(Example(text, 1) for text in BAD)]
TEXTS = st.text(st.sampled_from("ابتجحدرسغفقكلمنهوي abcdeé你好白痴 !؟\u0640\u064e"), max_size=40)
EXAMPLES = st.lists(st.builds(Example, TEXTS, st.sampled_from([0, 1])), max_size=8)


@pytest.fixture(scope="module")
def model() -> Model:
    return train(DECIDED)


def test_what_is_like_what_was_rejected_comes_first(model: Model) -> None:
    assert model.score("يا غبي يا تافه") > 0.5 > model.score("شكرا على التقرير")
    assert model.score("you idiot") > model.score("thanks for the article")
    assert measure([model.score(text) for text, _ in DECIDED], [label for _, label in DECIDED]).auc == 1


def test_who_knows_nothing_scores_in_the_middle() -> None:
    assert Model().score("أي كلام") == 0.5
    assert Model().explain("أي كلام", 5) == []


@settings(max_examples=40)
@given(TEXTS, EXAMPLES)
def test_a_score_is_between_0_and_1_whatever_was_learnt(text: str, examples: list[Example]) -> None:
    assert 0 <= train(examples).score(text) <= 1


def test_a_score_is_the_same_in_any_dress(model: Model) -> None:
    assert model.score("يا غَبـــيّ") == model.score("يا غبي")


def test_training_is_the_same_each_time(model: Model) -> None:
    assert train(DECIDED).dump() == model.dump()


@pytest.mark.thorough
@settings(max_examples=40)
@given(EXAMPLES, st.builds(Example, TEXTS, st.sampled_from([0, 1])))
def test_what_is_learnt_can_be_taken_back(examples: list[Example], one: Example) -> None:
    model = train(examples)
    before = model.dump()
    model.learn(*one)
    model.unlearn(*one)
    assert model.dump() == before


def test_what_is_taken_back_first_may_have_been_learnt_first() -> None:
    model, other = train(DECIDED), train(DECIDED)
    model.learn("كلام جديد غبي", 1)
    model.learn("كلام جديد آخر", 0)
    model.unlearn("كلام جديد غبي", 1)
    other.learn("كلام جديد آخر", 0)
    assert abs(model.score("كلام جديد") - other.score("كلام جديد")) < 0.05


def test_a_decision_moves_the_score_at_once(model: Model) -> None:
    moved = Model.load(model.dump())
    before = moved.score("زوروا متجرنا اليوم")
    moved.learn("زوروا متجرنا اليوم", 1)
    assert moved.score("زوروا متجرنا اليوم") > before


def test_what_was_never_learnt_cannot_be_taken_back(model: Model) -> None:
    same = Model.load(model.dump())
    same.unlearn("ما لم يقله أحد", 1)
    assert same.dump() == model.dump()


@pytest.mark.thorough
@settings(max_examples=40)
@given(TEXTS)
def test_a_model_that_is_written_out_scores_the_same_when_read(text: str) -> None:
    model = train(DECIDED)
    again = Model.load(json.loads(json.dumps(model.dump())))
    assert again.score(text) == model.score(text)
    assert again.explain(text, 5) == model.explain(text, 5)
    assert again.dump() == model.dump()


def test_what_weighs_most_is_told_and_stands_in_the_text(model: Model) -> None:
    reasons = model.explain("يا غبي، شكرا", 6)
    assert len(reasons) == 6
    assert [abs(one.weight) for one in reasons] == sorted((abs(one.weight) for one in reasons), reverse=True)
    assert max(reasons, key=lambda one: one.weight).letters.strip() in "يا غبي"
    assert min(reasons, key=lambda one: one.weight).letters.strip() in "شكرا"


def test_no_words_of_readers_stand_in_what_is_written_out(model: Model) -> None:
    assert json.dumps(model.dump(), ensure_ascii=False).isascii()


def test_a_model_of_another_form_is_not_read(model: Model) -> None:
    with pytest.raises(ValueError, match="form 9"):
        Model.load({**model.dump(), "form": 9})


def test_a_model_does_not_grow_past_its_size() -> None:
    chance = Random(1)  # noqa: S311  (no secret)
    texts = ["".join(chance.choices("ابتثجحخدذرزسشصضطظعغفقكلمنهوي ", k=300)) for _ in range(300)]
    model = train(Example(text, place % 2) for place, text in enumerate(texts))
    assert len(model.weights) == PLACES
    assert len(json.dumps(model.dump())) < 20 * PLACES
