"""Snippets: the best window, its words marked, no word cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.search import parse_query
from newsroom.snippets import CUT, Snippet, snippet

FILLER = "كلام لا يهم أحدًا في شيء. " * 20
WORDS = st.sampled_from(["الصين", "وزير", "اتفاق", "economy", "人工智能大会", "(قمة)", "...", "2026", "صادراتها"])


def cut(text: str, said: str, width: int = 60) -> Snippet:
    return snippet(text, parse_query(said, {}), width)


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_a_short_text_is_shown_whole() -> None:
    assert cut("زادت الصادرات", "صادرات") == Snippet("زادت الصادرات", ((5, 13),))


def test_the_window_holds_the_words_and_says_where_it_was_cut() -> None:
    found = cut(f"{FILLER}وقّع الوزيران اتفاقًا للتعاون. {FILLER}", "وزير تعاون")
    assert marked(found) == ["الوزيران", "للتعاون"]
    assert found.text.startswith(f"{CUT}وقّع الوزيران")
    assert found.text.endswith(CUT)


def test_of_two_windows_the_one_with_more_of_the_words_is_shown() -> None:
    found = cut(f"القمة بدأت. {FILLER}القمة في دوشنبه. {FILLER}", "قمة دوشنبه")
    assert marked(found) == ["القمة", "دوشنبه"]


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("大会讨论人工智能的发展", "智能", ["智能"]),
        ("大会讨论人工智能的发展", "人工智能", ["人工智能"]),
        ("云南的茶叶", "茶", ["茶"]),
        ("الذكاء الاصطناعي وذكاء الناس", '"الذكاء الاصطناعي"', ["الذكاء الاصطناعي"]),
        ("L’économie de l’Europe", "économie", ["économie"]),
        ("التقى لشي جين بينج وفدًا", "شي جينبينغ", ["لشي جين بينج"]),
        ("في بيجين وخارجها", "بكين", ["بيجين"]),
        ("لا شيء هنا", "قمة", []),
    ],
)
def test_words_and_phrases_are_marked_where_they_stand(text: str, said: str, words: list[str]) -> None:
    assert marked(cut(text, said)) == words


def test_without_a_word_in_it_the_beginning_is_shown() -> None:
    assert cut(FILLER, "قمة").text == "كلام لا يهم أحدًا في شيء. كلام لا يهم أحدًا في شيء. كلام لا…"


@given(words=st.lists(WORDS, max_size=60), said=WORDS, width=st.integers(20, 80))
def test_no_word_is_cut_and_marks_are_apart_and_in_order(words: list[str], said: str, width: int) -> None:
    text = " ".join(words)
    found = cut(text, said, width)
    whole = set(text.replace("人工智能大会", " 人 工 智 能 大 会 ").split())
    shown = found.text.strip(CUT) if len(text) > width else found.text
    assert len(found.text) <= max(width + 2, 0)
    assert set("".join(f" {one} " if one in "人工智能大会" else one for one in shown).split()) <= whole | {"...", "."}
    ends = [place for mark in found.marks for place in mark]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)


@given(text=st.text(max_size=300), said=st.text(max_size=20), width=st.integers(1, 100))
def test_any_text_has_a_snippet(text: str, said: str, width: int) -> None:
    found = cut(text, said, width)
    assert len(found.text) <= width + 2
