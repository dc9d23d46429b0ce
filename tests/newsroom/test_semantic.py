"""Comparing by meaning: subjects that no word tells, and twins in two languages."""

import json
from pathlib import Path

import pytest

from bench.topics import measure, read_headlines
from newsroom.articles import ParsedArticle
from newsroom.semantic import Semantics, find_same, load_semantics, shipped_examples
from newsroom.taxonomy import LANGUAGES, shipped_taxonomy
from newsroom.text import guess_language
from newsroom.topics import Classifier

TWINS = Path(__file__).parent.parent / "data" / "twins.jsonl"
CLASSIFIER = Classifier(shipped_taxonomy())


@pytest.fixture(scope="module")
def semantics() -> Semantics:
    return load_semantics()


@pytest.mark.parametrize(
    ("title", "lead", "tag"),
    [
        ("He ran the last kilometre barefoot and still won", "The crowd cheered.", "s:sports"),
        ("صباح الخير يا أصدقاء", "يوم آخر يبدأ بهدوء.", None),
    ],
)
def test_what_no_word_tells_is_told_by_what_it_is_like(
    semantics: Semantics, title: str, lead: str, tag: str | None
) -> None:
    item = ParsedArticle("", "", title, lead)
    assert CLASSIFIER.classify(item).subjects == []
    found = Classifier(shipped_taxonomy(), semantics).classify(item)
    assert found.subjects == ([tag] if tag else [])


def test_the_reason_is_the_example(semantics: Semantics) -> None:
    item = ParsedArticle("", "", "He ran the last kilometre barefoot and still won", "The crowd cheered.")
    why = Classifier(shipped_taxonomy(), semantics).classify(item).why["s:sports"]
    (likeness,) = [reason.word for reason in why if reason.zone == "likeness"]
    assert ("s:sports", likeness) in shipped_examples()


@pytest.mark.thorough
def test_an_example_is_most_like_its_own_subject(semantics: Semantics) -> None:
    assert all(semantics.weigh(text)[0].tag == tag for tag, text in shipped_examples())


@pytest.mark.thorough
def test_with_likeness_the_untouched_half_is_told_better(semantics: Semantics) -> None:
    rows = read_headlines(1)
    with_it = Classifier(shipped_taxonomy(), semantics)
    assert measure(with_it, rows, "subjects").f1 > measure(CLASSIFIER, rows, "subjects").f1


def test_every_subject_but_opinion_has_sixty_examples_in_all_languages() -> None:
    told: dict[str, list[str]] = {}
    for tag, text in shipped_examples():
        told.setdefault(tag, []).append(guess_language(text))
    assert set(told) == {tag for tag in shipped_taxonomy().topics if tag.startswith("s:")} - {"s:opinion"}
    assert all(len(found) >= 60 and set(found) == set(LANGUAGES) for found in told.values())


def test_of_articles_like_each_other_none_is_taken_for_a_twin_that_is_none(semantics: Semantics) -> None:
    """Half of the twins may be missed: then both are sent. What is wrongly taken for one would be sent to nobody."""
    pairs = [json.loads(line) for line in TWINS.read_text(encoding="utf-8").splitlines()]
    found = {True: 0, False: 0}
    for pair in pairs:
        one, other = (semantics.to_bytes(pair[name]) for name in ("one", "other"))
        found[pair["same"]] += find_same(one, [(1, other)]) == 1
    assert found[False] == 0
    assert found[True] >= sum(pair["same"] for pair in pairs) / 2


@pytest.mark.thorough
def test_the_nearest_of_several_is_the_twin(semantics: Semantics) -> None:
    said = "Giant panda Mei Lan gives birth to twins at the zoo. Both cubs weigh less than two hundred grams."
    others = [
        "Floods close a road in Hunan. Two villages are cut off.",
        "Le panda géant Mei Lan met au monde des jumeaux au zoo. Les deux petits pèsent moins de deux cents grammes.",
    ]
    vectors = [(number, semantics.to_bytes(text)) for number, text in enumerate(others, 1)]
    assert find_same(semantics.to_bytes(said), vectors) == 2
    assert find_same(semantics.to_bytes(said), []) is None
