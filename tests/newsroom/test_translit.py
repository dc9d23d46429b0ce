"""Chinese names in Arabic: one spelling for all, in texts and in what is looked for."""

import tomllib
from pathlib import Path

import pytest

from newsroom.lexicon import Lexicon
from newsroom.text import tokens
from newsroom.translit import spellings, unify

DATA = Path(__file__).parent.parent.parent / "newsroom" / "data" / "transliterations.toml"
NAMES = {
    name: others for section in tomllib.loads(DATA.read_text("utf-8")).values() for name, others in section.items()
}
PAIRS = [
    ("شي جينبينغ", "شي جين بينج"),
    ("شي جين-بينغ", "شيجينبينگ"),
    ("بكين", "بيجين"),
    ("قوانغدونغ", "غوانغدونغ"),
    ("غوانغدونغ", "جوانجدونج"),
    ("هونغ كونغ", "هونج كونج"),
    ("هونكونغ", "هونكونغ"),
    ("هواوي", "هواوى"),
    ("علي بابا", "علیبابا"),
    ("بي واي دي", "بي.واي.دي"),
    ("شينجيانغ", "سنكيانج"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_spellings_of_a_name_are_one(one: str, other: str) -> None:
    assert unify(tokens(one)) == unify(tokens(other))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_name_is_found_in_a_text_in_any_spelling(one: str, other: str) -> None:
    lexicon: Lexicon[int] = Lexicon()
    lexicon.add(f"زيارة {one}", 1)
    lexicon.add(one, 2)
    assert [meanings for _, meanings in lexicon.find(f"بعد زيارة {other}، ثم {one} ول{other}")] == [(1,), (2,), (2,)]


def test_clitics_stay_before_a_name_and_the_rest_as_it_is() -> None:
    said = "قال شي جينبينج في بيجين وجوانجدونج إن لهواوى مصنعًا"
    assert unify(tokens(said)) == tokens("قال شي جين بينغ في بكين وغوانغدونغ إن لهواوي مصنعًا")


@pytest.mark.parametrize("said", ["قال شي إن النمو مستمر", "في اليونان", "شنشي وشانشي", "على باب البيت", "كان هنا"])
def test_what_is_no_name_stays_as_it_is(said: str) -> None:
    assert unify(tokens(said)) == tokens(said)


@pytest.mark.parametrize("name", NAMES)
def test_every_spelling_in_the_data_is_of_one_name_alone(name: str) -> None:
    canonical = tokens(name)
    assert unify(canonical) == canonical
    for other in NAMES[name]:
        assert unify(tokens(other)) == canonical
        assert tuple(canonical) in set(spellings(tokens(other)))


def test_there_are_the_commonest_forty() -> None:
    assert len(NAMES) >= 40


def test_a_phrase_without_such_a_name_is_written_in_one_way() -> None:
    assert list(spellings(["مجلس", "الامن"])) == [("مجلس", "الامن")]
