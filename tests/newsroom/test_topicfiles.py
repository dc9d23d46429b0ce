"""The file of topics: all that is wrong with one is told, with its line and what to do, and nothing of it is taken.

It is told in the language of whoever reads it: a file for each fault that there is, in each language.
"""

import pytest

from bot.sources import explain
from commands.topics import write_faults
from locales import LANGUAGES, texts
from newsroom.amendments import Amendment
from newsroom.errors import TopicFileError
from newsroom.reasons import FAULTS, Reason
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topicfiles import read_topics, write_topics

SHIPPED = shipped_taxonomy()
GOOD = """\
["c:TJ"]                       # another name, and one more word
name = { ar = "تاجيكستان" }
ar = ["خجند"]

["s:economy"]
en = ["sukuk \\"green\\""]
weak = { ar = ["مديونية"] }
without = { ar = ["بنوك"], fr = ["banque"] }

["s:pandas"]                   # a subject of your own
name = { ar = "الباندا", en = "Pandas", zh = "熊猫", fr = "Pandas" }
zh = ["大熊猫"]
"""
BAD: list[tuple[str | bytes, str, str]] = [
    ("", "nothing", "it says nothing"),
    (b'["s:economy"]\nar = ["\xd3\xe4"]', "encoding", "line 2: this is not UTF-8"),
    ('["s:economy"]\nar = ["سندات"', "ends", "not TOML"),
    ('["s:economy"]\nar = سندات', "toml", "line 2, column 6: this is not TOML"),
    ('["s:economy"]\nar = ["سندات"]\n["s:economy"]\n', "twice", "line 3: this was said above already"),
    ('["s:economy"]\nar = ["سندات"]\nar = ["صكوك"]\n', "twice", "line 3: this was said above already"),
    ('\n\n["s:economics of pandas"]\nar = ["سندات"]', "unknown", "line 3: s:economics of pandas: there is no such"),
    ('["c:XX"]\nar = ["سندات"]', "unknown", "line 1: c:XX: there is no such topic"),
    ('["all"]\nar = ["كل"]', "all", "has no words"),
    ('ar = ["سندات"]', "untagged", "ar: this stands under no tag"),
    ('["s:economy"]\nstrong = ["سندات"]', "key", "«strong» is not known here"),
    ('["s:economy"]\nar = "سندات"', "list", "a list of words"),
    ('["s:economy"]\nar = [1]', "list", "a list of words"),
    ('["s:economy"]\nweak = ["سندات"]', "list", "weak: a list of words"),
    ('["s:economy"]\nweak = { de = ["Schuld"] }', "list", "weak: a list of words"),
    ('["s:economy"]\nar = ["؟"]', "word", "«؟» is no word"),
    ('["s:economy"]\nwithout = { ar = ["زرافة"] }', "without", "without: «زرافة» is no shipped word"),
    ('["c:TJ"]\nweak = { ar = ["خجند"] }', "weak", "only subjects have weak words"),
    ('["s:economy"]\nname = { ar = "الاقتصاد والمال والأعمال" }', "long", "buttons have room for 18"),
    ('["s:economy"]\nname = { de = "Wirtschaft" }', "language", "no language «de»"),
    ('["s:economy"]\nname = "Economy"', "names", "names by language"),
    ('["s:pandas"]\nname = { ar = "الباندا", en = "Pandas" }\nar = ["باندا"]', "unnamed", "missing: zh, fr"),
    (f'["s:economy"]\nen = {[f"word{number}" for number in range(501)]}', "many", "more than 500 words"),
]
FILES = {key: file for file, key, _ in BAD}
AROUND = {"at", "of"}  # where a fault is, around each


def read(text: str | bytes) -> dict[str, Amendment]:
    return read_topics(text if isinstance(text, bytes) else text.encode(), SHIPPED)


def test_a_file_is_read_and_written_in_one_form() -> None:
    said = read(GOOD)
    assert list(said) == ["c:TJ", "s:economy", "s:pandas"]
    assert said["s:economy"].without == {"ar": ("بنوك",), "fr": ("banque",)}
    assert read(write_topics(said)) == said


def test_the_mark_that_some_editors_put_before_a_file_is_none_of_its_words() -> None:
    assert read(b"\xef\xbb\xbf" + GOOD.encode()) == read(GOOD)


def test_what_says_nothing_is_not_written() -> None:
    assert write_topics({"s:economy": Amendment()}) == ""


def find_faults(file: str | bytes) -> list[Reason]:
    with pytest.raises(TopicFileError) as refused:
        read(file)
    return [*refused.value.faults]


def innermost(fault: Reason) -> Reason:
    within = fault.values.get("fault")
    return within if isinstance(within, Reason) else fault


@pytest.mark.parametrize(("file", "key", "told"), BAD)
def test_a_bad_file_is_refused_with_its_place_and_remedy(file: str | bytes, key: str, told: str) -> None:
    (fault,) = find_faults(file)
    assert told in fault
    assert innermost(fault).key == f"topicfile.{key}"


def test_all_faults_are_told_at_once() -> None:
    faults = find_faults('["c:XX"]\nar = ["a"]\n["s:economy"]\nar = ["؟"]\nwithout = { ar = ["زرافة"] }')
    assert [fault.partition(":")[0] for fault in faults] == ["line 1", "line 3", "line 3"]


def test_there_is_a_file_for_each_fault() -> None:
    assert {f"topicfile.{key}" for key in {*FILES} | AROUND} == {key for key in FAULTS if key.startswith("topicfile.")}


@pytest.mark.parametrize("key", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_is_told_in_the_language_of_who_reads_it(key: str, language: str) -> None:
    (fault,), t = find_faults(FILES[key]), texts(language)
    one = innermost(fault)
    words = t.plain(f"fault.topicfile.{key}", **one.values)
    assert (words == one) is (language == "en")
    assert words in write_faults([fault], t)
    assert explain(t, one) in explain(t, fault)
    if one is not fault:  # its place is told in the same language
        assert (str(fault) in write_faults([fault], t)) is (language == "en")


def test_what_a_file_says_is_quoted_in_part() -> None:
    (fault,) = find_faults(f'["s:economy"]\nar = ["{"كلمة طويلة " * 900}"]')
    assert len(fault) < 250
