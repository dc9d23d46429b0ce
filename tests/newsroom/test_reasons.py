"""Reasons: English for logs, and what they are made of for everybody else."""

from string import Formatter

import pytest

from bot.sources import explain
from locales import LANGUAGES, texts
from newsroom.reasons import FAULTS, Reason


def made(key: str) -> Reason:
    names = [name for _, name, _, _ in Formatter().parse(FAULTS[key]) if name]
    return Reason(key, **dict.fromkeys(names, 5))


@pytest.mark.parametrize("key", FAULTS)
def test_a_reason_is_kept_and_comes_back(key: str) -> None:
    reason = Reason("nowhere", fault=made(key), tried=7)
    back = Reason.load(reason.dump())
    assert (str(back), back.key, back.values) == (str(reason), "nowhere", reason.values)


@pytest.mark.parametrize("key", FAULTS)
def test_english_is_the_same_for_people_and_for_logs(key: str) -> None:
    assert texts("en").plain(f"fault.{key}", **made(key).values) == made(key)


@pytest.mark.parametrize("text", ["HTTP 404", "[1, 2]", '["no such", {}]', '["http", {}]', "12", '["nowhere", 5]'])
def test_what_was_kept_before_is_told_as_it_is(text: str) -> None:
    assert Reason.load(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_within_a_reason_is_said_in_one_language(language: str) -> None:
    t = texts(language)
    told = explain(t, Reason("nowhere", fault=Reason("no-feed"), tried=7))
    assert t("fault.no-feed") in told
    assert (FAULTS["no-feed"] in told) == (language == "en")


def test_what_strangers_say_is_escaped() -> None:
    assert "<b>" not in explain(texts("ar"), Reason("json-says", said="<b>"))
