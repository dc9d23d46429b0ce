"""The file of topics: all that is wrong with one is told, with its line and what to do, and nothing of it is taken."""

import pytest

from newsroom.amendments import Amendment
from newsroom.errors import TopicFileError
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


def test_a_file_is_read_and_written_in_one_form() -> None:
    said = read_topics(GOOD, SHIPPED)
    assert list(said) == ["c:TJ", "s:economy", "s:pandas"]
    assert said["s:economy"].without == {"ar": ("بنوك",), "fr": ("banque",)}
    assert read_topics(write_topics(said), SHIPPED) == said


def test_what_says_nothing_is_not_written() -> None:
    assert write_topics({"s:economy": Amendment()}) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it says nothing"),
        ('["s:economy"]\nar = ["سندات"', "not TOML"),
        ('\n\n["s:economics of pandas"]\nar = ["سندات"]', "line 3: s:economics of pandas: there is no such topic"),
        ('["c:XX"]\nar = ["سندات"]', "line 1: c:XX: there is no such topic"),
        ('["all"]\nar = ["كل"]', "has no words"),
        ('ar = ["سندات"]', "stands under no tag"),
        ('["s:economy"]\nstrong = ["سندات"]', "«strong» is not known here"),
        ('["s:economy"]\nar = "سندات"', "a list of words"),
        ('["s:economy"]\nar = [1]', "a list of words"),
        ('["s:economy"]\nweak = ["سندات"]', "weak: a list of words"),
        ('["s:economy"]\nweak = { de = ["Schuld"] }', "weak: a list of words"),
        ('["s:economy"]\nar = ["؟"]', "«؟» is no word"),
        ('["s:economy"]\nwithout = { ar = ["زرافة"] }', "without: «زرافة» is no shipped word"),
        ('["c:TJ"]\nweak = { ar = ["خجند"] }', "only subjects have weak words"),
        ('["s:economy"]\nname = { ar = "الاقتصاد والمال والأعمال" }', "buttons have room for 18"),
        ('["s:economy"]\nname = { de = "Wirtschaft" }', "no language «de»"),
        ('["s:economy"]\nname = "Economy"', "names by language"),
        ('["s:pandas"]\nname = { ar = "الباندا", en = "Pandas" }\nar = ["باندا"]', "missing: zh, fr"),
    ],
)
def test_a_bad_file_is_refused_with_its_place_and_remedy(text: str, told: str) -> None:
    with pytest.raises(TopicFileError) as refused:
        read_topics(text, SHIPPED)
    assert told in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(TopicFileError) as refused:
        read_topics('["c:XX"]\nar = ["a"]\n["s:economy"]\nar = ["؟"]\nwithout = { ar = ["زرافة"] }', SHIPPED)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["line 1", "line 3", "line 3"]
